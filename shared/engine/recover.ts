/** After a failed attempt, always in the same order: retry, the next model, then whatever is drawn. */
import { backoffMs, isReasked } from './apply-calls';
import { modelChain } from './calls';
import { guardExpressions } from './check';
import type { Miss } from './check';
import { type Decider, emit } from './decider';
import { placeOf, test } from './evaluate';
import { CHAIN_KINDS } from '../spec/recovery-kinds';
import { failStep } from './fail';
import type { PendingFailure, RunState, Step } from './state';

/** A result that did not pass its check: for an agent the first time it is told and asked again. */
export function rejectAttempt(d: Decider, step: Step, miss: Miss): void {
  emit(d, {
    type: 'attempt.rejected',
    step: step.key,
    attempt: step.attempt,
    data: { kind: miss.kind, check: miss.check, message: miss.message },
  });
}

export function recoverStep(d: Decider, step: Step, failure: PendingFailure): void {
  const { state } = d;
  // An empty answer or a refusal of a model is asked again once, like any other answer that cannot be used.
  if (isEmptyAnswer(step, failure) && isReasked(step, 'shape', failure.kind)) {
    rejectAttempt(d, step, { kind: failure.kind, check: 'shape', message: failure.message });
    return;
  }
  if (mayRetry(state, step, failure)) {
    schedule(d, step, failure, undefined);
    return;
  }
  const next = nextModel(state, step, failure);
  if (next !== undefined) {
    schedule(d, step, failure, next);
    return;
  }
  failStep(d, step, failure);
}

function isEmptyAnswer(step: Step, failure: PendingFailure): boolean {
  return (
    step.plan.node.kind === 'agent' && failure.kind === 'invalid_output' && failure.code.startsWith('model/')
  );
}

function mayRetry(state: RunState, step: Step, failure: PendingFailure): boolean {
  const { retry } = step.plan.policy;
  if (failure.noRetry || failure.final) return false;
  if (NEVER_CODES.has(failure.code)) return false;
  if (step.onModel >= retry.maxAttempts) return false;
  if (failure.code === 'output/retry.when') return true; // the policy asks for it, whatever its `on` says
  if (!retry.on.has(failure.kind)) return false;
  if (retry.when === undefined) return true;
  const source = retry.when;
  const reads = state.plan.pure.expression(source).paths;
  if (!reads.some((path) => path[0] === 'error')) return true;
  const error = {
    node: step.plan.id,
    step: step.key,
    kind: failure.kind,
    code: failure.code,
    message: failure.message,
    attempts: step.attempt,
  };
  const guarded = guardExpressions(() => test(state, placeOf(step), source, 'retry.when', { error }));
  return guarded.ok && guarded.value;
}

/** The flow itself is at fault: another attempt would go the same way. */
const NEVER_CODES: ReadonlySet<string> = new Set(['expr/failed', 'expr/limit', 'tool/bad-arguments']);

function nextModel(state: RunState, step: Step, failure: PendingFailure): string | undefined {
  const { node } = step.plan;
  if (failure.final || !CHAIN_KINDS.has(failure.kind) || step.undoes) return undefined;
  const name =
    node.kind === 'agent'
      ? state.plan.flow.agents?.[node.agent]?.model
      : node.kind === 'supervisor' || node.kind === 'planner'
        ? node.model
        : undefined;
  return name === undefined ? undefined : modelChain(state, name)[step.modelIndex + 1]?.name;
}

function schedule(d: Decider, step: Step, failure: PendingFailure, model: string | undefined): void {
  const { state } = d;
  const nextAttempt = step.attempt + 1;
  const { retry } = step.plan.policy;
  const backoff =
    model === undefined
      ? backoffMs(retry, state.seed, `${step.key}:${step.attempt}`, Math.max(1, step.onModel))
      : 0;
  const delayMs = model === undefined ? Math.max(backoff, failure.retryAfterMs ?? 0) : 0;
  emit(d, {
    type: 'retry.scheduled',
    step: step.key,
    attempt: step.attempt,
    data: { nextAttempt, ...(model === undefined ? {} : { model }), dueAt: state.at + delayMs, delayMs },
  });
}
