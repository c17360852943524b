/** Questions a trace answers: who wrote this, who read it, what was known and where did the run stand at the time. */
import type { Json } from '../base/json';
import type { RunStatus, StepStatus } from './event';
import type { ContextReader, ContextVersion, Trace } from './trace-model';

/** The version of a field that held after event `seq`; undefined when nothing had been written yet. */
export function whoWrote(
  trace: Trace,
  field: string,
  seq: number = trace.lastSeq,
): ContextVersion | undefined {
  return lastBefore(trace.context.get(field) ?? [], seq);
}

/** The steps that got a version of a field in their view, in the order they started. */
export function whoRead(trace: Trace, field: string, version?: number): readonly ContextReader[] {
  const readers = trace.readers.get(field) ?? [];
  return version === undefined ? readers : readers.filter((reader) => reader.version === version);
}

export interface TraceState {
  readonly run: RunStatus | undefined;
  /** Steps that had started by then. */
  readonly steps: ReadonlyMap<string, StepStatus>;
  readonly context: Readonly<Record<string, ContextVersion>>;
  /** Edges taken by then, by `from:port:to`. */
  readonly edges: ReadonlyMap<string, number>;
  readonly openTasks: readonly string[];
}

/** Where the run stood after event `seq`. */
export function stateAt(trace: Trace, seq: number): TraceState {
  const steps = new Map<string, StepStatus>();
  for (const step of trace.steps.values()) {
    const entry = step.startSeq <= seq ? lastBefore(step.statusLog, seq) : undefined;
    if (entry) steps.set(step.key, entry.status);
  }
  const context: Record<string, ContextVersion> = {};
  for (const [field, versions] of trace.context) {
    const version = lastBefore(versions, seq);
    if (version) context[field] = version;
  }
  const edges = new Map<string, number>();
  for (const [key, edge] of trace.edges) {
    const taken = countBefore(edge.seqs, seq);
    if (taken > 0) edges.set(key, taken);
  }
  const openTasks = [...trace.tasks.values()]
    .filter((task) => task.askedSeq <= seq && (task.closedSeq === undefined || task.closedSeq > seq))
    .map((task) => task.task);
  return { run: lastBefore(trace.runStatusLog, seq)?.status, steps, context, edges, openTasks };
}

/** The context's values after the last event. */
export function contextValues(trace: Trace): Readonly<Record<string, Json>> {
  const values: Record<string, Json> = {};
  for (const [field, versions] of trace.context) {
    const last = versions.at(-1);
    if (last) values[field] = last.value;
  }
  return values;
}

function lastBefore<T extends { readonly seq: number }>(entries: readonly T[], seq: number): T | undefined {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as T).seq <= seq) low = middle + 1;
    else high = middle;
  }
  return entries[low - 1];
}

function countBefore(seqs: readonly number[], seq: number): number {
  let low = 0;
  let high = seqs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((seqs[middle] as number) <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
