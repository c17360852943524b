import { expect, test } from 'vitest';
import { ROOT } from '../../../../shared/editing/graphs';
import { align, distribute, place, placesOf } from '../../../../shared/editing/layout';
import { nestedFlow, smallFlow } from '../../../fakes/small-flows';

const box = (id: string, x: number, y: number) => ({ id, x, y, width: 100, height: 40 });

test('moving a node to where it is changes nothing', () => {
  expect(place(smallFlow, { write: { x: 300, y: 0 } })).toBe(smallFlow);
});

test('nodes without a place stand in the column of their distance from the start', () => {
  const places = placesOf(nestedFlow, ROOT);
  expect(['start', 'first', 'repeat', 'last', 'end'].map((id) => places.get(id)?.x)).toEqual([
    0, 300, 600, 900, 1200,
  ]);
});

test('a circle does not stop places from being found', () => {
  const circle = { ...nestedFlow, edges: [...nestedFlow.edges, { from: 'last', port: 'next', to: 'first' }] };
  expect(placesOf(circle, ROOT).size).toBe(5);
});

test('boxes are lined up', () => {
  expect(align([box('a', 0, 0), box('b', 40, 100)], 'left')).toEqual({
    a: { x: 0, y: 0 },
    b: { x: 0, y: 100 },
  });
  expect(align([box('a', 0, 0), box('b', 40, 100)], 'bottom')).toEqual({
    a: { x: 0, y: 100 },
    b: { x: 40, y: 100 },
  });
});

test('boxes get equal gaps and the outer two stay', () => {
  expect(distribute([box('a', 0, 0), box('b', 120, 0), box('c', 400, 0)], 'x')).toEqual({
    a: { x: 0, y: 0 },
    b: { x: 200, y: 0 },
    c: { x: 400, y: 0 },
  });
});
