/**
 * How a call of a tool ends.
 *
 * O1. Inside a tool a foreseen failure is thrown as CallError; `attempt` is the one door where it becomes an outcome.
 * O2. `sent` says whether the other side may have begun to act; it only ever goes from no to maybe.
 * O3. A `once` call that may have happened and has no definite answer is `uncertain`, whatever went wrong.
 */
import { AppError } from '../../../shared/base/app-error';
import { type Json, whyNotKept } from '../../../shared/base/json';
import type { CallContext, CallFailure, CallLimits, ValueOutcome } from '../../../shared/ports/calls';
import type { Tool } from '../../../shared/spec/parts';

export type Failure = Omit<CallFailure, 'ok'>;

/** A failure on its way to the door of the tool. */
export class CallError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'CallError';
    this.failure = failure;
  }
}

export function failed(failure: Failure): CallFailure {
  return { ok: false, ...failure };
}

/** Ends the call before anything was sent. */
export function refuse(kind: Failure['kind'], code: string, message: string): CallError {
  return new CallError({ kind, code, message, sent: 'no' });
}

export function badArguments(message: string): CallError {
  return refuse('error', 'tool/bad-arguments', message);
}

/** One try of a call: when to stop, and how far it got. */
export interface Attempt {
  readonly signal: AbortSignal;
  readonly sent: 'no' | 'maybe';
  /** From here on the other side may have acted. */
  markSent(): void;
}

/** Runs one call within its time. It answers at once when the time is over, even if the work cannot be stopped. */
export async function attempt(
  what: string,
  limits: CallLimits,
  context: CallContext,
  work: (attempt: Attempt) => Promise<Json>,
  /** For work that ends itself in time. */
  graceMs = 0,
): Promise<ValueOutcome> {
  const stop = new AbortController();
  let sent: 'no' | 'maybe' = 'no';
  const markSent = () => {
    sent = 'maybe';
  };
  const ended = new Promise<CallFailure>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve(stopped(what, stop.signal.reason, limits, sent)));
  });
  const cancel = () => stop.abort('cancelled');
  const timer =
    limits.timeoutMs === undefined
      ? undefined
      : setTimeout(() => stop.abort('timeout'), limits.timeoutMs + graceMs);
  context.signal.addEventListener('abort', cancel);
  if (context.signal.aborted) cancel();
  try {
    if (stop.signal.aborted) return await ended;
    const state: Attempt = {
      signal: stop.signal,
      get sent() {
        return sent;
      },
      markSent,
    };
    return await Promise.race([ended, settle(work(state))]);
  } finally {
    clearTimeout(timer);
    context.signal.removeEventListener('abort', cancel);
  }
}

function stopped(what: string, reason: unknown, limits: CallLimits, sent: 'no' | 'maybe'): CallFailure {
  if (reason === 'timeout') {
    const message = `${what} took longer than ${(limits.timeoutMs ?? 0) / 1000} s.`;
    return failed({ kind: 'timeout', code: 'tool/timeout', message, sent });
  }
  return failed({ kind: 'cancelled', code: 'tool/cancelled', message: `${what} was cancelled.`, sent });
}

async function settle(work: Promise<Json>): Promise<ValueOutcome> {
  try {
    const value = await work;
    const why = whyNotKept(value);
    if (why === undefined) return { ok: true, value };
    const message = `The answer cannot be kept: ${why}.`;
    return failed({ kind: 'invalid_output', code: 'tool/failed', message, sent: 'yes' });
  } catch (error) {
    if (error instanceof CallError) return failed(error.failure);
    // Secrets that are missing and expressions that fail: both are looked at before anything is sent.
    if (error instanceof AppError) {
      return failed({ kind: 'error', code: error.code, message: error.message, sent: 'no' });
    }
    throw error;
  }
}

/** The other side answered, and the answer was no. */
function isDefinite({ kind, code }: Failure): boolean {
  return (kind === 'error' || kind === 'rate_limited') && code !== 'tool/too-large';
}

/** What the failure of a call means when the call must not happen twice. */
export function heedEffect(effect: Tool['effect'], outcome: ValueOutcome): ValueOutcome {
  if (outcome.ok || effect !== 'once' || outcome.sent === 'no' || isDefinite(outcome)) return outcome;
  return failed({
    kind: 'uncertain',
    code: 'tool/uncertain',
    message: `It is not known whether this happened: ${outcome.message}`,
    sent: 'maybe',
  });
}
