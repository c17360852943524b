/**
 * Fifty agents in twenty runs ask one model again and again; for two minutes it is down. Ten agents in five runs ask
 * another one. The real runtime and governor on virtual time, beside agents that simply try again.
 */
import { createRuntime } from '../../electron/runtime/runtime';
import { MemoryRunLog } from '../../electron/store/memory-run-log';
import type { Pure } from '../../shared/ports/pure';
import type { ModelCall, ModelOutcome } from '../../shared/ports/calls';
import type { Flow } from '../../shared/spec/flow';
import type { FlowNode } from '../../shared/spec/nodes';
import { flowOf, graph, type Way } from '../fakes/small-flow';
import { SteppedClock } from './crash-world';

export const DOWN = { from: 60_000, to: 180_000 };
const RUNS = 20;
const AGENTS = 50;
const OTHER_RUNS = 5;
const ROUNDS = 70;
const LATENCY_MS = 200;
const PAUSE_MS = 4000;
const ATTEMPTS = 5;
const RETRY_MS = 500;
/** When each run begins, so that they do not all ask at once. */
const APART_MS = 190;

export interface Sent {
  readonly at: number;
  readonly isRetry: boolean;
  readonly ok: boolean;
}

export interface Storm {
  /** Calls that reached the model that goes down. */
  readonly sent: readonly Sent[];
  /** Calls of the other one, by run: when each was made. */
  readonly others: Readonly<Record<string, readonly number[]>>;
  readonly statuses: readonly string[];
}

function flowFor(model: string, agents: number): Flow {
  const names = Array.from({ length: agents }, (_none, i) => `a${i}`);
  const rounds = (name: string): FlowNode => ({
    kind: 'loop',
    while: `iteration <= ${ROUNDS}`,
    maxIterations: ROUNDS,
    body: graph(
      {
        [`${name}_in`]: { kind: 'start' },
        [`${name}_ask`]: { kind: 'agent', agent: 'worker', prompt: 'Go on' },
        [`${name}_rest`]: { kind: 'wait', for: `PT${PAUSE_MS / 1000}S` },
        [`${name}_out`]: { kind: 'end' },
      },
      `${name}_in > ${name}_ask`,
      `${name}_ask > ${name}_rest`,
      `${name}_ask.fallback > ${name}_rest`,
      `${name}_rest > ${name}_out`,
    ),
  });
  return flowOf({
    models: { main: { provider: 'test', model } },
    policies: {
      default: { concurrency: AGENTS, retry: { maxAttempts: ATTEMPTS, initial: `PT${RETRY_MS / 1000}S` } },
    },
    nodes: {
      start: { kind: 'start' },
      fork: { kind: 'parallel' },
      ...Object.fromEntries(names.map((name) => [name, rounds(name)])),
      join: { kind: 'join' },
      end: { kind: 'end' },
    },
    edges: [
      'start > fork',
      ...names.flatMap((name): Way[] => [`fork.branch > ${name}`, `${name} > join`]),
      'join > end',
    ],
  });
}

/** Plays it with the runtime; `isDown: false` is the same without the outage. */
export async function governedStorm(pure: Pure, isDown: boolean): Promise<Storm> {
  const clock = new SteppedClock(0);
  const log = new MemoryRunLog();
  const sent: Sent[] = [];
  const others: Record<string, number[]> = {};
  const model = (call: ModelCall): Promise<ModelOutcome> => {
    const now = clock.now();
    const isOther = call.model.model === 'other';
    const ok = isOther || !isDown || now < DOWN.from || now >= DOWN.to;
    if (isOther) (others[call.runId] ??= []).push(now);
    else sent.push({ at: now, isRetry: call.isRetry, ok });
    return new Promise((resolve) => {
      clock.at(now + LATENCY_MS, () => resolve(ok ? ANSWER : UNAVAILABLE));
    });
  };
  const none = (): never => {
    throw new Error('only models are called here');
  };
  const executors = { model, tool: none, code: none };
  const entropy = { seed: () => 1, runId: () => 'run' };
  const runtime = createRuntime({ log, clock, pure, executors, entropy, secret: async () => undefined });
  const begin = (runId: string, name: string, agents: number, seed: number): void => {
    const grants = { trust: true, baseFolder: '.', granted: {} };
    const flow = flowFor(name, agents);
    clock.at(seed * APART_MS, () =>
      runtime.start({ flow, semanticHash: name, input: {}, mode: 'live', runId, seed, grants }),
    );
  };
  for (let i = 0; i < RUNS; i++) begin(`run${i}`, 'one', i < AGENTS % RUNS ? 3 : 2, i);
  for (let i = 0; i < OTHER_RUNS; i++) begin(`other${i}`, 'other', 2, i);
  do {
    while (clock.pump());
    await new Promise(setImmediate);
  } while (clock.pump() || clock.advance());
  return { sent, others, statuses: log.runs().map((run) => run.status) };
}

const ANSWER: ModelOutcome = {
  ok: true,
  text: 'done',
  toolCalls: [],
  finish: 'stop',
  usage: { in: 10, out: 5 },
  cost: { amount: 0, currency: 'USD' },
};
const UNAVAILABLE: ModelOutcome = {
  ok: false,
  kind: 'unavailable',
  code: 'world/down',
  message: 'the model is down',
  sent: 'maybe',
};

/** The same agents with the policy of most scripts: try again after a while, up to five times, whatever others saw. */
export function naiveStorm(): Sent[] {
  const sent: Sent[] = [];
  for (let agent = 0; agent < AGENTS; agent++) {
    let now = (agent % RUNS) * APART_MS;
    for (let round = 0; round < ROUNDS; round++) {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const ok = now < DOWN.from || now >= DOWN.to;
        sent.push({ at: now, isRetry: attempt > 1, ok });
        now += LATENCY_MS;
        if (ok) break;
        now += RETRY_MS;
      }
      now += PAUSE_MS;
    }
  }
  return sent;
}

export interface StormRow {
  readonly policy: string;
  readonly calls: number;
  readonly firstCalls: number;
  readonly ratio: number;
  readonly intoOutage: number;
  /** Most calls in ten seconds: before the outage, during it, in the minute after it. */
  readonly before: number;
  readonly during: number;
  readonly after: number;
}

export function rowOf(policy: string, sent: readonly Sent[]): StormRow {
  const most = (from: number, to: number): number => {
    const counts: number[] = [];
    for (let at = from; at < to; at += 10_000)
      counts.push(sent.filter((call) => call.at >= at && call.at < at + 10_000).length);
    return Math.max(...counts);
  };
  const firstCalls = sent.filter(({ isRetry }) => !isRetry).length;
  return {
    policy,
    calls: sent.length,
    firstCalls,
    ratio: Math.round((100 * sent.length) / firstCalls) / 100,
    intoOutage: sent.filter(({ ok }) => !ok).length,
    before: most(10_000, DOWN.from),
    during: most(DOWN.from, DOWN.to),
    after: most(DOWN.to, DOWN.to + 60_000),
  };
}
