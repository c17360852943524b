import { expect, test } from 'vitest';
import { createTimeScale } from '../../../renderer/run/time-scale';

test('without long gaps the scale is even', () => {
  const scale = createTimeScale([0, 100, 200], 400);
  expect([scale.at(0), scale.at(100), scale.at(400), scale.folds]).toEqual([0, 0.25, 1, []]);
});

test('a wait of hours is a narrow strip, and what was before it keeps its room', () => {
  const scale = createTimeScale([0, 1_000, 2_000, 7_200_000, 7_201_000], 7_201_000);
  expect(scale.folds).toHaveLength(1);
  expect(scale.at(2_000)).toBeGreaterThan(0.6);
  expect(scale.at(7_200_000) - scale.at(2_000)).toBeCloseTo(0.05);
});

test('a moment and its place belong to each other, inside a fold too', () => {
  const scale = createTimeScale([0, 500, 600_000, 600_500], 600_700);
  for (const time of [0, 250, 100_000, 600_100, 600_700])
    expect(scale.timeAt(scale.at(time))).toBeCloseTo(time, 0);
});

test('a run that has only waited is one fold', () => {
  const scale = createTimeScale([0], 60_000);
  expect(scale.folds).toEqual([{ from: 0, to: 1, ms: 60_000 }]);
});

test('moments outside are held at the ends', () => {
  const scale = createTimeScale([1_000, 2_000], 2_000);
  expect([scale.at(0), scale.at(9_000)]).toEqual([0, 1]);
});
