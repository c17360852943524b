/** Does one call: the real executors, or the rehearsal where the run, the model or an injected fault says so. */
import { AppError } from '../../shared/base/app-error';
import type { Call, CallContext, ModelOutcome, ValueOutcome } from '../../shared/ports/calls';
import type { RuntimeOptions } from './api';
import { faultOf, rehearse } from './rehearsal';
import type { Session } from './session';

export async function performCall(
  options: RuntimeOptions,
  session: Session,
  call: Call,
  signal: AbortSignal,
): Promise<ModelOutcome | ValueOutcome> {
  const { state } = session;
  const simulated =
    state.mode === 'rehearsal' || (call.type === 'model' && call.model.provider === 'simulated');
  if (simulated || faultOf(call, session.faults, state.seed)) {
    const rehearsed = rehearse(call, { flow: session.flow, seed: state.seed, faults: session.faults });
    if (rehearsed.crash) options.onCrash?.(rehearsed.crash);
    await pass(options, options.rehearsalPace?.(rehearsed.latencyMs) ?? 0, signal);
    return rehearsed.outcome;
  }
  const context: CallContext = {
    signal,
    onText: (text) =>
      options.onDelta?.({ runId: session.runId, step: call.step, attempt: call.attempt, text }),
    secret: async (name) => {
      const value = await options.secret(name);
      if (value === undefined)
        throw new AppError('secret/missing', `The secret "${name}" is not known here.`, {
          hint: `Add "${name}" to the secrets.`,
        });
      return value;
    },
    grants: session.grants,
  };
  if (call.type === 'model') return options.executors.model(call, context);
  return call.type === 'tool' ? options.executors.tool(call, context) : options.executors.code(call, context);
}

/** Lets a rehearsed call take some of its time, so that a person can follow it; nothing to wait for, no wait. */
async function pass(options: RuntimeOptions, delayMs: number, signal: AbortSignal): Promise<void> {
  if (delayMs <= 0 || signal.aborted) return;
  const { clock } = options;
  await new Promise<void>((resolve) => {
    const cancel = clock.at(clock.now() + delayMs, resolve);
    const stop = (): void => {
      cancel();
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
