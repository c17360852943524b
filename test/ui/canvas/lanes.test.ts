import { describe, expect, test } from 'vitest';
import { Lanes, type NamedBox, type Way } from '../../../renderer/canvas/lanes';

const box = (id: string, x: number, y: number, width = 232, height = 80): NamedBox => ({
  id,
  x,
  y,
  width,
  height,
});
const way = (from: NamedBox, to: NamedBox, rest: Partial<Way> = {}): Way => ({
  from: { x: from.x + from.width, y: from.y + 16 },
  to: { x: to.x, y: to.y + 16 },
  source: from.id,
  target: to.id,
  isDownward: false,
  place: 0,
  places: 1,
  ...rest,
});

describe('the way of a connection', () => {
  const card = box('card', 400, 0);
  const before = box('before', 0, 0);
  const after = box('after', 800, 0);

  test('is straight where nothing stands between its ends', () => {
    const far = { ...card, y: 300 };
    expect(new Lanes([before, after, far]).find(way(before, after))).toBeUndefined();
  });

  test('leads around a card by the nearer side', () => {
    const lane = new Lanes([before, after, card]).find(way(before, after));
    expect(lane?.y).toBe(-18);
  });

  test('from the end of a row to the next goes between the two rows', () => {
    const rows = [before, card, after, box('next', 0, 200), box('last', 400, 200)];
    const lane = new Lanes(rows).find(way(after, rows[3] as NamedBox)); // there are five
    expect(lane?.y).toBeGreaterThan(80);
    expect(lane?.y).toBeLessThan(200);
  });

  test('back along the row goes above it, and leaves the lane of another alone', () => {
    const lanes = new Lanes([before, card, after]);
    const first = lanes.find(way(after, before));
    const second = lanes.find(way(card, before));
    expect(first?.y).toBe(-18);
    expect(second?.y).toBe(-26);
  });

  test('from one card downwards turns at places of its own, the lowest port first', () => {
    const below = [box('b1', 0, 200), box('b2', 0, 400)];
    const lanes = new Lanes([after, ...below]);
    const turns = [0, 1].map((place) =>
      lanes.find(way(after, below[place] as NamedBox, { place, places: 2 })),
    ); // two ports
    expect(turns.map((lane) => lane?.turn)).toEqual([26, 18]);
  });

  test('out of the bottom never goes up through its own card', () => {
    const from = { x: after.x + 116, y: after.y + after.height };
    const lane = new Lanes([before, card, after]).find(way(after, before, { from, isDownward: true }));
    expect(lane).toEqual({ y: 98, turn: 0 });
  });

  test('out of the bottom to a neighbour of the row goes below its own card, then up', () => {
    const from = { x: card.x + 116, y: card.y + card.height };
    const lane = new Lanes([card, after]).find(way(card, after, { from, isDownward: true }));
    expect(lane).toEqual({ y: 98, turn: 0 });
  });
});
