import { describe, expect, test } from 'vitest';
import { flowChanges, mergedFlow } from '../../../renderer/designer/versions/flow-changes';
import { wireKey } from '../../../shared/editing/edges';
import { addNode, removeNodes, setField } from '../../../shared/editing/nodes';
import { place } from '../../../shared/editing/layout';
import { ROOT } from '../../../shared/editing/graphs';
import { smallFlow } from '../../fakes/small-flows';

const summary = (changes: ReturnType<typeof flowChanges>) => changes.map(({ key, op }) => `${op} ${key}`);

describe('the changes between two states of a flow', () => {
  test('a state and itself have none', () => {
    expect(flowChanges(smallFlow, smallFlow)).toEqual([]);
  });

  test('a changed field is told with what it was and what it is', () => {
    const after = setField(smallFlow, 'write', ['name'], 'Author');
    const [change] = flowChanges(smallFlow, after);
    expect([change?.key, change?.op, change?.name]).toEqual(['node:write', 'changed', 'Author']);
    expect([change?.before, change?.after]).toEqual([smallFlow.nodes['write'], after.nodes['write']]);
  });

  test('a removed node takes its connections along', () => {
    const after = removeNodes(smallFlow, ['write']);
    const gone = smallFlow.edges.filter((edge) => edge.from === 'write' || edge.to === 'write');
    const told = summary(flowChanges(smallFlow, after));
    expect(told).toContain('removed node:write');
    for (const edge of gone) expect(told).toContain(`removed edge:root:${wireKey(edge)}`);
  });

  test('a moved card is a change of the drawing only', () => {
    const after = place(smallFlow, { write: { x: 1000, y: 1000 } });
    expect(summary(flowChanges(smallFlow, after))).toEqual(['changed field:layout']);
  });

  test('what is inside a container is told step by step, not as a change of the container', () => {
    const looped = addNode(smallFlow, ROOT, 'loop');
    const inside = addNode(looped.doc, { type: 'inside', node: looped.id }, 'transform');
    const told = summary(flowChanges(looped.doc, inside.doc));
    expect(told).toContain(`added node:${inside.id}`);
    expect(told).not.toContain(`changed node:${looped.id}`);
  });

  test('one drawing shows both: what is new and, where it was, what is gone', () => {
    const placed = place(smallFlow, { write: { x: 40, y: 80 } });
    const after = removeNodes(placed, ['write']);
    const merged = mergedFlow(placed, after);
    expect(merged.nodes['write']).toBe(placed.nodes['write']);
    expect(merged.layout?.nodes?.['write']).toEqual({ x: 40, y: 80 });
    expect(merged.edges.map(wireKey)).toEqual(expect.arrayContaining(smallFlow.edges.map(wireKey)));
  });
});
