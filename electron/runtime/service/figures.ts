/** How a flow and each of its nodes fared: counted over the newest runs, from their records alone. */
import type { FlowFigures, NodeFigures, Spread } from '../../../shared/ipc/contract';
import type { Usage } from '../../../shared/events/event';
import { traceOf } from '../../../shared/events/trace';
import type { Trace, TraceStep } from '../../../shared/events/trace-model';
import type { RunStore } from '../../store/run-store';
import { flowMetrics } from './metrics';

/** Enough to see how things stand; older runs were often another version of the flow. */
const MAX_RUNS = 200;
const MAX_EVENTS = 200_000;

type Source = Pick<RunStore, 'runs' | 'countRuns' | 'events' | 'flow' | 'decisions'>;
type Cost = Usage['cost'];

interface NodeSum {
  readonly kind: string;
  steps: number;
  succeeded: number;
  attempts: number;
  invalid: number;
  lowConfidence: number;
  denied: number;
  fallbacks: number;
  tokens: number;
  cost: Cost | undefined;
  readonly recoveryMs: number[];
  readonly queuedMs: number[];
  readonly workMs: number[];
  readonly betweenMs: number[];
}

export function flowFigures(store: Source, flowId: string): FlowFigures {
  const { agreement } = flowMetrics(store, flowId);
  const outcomes: Record<string, number> = {};
  const durations: number[] = [];
  const tokens: number[] = [];
  const nodes = new Map<string, NodeSum>();
  let cost: Cost | undefined;
  let counted = 0;
  let events = 0;
  for (const run of store.runs({ flowId, limit: MAX_RUNS })) {
    events += run.lastSeq;
    if (events > MAX_EVENTS && counted > 0) break;
    counted++;
    outcomes[run.status] = (outcomes[run.status] ?? 0) + 1;
    if (run.endedAt !== undefined) durations.push(run.usage.durationMs);
    tokens.push(run.usage.tokens.in + run.usage.tokens.out);
    cost = plus(cost, run.usage.cost);
    const trace = traceOf(store.events(run.runId), store.flow(run.runId));
    // What a fork took over was done, and counted, in the run it came from.
    const inherited = trace.run.forkedFrom?.seq ?? 0;
    for (const step of trace.steps.values()) {
      if (step.startSeq > inherited) addStep(nodes, trace, step);
    }
  }
  return {
    runs: store.countRuns({ flowId }),
    counted,
    outcomes,
    durationMs: spreadOf(durations),
    tokens: spreadOf(tokens),
    cost: cost ?? NO_COST,
    nodes: [...nodes].map(([node, sum]) => nodeFigures(node, sum, agreement[node])),
  };
}

const NO_COST: Cost = { amount: 0, currency: 'USD', known: true };

function plus(sum: Cost | undefined, more: Cost): Cost {
  if (!sum) return more;
  // Sums over currencies would be wrong, so a second one is left out and the whole is no longer fully known.
  const same = sum.currency === more.currency || more.amount === 0;
  return {
    amount: same ? sum.amount + more.amount : sum.amount,
    currency: sum.currency,
    known: sum.known && more.known && same,
  };
}

function emptySum(kind: string): NodeSum {
  const counts = {
    steps: 0,
    succeeded: 0,
    attempts: 0,
    invalid: 0,
    lowConfidence: 0,
    denied: 0,
    fallbacks: 0,
  };
  return {
    kind,
    ...counts,
    tokens: 0,
    cost: undefined,
    recoveryMs: [],
    queuedMs: [],
    workMs: [],
    betweenMs: [],
  };
}

function addStep(nodes: Map<string, NodeSum>, trace: Trace, step: TraceStep): void {
  if (step.undo || step.kind === 'start' || step.kind === 'end') return;
  const sum = nodes.get(step.node) ?? emptySum(step.kind);
  nodes.set(step.node, sum);
  sum.steps++;
  sum.attempts += step.attempts.length;
  sum.tokens += step.usage.tokens.in + step.usage.tokens.out;
  sum.cost = plus(sum.cost, step.usage.cost);
  sum.invalid += countKind(step, 'invalid_output');
  sum.lowConfidence += countKind(step, 'low_confidence');
  sum.denied += countKind(step, 'denied');
  if (step.status === 'committed') sum.succeeded++;
  if (step.failure?.routed === 'fallback') sum.fallbacks++;
  if (step.queuedMs > 0) sum.queuedMs.push(step.queuedMs);
  const between = betweenOf(trace, step);
  if (between !== undefined) sum.betweenMs.push(between);
  addTimes(sum, step);
}

function addTimes(sum: NodeSum, step: TraceStep): void {
  if (step.endedAt === undefined) return;
  sum.workMs.push(step.endedAt - step.startedAt);
  const firstMiss = step.attempts.find(({ outcome }) => outcome === 'failed' || outcome === 'rejected');
  if (step.status === 'committed' && firstMiss?.endedAt !== undefined)
    sum.recoveryMs.push(step.endedAt - firstMiss.endedAt);
}

/** Refused answers, failed attempts, and the step's own failure where neither names the kind. */
function countKind(step: TraceStep, kind: 'invalid_output' | 'low_confidence' | 'denied'): number {
  const rejected = step.rejections.filter((one) => one.kind === kind).length;
  const failed = step.attempts.filter((one) => one.outcome === 'failed' && one.kind === kind).length;
  return Math.max(rejected + failed, step.failure?.kind === kind ? 1 : 0);
}

function betweenOf(trace: Trace, step: TraceStep): number | undefined {
  if (!step.via) return undefined;
  const before = (trace.stepsOfNode.get(step.via.from) ?? [])
    .map((key) => trace.steps.get(key))
    .findLast((one) => one?.endSeq !== undefined && one.endSeq < step.startSeq);
  return before?.endedAt === undefined ? undefined : Math.max(0, step.startedAt - before.endedAt);
}

function nodeFigures(
  node: string,
  sum: NodeSum,
  agreement: { readonly decided: number; readonly unedited: number } | undefined,
): NodeFigures {
  return {
    ...sum,
    node,
    recoveryMs: spreadOf(sum.recoveryMs),
    queuedMs: spreadOf(sum.queuedMs),
    workMs: spreadOf(sum.workMs),
    betweenMs: spreadOf(sum.betweenMs),
    cost: sum.cost ?? NO_COST,
    ...(agreement ? { agreement } : {}),
  };
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
  return { p50: at(0.5), p95: at(0.95) };
}
