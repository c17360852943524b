import { describe, expect, test } from 'vitest';
import { createPure } from '../../electron/runtime/pure/create-pure';
import { validateFlow } from '../../shared/spec/validate';
import { checkSeed } from './check-seed';
import { FlowMaker } from './random-flow';

const SEEDS = 2000;
const A_TEST = 250;
const CRASHES = 3;
const pure = createPure();

describe('random flows, random faults, crashes', () => {
  for (let from = 1; from <= SEEDS; from += A_TEST) {
    test(`seeds ${from} to ${from + A_TEST - 1} end as they must, crashed or not`, {
      timeout: 300_000,
    }, () => {
      const failed: string[] = [];
      for (let seed = from; seed < from + A_TEST; seed++) {
        const report = checkSeed(pure, seed, CRASHES);
        for (const failure of report.failures) {
          failed.push(`seed ${seed}: ${failure}\n  again with: npm run soak -- --from ${seed} --seeds 1`);
        }
      }
      expect(failed).toEqual([]);
    });
  }

  test('the generator makes valid flows of every kind', { timeout: 60_000 }, () => {
    const kinds = new Set<string>();
    const invalid: string[] = [];
    for (let seed = 1; seed <= 150; seed++) {
      const flow = new FlowMaker(seed).make();
      const errors = validateFlow(flow, pure).problems.filter((problem) => problem.severity === 'error');
      if (errors.length > 0) invalid.push(`seed ${seed}: ${JSON.stringify(errors[0])}`);
      for (const found of JSON.stringify(flow).matchAll(/"kind":"([a-z]+)"/g)) kinds.add(found[1] ?? '');
    }
    expect(invalid).toEqual([]);
    expect([...kinds]).toEqual(
      expect.arrayContaining([
        'start',
        'end',
        'agent',
        'tool',
        'human',
        'branch',
        'parallel',
        'join',
        'map',
        'loop',
        'subflow',
        'transform',
        'code',
        'wait',
        'supervisor',
        'planner',
        'chat',
      ]),
    );
  });
});
