/** Events inside a step: attempts, model turns, tool calls, retries and what the governor decided. */
import { assertNever } from '../base/assert-never';
import type { DataOf, RunEvent, Usage } from './event';
import type { Trace, TraceAttempt, TraceCall, TraceRetry, TraceStep, TraceToolCall } from './trace-model';
import { addUsage, endQueue, setStepStatus, touch } from './trace-steps';

type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
type ToolEnd = Of<'tool.completed' | 'tool.failed'>;
type AttemptEvent = Of<
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
>;

export function applyAttemptEvent(trace: Trace, event: AttemptEvent): void {
  if (event.type === 'model.completed') addModelUsage(trace, event.data);
  const step = touch(trace, event.step);
  if (!step) return;
  switch (event.type) {
    case 'attempt.started':
      return begin(trace, step, event);
    case 'attempt.completed':
      return finish(step, event, {
        outcome: 'completed',
        result: event.data.result,
        latencyMs: event.data.latencyMs,
      });
    case 'attempt.failed':
      return finish(step, event, {
        outcome: 'failed',
        ...failure(event.data),
        ...latency(event.data.latencyMs),
      });
    case 'attempt.rejected':
      return reject(step, event);
    case 'retry.scheduled':
      return retry(trace, step, event);
    case 'model.completed':
      return modelCall(step, event);
    case 'tool.started':
      return toolStarted(step, event);
    case 'tool.completed':
    case 'tool.failed':
      return toolEnded(step, event);
    case 'tool.refused':
      return toolRefused(step, event);
    case 'governor.queued':
    case 'governor.refused':
      return governor(step, event);
    default:
      return assertNever(event, 'attempt event');
  }
}

function failure(data: Pick<DataOf<'attempt.failed'>, 'kind' | 'code' | 'message' | 'sent'>) {
  return { kind: data.kind, code: data.code, message: data.message, sent: data.sent };
}

function latency(latencyMs: number | undefined): { latencyMs?: number } {
  return latencyMs === undefined ? {} : { latencyMs };
}

/** The attempt an event belongs to, as a new object; made when the record does not hold its start. */
function attemptOf(step: TraceStep, event: RunEvent): TraceAttempt {
  const number = event.attempt ?? step.attempts.at(-1)?.attempt ?? 1;
  const index = step.attempts.findLastIndex((attempt) => attempt.attempt === number);
  const found = step.attempts[index];
  const attempt: TraceAttempt = found
    ? { ...found }
    : { attempt: number, startedAt: event.at, outcome: 'running', calls: [] };
  step.attempts = found ? step.attempts.with(index, attempt) : [...step.attempts, attempt];
  return attempt;
}

/** A supervisor asks once a round: what was answered before the workers went is over when it is asked again. */
function endBefore(step: TraceStep, event: RunEvent): void {
  const number = event.attempt ?? 1;
  const index = step.attempts.findLastIndex(
    ({ outcome, attempt }) => outcome === 'running' && attempt < number,
  );
  const open = step.attempts[index];
  if (!open) return;
  const endedAt = open.calls.findLast((call) => call.type === 'model')?.at ?? event.at;
  step.attempts = step.attempts.with(index, { ...open, outcome: 'completed', endedAt });
}

function begin(trace: Trace, step: TraceStep, event: Of<'attempt.started'>): void {
  endBefore(step, event);
  const attempt = attemptOf(step, event);
  const again = attempt.outcome === 'interrupted';
  const { model, dependency } = event.data;
  if (model !== undefined) attempt.model = model;
  if (dependency !== undefined) attempt.dependency = dependency;
  // Queueing made the entry; a repetition after a crash keeps its first start.
  if (again) Object.assign(attempt, { outcome: 'running', endedAt: undefined });
  else attempt.startedAt = event.at;
  endQueue(step, event.at);
  setStepStatus(step, event.seq, 'running');
  if (!again) addUsage(trace, { attempts: 1 });
}

function finish(step: TraceStep, event: RunEvent, change: Partial<TraceAttempt>): void {
  Object.assign(attemptOf(step, event), change, { endedAt: event.at });
}

function reject(step: TraceStep, event: Of<'attempt.rejected'>): void {
  const { kind, check, message } = event.data;
  const attempt = attemptOf(step, event);
  Object.assign(attempt, { outcome: 'rejected', kind, message, endedAt: event.at });
  step.rejections = [
    ...step.rejections,
    { seq: event.seq, at: event.at, attempt: attempt.attempt, kind, check, message },
  ];
}

function retry(trace: Trace, step: TraceStep, event: Of<'retry.scheduled'>): void {
  const { nextAttempt, model, dueAt, delayMs } = event.data;
  const failed = step.attempts.at(-1);
  const why =
    failed?.kind === undefined
      ? {}
      : {
          why: {
            kind: failed.kind,
            ...(failed.code === undefined ? {} : { code: failed.code }),
            message: failed.message ?? failed.kind,
          },
        };
  const call: TraceRetry = {
    type: 'retry',
    seq: event.seq,
    at: event.at,
    nextAttempt,
    ...(model === undefined ? {} : { model }),
    dueAt,
    delayMs,
    ...why,
  };
  if (failed) step.attempts = step.attempts.with(-1, { ...failed, calls: [...failed.calls, call] });
  setStepStatus(step, event.seq, 'retrying');
  addUsage(trace, { retries: 1 });
}

function addModelUsage(trace: Trace, data: DataOf<'model.completed'>): void {
  trace.run = { ...trace.run, usage: withModelCall(trace.run.usage, data) };
}

function withModelCall(usage: Usage, { usage: tokens, cost }: DataOf<'model.completed'>): Usage {
  return {
    ...usage,
    turns: usage.turns + 1,
    tokens: { in: usage.tokens.in + tokens.in, out: usage.tokens.out + tokens.out },
    cost: cost
      ? { amount: usage.cost.amount + cost.amount, currency: cost.currency, known: usage.cost.known }
      : { ...usage.cost, known: false },
  };
}

function addCall(step: TraceStep, event: RunEvent, call: TraceCall): TraceAttempt {
  const attempt = attemptOf(step, event);
  attempt.calls = [...attempt.calls, call];
  return attempt;
}

function modelCall(step: TraceStep, event: Of<'model.completed'>): void {
  const attempt = addCall(step, event, { type: 'model', seq: event.seq, at: event.at, ...event.data });
  step.usage = withModelCall(step.usage, event.data);
  // The conversation goes on after a re-ask: the attempt is open again.
  if (attempt.outcome === 'rejected') Object.assign(attempt, { outcome: 'running', endedAt: undefined });
}

function toolStarted(step: TraceStep, event: Of<'tool.started'>): void {
  addCall(step, event, {
    type: 'tool',
    seq: event.seq,
    startedAt: event.at,
    status: 'running',
    ...event.data,
  });
}

function toolEnded(step: TraceStep, event: ToolEnd): void {
  const attempt = attemptOf(step, event);
  const index = attempt.calls.findLastIndex(
    (call) => call.type === 'tool' && call.call === event.data.call && call.status === 'running',
  );
  const found = attempt.calls[index] as TraceToolCall | undefined;
  const started = found ?? {
    type: 'tool',
    seq: event.seq,
    call: event.data.call,
    tool: '',
    startedAt: event.at,
  };
  const end: TraceToolCall = { ...started, ...toolOutcome(event), endedAt: event.at };
  attempt.calls = found ? attempt.calls.with(index, end) : [...attempt.calls, end];
}

function toolOutcome({
  type,
  data,
}: ToolEnd): Pick<TraceToolCall, 'status' | 'result' | 'latencyMs' | 'kind' | 'code' | 'message' | 'sent'> {
  if (type === 'tool.completed')
    return { status: 'completed', result: data.result, ...latency(data.latencyMs) };
  return { status: 'failed', ...failure(data) };
}

function toolRefused(step: TraceStep, event: Of<'tool.refused'>): void {
  const { call, tool, reason } = event.data;
  addCall(step, event, {
    type: 'tool',
    seq: event.seq,
    call,
    tool,
    startedAt: event.at,
    endedAt: event.at,
    status: 'refused',
    message: reason,
  });
}

function governor(step: TraceStep, event: Of<'governor.queued' | 'governor.refused'>): void {
  const { dependency, reason, until } = event.data;
  const queued = event.type === 'governor.queued';
  addCall(step, event, {
    type: 'governor',
    seq: event.seq,
    at: event.at,
    decision: queued ? 'queued' : 'refused',
    dependency,
    reason,
    ...(until === undefined ? {} : { until }),
  });
  if (!queued) return endQueue(step, event.at);
  step.queuedSince ??= event.at;
  if (step.status !== 'waiting') setStepStatus(step, event.seq, 'queued');
}
