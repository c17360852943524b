import { expect, test } from 'vitest';
import { isExpanded, setExpanded } from '../../../../shared/editing/expand';
import { ROOT } from '../../../../shared/editing/graphs';
import { addNode } from '../../../../shared/editing/nodes';
import { diffFlows } from '../../../../shared/spec/diff';
import { smallFlow } from '../../../fakes/small-flows';

test('opening a container in place is a matter of looks, and keeps its place', () => {
  const { doc, id } = addNode(smallFlow, ROOT, 'loop', { at: { x: 40, y: 80 } });
  const open = setExpanded(doc, id, true);
  expect(isExpanded(open, id)).toBe(true);
  expect(open.layout?.nodes?.[id]).toMatchObject({ x: 40, y: 80 });
  expect(diffFlows(doc, open).equal).toBe(true);
  expect(setExpanded(open, id, false).layout?.nodes?.[id]).toEqual(doc.layout?.nodes?.[id]);
});

test('a node that is not there stays as it is', () => {
  expect(setExpanded(smallFlow, 'gone', true)).toBe(smallFlow);
});
