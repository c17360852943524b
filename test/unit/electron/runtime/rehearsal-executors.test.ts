import { expect, test } from 'vitest';
import { simulatedExecutors } from '../../../../electron/runtime/rehearsal-executors';
import type { AbortSignalLike, CallContext, CodeCall, ModelCall } from '../../../../shared/ports/calls';
import type { Flow } from '../../../../shared/spec/flow';
import type { Fault } from '../../../../shared/spec/parts';

const base = {
  id: 's@1:c',
  runId: 'run',
  step: 's',
  node: 's',
  visit: 1,
  attempt: 1,
  opensAttempt: true,
  isRetry: false,
  dependency: 'code',
  limits: {
    timeoutMs: 60_000,
    breaker: { failures: 5, windowMs: 1000, cooldownMs: 1000, halfOpen: 1 },
    concurrency: 4,
  },
  schemas: {},
};
const code: CodeCall = { ...base, type: 'code', source: '', args: null };
const model: ModelCall = {
  ...base,
  type: 'model',
  purpose: 'turn',
  turn: 1,
  modelName: 'main',
  model: { provider: 'simulated', model: 'x' },
  messages: [],
  tools: [],
  maxOutputTokens: 10,
  requestHash: '',
  prompt: '',
};
const flow = {
  format: '1',
  id: 'f',
  name: 'F',
  version: '1.0.0',
  nodes: {},
  edges: [],
  rehearsal: { nodes: { s: { output: 'said', latency: { p50: 'PT10S', p95: 'PT10S' } } } },
} as unknown as Flow; // only its rehearsal is read

function stage(faults: readonly Fault[] = [], speed?: number, onSleep: () => void = () => undefined) {
  const waited: number[] = [];
  const crashes: string[] = [];
  const texts: string[] = [];
  const executors = simulatedExecutors({
    rehearsalOf: () => ({ flow, seed: 1, faults }),
    sleep: async (ms) => {
      waited.push(Math.round(ms));
      onSleep();
    },
    ...(speed === undefined ? {} : { speed }),
    onCrash: (when) => crashes.push(`${when} after ${waited.length} waits`),
  });
  return { executors, waited, crashes, texts };
}

function context(signal: AbortSignalLike, texts: string[] = []): CallContext {
  return {
    signal,
    onText: (text) => texts.push(text),
    secret: async (name) => {
      throw new Error(`a rehearsal asked for the secret ${name}`);
    },
    grants: { trust: false, baseFolder: '', granted: {} },
  };
}

test('waits as long as the call would have taken, then answers as rehearsed', async () => {
  const { executors, waited } = stage();
  expect(await executors.code(code, context(new AbortController().signal))).toEqual({
    ok: true,
    value: 'said',
  });
  expect(waited).toEqual([10_000]);
});

test('waits less at a higher speed, and not at all at an endless one', async () => {
  const faster = stage([], 10);
  await faster.executors.code(code, context(new AbortController().signal));
  const instant = stage([], Number.POSITIVE_INFINITY);
  await instant.executors.code(code, context(new AbortController().signal));
  expect([faster.waited, instant.waited]).toEqual([[1000], []]);
});

test('a model shows its text when it has said it', async () => {
  const { executors, texts } = stage();
  const outcome = await executors.model(model, context(new AbortController().signal, texts));
  expect(outcome).toMatchObject({ ok: true, text: 'said' });
  expect(texts).toEqual(['said']);
});

test('a call that is aborted while it waits is cancelled and says nothing', async () => {
  const controller = new AbortController();
  const { executors, texts } = stage([], 1, () => controller.abort());
  const outcome = await executors.model(model, context(controller.signal, texts));
  expect(outcome).toMatchObject({ ok: false, kind: 'cancelled', sent: 'maybe' });
  expect(texts).toEqual([]);
});

test('a call that is aborted before it starts does not wait', async () => {
  const controller = new AbortController();
  controller.abort();
  const { executors, waited } = stage();
  expect(await executors.code(code, context(controller.signal))).toMatchObject({
    kind: 'cancelled',
    sent: 'no',
  });
  expect(waited).toEqual([]);
});

test('an injected crash comes before or after the effect', async () => {
  const before = stage([{ node: 's', attempt: 1, kind: 'crash', when: 'before' }]);
  await before.executors.code(code, context(new AbortController().signal));
  const after = stage([{ node: 's', attempt: 1, kind: 'crash', when: 'after' }]);
  await after.executors.code(code, context(new AbortController().signal));
  expect([before.crashes, after.crashes]).toEqual([['before after 0 waits'], ['after after 1 waits']]);
});
