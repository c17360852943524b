/** Events about the run as a whole. */
import type { RunStatus } from './event';
import type { DataOf, RunEvent } from './event';
import { closeStep } from './trace-steps';
import type { Trace, TraceRun } from './trace-model';

/** False when the type is not known. */
export function applyRunEvent(trace: Trace, event: RunEvent): boolean {
  switch (event.type) {
    case 'run.started':
      trace.run = startedRun(event);
      return true;
    case 'run.completed':
      end(trace, event, 'completed', { output: event.data.output, end: event.data.end });
      return true;
    case 'run.failed':
      end(trace, event, 'failed', undone(event.data));
      return true;
    case 'run.cancelled':
      end(trace, event, 'cancelled', undone(event.data));
      return true;
    case 'deadletter.added':
      addDeadLetter(trace, event);
      return true;
    case 'deadletter.closed':
      closeDeadLetters(trace, event.data);
      return true;
    default:
      return applyControl(trace, event);
  }
}

function startedRun(event: Extract<RunEvent, { type: 'run.started' }>): TraceRun {
  const { forkedFrom, overrides, ...data } = event.data;
  return {
    runId: event.runId,
    ...data,
    ...(forkedFrom === undefined ? {} : { forkedFrom }),
    ...(overrides === undefined ? {} : { overrides }),
    status: 'running',
    startedAt: event.at,
    notUndone: [],
    usage: {
      steps: 0,
      attempts: 0,
      retries: 0,
      turns: 0,
      tokens: { in: 0, out: 0 },
      cost: { amount: 0, currency: 'USD', known: true },
      durationMs: 0,
      handoffs: 0,
    },
  };
}

type Failed = DataOf<'run.failed'> | DataOf<'run.cancelled'>;

function undone(data: Failed): Partial<TraceRun> {
  return {
    ...(data.error === undefined ? {} : { error: data.error, reason: data.error.kind }),
    ...(data.output === undefined ? {} : { output: data.output }),
    compensation: data.compensation,
    notUndone: data.notUndone,
  };
}

type Ended = Extract<RunEvent, { type: 'run.completed' | 'run.failed' | 'run.cancelled' }>;

function end(trace: Trace, event: Ended, status: RunStatus, more: Partial<TraceRun>): void {
  const { reason: _, ...before } = trace.run;
  const { usage, path, stateHash } = event.data;
  trace.run = { ...before, ...more, status, endedAt: event.at, usage, stateHash };
  // A run that ends takes whatever was still active with it.
  for (const key of trace.active.keys()) closeStep(trace, event, key, 'cancelled');
  trace.path = [...path];
}

function applyControl(trace: Trace, event: RunEvent): boolean {
  switch (event.type) {
    case 'run.paused':
      setStatus(trace, 'paused', event.data.reason);
      break;
    case 'run.resumed':
      if (trace.run.status === 'paused') setStatus(trace, 'running');
      break;
    case 'budget.raised':
      if (trace.run.status === 'paused' && trace.run.reason === 'budget') setStatus(trace, 'running');
      break;
    case 'compensation.started':
      setStatus(trace, 'compensating');
      break;
    case 'run.recovered':
      interrupt(trace, event.data.interrupted);
      break;
    case 'run.migrated':
      trace.run = { ...trace.run, semanticHash: event.data.to };
      break;
    case 'breakpoints.set':
      trace.run = {
        ...trace.run,
        overrides: { ...trace.run.overrides, breakpoints: event.data.breakpoints },
      };
      break;
    case 'run.cancelRequested':
    case 'breaker.changed':
    case 'budget.warned':
    case 'budget.exceeded':
    case 'compensation.completed':
    case 'plan.proposed':
      break;
    default:
      return false;
  }
  const step = event.step === undefined ? {} : { step: event.step };
  trace.incidents.push({ seq: event.seq, at: event.at, type: event.type, ...step, data: event.data });
  return true;
}

function setStatus(trace: Trace, status: RunStatus, reason?: string): void {
  const { reason: _, ...run } = trace.run;
  trace.run = { ...run, status, ...(reason === undefined ? {} : { reason }) };
}

/** Calls in flight when the process died are marked; they are made again and are no failed attempts. */
function interrupt(trace: Trace, interrupted: readonly string[]): void {
  for (const name of interrupted) {
    const step = trace.steps.get(name.replace(/@.*$/, ''));
    const attempt = step?.attempts.at(-1);
    if (!step || attempt?.outcome !== 'running') continue;
    const marked = { ...attempt, outcome: 'interrupted' as const, endedAt: trace.lastAt };
    trace.steps.set(step.key, { ...step, attempts: [...step.attempts.slice(0, -1), marked] });
  }
}

function addDeadLetter(trace: Trace, event: Extract<RunEvent, { type: 'deadletter.added' }>): void {
  const { step: key, kind } = event.data;
  const step = trace.steps.get(key);
  trace.deadLetters.set(key, {
    step: key,
    node: step?.node ?? key,
    kind,
    code: step?.failure?.code ?? kind,
    message: step?.failure?.message ?? `The step gave up (${kind}).`,
    at: event.at,
    seq: event.seq,
  });
}

function closeDeadLetters(trace: Trace, data: DataOf<'deadletter.closed'>): void {
  for (const [key, letter] of trace.deadLetters) {
    if (letter.closedBy !== undefined || (data.step !== undefined && data.step !== key)) continue;
    trace.deadLetters.set(key, { ...letter, closedBy: data.by });
  }
}
