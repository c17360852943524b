/** Events about steps: start, end, and what crosses a step's border (writes, routes, reads). */
import { assertNever } from '../base/assert-never';
import { type DataOf, EMPTY_USAGE, type RunEvent, type StepStatus, type Usage } from './event';
import { lastSegment, parentOf } from './step-key';
import { listOf } from './trace-lists';
import { recordReads, recordWrites } from './trace-context';
import type { Trace, TraceAttempt, TraceStep } from './trace-model';

type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
type StepEvent = Of<
  | 'step.started'
  | 'step.committed'
  | 'step.failed'
  | 'step.cancelled'
  | 'step.skipped'
  | 'output.set'
  | 'context.stale'
  | 'timer.set'
  | 'timer.fired'
>;

/** The step as a new object, ready to be changed; undefined when the record does not hold its start. */
export function touch(trace: Trace, key: string | undefined): TraceStep | undefined {
  const step = key === undefined ? undefined : trace.steps.get(key);
  if (!step) return undefined;
  const copy = { ...step };
  trace.steps.set(step.key, copy);
  return copy;
}

export function setStepStatus(step: TraceStep, seq: number, status: StepStatus): void {
  if (step.status === status) return;
  step.status = status;
  step.statusLog.push({ seq, status });
}

export function applyStepEvent(trace: Trace, event: StepEvent): void {
  switch (event.type) {
    case 'step.started':
      return start(trace, event);
    case 'step.committed':
      return commit(trace, event);
    case 'step.failed':
      return fail(trace, event);
    case 'step.cancelled':
      return closeStep(trace, event, event.step, 'cancelled', event.data.reason);
    case 'step.skipped':
      return skip(trace, event);
    case 'output.set':
      return setOutput(trace, event.step ?? event.data.node, event.data.value);
    case 'context.stale':
      return noteStale(trace, event);
    case 'timer.set':
    case 'timer.fired':
      return wait(trace, event);
    default:
      return assertNever(event, 'step event');
  }
}

function start(trace: Trace, event: Of<'step.started'>): void {
  const key = event.step ?? event.data.node;
  const { node, kind, via, viewHash, reads } = event.data;
  const { visit, undo } = lastSegment(key);
  const parent = parentOf(key);
  const isChild = parent !== undefined && trace.steps.has(parent.key);
  trace.steps.set(key, {
    key,
    node,
    kind,
    visit,
    undo,
    ...(isChild ? { parent: parent.key } : {}),
    ...(parent?.index === undefined ? {} : { index: parent.index }),
    startSeq: event.seq,
    startedAt: event.at,
    status: 'running',
    queuedMs: 0,
    to: [],
    ...(via === undefined ? {} : { via }),
    viewHash,
    reads,
    staleReads: [],
    writes: [],
    attempts: [],
    rejections: [],
    tasks: [],
    usage: EMPTY_USAGE,
    children: [],
    statusLog: [{ seq: event.seq, status: 'running' }],
  });
  if (isChild) touch(trace, parent.key)?.children.push(key);
  else trace.roots.push(key);
  listOf(trace.stepsOfNode, node).push(key);
  activate(trace, key);
  recordReads(trace, event, key);
  if (kind !== 'start' && kind !== 'end') addUsage(trace, { steps: 1 });
  if (parent === undefined && kind !== 'start' && !undo) trace.path.push(node);
}

function activate(trace: Trace, key: string): void {
  if (trace.active.has(key)) return;
  trace.active.set(key, 0);
  forAncestors(trace, key, 1);
}

function forAncestors(trace: Trace, key: string, change: 1 | -1): void {
  for (let above = parentOf(key); above; above = parentOf(above.key)) {
    const inside = trace.active.get(above.key);
    if (inside !== undefined) trace.active.set(above.key, Math.max(0, inside + change));
  }
}

/** Ends a step, whatever way. */
export function closeStep(
  trace: Trace,
  event: RunEvent,
  key: string | undefined,
  status: StepStatus,
  reason?: string,
): void {
  const step = touch(trace, key);
  if (key !== undefined && trace.active.delete(key)) forAncestors(trace, key, -1);
  if (!step) return;
  setStepStatus(step, event.seq, status);
  step.endSeq = event.seq;
  step.endedAt = event.at;
  if (reason !== undefined) step.cancelReason = reason;
  endQueue(step, event.at);
  const last = step.attempts.at(-1);
  if (last) settleAttempt(step, last, event, status);
  if (status === 'cancelled' && step.parent === undefined) dropFromPath(trace, step.node);
}

/** A commit proves the last answer good, even one that was asked for again. */
function settleAttempt(step: TraceStep, last: TraceAttempt, event: RunEvent, status: StepStatus): void {
  const open = last.outcome === 'running';
  const outcome =
    status === 'committed' && (open || last.outcome === 'rejected')
      ? 'completed'
      : open && status === 'cancelled'
        ? 'cancelled'
        : open && status === 'failed'
          ? 'failed'
          : last.outcome;
  if (outcome === last.outcome) return;
  const settled = { ...last, outcome, endedAt: last.endedAt ?? event.at };
  if (outcome === 'completed') for (const key of ['kind', 'code', 'message'] as const) delete settled[key];
  if (outcome === 'failed' && event.type === 'step.failed') {
    Object.assign(settled, { kind: event.data.kind, code: event.data.code, message: event.data.message });
  }
  step.attempts = [...step.attempts.slice(0, -1), settled];
}

function dropFromPath(trace: Trace, node: string): void {
  const at = trace.path.lastIndexOf(node);
  if (at >= 0) trace.path.splice(at, 1);
}

export function endQueue(step: TraceStep, at: number): void {
  if (step.queuedSince === undefined) return;
  step.queuedMs += Math.max(0, at - step.queuedSince);
  step.queuedSince = undefined;
}

function commit(trace: Trace, event: Of<'step.committed'>): void {
  const { output, routes, writes, handoff, handoffs, usage } = event.data;
  closeStep(trace, event, event.step, 'committed');
  recordWrites(trace, event);
  const given = handoffs?.length ?? Number(handoff !== undefined);
  if (given > 0) addUsage(trace, { handoffs: given });
  const step = touch(trace, event.step);
  if (!step) return;
  step.output = output;
  step.writes = writes;
  step.usage = usage;
  step.to = routes.map((route) => route.to);
  if (handoff !== undefined) step.handoff = handoff;
  if (routes[0]) step.port = routes[0].port;
  for (const route of routes) takeEdge(trace, event.seq, step.node, route.port, route.to);
}

function fail(trace: Trace, event: Of<'step.failed'>): void {
  closeStep(trace, event, event.step, 'failed');
  const step = touch(trace, event.step);
  if (!step) return;
  const { routed, to, usage } = event.data;
  step.failure = event.data;
  step.usage = usage;
  if (event.data.handoff !== undefined) addUsage(trace, { handoffs: 1 });
  if (to === undefined) return;
  step.to = [to];
  if (routed !== 'fallback') return; // the flow's onFailure jumps; no edge is drawn for it
  step.port = 'fallback';
  takeEdge(trace, event.seq, step.node, 'fallback', to);
}

function skip(trace: Trace, event: Of<'step.skipped'>): void {
  closeStep(trace, event, event.step, 'skipped');
  const step = touch(trace, event.step);
  const node = step?.node ?? (event.step === undefined ? undefined : lastSegment(event.step).node);
  if (step && step.parent === undefined) dropFromPath(trace, step.node);
  const { to } = event.data;
  if (node === undefined || to === undefined) return;
  if (step) step.to = [to];
  // A disabled node is passed by its first connected of these ports; only the drawing knows which.
  const drawn = ['next', 'approved', 'else'].find((port) =>
    trace.flow?.edges.some((e) => e.from === node && e.port === port && e.to === to),
  );
  takeEdge(trace, event.seq, node, drawn ?? 'next', to);
}

function takeEdge(trace: Trace, seq: number, from: string, port: string, to: string): void {
  const key = `${from}:${port}:${to}`;
  const edge = trace.edges.get(key);
  const seqs = edge?.seqs as number[] | undefined;
  seqs?.push(seq);
  trace.edges.set(key, { from, port, to, count: (edge?.count ?? 0) + 1, seqs: seqs ?? [seq] });
}

function setOutput(trace: Trace, key: string, value: DataOf<'output.set'>['value']): void {
  const step = touch(trace, key);
  if (step) step.output = value;
}

function noteStale(trace: Trace, event: Of<'context.stale'>): void {
  const step = touch(trace, event.step);
  if (step) step.staleReads = [...step.staleReads, event.data];
}

/** Only a `wait` node waits for its timer; elsewhere a timer is a deadline or a back-off. */
function wait(trace: Trace, event: Of<'timer.set' | 'timer.fired'>): void {
  if (
    event.step === undefined ||
    trace.steps.get(event.step)?.kind !== 'wait' ||
    !trace.active.has(event.step)
  )
    return;
  const step = touch(trace, event.step);
  if (step) setStepStatus(step, event.seq, event.type === 'timer.set' ? 'waiting' : 'running');
}

export function addUsage(
  trace: Trace,
  more: Partial<Pick<Usage, 'steps' | 'attempts' | 'retries' | 'handoffs'>>,
): void {
  const usage = trace.run.usage;
  trace.run = {
    ...trace.run,
    usage: {
      ...usage,
      steps: usage.steps + (more.steps ?? 0),
      attempts: usage.attempts + (more.attempts ?? 0),
      retries: usage.retries + (more.retries ?? 0),
      handoffs: usage.handoffs + (more.handoffs ?? 0),
    },
  };
}
