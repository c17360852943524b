/** Does one call: the real executors, or the rehearsal where the run, the model or an injected fault says so. */
import { AppError, serializeError } from '../../shared/base/app-error';
import type { Json } from '../../shared/base/json';
import type { Call, CallContext, ModelOutcome, ValueOutcome } from '../../shared/ports/calls';
import type { Fault } from '../../shared/spec/parts';
import type { RuntimeOptions } from './api';
import { createMasker } from './export/masking';
import { faultOf, rehearse, slowness } from './rehearsal';
import { withConfidence } from './rehearsal-entry';
import type { Session } from './session';

/** Values of secrets that calls of a runtime were given. What a service answers may repeat any of them. */
const handedOut = new WeakMap<RuntimeOptions, Set<string>>();

/** Faults that happen around a call: it is made all the same, its effect is real. */
const AROUND: ReadonlySet<Fault['kind']> = new Set<Fault['kind']>(['slow', 'low_confidence', 'crash']);

/**
 * Neither the outcome nor an error holds a secret: what comes from here is recorded.
 * @throws AppError when an executor failed in a way it did not foresee.
 */
export async function performCall(
  options: RuntimeOptions,
  session: Session,
  call: Call,
  signal: AbortSignal,
): Promise<ModelOutcome | ValueOutcome> {
  const { state } = session;
  const simulated =
    state.mode === 'rehearsal' || (call.type === 'model' && call.model.provider === 'simulated');
  const fault = faultOf(call, session.faults, state.seed);
  // Whoever started the run has heard of everything that is committed before the process dies.
  if (fault?.kind === 'crash') await Promise.resolve();
  if (simulated || (fault && !AROUND.has(fault.kind))) {
    const rehearsed = rehearse(call, { flow: session.flow, seed: state.seed, faults: session.faults });
    if (rehearsed.crash) options.onCrash?.(rehearsed.crash);
    await pass(options, options.rehearsalPace?.(rehearsed.latencyMs) ?? 0, signal);
    return rehearsed.outcome;
  }
  if (!fault) return await makeCall(options, session, call, signal);
  const { latencyMs, failure } = slowness(call, fault);
  if (failure) return failure;
  await pass(options, latencyMs, signal);
  const isCrash = fault.kind === 'crash';
  if (isCrash && fault.when !== 'after') options.onCrash?.('before');
  const outcome = await makeCall(options, session, call, signal);
  if (isCrash && fault.when === 'after') options.onCrash?.('after');
  return fault.kind === 'low_confidence' ? unsure(outcome) : outcome;
}

/** The call itself. */
async function makeCall(
  options: RuntimeOptions,
  session: Session,
  call: Call,
  signal: AbortSignal,
): Promise<ModelOutcome | ValueOutcome> {
  const secrets = handedOut.get(options) ?? new Set();
  handedOut.set(options, secrets);
  const context: CallContext = {
    signal,
    onText: (text) => {
      const shown = createMasker(secrets).text(text);
      options.onDelta?.({ runId: session.runId, step: call.step, attempt: call.attempt, text: shown });
    },
    secret: async (name) => {
      const value = await options.secret(name);
      if (value === undefined)
        throw new AppError('secret/missing', `The secret "${name}" is not known here.`, {
          hint: `Add "${name}" to the secrets.`,
        });
      secrets.add(value);
      return value;
    },
    grants: session.grants,
  };
  try {
    const outcome = await execute(options, call, context);
    return createMasker(secrets).json(outcome);
  } catch (error) {
    const { code, message } = serializeError(error);
    throw new AppError(code, createMasker(secrets).text(message));
  }
}

/** The answer as it was, but for how sure it is. */
function unsure(outcome: ModelOutcome | ValueOutcome): ModelOutcome | ValueOutcome {
  if (!outcome.ok) return outcome;
  if ('value' in outcome) return { ...outcome, value: withConfidence(outcome.value, 0) };
  try {
    return { ...outcome, text: JSON.stringify(withConfidence(JSON.parse(outcome.text) as Json, 0)) };
  } catch {
    return outcome; // plain words say nothing about how sure they are
  }
}

function execute(
  { executors }: RuntimeOptions,
  call: Call,
  context: CallContext,
): Promise<ModelOutcome | ValueOutcome> {
  if (call.type === 'model') return executors.model(call, context);
  return call.type === 'tool' ? executors.tool(call, context) : executors.code(call, context);
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
