import { describe, expect, test } from 'vitest';
import { allNodeIds, graphAt, nodeAt, ROOT } from '../../../../shared/editing/graphs';
import { insertOnEdge } from '../../../../shared/editing/insert';
import { addNode, removeNodes, renamePort, setDisabled, setField } from '../../../../shared/editing/nodes';
import { NODE_KINDS } from '../../../../shared/spec/nodes';
import { Flow } from '../../../../shared/spec/flow';
import { blankFlow } from '../../../../shared/editing/blank';
import { nestedFlow, smallFlow } from '../../../fakes/small-flows';

const blank = blankFlow('blank', 'Blank', '2026-01-01T00:00:00.000Z');

describe('adding', () => {
  test.each(NODE_KINDS)('a new %s leaves a document of the right shape', (kind) => {
    const { doc, id } = addNode(blank, ROOT, kind, { at: { x: 4, y: 8 } });
    expect(Flow.safeParse(doc).error).toBeUndefined();
    expect(doc.layout?.nodes?.[id]).toEqual({ x: 4, y: 8 });
  });

  test('its id comes from its name and is free', () => {
    const once = addNode(smallFlow, ROOT, 'tool', { name: 'Zahlung prüfen' });
    const twice = addNode(once.doc, ROOT, 'tool', { name: 'Zahlung prüfen' });
    expect([once.id, twice.id]).toEqual(['zahlung_prufen', 'zahlung_prufen2']);
  });

  test('ids are free in the whole document, bodies included', () => {
    const { doc } = addNode(nestedFlow, ROOT, 'loop');
    const again = addNode(doc, ROOT, 'loop');
    expect(allNodeIds(again.doc).size).toBe(allNodeIds(doc).size + 3);
  });

  test('an agent brings its contract and uses the model there is', () => {
    const { doc, id } = addNode(smallFlow, ROOT, 'agent');
    expect(nodeAt(doc, id)).toEqual({ kind: 'agent', agent: 'agent' });
    expect(doc.agents?.['agent']?.model).toBe('local');
  });

  test('a node can be put into a connection', () => {
    const { doc, id } = insertOnEdge(blank, ROOT, { from: 'start', port: 'next', to: 'end' }, 'transform');
    expect(doc.edges).toEqual(
      [
        { from: 'start', port: 'next', to: id },
        { from: id, port: 'next', to: 'end' },
      ].toSorted((a, b) => (a.from < b.from ? -1 : 1)),
    );
    expect(doc.layout?.nodes?.['end']?.x).toBe(608);
  });
});

describe('removing', () => {
  test('takes edges, places, rehearsal and escalation along', () => {
    const doc = removeNodes({ ...smallFlow, onFailure: { do: 'escalate', to: 'check' } }, ['check']);
    expect(doc.edges).toEqual([{ from: 'start', port: 'next', to: 'write' }]);
    expect(doc.layout?.nodes?.['check']).toBeUndefined();
    expect(doc.rehearsal?.nodes?.['check']).toBeUndefined();
    expect(doc.onFailure).toBeUndefined();
  });

  test('a start stays', () => {
    expect(removeNodes(smallFlow, ['start'])).toBe(smallFlow);
  });

  test('a node of a body is removed there', () => {
    const doc = removeNodes(nestedFlow, ['step']);
    expect(Object.keys(graphAt(doc, { type: 'inside', node: 'repeat' })?.nodes ?? {})).toEqual([
      'inner_start',
      'inner_end',
    ]);
  });
});

describe('changing', () => {
  test('edges of a port that is gone are removed with it', () => {
    const doc = setField(smallFlow, 'check', ['choices'], [{ port: 'good', label: 'Good' }]);
    expect(doc.edges.some((edge) => edge.port === 'again')).toBe(false);
  });

  test('renaming a choice takes its edges and its rehearsal along', () => {
    const doc = renamePort(smallFlow, 'check', 'good', 'fine');
    expect(doc.edges).toContainEqual({ from: 'check', port: 'fine', to: 'end' });
    expect(doc.rehearsal?.nodes?.['check']?.choice).toBe('fine');
  });

  test('a port that nobody named cannot be renamed', () => {
    expect(renamePort(smallFlow, 'write', 'next', 'other')).toBe(smallFlow);
  });

  test('setting a field to what it is changes nothing', () => {
    expect(setField(smallFlow, 'write', ['agent'], 'writer')).toBe(smallFlow);
  });

  test('only what can be passed by is switched off', () => {
    const doc = setDisabled(smallFlow, ['start', 'check', 'write'], true);
    expect(
      Object.entries(doc.nodes)
        .filter(([, node]) => node.disabled)
        .map(([id]) => id),
    ).toEqual(['write']);
    expect(setDisabled(doc, ['write'], false)).toEqual(smallFlow);
  });
});
