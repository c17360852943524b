/** What attempts, model calls, tool calls and the governor's decisions do to a step. */
import { isJsonObject, type Json } from '../base/json';
import { present } from '../base/present';
import { seededRandom } from '../base/random';
import type { DataOf, EventType, Message, RunEvent } from '../events/event';
import { canonicalJson } from '../base/jcs';
import { codeOfCheck } from './check';
import { noteVerdict } from './gates';
import { offeredHandoffs } from './plan';
import { type Applying, setStepTimer, stepOf } from './apply-steps';
import { MAX_RETRY_AFTER_MS, resolveToolPolicy } from './policy';
import type { FailureKind } from '../spec/values';
import type { PendingCall, RunState, Step } from './state';
import { usagesOf } from './usage';
import { setStatus } from './status';

export const TRANSFER = 'transfer_to_';

type CallEvent =
  | 'attempt.started'
  | 'attempt.completed'
  | 'attempt.failed'
  | 'attempt.rejected'
  | 'retry.scheduled'
  | 'model.completed'
  | 'tool.started'
  | 'tool.completed'
  | 'tool.failed'
  | 'tool.refused'
  | 'governor.queued'
  | 'governor.refused'
  | 'plan.proposed';

export const CALLS: Applying<CallEvent> = {
  'attempt.started': ofStep(attemptStarted),
  'attempt.completed': ofStep((_state, step, event) => {
    step.issued.clear();
    if (!talks(step)) step.result = { value: event.data.result };
  }),
  'attempt.failed': ofStep(attemptFailed),
  'attempt.rejected': ofStep(rejected),
  'retry.scheduled': ofStep(retryScheduled),
  'model.completed': ofStep(modelCompleted),
  'tool.started': ofStep(toolStarted),
  'tool.completed': ofStep(toolCompleted),
  'tool.failed': ofStep(toolFailed),
  'tool.refused': ofStep((_state, step, event) => {
    if (!event.data.reason.startsWith('rejected')) step.conversation.refusedInARow++;
    answerCall(step, event.data.call, { error: event.data.reason }, true);
  }),
  'governor.queued': ofStep((state, step) => {
    if (step.status === 'running') setStatus(state, step, 'queued');
  }),
  'governor.refused': ofStep(governorRefused),
  'plan.proposed': ofStep((_state, step, event) => {
    step.proposal = event.data.steps;
    step.plans++;
  }),
};

/** What happens to a step at work is looked at again at once. */
function ofStep<T extends EventType>(
  work: (state: RunState, step: Step, event: RunEvent<T>) => void,
): (state: RunState, event: RunEvent<T>) => void {
  return (state, event) => {
    const step = stepOf(state, event.step);
    state.dirty.add(step.token);
    work(state, step, event);
  };
}

/** Kinds whose result comes out of a conversation with a model instead of one answer. */
export function talks(step: Step): boolean {
  const { kind } = step.plan.node;
  return !step.undoes && kind !== 'tool' && kind !== 'code';
}

function attemptStarted(state: RunState, step: Step, event: RunEvent<'attempt.started'>): void {
  step.attempt = present(event.attempt, 'number of the attempt of', step.key);
  step.attemptOpen = true;
  step.onModel++;
  step.backoff = false;
  for (const usage of usagesOf(state, step)) {
    usage.attempts++;
    if (step.again !== null) usage.retries++;
  }
  step.again = null;
  setStatus(state, step, 'running');
}

function attemptFailed(state: RunState, step: Step, { data }: RunEvent<'attempt.failed'>): void {
  step.issued.clear();
  const { kind, code, message, retryAfterMs } = data;
  if (step.uncertain !== null) return; // the call may have had its effect: a person is asked
  step.attemptOpen = false;
  step.callStarted = null;
  const noRetry = (retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS;
  step.failure = {
    kind,
    code,
    message,
    noRetry,
    final: false,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
  setStatus(state, step, step.status);
}

/** Whether a miss is answered with the list of what is wrong instead of counting as the attempt's failure. */
export function isReasked(step: Step, check: string, kind: string): boolean {
  return (
    step.plan.node.kind === 'agent' &&
    !step.undoes &&
    !step.reasked &&
    kind === 'invalid_output' &&
    check !== 'retry.when'
  );
}

function rejected(state: RunState, step: Step, { data }: RunEvent<'attempt.rejected'>): void {
  const { kind, check, message } = data;
  const reask = isReasked(step, check, kind);
  noteVerdict(state, step, false);
  step.result = null;
  step.judged = [];
  if (step.plan.node.kind === 'agent') tellMiss(step, message);
  if (reask) {
    step.reasked = true;
    step.failure = null;
    step.attemptOpen = true;
    return;
  }
  step.attemptOpen = false;
  step.failure = {
    kind,
    code: codeOfCheck(check),
    message,
    noRetry: false,
    final: false,
  };
  setStatus(state, step, step.status);
}

/** The model hears what was wrong; every handoff it called gets an answer, as models ask for. */
function tellMiss({ conversation: talk }: Step, message: string): void {
  if (talk.transfer) {
    talk.transfers.forEach(({ id, name }, i) => {
      const error = i === 0 ? message : 'only the first handoff of a turn counts';
      talk.messages.push({ role: 'tool', callId: id, name, result: { error }, isError: true });
    });
  } else {
    const text = `Your answer cannot be used: ${message}\nAnswer again and mend exactly this.`;
    talk.messages.push({ role: 'user', text });
  }
  talk.answer = null;
  talk.transfer = null;
}

function retryScheduled(state: RunState, step: Step, { data, at }: RunEvent<'retry.scheduled'>): void {
  step.lastFailure = step.failure;
  step.failure = null;
  step.reasked = false;
  step.result = null;
  step.judged = [];
  step.again = data.model === undefined ? 'retry' : 'model';
  if (data.model !== undefined) {
    step.modelIndex++;
    step.onModel = 0;
  }
  if (data.dueAt > at) {
    step.backoff = true;
    setStepTimer(state, step, `${step.key}:retry:${data.nextAttempt}`, data.dueAt);
    setStatus(state, step, 'retrying');
  }
}

function modelCompleted(state: RunState, step: Step, { data }: RunEvent<'model.completed'>): void {
  step.issued.clear();
  if (step.status === 'queued') setStatus(state, step, 'running');
  for (const usage of usagesOf(state, step)) {
    usage.turns++;
    usage.tokens = { in: usage.tokens.in + data.usage.in, out: usage.tokens.out + data.usage.out };
    usage.cost = data.cost
      ? {
          amount: usage.cost.amount + data.cost.amount,
          currency: data.cost.currency,
          known: usage.cost.known,
        }
      : { ...usage.cost, known: false };
  }
  if (data.purpose === 'judge') {
    step.judged.push(scoreOf(data.message));
    return;
  }
  if (data.purpose !== 'turn') {
    step.replies.push({ purpose: data.purpose, text: data.message });
    step.attemptOpen = false;
    setStatus(state, step, step.status);
    return;
  }
  hear(step, data);
}

function hear(step: Step, data: DataOf<'model.completed'>): void {
  const talk = step.conversation;
  const message: Message = {
    role: 'assistant',
    text: data.message,
    ...(data.toolCalls.length ? { toolCalls: data.toolCalls } : {}),
  };
  talk.messages.push(message);
  const offered = new Set(offeredHandoffs(step.plan).map((handoff) => `${TRANSFER}${handoff.name}`));
  talk.transfers = data.toolCalls.filter((call) => offered.has(call.name));
  talk.transfer = talk.transfers[0] ?? null;
  talk.pending = data.toolCalls
    .filter((call) => !offered.has(call.name))
    .map(
      (call): PendingCall => ({
        call: ++step.calls,
        id: call.id,
        name: call.name,
        args: call.args,
        state: 'new',
        attempts: 0,
        edited: undefined,
      }),
    );
  talk.answer = data.toolCalls.length === 0 ? data.message : null;
}

/** A judge answers with a number from 0 to 1, alone or as `score` of an object; anything else is no approval. */
function scoreOf(text: string): number {
  try {
    const value = JSON.parse(text) as unknown;
    const score = isJsonObject(value) ? value['score'] : value;
    return typeof score === 'number' ? Math.min(1, Math.max(0, score)) : 0;
  } catch {
    const found = /(?:^|\s)([01](?:\.\d+)?)(?:\s|$|\.)/.exec(text); // plain words with a score in them
    return found ? Math.min(1, Number(found[1])) : 0;
  }
}

function toolStarted(_state: RunState, step: Step, { data }: RunEvent<'tool.started'>): void {
  if (data.effect === 'once') step.callStarted = data.call;
  const effect = `${data.tool}:${data.key}`;
  if (data.effect !== 'read' && !step.effects.includes(effect)) {
    step.effects.push(effect);
    step.unsent = data.call;
  }
  step.conversation.refusedInARow = 0;
  const pending = step.conversation.pending.find((call) => call.call === data.call);
  if (pending) {
    pending.state = 'started';
    pending.attempts++;
    if (canonicalJson(pending.args) !== canonicalJson(data.args)) pending.edited = data.args;
  }
}

function toolCompleted(_state: RunState, step: Step, { data }: RunEvent<'tool.completed'>): void {
  step.callStarted = null;
  step.unsent = null;
  if (talks(step)) answerCall(step, data.call, data.result, false);
}

const EDITED = 'A person changed the arguments before the call was made.';

/** The model hears how the calls of its turn ended, in the order it made them: what it is asked next does not depend on timing. */
export function answerCall(step: Step, call: number, result: Json, isError: boolean): void {
  const talk = step.conversation;
  const pending = present(
    talk.pending.find((candidate) => candidate.call === call),
    'call',
    call,
  );
  pending.state = 'done';
  step.issued.delete(`${step.key}@${step.attempt}:t${call}`);
  const answer: Message = {
    role: 'tool',
    callId: pending.id,
    name: pending.name,
    result: pending.edited === undefined ? result : { note: EDITED, arguments: pending.edited, result },
    ...(isError ? { isError } : {}),
  };
  const later = talk.pending.filter((other) => other.state === 'done' && other.call > call).length;
  talk.messages.splice(talk.messages.length - later, 0, answer);
}

/** Definite answers that it was not done, as a 4xx is: such a call may be made again, so it had no effect. */
const REFUSALS: ReadonlySet<FailureKind> = new Set<FailureKind>(['error', 'rate_limited', 'denied']);

function toolFailed(state: RunState, step: Step, { data }: RunEvent<'tool.failed'>): void {
  const pending = step.conversation.pending.find((call) => call.call === data.call);
  const isRefused = data.sent === 'no' || (data.sent === 'yes' && REFUSALS.has(data.kind));
  if (isRefused && step.unsent === data.call) step.effects.pop();
  step.unsent = null;
  if (data.kind === 'uncertain') {
    step.uncertain = data.call;
    return;
  }
  step.callStarted = null;
  if (!pending) return;
  const { retry } = resolveToolPolicy(state.plan.flow, pending.name);
  const again =
    retry.on.has(data.kind) &&
    pending.attempts < retry.maxAttempts &&
    (data.retryAfterMs ?? 0) <= MAX_RETRY_AFTER_MS;
  if (!again) return answerCall(step, data.call, { error: data.message, kind: data.kind }, true);
  pending.state = 'new';
  step.issued.delete(`${step.key}@${step.attempt}:t${data.call}`);
  const timer = `${step.key}:call:${data.call}:${pending.attempts}`;
  const delayMs = Math.max(backoffMs(retry, state.seed, timer, pending.attempts), data.retryAfterMs ?? 0);
  setStepTimer(state, step, timer, state.at + delayMs);
}

/** Exponential backoff with full jitter, seeded so that a replay waits as long. */
export function backoffMs(
  retry: {
    readonly initialMs: number;
    readonly factor: number;
    readonly maxMs: number;
    readonly jitter: boolean;
  },
  seed: number,
  key: string,
  nth: number,
): number {
  const cap = Math.min(retry.maxMs, retry.initialMs * retry.factor ** (nth - 1));
  return Math.round(retry.jitter ? cap * seededRandom(seed, key, nth)() : cap);
}

function governorRefused(state: RunState, step: Step, event: RunEvent<'governor.refused'>): void {
  if (event.attempt === undefined) return; // said of a tool call inside an agent: `tool.failed` follows
  const { dependency, reason } = event.data;
  step.issued.clear();
  step.attemptOpen = false;
  if (reason === 'retry_budget' && step.lastFailure) {
    step.failure = { ...step.lastFailure, noRetry: true };
  } else {
    const message =
      reason === 'quality'
        ? `${dependency} gave too many results below its gate; it is not asked for a while.`
        : `${dependency} failed too often; it is not called for a while.`;
    step.failure = {
      kind: 'circuit_open',
      code: `governor/${reason}`,
      message,
      noRetry: true,
      final: reason === 'quality',
    };
  }
  setStatus(state, step, step.status);
}
