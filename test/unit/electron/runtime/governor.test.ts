import { describe, expect, test } from 'vitest';
import { Governor } from '../../../../electron/runtime/governor';
import type { Call, CallLimits, CodeCall, ModelCall } from '../../../../shared/ports/calls';

const BREAKER = { failures: 3, windowMs: 60_000, cooldownMs: 30_000, halfOpen: 1 };
const LIMITS: CallLimits = { timeoutMs: 1000, breaker: BREAKER, concurrency: 2 };
const NOW = 1_700_000_000_000;

function call(id: string, over: Partial<CodeCall> = {}): Call {
  return {
    type: 'code',
    id,
    runId: 'run1',
    step: id,
    node: 'node',
    visit: 1,
    attempt: over.isRetry ? 2 : 1,
    opensAttempt: true,
    isRetry: false,
    dependency: 'tool:crm',
    limits: LIMITS,
    source: '',
    args: null,
    schemas: {},
    ...over,
  };
}

function modelCall(id: string, step: string): ModelCall {
  const { source: _source, args: _args, ...base } = call(id, { step }) as CodeCall;
  return {
    ...base,
    type: 'model',
    purpose: 'turn',
    turn: 1,
    modelName: 'main',
    model: { provider: 'simulated', model: 'x' },
    messages: [],
    tools: [],
    maxOutputTokens: 100,
    requestHash: '',
    prompt: '',
    limits: { ...LIMITS, concurrency: 100 },
    quality: { subject: 'agent:writer', ...QUALITY },
  };
}
const QUALITY = { failures: 2, cooldownMs: 10_000 };

function ids(calls: readonly Call[]): string[] {
  return calls.map((each) => each.id);
}

/** Opens the breaker of `tool:crm` at `NOW`. */
function opened(): Governor {
  const governor = new Governor();
  for (const id of ['a', 'b', 'c']) {
    governor.admit(call(id), NOW);
    governor.finished(call(id), 'timeout', NOW);
  }
  return governor;
}

describe('places', () => {
  test('a call beyond the concurrency limit waits and goes when a place is free', () => {
    const governor = new Governor();
    expect(governor.admit(call('a'), NOW)).toEqual({ state: 'admitted' });
    expect(governor.admit(call('b'), NOW)).toEqual({ state: 'admitted' });
    expect(governor.admit(call('c'), NOW)).toEqual({ state: 'queued', reason: 'concurrency' });
    expect(governor.takeReady(NOW)).toEqual([]);
    governor.finished(call('a'), 'ok', NOW);
    expect(ids(governor.takeReady(NOW))).toEqual(['c']);
    expect(governor.snapshot()).toEqual([
      { dependency: 'tool:crm', inFlight: 2, queued: 0, breaker: 'closed' },
    ]);
  });

  test('another dependency is not held up', () => {
    const governor = new Governor();
    for (const id of ['a', 'b', 'c']) governor.admit(call(id), NOW);
    expect(governor.admit(call('d', { dependency: 'tool:mail' }), NOW)).toEqual({ state: 'admitted' });
  });

  test('counts are shared by the dependency, each call is held to its own limit', () => {
    const governor = new Governor();
    governor.admit(call('a'), NOW);
    const strict = { ...LIMITS, concurrency: 1 };
    expect(governor.admit(call('b', { limits: strict, runId: 'run2' }), NOW).state).toBe('queued');
    expect(governor.admit(call('c'), NOW).state).toBe('admitted');
    governor.finished(call('a'), 'ok', NOW);
    expect(governor.takeReady(NOW)).toEqual([]);
    governor.finished(call('c'), 'ok', NOW);
    expect(ids(governor.takeReady(NOW))).toEqual(['b']);
  });

  test('the limit of the machine holds where it is lower', () => {
    const governor = new Governor({ concurrency: 1 });
    governor.admit(call('a'), NOW);
    expect(governor.admit(call('b'), NOW).state).toBe('queued');
  });

  test('runs take turns, each run keeps its own order', () => {
    const governor = new Governor();
    const one = { limits: { ...LIMITS, concurrency: 1 } };
    governor.admit(call('first', one), NOW);
    for (const id of ['a1', 'a2', 'a3']) governor.admit(call(id, { ...one, runId: 'A' }), NOW);
    for (const id of ['b1', 'b2']) governor.admit(call(id, { ...one, runId: 'B' }), NOW);
    const order: string[] = [];
    let running = call('first', one);
    for (let i = 0; i < 5; i++) {
      governor.finished(running, 'ok', NOW);
      const [next] = governor.takeReady(NOW);
      if (!next) break;
      order.push(next.id);
      running = next;
    }
    expect(order).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
  });

  test('a newcomer does not take the place another waits for', () => {
    const governor = new Governor();
    for (const id of ['a', 'b', 'c']) governor.admit(call(id), NOW);
    governor.finished(call('a'), 'ok', NOW);
    expect(governor.admit(call('d', { runId: 'run2' }), NOW).state).toBe('queued');
    expect(ids(governor.takeReady(NOW))).toEqual(['c']);
  });

  test('a dropped call frees its place, waiting or in flight', () => {
    const governor = new Governor();
    for (const id of ['a', 'b', 'c', 'd']) governor.admit(call(id), NOW);
    governor.drop('run1', 'c');
    governor.drop('run1', 'a');
    governor.drop('run1', 'unknown');
    expect(ids(governor.takeReady(NOW))).toEqual(['d']);
    expect(governor.snapshot()[0]).toMatchObject({ inFlight: 2, queued: 0 });
  });

  test('asking twice for one call, or ending it twice, counts once', () => {
    const governor = new Governor();
    governor.admit(call('a'), NOW);
    expect(governor.admit(call('a'), NOW).state).toBe('admitted');
    governor.finished(call('a'), 'ok', NOW);
    governor.finished(call('a'), 'ok', NOW);
    expect(governor.snapshot()[0]).toMatchObject({ inFlight: 0 });
  });

  test('the same call id in two runs is two calls', () => {
    const governor = new Governor();
    governor.admit(call('a'), NOW);
    governor.admit(call('a', { runId: 'run2' }), NOW);
    expect(governor.snapshot()[0]).toMatchObject({ inFlight: 2 });
  });
});

describe('rate', () => {
  const limits = { ...LIMITS, concurrency: 100, rateLimit: { requests: 2, perMs: 1000 } };

  test('calls beyond the rate wait for their token and the time is told', () => {
    const governor = new Governor();
    expect(governor.admit(call('a', { limits }), NOW).state).toBe('admitted');
    expect(governor.admit(call('b', { limits }), NOW).state).toBe('admitted');
    expect(governor.admit(call('c', { limits }), NOW)).toEqual({
      state: 'queued',
      reason: 'rate',
      until: NOW + 500,
    });
    governor.admit(call('d', { limits }), NOW);
    expect(governor.takeReady(NOW + 499)).toEqual([]);
    expect(governor.nextWakeAt()).toBe(NOW + 500);
    expect(ids(governor.takeReady(NOW + 500))).toEqual(['c']);
    expect(governor.nextWakeAt()).toBe(NOW + 1000);
    expect(ids(governor.takeReady(NOW + 1000))).toEqual(['d']);
    expect(governor.nextWakeAt()).toBeUndefined();
  });

  test('no window ever sees more calls than twice the bucket, and the long run keeps the rate', () => {
    const governor = new Governor();
    const wide = { ...limits, rateLimit: { requests: 7, perMs: 300 } };
    const started: number[] = [];
    for (let i = 0; i < 70; i++)
      if (governor.admit(call(`c${i}`, { limits: wide }), NOW).state === 'admitted') started.push(0);
    for (let wake = governor.nextWakeAt(); wake !== undefined; wake = governor.nextWakeAt())
      for (const _ of governor.takeReady(wake)) started.push(wake - NOW);
    expect(started).toHaveLength(70);
    expect(started.filter((at) => at < 300).length).toBeLessThanOrEqual(14);
    expect(started.at(-1)).toBeGreaterThanOrEqual(2700);
    expect(started.at(-1)).toBeLessThan(2800);
  });

  test('a call without a rate of its own uses up tokens but never waits for one', () => {
    const governor = new Governor();
    governor.admit(call('a', { limits }), NOW);
    governor.admit(call('b'), NOW);
    expect(governor.admit(call('c', { limits }), NOW)).toMatchObject({ state: 'queued', reason: 'rate' });
    const free = { ...LIMITS, concurrency: 100 };
    expect(governor.admit(call('d', { runId: 'run2', limits: free }), NOW).state).toBe('admitted');
  });
});

describe('breaker', () => {
  test('opens after so many timeouts and refusals to answer within the window, and says until when', () => {
    const governor = opened();
    expect(governor.admit(call('d'), NOW + 1)).toEqual({
      state: 'refused',
      reason: 'circuit_open',
      until: NOW + 30_000,
    });
    expect(governor.takeChanges()).toEqual([
      { subject: 'tool:crm#3/60000/30000/1', from: 'closed', to: 'open', until: NOW + 30_000 },
    ]);
    expect(governor.takeChanges()).toEqual([]);
  });

  test('failures further apart than the window, and other kinds, do not count', () => {
    const governor = new Governor();
    const end = (id: string, kind: Parameters<Governor['finished']>[1], at: number): void => {
      governor.admit(call(id), at);
      governor.finished(call(id), kind, at);
    };
    end('a', 'timeout', NOW);
    end('b', 'unavailable', NOW + 30_000);
    end('c', 'timeout', NOW + 60_001);
    for (const kind of ['error', 'rate_limited', 'invalid_output', 'denied', 'ok'] as const)
      end(kind, kind, NOW + 60_001);
    expect(governor.snapshot()[0]?.breaker).toBe('closed');
    end('d', 'unavailable', NOW + 60_002);
    expect(governor.snapshot()[0]?.breaker).toBe('open');
  });

  test('after the cooldown one probe goes; its success closes the breaker', () => {
    const governor = opened();
    expect(governor.admit(call('probe'), NOW + 30_000).state).toBe('admitted');
    expect(governor.admit(call('other'), NOW + 30_000)).toEqual({ state: 'refused', reason: 'circuit_open' });
    governor.finished(call('probe'), 'ok', NOW + 30_100);
    expect(governor.admit(call('other'), NOW + 30_100).state).toBe('admitted');
    expect(governor.takeChanges().map(({ from, to }) => `${from}>${to}`)).toEqual([
      'closed>open',
      'open>half-open',
      'half-open>closed',
    ]);
  });

  test('a probe that fails opens it again for a whole cooldown', () => {
    const governor = opened();
    governor.admit(call('probe'), NOW + 30_000);
    governor.finished(call('probe'), 'unavailable', NOW + 31_000);
    expect(governor.admit(call('x'), NOW + 60_999)).toMatchObject({ until: NOW + 61_000 });
    expect(governor.admit(call('y'), NOW + 61_000).state).toBe('admitted');
  });

  test('a dropped probe gives its place to the next one', () => {
    const governor = opened();
    governor.admit(call('probe'), NOW + 30_000);
    governor.drop('run1', 'probe');
    expect(governor.admit(call('next'), NOW + 30_001).state).toBe('admitted');
  });

  test('the late result of a call from before it opened decides nothing', () => {
    const governor = new Governor();
    const wide = { limits: { ...LIMITS, concurrency: 10 } };
    for (const id of ['late', 'a', 'b', 'c']) governor.admit(call(id, wide), NOW);
    for (const id of ['a', 'b', 'c']) governor.finished(call(id, wide), 'timeout', NOW);
    governor.admit(call('probe', wide), NOW + 30_000);
    governor.finished(call('late', wide), 'timeout', NOW + 30_001);
    expect(governor.snapshot()[0]?.breaker).toBe('half-open');
  });

  test('who waits behind a breaker that opens is refused', () => {
    const governor = new Governor();
    for (let i = 0; i < 6; i++) governor.admit(call(`c${i}`), NOW);
    for (const id of ['c0', 'c1']) governor.finished(call(id), 'timeout', NOW);
    expect(ids(governor.takeReady(NOW))).toEqual(['c2', 'c3']);
    governor.finished(call('c2'), 'timeout', NOW);
    expect(governor.takeReady(NOW)).toEqual([]);
    expect(governor.takeRefused(NOW).map(({ call: { id }, ...rest }) => ({ id, ...rest }))).toEqual([
      { id: 'c4', reason: 'circuit_open', until: NOW + 30_000 },
      { id: 'c5', reason: 'circuit_open', until: NOW + 30_000 },
    ]);
    expect(governor.snapshot()[0]).toMatchObject({ queued: 0, inFlight: 1 });
  });

  test('other settings on the same dependency have a breaker of their own', () => {
    const governor = opened();
    const limits = { ...LIMITS, breaker: { ...BREAKER, failures: 9 } };
    expect(governor.admit(call('d', { limits }), NOW).state).toBe('admitted');
  });

  test('survives a restart, open or half counted', () => {
    const before = opened();
    const rows = before.dirtyRows();
    expect(before.dirtyRows()).toEqual([]);
    const after = new Governor();
    after.load(rows);
    expect(after.snapshot()).toEqual([{ dependency: 'tool:crm', inFlight: 0, queued: 0, breaker: 'open' }]);
    expect(after.admit(call('d'), NOW + 29_999)).toMatchObject({ state: 'refused', until: NOW + 30_000 });
    expect(after.admit(call('e'), NOW + 30_000).state).toBe('admitted');
  });

  test('failures counted before a restart count after it', () => {
    const before = new Governor();
    for (const id of ['a', 'b']) {
      before.admit(call(id), NOW);
      before.finished(call(id), 'timeout', NOW);
    }
    const after = new Governor();
    after.load(before.dirtyRows());
    after.admit(call('c'), NOW + 1);
    after.finished(call('c'), 'timeout', NOW + 1);
    expect(after.admit(call('d'), NOW + 1).state).toBe('refused');
  });
});

describe('retry budget', () => {
  const wide = { limits: { ...LIMITS, concurrency: 10_000 } };

  test('ten retries a minute and a fifth of the first calls, not one more', () => {
    const governor = new Governor();
    for (let i = 0; i < 100; i++) governor.admit(call(`f${i}`, wide), NOW);
    const states = Array.from({ length: 40 }, (_, i) =>
      governor.admit(call(`r${i}`, { ...wide, isRetry: true }), NOW),
    );
    expect(states.filter(({ state }) => state === 'admitted')).toHaveLength(30);
    expect(states.at(-1)).toEqual({ state: 'refused', reason: 'retry_budget' });
    expect(governor.admit(call('later', { ...wide, isRetry: true }), NOW + 61_000).state).toBe('admitted');
  });
});

describe('quality', () => {
  test('consecutive results under the gate stop the agent; a good one in between does not count', () => {
    const governor = new Governor();
    governor.quality('agent:writer', false, QUALITY, NOW);
    governor.quality('agent:writer', true, QUALITY, NOW);
    governor.quality('agent:writer', false, QUALITY, NOW);
    expect(governor.admit(modelCall('a', 's1'), NOW).state).toBe('admitted');
    governor.quality('agent:writer', false, QUALITY, NOW);
    expect(governor.admit(modelCall('b', 's2'), NOW)).toEqual({
      state: 'refused',
      reason: 'quality',
      until: NOW + 10_000,
    });
  });

  test('after the cooldown one step tries with all its calls; its result decides', () => {
    const governor = new Governor();
    for (let i = 0; i < 2; i++) governor.quality('agent:writer', false, QUALITY, NOW);
    const at = NOW + 10_000;
    expect(governor.admit(modelCall('a1', 's1'), at).state).toBe('admitted');
    governor.finished(modelCall('a1', 's1'), 'ok', at);
    expect(governor.admit(modelCall('b1', 's2'), at)).toEqual({ state: 'refused', reason: 'quality' });
    expect(governor.admit(modelCall('a2', 's1'), at).state).toBe('admitted');
    governor.finished(modelCall('a2', 's1'), 'ok', at);
    governor.quality('agent:writer', true, QUALITY, at);
    expect(governor.admit(modelCall('b2', 's2'), at).state).toBe('admitted');
  });

  test('a trying step that fails, or is not heard of again, makes room for another', () => {
    const governor = new Governor();
    for (let i = 0; i < 2; i++) governor.quality('agent:writer', false, QUALITY, NOW);
    const at = NOW + 10_000;
    governor.admit(modelCall('a', 's1'), at);
    governor.finished(modelCall('a', 's1'), 'timeout', at);
    expect(governor.admit(modelCall('b', 's2'), at).state).toBe('admitted');
    governor.finished(modelCall('b', 's2'), 'ok', at);
    expect(governor.admit(modelCall('c', 's3'), at + 9_999).state).toBe('refused');
    expect(governor.admit(modelCall('c', 's3'), at + 10_000).state).toBe('admitted');
  });

  test('survives a restart and tells of its transitions', () => {
    const before = new Governor();
    for (let i = 0; i < 2; i++) before.quality('agent:writer', false, QUALITY, NOW);
    expect(before.takeChanges()).toEqual([
      { subject: 'agent:writer', from: 'closed', to: 'open', until: NOW + 10_000 },
    ]);
    const after = new Governor();
    after.load(before.dirtyRows());
    expect(after.admit(modelCall('a', 's1'), NOW).state).toBe('refused');
  });

  test('who waits for a place when the agent is stopped is refused', () => {
    const governor = new Governor();
    const narrow = { ...modelCall('b', 's2'), limits: { ...LIMITS, concurrency: 1 } };
    governor.admit(modelCall('a', 's1'), NOW);
    governor.admit(narrow, NOW);
    for (let i = 0; i < 2; i++) governor.quality('agent:writer', false, QUALITY, NOW);
    expect(governor.takeRefused(NOW).map(({ call: { id }, reason }) => [id, reason])).toEqual([
      ['b', 'quality'],
    ]);
  });
});
