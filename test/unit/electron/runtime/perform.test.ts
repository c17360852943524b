import { expect, test } from 'vitest';
import type { RuntimeOptions } from '../../../../electron/runtime/api';
import { performCall } from '../../../../electron/runtime/perform';
import type { Session } from '../../../../electron/runtime/session';
import type { Call, CallContext, ModelOutcome, ValueOutcome } from '../../../../shared/ports/calls';

const SECRET = 'token-5d2f-"quoted"';

type Outcome = ModelOutcome | ValueOutcome;

function perform(tool: (context: CallContext) => Promise<Outcome>, shown: string[] = []): Promise<Outcome> {
  // Only what a live tool call looks at.
  const options = {
    executors: { tool: (_call: unknown, context: CallContext) => tool(context) },
    secret: async (name: string) => (name === 'TOKEN' ? SECRET : undefined),
    onDelta: (delta: { text: string }) => shown.push(delta.text),
  } as unknown as RuntimeOptions;
  const session = { state: { mode: 'live', seed: 1 }, faults: [], runId: 'run' } as unknown as Session;
  const call = { type: 'tool', step: 'a', node: 'a', attempt: 1 } as unknown as Call;
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
