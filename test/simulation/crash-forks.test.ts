import { expect, test } from 'vitest';
import { createPure } from '../../electron/runtime/pure/create-pure';
import { corpus } from './corpus';
import { type Depths, tryAll } from './crash-walk';

const pure = createPure();
const none = { crashes: 0, every: 1 };

test.each<[string, Depths, number]>([
  [
    'a fork stopped before and after each commit comes to the end of its parent',
    { run: none, fork: { crashes: 1, every: 4 }, move: none },
    3700,
  ],
  [
    'a run moved to an edited flow may stop before and after each commit',
    { run: none, fork: none, move: { crashes: 1, every: 2 } },
    4000,
  ],
])('%s', { timeout: 600_000 }, async (_name, depths, least) => {
  const { points, failures } = await tryAll(pure, corpus(), depths);
  expect(failures).toEqual([]);
  expect(points).toBeGreaterThanOrEqual(least);
});
