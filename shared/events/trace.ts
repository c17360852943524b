/**
 * Folds the events of one run into the model that screens, the command line and exports read.
 *
 * Incremental and cheap: an event costs the same wherever it stands in the history. Types of a newer version are noted
 * and skipped, so an old program can still show most of a new record.
 */
import type { Flow } from '../spec/flow';
import { type EventType, EMPTY_USAGE, type RunEvent } from './event';
import { applyAttemptEvent } from './trace-attempts';
import { initialContext, recordContextSet } from './trace-context';
import type { Trace, TraceRun } from './trace-model';
import { applyRunEvent } from './trace-run';
import { applyStepEvent } from './trace-steps';
import { applyTaskEvent } from './trace-tasks';

export type { Trace } from './trace-model';

const NO_RUN: TraceRun = {
  runId: '',
  flowId: '',
  flowVersion: '',
  semanticHash: '',
  engineVersion: '',
  mode: 'live',
  input: null,
  seed: 0,
  status: 'running',
  startedAt: 0,
  notUndone: [],
  usage: EMPTY_USAGE,
};

/** An empty trace. With the flow, context values after merges and initial values are known too. */
export function createTrace(flow?: Flow): Trace {
  return {
    revision: 0,
    lastSeq: 0,
    lastAt: 0,
    run: NO_RUN,
    steps: new Map(),
    roots: [],
    stepsOfNode: new Map(),
    tasks: new Map(),
    context: new Map(),
    readers: new Map(),
    edges: new Map(),
    incidents: [],
    deadLetters: new Map(),
    path: [],
    runStatusLog: [],
    unknownTypes: new Set(),
    active: new Map(),
    openTasks: new Map(),
    ...(flow === undefined ? {} : { flow }),
  };
}

/** Changes the trace to what it is after the event, and returns it. An event seen before changes nothing. */
export function applyToTrace(trace: Trace, event: RunEvent): Trace {
  if (event.seq <= trace.lastSeq) return trace;
  countTime(trace, event);
  trace.lastSeq = event.seq;
  trace.lastAt = Math.max(trace.lastAt, event.at);
  trace.revision++;
  dispatch(trace, event);
  settleStatus(trace);
  return trace;
}

export function traceOf(events: Iterable<RunEvent>, flow?: Flow): Trace {
  const trace = createTrace(flow);
  for (const event of events) applyToTrace(trace, event);
  return trace;
}

/** Time the run was at work: not waiting for people, not paused, not between a crash and its recovery. */
function countTime(trace: Trace, event: RunEvent): void {
  const { status, usage } = trace.run;
  const passedMs = event.at - trace.lastAt;
  if (trace.lastSeq === 0 || passedMs <= 0 || event.type === 'run.recovered') return;
  if (status !== 'running' && status !== 'compensating') return;
  trace.run = { ...trace.run, usage: { ...usage, durationMs: usage.durationMs + passedMs } };
}

function dispatch(trace: Trace, event: RunEvent): void {
  switch (event.type) {
    case 'run.started':
      applyRunEvent(trace, event);
      initialContext(trace, event.seq, event.at);
      return;
    case 'step.started':
    case 'step.committed':
    case 'step.failed':
    case 'step.cancelled':
    case 'step.skipped':
    case 'output.set':
    case 'context.stale':
    case 'timer.set':
    case 'timer.fired':
      return applyStepEvent(trace, event);
    case 'attempt.started':
    case 'attempt.completed':
    case 'attempt.failed':
    case 'attempt.rejected':
    case 'retry.scheduled':
    case 'model.completed':
    case 'tool.started':
    case 'tool.completed':
    case 'tool.failed':
    case 'tool.refused':
    case 'governor.queued':
    case 'governor.refused':
      return applyAttemptEvent(trace, event);
    case 'human.asked':
    case 'human.decided':
    case 'human.expired':
    case 'human.withdrawn':
      return applyTaskEvent(trace, event);
    case 'context.set':
      return recordContextSet(trace, event);
    default:
      if (!applyRunEvent(trace, event)) trace.unknownTypes.add((event as { type: EventType }).type);
  }
}

/** `waiting` means: each active step has an open task or holds a step that is active. */
function settleStatus(trace: Trace): void {
  const { status } = trace.run;
  if (status === 'running' || status === 'waiting') {
    const now = waitsForPeople(trace) ? 'waiting' : 'running';
    if (now !== status) trace.run = { ...trace.run, status: now };
  }
  const last = trace.runStatusLog[trace.runStatusLog.length - 1];
  if (last?.status !== trace.run.status)
    trace.runStatusLog.push({ seq: trace.lastSeq, status: trace.run.status });
}

function waitsForPeople(trace: Trace): boolean {
  if (trace.openTasks.size === 0) return false;
  const asking = new Set(trace.openTasks.values());
  for (const [step, inside] of trace.active) if (inside === 0 && !asking.has(step)) return false;
  return true;
}
