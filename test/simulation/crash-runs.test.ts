import { expect, test } from 'vitest';
import { createPure } from '../../electron/runtime/pure/create-pure';
import { validateFlow } from '../../shared/spec/validate';
import { corpus } from './corpus';
import { tryAll } from './crash-walk';

const pure = createPure();
const entries = corpus();
const LEAST_POINTS = 11_500;

test('the corpus has at least sixty valid flows', () => {
  const errors = entries.flatMap(({ name, flow }) =>
    validateFlow(flow, pure)
      .problems.filter((problem) => problem.severity === 'error')
      .map((problem) => `${name}: ${problem.message}`),
  );
  expect(errors).toEqual([]);
  expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
  expect(entries.length).toBeGreaterThanOrEqual(60);
});

test('a run stopped before and after each commit, and again while it is taken up, comes to the same end', {
  timeout: 600_000,
}, async () => {
  const none = { crashes: 0, every: 1 };
  const { points, failures } = await tryAll(pure, entries, {
    run: { crashes: 2, every: 1 },
    fork: none,
    move: none,
  });
  expect(failures).toEqual([]);
  expect(points).toBeGreaterThanOrEqual(LEAST_POINTS);
});
