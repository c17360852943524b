import { beforeAll, describe, expect, test } from 'vitest';
import { createPure } from '../../electron/runtime/pure/create-pure';
import { DOWN, governedStorm, naiveStorm, rowOf, type Storm } from './outage-storm';

describe('an outage under fifty agents in twenty runs', () => {
  let storm: Storm;
  let calm: Storm;
  beforeAll(async () => {
    const pure = createPure();
    storm = await governedStorm(pure, true);
    calm = await governedStorm(pure, false);
  }, 120_000);

  test('makes at most a quarter more calls than first calls, and hardly any of them into the outage', () => {
    const governed = rowOf('governed', storm.sent);
    expect(governed.ratio).toBeLessThanOrEqual(1.25);
    expect(governed.intoOutage).toBeLessThanOrEqual(100);
    const naive = rowOf('naive', naiveStorm());
    expect(naive.intoOutage).toBeGreaterThan(20 * governed.intoOutage);
  });

  test('is not noticed by runs on another model: every call at the same moment as without it', () => {
    expect(storm.others).toEqual(calm.others);
    expect(Object.keys(storm.others)).toHaveLength(5);
  });

  test('ends without a wave: never more calls than before, and as many again within a cooldown', () => {
    const { before, after } = rowOf('governed', storm.sent);
    expect(after).toBeLessThanOrEqual(1.2 * before);
    const back = storm.sent.filter(({ at }) => at >= DOWN.to + 40_000 && at < DOWN.to + 50_000);
    expect(back.length).toBeGreaterThanOrEqual(0.8 * before);
    expect(back.every(({ ok }) => ok)).toBe(true);
  });

  test('brings every run to its end', () => {
    expect(storm.statuses).toEqual(Array.from({ length: 25 }, () => 'completed'));
  });
});
