/** The chain of steps that decided how long a run took. Pure. */
import { parentOf } from '../../shared/events/step-key';
import type { Trace, TraceStep } from '../../shared/events/trace-model';

/** Longer records are not walked: nobody reads a path of that length. */
const MAX_STEPS = 20_000;

const known = new WeakMap<Trace, { readonly lastSeq: number; readonly path: ReadonlySet<string> }>();

/**
 * From the step that ended last back to the start: before each step stands the one it waited for longest; a container is
 * followed inside in the same way.
 */
export function criticalPath(trace: Trace): ReadonlySet<string> {
  const cached = known.get(trace);
  if (cached?.lastSeq === trace.lastSeq) return cached.path;
  const path = new Set<string>();
  if (trace.steps.size <= MAX_STEPS) follow(trace, path, lastOf(trace, trace.roots), into(trace));
  known.set(trace, { lastSeq: trace.lastSeq, path });
  return path;
}

type Into = ReadonlyMap<string, readonly TraceStep[]>;

/** Steps by the frame they stand in and the node they went on to. */
function into(trace: Trace): Into {
  const found = new Map<string, TraceStep[]>();
  for (const step of trace.steps.values()) {
    const targets = step.failure?.to === undefined ? step.to : [...step.to, step.failure.to];
    for (const node of targets) {
      const place = `${frameOf(step.key)} ${node}`;
      const list = found.get(place);
      if (list) list.push(step);
      else found.set(place, [step]);
    }
  }
  return found;
}

function frameOf(key: string): string {
  const cut = key.lastIndexOf('/');
  return cut < 0 ? '' : key.slice(0, cut);
}

function follow(trace: Trace, path: Set<string>, last: TraceStep | undefined, before: Into): void {
  for (let step = last; step && !path.has(step.key); ) {
    path.add(step.key);
    if (step.children.length > 0) follow(trace, path, lastOf(trace, step.children), before);
    const { startSeq } = step;
    const candidates = before.get(`${frameOf(step.key)} ${step.node}`) ?? [];
    const earlier = candidates.filter((one) => one.endSeq !== undefined && one.endSeq <= startSeq);
    step = latest(earlier) ?? bodyBefore(trace, step);
  }
}

/** The pass of a loop or the round of a team before this one: nothing is drawn between them. */
function bodyBefore(trace: Trace, step: TraceStep): TraceStep | undefined {
  const parent = parentOf(step.key);
  const holder = parent === undefined ? undefined : trace.steps.get(parent.key);
  if (!holder || holder.kind === 'map') return undefined;
  const { startSeq } = step;
  const siblings = holder.children.flatMap((key) => trace.steps.get(key) ?? []);
  return latest(siblings.filter((one) => one.endSeq !== undefined && one.endSeq < startSeq));
}

function lastOf(trace: Trace, keys: readonly string[]): TraceStep | undefined {
  return latest(keys.flatMap((key) => trace.steps.get(key) ?? []));
}

/** The one that ended last; of those that ended in one turn, the one the record names last. */
function latest(steps: readonly TraceStep[]): TraceStep | undefined {
  let best: TraceStep | undefined;
  for (const step of steps) {
    if (!best || (step.endSeq ?? Number.POSITIVE_INFINITY) > (best.endSeq ?? Number.POSITIVE_INFINITY))
      best = step;
  }
  return best;
}
