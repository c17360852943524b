import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KillTrials, SHAPES } from './kill-trials';

/** Trials a shape, and how often each is killed at the most; a few end before their last kill. */
const TRIALS = 2;
const KILLS = 3;
const AT_LEAST = 40;

let trials: KillTrials;
let killed = 0;

beforeAll(async () => {
  trials = await KillTrials.open();
});

afterAll(() => trials.close());

describe('a process that is killed and started again', () => {
  test.each(SHAPES)(
    'ends a %s run as the undisturbed one, without a second effect',
    {
      timeout: 120_000,
    },
    async (shape) => {
      const whole = await trials.undisturbed(shape);
      expect(JSON.parse(whole.line)).toMatchObject({ status: 'completed', replay: 'identical' });
      for (let trial = 1; trial <= TRIALS; trial++) {
        const { kills, failures } = await trials.trial(shape, trial, KILLS);
        expect(failures).toEqual([]);
        killed += kills;
      }
    },
  );

  test(`was killed at least ${AT_LEAST} times while it ran`, () => {
    expect(killed).toBeGreaterThanOrEqual(AT_LEAST);
  });
});
