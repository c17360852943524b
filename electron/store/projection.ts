/**
 * What the lists show about a run, folded from its events one by one.
 *
 * P1. The fold of all events gives the same as folding them commit by commit: nothing depends on where a turn ended.
 * P2. Only counts that cannot be counted twice are summed (calls, not the usage of containers); the end of the run
 *     brings the interpreter's own figures.
 */
import { assertNever } from '../../shared/base/assert-never';
import type {
  DataOf,
  Failure,
  RunEvent,
  RunInfo,
  RunStatus,
  TaskInfo,
  Usage,
} from '../../shared/events/event';
import { EMPTY_USAGE } from '../../shared/events/event';
import type { Flow } from '../../shared/spec/flow';
import type { FailureKind } from '../../shared/spec/values';

export interface OpenTask {
  readonly seq: number;
  readonly type: TaskInfo['type'];
  readonly step?: string;
}

/** A run as the lists show it, and what is needed to go on folding. */
export interface RunProjection {
  readonly info: RunInfo;
  readonly phase: 'running' | 'compensating' | 'ended';
  readonly pausedFor: string | undefined;
  readonly lastAt: number;
  /** Steps that have started and not ended. */
  readonly active: ReadonlySet<string>;
  /** Tasks by id that wait for a person. */
  readonly open: ReadonlyMap<string, OpenTask>;
}

/** What the tables beside the run row have to take over. */
export type ProjectionChange =
  | {
      readonly kind: 'task.asked';
      readonly seq: number;
      readonly task: string;
      readonly step?: string;
      readonly type: TaskInfo['type'];
      readonly deadlineAt?: number;
    }
  | {
      readonly kind: 'task.closed';
      readonly askedSeq: number;
      readonly seq: number;
      readonly how: 'decided' | 'expired' | 'withdrawn';
    }
  | {
      readonly kind: 'dead.added';
      readonly seq: number;
      readonly at: number;
      readonly step: string;
      readonly failure: FailureKind;
      readonly code: string;
      readonly message: string;
    }
  | { readonly kind: 'dead.closed'; readonly step?: string; readonly by: string; readonly seq: number };

export interface FoldedRun {
  readonly projection: RunProjection;
  readonly changes: readonly ProjectionChange[];
}

/** Looks up the failure of a step that an earlier commit recorded. */
export type FindFailure = (step: string) => { readonly code: string; readonly message: string } | undefined;

interface Draft {
  info: { -readonly [K in keyof RunInfo]: RunInfo[K] };
  phase: RunProjection['phase'];
  pausedFor: string | undefined;
  lastAt: number;
  active: Set<string>;
  open: Map<string, OpenTask>;
  readonly changes: ProjectionChange[];
  readonly failures: Map<string, { readonly code: string; readonly message: string }>;
  readonly findFailure: FindFailure;
}

/** A run about to get its first event. @throws Error when that is not `run.started`: a bug of the caller. */
export function newProjection(
  runId: string,
  flow: Flow,
  semanticHash: string,
  first: RunEvent | undefined,
): RunProjection {
  if (first?.type !== 'run.started') throw new Error(`The first event of run ${runId} must be run.started`);
  const { mode, forkedFrom } = first.data;
  return {
    info: {
      runId,
      flowId: flow.id,
      flowName: flow.name,
      flowVersion: flow.version,
      semanticHash,
      mode,
      status: 'running',
      startedAt: first.at,
      usage: EMPTY_USAGE,
      waiting: 0,
      ...(forkedFrom === undefined ? {} : { forkedFrom: { runId: forkedFrom.runId, seq: forkedFrom.seq } }),
      lastSeq: 0,
    },
    phase: 'running',
    pausedFor: undefined,
    lastAt: first.at,
    active: new Set(),
    open: new Map(),
  };
}

export function isEnded(status: RunStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

/** Node of a step key: its last segment without visit, index and undo mark. */
export function nodeOfStep(step: string): string {
  const last = step.slice(step.lastIndexOf('/') + 1);
  const end = last.search(/[#[~:]/);
  return end === -1 ? last : last.slice(0, end);
}

export function foldRun(
  before: RunProjection,
  events: readonly RunEvent[],
  findFailure: FindFailure = () => undefined,
): FoldedRun {
  const draft: Draft = {
    info: { ...before.info },
    phase: before.phase,
    pausedFor: before.pausedFor,
    lastAt: before.lastAt,
    active: new Set(before.active),
    open: new Map(before.open),
    changes: [],
    failures: new Map(),
    findFailure,
  };
  for (const event of events) {
    countTime(draft, event);
    count(draft, event);
    track(draft, event);
    draft.info.lastSeq = event.seq;
    draft.info.waiting = draft.open.size;
    if (draft.phase !== 'ended') settleStatus(draft);
  }
  const { info, phase, pausedFor, lastAt, active, open } = draft;
  return { projection: { info, phase, pausedFor, lastAt, active, open }, changes: draft.changes };
}

/** Time the run was at work: not waiting for people, not paused, not between a crash and its recovery. */
function countTime(draft: Draft, event: RunEvent): void {
  const { status, usage } = draft.info;
  const passedMs = event.at - draft.lastAt;
  draft.lastAt = Math.max(draft.lastAt, event.at);
  if (passedMs <= 0 || event.type === 'run.recovered' || (status !== 'running' && status !== 'compensating'))
    return;
  draft.info.usage = { ...usage, durationMs: usage.durationMs + passedMs };
}

function count(draft: Draft, event: RunEvent): void {
  const usage = draft.info.usage;
  switch (event.type) {
    case 'step.started':
      if (event.data.kind === 'start' || event.data.kind === 'end') return;
      draft.info.usage = { ...usage, steps: usage.steps + 1 };
      return;
    case 'step.committed':
      if (event.data.handoff !== undefined) draft.info.usage = { ...usage, handoffs: usage.handoffs + 1 };
      return;
    case 'attempt.started':
      draft.info.usage = { ...usage, attempts: usage.attempts + 1 };
      return;
    case 'retry.scheduled':
      draft.info.usage = { ...usage, retries: usage.retries + 1 };
      return;
    case 'model.completed':
      draft.info.usage = withModelCall(usage, event.data);
      return;
    case 'run.completed':
    case 'run.failed':
    case 'run.cancelled':
      draft.info.usage = event.data.usage;
      return;
    default:
      return; // every other event uses nothing
  }
}

function withModelCall(usage: Usage, call: DataOf<'model.completed'>): Usage {
  const tokens = { in: usage.tokens.in + call.usage.in, out: usage.tokens.out + call.usage.out };
  const cost = call.cost
    ? { amount: usage.cost.amount + call.cost.amount, currency: call.cost.currency, known: usage.cost.known }
    : { ...usage.cost, known: false };
  return { ...usage, turns: usage.turns + 1, tokens, cost };
}

function track(draft: Draft, event: RunEvent): void {
  switch (event.type) {
    case 'step.started':
      if (event.step !== undefined) draft.active.add(event.step);
      return;
    case 'step.failed':
      if (event.step !== undefined)
        draft.failures.set(event.step, { code: event.data.code, message: event.data.message });
      endStep(draft, event.step);
      return;
    case 'step.committed':
    case 'step.cancelled':
    case 'step.skipped':
      endStep(draft, event.step);
      return;
    case 'human.asked':
    case 'human.decided':
    case 'human.expired':
    case 'human.withdrawn':
      trackTask(draft, event);
      return;
    case 'deadletter.added':
      addDeadLetter(draft, event);
      return;
    case 'deadletter.closed':
      draft.changes.push({
        kind: 'dead.closed',
        ...(event.data.step === undefined ? {} : { step: event.data.step }),
        by: event.data.by,
        seq: event.seq,
      });
      return;
    default:
      trackRun(draft, event);
  }
}

function endStep(draft: Draft, step: string | undefined): void {
  if (step !== undefined) draft.active.delete(step);
}

function trackRun(draft: Draft, event: RunEvent): void {
  switch (event.type) {
    case 'run.paused':
      draft.pausedFor = event.data.reason;
      return;
    case 'run.resumed':
      draft.pausedFor = undefined;
      return;
    case 'budget.raised':
      if (draft.pausedFor === 'budget') draft.pausedFor = undefined;
      return;
    case 'compensation.started':
      draft.phase = 'compensating';
      draft.pausedFor = undefined;
      return;
    case 'run.migrated':
      draft.info.semanticHash = event.data.to;
      return;
    case 'run.completed':
      return end(draft, 'completed', event.at, undefined);
    case 'run.failed':
      return end(draft, 'failed', event.at, event.data.error);
    case 'run.cancelled':
      return end(draft, 'cancelled', event.at, event.data.error);
    default:
      return; // what happens inside a step does not change the run's row
  }
}

function end(draft: Draft, status: RunStatus, at: number, error: Failure | undefined): void {
  draft.phase = 'ended';
  draft.pausedFor = undefined;
  draft.active.clear();
  draft.info.status = status;
  draft.info.endedAt = at;
  if (error === undefined) {
    delete draft.info.error;
    delete draft.info.reason;
  } else {
    draft.info.error = error;
    draft.info.reason = error.kind;
  }
}

type TaskEvent = Extract<
  RunEvent,
  { type: 'human.asked' | 'human.decided' | 'human.expired' | 'human.withdrawn' }
>;

function trackTask(draft: Draft, event: TaskEvent): void {
  const { task } = event.data;
  if (event.type === 'human.asked') {
    const { type, deadlineAt } = event.data;
    const step = event.step === undefined ? {} : { step: event.step };
    draft.open.set(task, { seq: event.seq, type, ...step });
    draft.changes.push({
      kind: 'task.asked',
      seq: event.seq,
      task,
      type,
      ...step,
      ...(deadlineAt === undefined ? {} : { deadlineAt }),
    });
    return;
  }
  const asked = draft.open.get(task);
  if (asked === undefined) return; // a late answer is on the record and changes nothing
  draft.open.delete(task);
  draft.changes.push({ kind: 'task.closed', askedSeq: asked.seq, seq: event.seq, how: closing(event) });
  if (asked.type === 'budget' && draft.pausedFor === 'budget') draft.pausedFor = undefined;
}

function closing(event: Exclude<TaskEvent, { type: 'human.asked' }>): 'decided' | 'expired' | 'withdrawn' {
  switch (event.type) {
    case 'human.decided':
      return 'decided';
    case 'human.expired':
      return 'expired';
    case 'human.withdrawn':
      return 'withdrawn';
    default:
      return assertNever(event, 'task event');
  }
}

function addDeadLetter(draft: Draft, event: Extract<RunEvent, { type: 'deadletter.added' }>): void {
  const { step, kind } = event.data;
  const cause = draft.failures.get(step) ??
    draft.findFailure(step) ?? { code: kind, message: `The step gave up (${kind}).` };
  draft.changes.push({
    kind: 'dead.added',
    seq: event.seq,
    at: event.at,
    step,
    failure: kind,
    code: cause.code,
    message: cause.message,
  });
}

function settleStatus(draft: Draft): void {
  const { info } = draft;
  if (draft.pausedFor !== undefined) {
    info.status = 'paused';
    info.reason = draft.pausedFor;
    return;
  }
  delete info.reason;
  if (draft.phase === 'compensating') info.status = 'compensating';
  else info.status = waitsForPeople(draft) ? 'waiting' : 'running';
}

/** Only people are left to wait for: each active step has an open task or contains a step that is active. */
function waitsForPeople(draft: Draft): boolean {
  if (draft.open.size === 0) return false;
  const asking = new Set<string>();
  for (const task of draft.open.values()) if (task.step !== undefined) asking.add(task.step);
  for (const step of draft.active) {
    if (!asking.has(step) && !containsActive(draft.active, step)) return false;
  }
  return true;
}

function containsActive(active: ReadonlySet<string>, container: string): boolean {
  for (const step of active) {
    if (
      step.length > container.length &&
      step.startsWith(container) &&
      '/['.includes(step.charAt(container.length))
    )
      return true;
  }
  return false;
}
