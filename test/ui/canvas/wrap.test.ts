import { expect, test } from 'vitest';
import { wrapRows, zoomToFit } from '../../../renderer/canvas/wrap';
import type { PlacedBox } from '../../../shared/editing/layout';

const chain: readonly PlacedBox[] = Array.from({ length: 8 }, (_, i) => ({
  id: `n${i}`,
  x: i * 300,
  y: 0,
  width: 232,
  height: 80,
}));
const wires = chain.slice(1).map(({ id }, i) => ({ from: `n${i}`, to: id }));
const frame = { width: 1200, height: 700 };

test('a long chain goes on in the next row, in the same order', () => {
  const rows = wrapRows(chain, wires, frame, 0.9);
  const byLine = rows.toSorted((a, b) => a.y - b.y || a.x - b.x).map(({ id }) => id);
  expect(byLine).toEqual(chain.map(({ id }) => id));
  expect(new Set(rows.map(({ y }) => y)).size).toBe(2);
  expect(zoomToFit(rows, frame)).toBeGreaterThan(zoomToFit(chain, frame));
});

test('what can be read in one row stays in one', () => {
  expect(wrapRows(chain.slice(0, 3), wires, frame, 0.9)).toEqual(chain.slice(0, 3));
});

test('a row ends where the fewest connections are cut', () => {
  const extra = [0, 1, 2].map((i) => ({ from: `n${i}`, to: 'n4' }));
  const rows = wrapRows(chain, [...wires, ...extra], frame, 0.6);
  const first = rows.filter(({ y }) => y === 0).map(({ id }) => id);
  expect(first).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
});
