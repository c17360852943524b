import { expect, test } from 'vitest';
import { firstViewport, freeSpot } from '../../../renderer/canvas/viewport';

const card = (id: string, y: number) => ({ id, x: 0, y, width: 232, height: 80 });
const cards = [card('a', 0), card('b', 120)];

test('what is added goes below the cards it would cover', () => {
  expect(freeSpot(cards, { x: 210, y: 40 })).toEqual({ x: 210, y: 224 });
});

test('a note is higher than a card: where only a card has room, the note goes on', () => {
  const apart = [card('a', 0), card('b', 180)];
  const at = { x: 100, y: 100 };
  expect(freeSpot(apart, at)).toEqual(at);
  expect(freeSpot(apart, at, { width: 220, height: 96 })).toEqual({ x: 100, y: 284 });
});

test('a free place is taken as it is', () => {
  expect(freeSpot(cards, { x: 240, y: 40 })).toEqual({ x: 240, y: 40 });
});

test('a run, like a drawing, is first seen with room for the ways around its outermost cards', () => {
  const wide = [card('a', 0), { ...card('b', 300), x: 868 }];
  for (const mode of ['edit', 'run'] as const) {
    const { x, zoom } = firstViewport(wide, { width: 800, height: 800 }, mode);
    expect({ mode, left: Math.round(x), right: Math.round(800 - x - 1100 * zoom) }).toEqual({
      mode,
      left: 40,
      right: 40,
    });
  }
});
