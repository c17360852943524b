/** What the timeline draws for one step: bars from a moment to a moment. */
import type { TraceAttempt, TraceStep } from '../../shared/events/trace-model';
import type { Trace } from '../../shared/events/trace-model';

export type BarKind = 'step' | 'queue' | 'attempt' | 'failed' | 'wait' | 'delay' | 'model' | 'tool';
export interface Bar {
  readonly kind: BarKind;
  readonly from: number;
  readonly to: number;
  readonly label: string;
}

/** Bars in the order they are drawn, later ones over earlier ones. `nowMs` ends what has not ended. */
export function barsOf(trace: Trace, step: TraceStep, nowMs: number): readonly Bar[] {
  const end = step.endedAt ?? nowMs;
  const bars: Bar[] = [{ kind: 'step', from: step.startedAt, to: end, label: step.node }];
  for (const id of step.tasks) {
    const task = trace.tasks.get(id);
    if (task) bars.push({ kind: 'wait', from: task.askedAt, to: task.closedAt ?? end, label: task.title });
  }
  for (const attempt of step.attempts) bars.push(...attemptBars(attempt, end));
  return bars;
}

function attemptBars(attempt: TraceAttempt, stepEnd: number): readonly Bar[] {
  const end = attempt.endedAt ?? stepEnd;
  const failed =
    attempt.outcome === 'failed' || attempt.outcome === 'rejected' || attempt.outcome === 'interrupted';
  const bars: Bar[] = [
    { kind: failed ? 'failed' : 'attempt', from: attempt.startedAt, to: end, label: String(attempt.attempt) },
  ];
  for (const call of attempt.calls) {
    if (call.type === 'model')
      bars.push({ kind: 'model', from: call.at - (call.latencyMs ?? 0), to: call.at, label: call.model });
    else if (call.type === 'tool')
      bars.push({ kind: 'tool', from: call.startedAt, to: call.endedAt ?? end, label: call.tool });
    else if (call.type === 'retry')
      bars.push({
        kind: 'delay',
        from: call.at,
        to: Math.min(call.dueAt, stepEnd),
        label: String(call.nextAttempt),
      });
    else if (call.decision === 'queued')
      bars.push({
        kind: 'queue',
        from: call.at,
        to: attempt.startedAt > call.at ? attempt.startedAt : call.at,
        label: call.dependency,
      });
  }
  return bars;
}

export interface TreeRow {
  readonly step: TraceStep;
  readonly depth: number;
}

interface CachedTree {
  readonly lastSeq: number;
  readonly rows: readonly TreeRow[];
}
const trees = new WeakMap<Trace, CachedTree>();

/**
 * Steps as a tree in the order they started, children under the step that holds them, item by item. Where a body begins
 * and ends is left out: of fifty items it would make a hundred rows that say nothing. A trace grows in place, so the rows
 * are kept with the event they were made at: the list and the timeline share them.
 */
export function treeRows(trace: Trace): readonly TreeRow[] {
  const cached = trees.get(trace);
  if (cached?.lastSeq === trace.lastSeq) return cached.rows;
  const rows: TreeRow[] = [];
  const add = (key: string, depth: number): void => {
    const step = trace.steps.get(key);
    if (!step || (depth > 0 && isBoundary(step))) return;
    rows.push({ step, depth });
    for (const child of childrenInOrder(trace, step)) add(child, depth + 1);
  };
  for (const key of trace.roots) add(key, 0);
  trees.set(trace, { lastSeq: trace.lastSeq, rows });
  return rows;
}

function isBoundary({ kind, status }: TraceStep): boolean {
  return status === 'committed' && (kind === 'start' || kind === 'end');
}

/** Items that run at once start in turns; they are read one after the other. */
function childrenInOrder(trace: Trace, { children }: TraceStep): readonly string[] {
  const indexOf = (key: string) => trace.steps.get(key)?.index ?? -1;
  const isInOrder = children.every((key, i) => i === 0 || indexOf(children[i - 1] ?? '') <= indexOf(key));
  return isInOrder ? children : children.toSorted((a, b) => indexOf(a) - indexOf(b));
}

/** The newest event that is not later than a moment; `events` are in order. */
export function seqAt(
  events: readonly { readonly seq: number; readonly at: number }[],
  time: number,
): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.at ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return Math.max(1, low);
}
