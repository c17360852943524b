/** Many rehearsals of one flow: outcomes, cost, latency, tokens, and which of the drawn paths were ever taken. */
import type { Json } from '../../shared/base/json';
import { seededRandom } from '../../shared/base/random';
import { createPlan } from '../../shared/engine/plan';
import type { RunEvent } from '../../shared/events/event';
import type { Coverage, Percentiles, SimulationReport } from '../../shared/ipc/contract';
import type { Pure } from '../../shared/ports/pure';
import type { Flow } from '../../shared/spec/flow';
import type { FlowNode } from '../../shared/spec/nodes';
import type { Answers, Edge, Fault } from '../../shared/spec/parts';
import { failureModes } from '../../shared/spec/failure-modes';
import { portsOf } from '../../shared/spec/ports-of';
import type { FailureKind } from '../../shared/spec/values';
import { sampleSchema } from './schema-sample';
import { simulateRun } from './simulated-run';

export interface SimulateInput {
  readonly pure: Pure;
  readonly document: Flow;
  readonly input?: Json;
  readonly runs: number;
  readonly seed?: number;
  readonly faults?: readonly Fault[];
  readonly answers?: Answers;
}

/** Rehearses a flow many times; run n uses seed + n. */
export function simulate(options: SimulateInput): SimulationReport {
  const { pure, document: flow, runs } = options;
  const seed = options.seed ?? flow.rehearsal?.seed ?? 1;
  const plan = createPlan(flow, pure);
  const tally = new Tally(flow);
  for (let n = 0; n < runs; n++) {
    const input = options.input ?? sampleInput(flow, seed + n);
    const run = simulateRun({
      pure,
      flow,
      plan,
      input,
      seed: seed + n,
      ...(options.faults ? { faults: options.faults } : {}),
      ...(options.answers ? { answers: options.answers } : {}),
    });
    tally.add(
      run.events,
      run.state.ended ? run.state.status : run.stopped ? 'stopped' : run.state.status,
      run.endedAt - run.startedAt,
      run.state.usage,
    );
  }
  return tally.report(runs, seed);
}

export function sampleInput(flow: Flow, seed: number): Json {
  const tested = flow.tests?.[0]?.input;
  if (tested !== undefined) return tested;
  return flow.input === undefined
    ? {}
    : sampleSchema(flow.input, flow.schemas ?? {}, seededRandom('input', seed));
}

interface Drawn {
  readonly edges: Set<string>;
  readonly ports: Set<string>;
  readonly kinds: Set<string>;
}

class Tally {
  readonly #drawn: Drawn;
  readonly #hit: Drawn = { edges: new Set(), ports: new Set(), kinds: new Set() };
  readonly #outcomes: Record<string, number> = {};
  readonly #costs: number[] = [];
  readonly #latencies: number[] = [];
  readonly #tokens: number[] = [];
  #known = true;
  #currency = 'USD';

  constructor(flow: Flow) {
    this.#drawn = drawnPaths(flow);
  }

  add(
    events: readonly RunEvent[],
    status: string,
    latencyMs: number,
    usage: {
      readonly cost: { amount: number; currency: string; known: boolean };
      readonly tokens: { in: number; out: number };
    },
  ): void {
    this.#outcomes[status] = (this.#outcomes[status] ?? 0) + 1;
    this.#costs.push(usage.cost.amount);
    this.#known &&= usage.cost.known;
    this.#currency = usage.cost.currency;
    this.#tokens.push(usage.tokens.in + usage.tokens.out);
    this.#latencies.push(latencyMs);
    for (const event of events) this.#see(event);
  }

  #see(event: RunEvent): void {
    if (event.step === undefined) return;
    const node = event.step.slice(event.step.lastIndexOf('/') + 1).replace(/[#[~].*$/, '');
    const take = (port: string, to: string): void => {
      this.#hit.edges.add(`${node}.${port}>${to}`);
      this.#hit.ports.add(`${node}.${port}`);
    };
    if (event.type === 'step.committed') for (const { port, to } of event.data.routes) take(port, to);
    if (event.type === 'step.failed') {
      if (event.data.routed === 'fallback' && event.data.to !== undefined) take('fallback', event.data.to);
      this.#hit.kinds.add(`${node}:${event.data.kind}`);
    }
  }

  report(runs: number, seed: number): SimulationReport {
    const { edges, ports, kinds } = this.#drawn;
    return {
      runs,
      seed,
      outcomes: this.#outcomes,
      cost: { ...percentiles(this.#costs), currency: this.#currency, known: this.#known },
      latencyMs: percentiles(this.#latencies),
      tokens: percentiles(this.#tokens),
      coverage: {
        edges: coverage(edges, this.#hit.edges),
        ports: coverage(ports, this.#hit.ports),
        kinds: coverage(kinds, this.#hit.kinds),
      },
    };
  }
}

function drawnPaths(flow: Flow): Drawn {
  const drawn: Drawn = { edges: new Set(), ports: new Set(), kinds: new Set() };
  const taken = new Map<string, FailureKind[]>();
  for (const { ends, through, node, to, kind } of failureModes(flow)) {
    if (ends !== 'fallback' || through.length > 0) continue;
    taken.set(`${node}>${to}`, [...(taken.get(`${node}>${to}`) ?? []), kind]);
  }
  const visit = (nodes: Readonly<Record<string, FlowNode>>, edges: readonly Edge[]): void => {
    for (const edge of edges) {
      drawn.edges.add(`${edge.from}.${edge.port}>${edge.to}`);
      drawn.ports.add(`${edge.from}.${edge.port}`);
      if (edge.port !== 'fallback') continue;
      // An edge that names no kinds is there for all that end on it.
      const all = taken.get(`${edge.from}>${edge.to}`) ?? [];
      for (const kind of edge.on ?? all) drawn.kinds.add(`${edge.from}:${kind}`);
    }
    for (const [id, node] of Object.entries(nodes)) {
      for (const port of portsOf(node).out) if (port.required) drawn.ports.add(`${id}.${port.name}`);
      if (node.kind === 'map' || node.kind === 'loop') visit(node.body.nodes, node.body.edges);
    }
  };
  visit(flow.nodes, flow.edges);
  for (const subflow of Object.values(flow.subflows ?? {})) visit(subflow.nodes, subflow.edges);
  // A port another one stands in for is not drawn: `next` of an agent that always hands off.
  for (const port of Array.from(drawn.ports)) {
    const node = port.slice(0, port.indexOf('.'));
    if (
      port.endsWith('.next') &&
      drawn.ports.has(`${node}.handoff`) &&
      ![...drawn.edges].some((edge) => edge.startsWith(`${port}>`))
    )
      drawn.ports.delete(port);
  }
  return drawn;
}

function coverage(drawn: ReadonlySet<string>, hit: ReadonlySet<string>): Coverage {
  const missed = [...drawn].filter((path) => !hit.has(path));
  return { hit: drawn.size - missed.length, total: drawn.size, missed };
}

/** Nearest rank. */
function percentiles(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}
