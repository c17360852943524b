import { expect, test } from 'vitest';
import type { RuntimeOptions } from '../../../../electron/runtime/api';
import { performCall } from '../../../../electron/runtime/perform';
import type { Session } from '../../../../electron/runtime/session';
import type { Fault } from '../../../../shared/spec/parts';
import { SteppedClock } from '../../../simulation/crash-world';
import type { Call, CallContext, ModelOutcome, ValueOutcome } from '../../../../shared/ports/calls';

const SECRET = 'token-5d2f-"quoted"';

type Outcome = ModelOutcome | ValueOutcome;

function perform(
  answer: (context: CallContext) => Promise<Outcome>,
  shown: string[] = [],
  faults: readonly Fault[] = [],
  crashed: string[] = [],
): Promise<Outcome> {
  // Only what a live tool call looks at.
  const options = {
    executors: { tool: (_call: unknown, context: CallContext) => answer(context) },
    secret: async (name: string) => (name === 'TOKEN' ? SECRET : undefined),
    onDelta: (delta: { text: string }) => shown.push(delta.text),
    onCrash: (when: string) => crashed.push(when),
    clock: new SteppedClock(0),
  } as unknown as RuntimeOptions;
  const session = { state: { mode: 'live', seed: 1 }, faults, runId: 'run' } as unknown as Session;
  const limits = { timeoutMs: 5000 };
  const tool = { effect: 'once' };
  const parts = { type: 'tool', step: 'a', node: 'a', attempt: 1, ofStep: true, limits, tool };
  const call = parts as unknown as Call;
  return performCall(options, session, call, new AbortController().signal);
}

test('a secret that a service repeats is in no outcome, whatever its form', async () => {
  const shown: string[] = [];
  const outcome = await perform(async (context) => {
    const secret = await context.secret('TOKEN');
    context.onText?.(`it is ${secret}`);
    return { ok: true, value: { echo: `Bearer ${secret}`, text: JSON.stringify({ secret }) } };
  }, shown);
  expect(outcome).toEqual({
    ok: true,
    value: { echo: 'Bearer [masked]', text: '{"secret":"[masked]"}' },
  });
  expect(shown).toEqual(['it is [masked]']);
});

test('an error tells no secret', async () => {
  const failing = perform(async (context) => {
    throw new Error(`refused ${await context.secret('TOKEN')}`);
  });
  await expect(failing).rejects.toThrow('refused [masked]');
});

test('a secret that is not there is asked for by name', async () => {
  const failing = perform(async (context) => ({ ok: true, value: await context.secret('OTHER') }));
  await expect(failing).rejects.toMatchObject({ code: 'secret/missing' });
});

const given: Outcome = { ok: true, value: { n: 1, confidence: 0.9 } };
const fault = (kind: Fault['kind'], more: Partial<Fault> = {}): Fault => ({
  node: 'a',
  attempt: 1,
  kind,
  ...more,
});

test.each<[Fault, string[]]>([
  [fault('crash'), ['before', 'called']],
  [fault('crash', { when: 'after' }), ['called', 'after']],
])('an injected crash comes before or after the real call: %j', async (crash, order) => {
  const happened: string[] = [];
  const call = async (): Promise<Outcome> => {
    happened.push('called');
    return given;
  };
  expect(await perform(call, [], [crash], happened)).toEqual(given);
  expect(happened).toEqual(order);
});

test('an injected doubt leaves the answer of the real call as it was, but for how sure it is', async () => {
  expect(await perform(async () => given, [], [fault('low_confidence')])).toEqual({
    ok: true,
    value: { n: 1, confidence: 0 },
  });
});

test('a call that is slower than it may take ends as a timeout, and a `once` one in doubt', async () => {
  const slow = fault('slow', { latency: 'PT6S' });
  const outcome = await perform(async () => given, [], [slow]);
  expect(outcome).toMatchObject({ ok: false, kind: 'uncertain' });
});
