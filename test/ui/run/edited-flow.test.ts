import { expect, test } from 'vitest';
import { isOtherFlow } from '../../../renderer/run/edited-flow';
import { triageFlow } from '../../fakes/history-writer';

test('neither looks nor the order in which edges were drawn make another flow', () => {
  const [first, ...rest] = triageFlow.edges;
  const edges = first ? [...rest, first] : rest;
  expect(isOtherFlow({ ...triageFlow, edges, layout: {}, meta: {} }, triageFlow)).toBe(false);
  expect(isOtherFlow({ ...triageFlow, edges: rest }, triageFlow)).toBe(true);
  expect(isOtherFlow({ ...triageFlow, name: 'Another' }, triageFlow)).toBe(true);
});
