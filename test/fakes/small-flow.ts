/** Small hand-made flows, and a world that answers their calls from a script. */
import type { Json } from '../../shared/base/json';
import type { DataOf, EventType, NewEvent, RunEvent, TaskInfo, ToolCall } from '../../shared/events/event';
import type { RunState } from '../../shared/engine/state';
import type { Call, CallFailure, ModelOutcome, ValueOutcome } from '../../shared/ports/calls';
import type { Flow } from '../../shared/spec/flow';
import type { FlowNode } from '../../shared/spec/nodes';
import type { Agent, Edge, Tool } from '../../shared/spec/parts';
import type { FailureKind } from '../../shared/spec/values';
import { validateFlow } from '../../shared/spec/validate';
import { createPure } from '../../electron/runtime/pure/create-pure';
import { replayRun } from '../../electron/runtime/replay';
import { type SimulatedRun, type SimulationOptions, simulateRun } from '../../electron/runtime/simulated-run';

export const pure = createPure();

/** `a > b`, `a.port > b`, each with more fields of an edge where they matter. */
export type Way = string | readonly [string, Partial<Edge>];

export function edge(way: Way): Edge {
  const [path, more] = typeof way === 'string' ? [way, {}] : way;
  const [source = '', to = ''] = path.split('>').map((part) => part.trim());
  const [from = '', port = 'next'] = source.split('.');
  return { from, port, to, ...more };
}

export interface Parts extends Partial<Omit<Flow, 'nodes' | 'edges'>> {
  readonly nodes: Record<string, FlowNode>;
  readonly edges: readonly Way[];
}

export function graph(
  nodes: Record<string, FlowNode>,
  ...ways: Way[]
): {
  nodes: Record<string, FlowNode>;
  edges: Edge[];
} {
  return { nodes, edges: ways.map(edge) };
}

const ECHO = { input: {}, kind: 'builtin', name: 'echo' } as const;
const TOOLS: Record<string, Tool> = {
  look: { description: 'reads', effect: 'read', ...ECHO },
  put: { description: 'writes with a key', effect: 'idempotent', ...ECHO },
  pay: { description: 'pays once', effect: 'once', ...ECHO },
  refund: { description: 'undoes', effect: 'idempotent', ...ECHO },
};
const AGENTS: Record<string, Agent> = { worker: { role: 'Works', model: 'main' } };

/** A whole flow; tools `look`, `put`, `pay`, `refund`, the agent `worker` and two models are there. */
export function flowOf({ nodes, edges, ...more }: Parts): Flow {
  return {
    format: 'baton.flow/1',
    id: 'small',
    name: 'Small',
    version: '1.0.0',
    ...more,
    models: {
      main: { provider: 'test', model: 'one', fallback: ['spare'] },
      spare: { provider: 'test', model: 'two' },
      ...more.models,
    },
    tools: { ...TOOLS, ...more.tools },
    agents: { ...AGENTS, ...more.agents },
    nodes,
    edges: edges.map(edge),
  };
}

/** `start`, then these nodes in a row, then `end`. */
export function rowOf(
  nodes: Record<string, FlowNode>,
  more: Omit<Parts, 'nodes' | 'edges'> & { ways?: Way[] } = {},
): Flow {
  const { ways = [], ...parts } = more;
  const ids = ['start', ...Object.keys(nodes), 'end'];
  const edges = ids.slice(1).map((to, i): Way => {
    const from = ids[i] ?? '';
    const node = nodes[from];
    return node?.kind === 'human' ? `${from}.approved > ${to}` : `${from} > ${to}`;
  });
  const last = ids[ids.length - 2] ?? '';
  return flowOf({
    ...parts,
    nodes: { start: { kind: 'start' }, ...nodes, end: { kind: 'end', output: { $: `steps.${last}` } } },
    edges: [...edges, ...ways],
  });
}

export function say(text: Json, ...toolCalls: ToolCall[]): ModelOutcome {
  const words = typeof text === 'string' ? text : JSON.stringify(text);
  return {
    ok: true,
    text: words,
    toolCalls,
    finish: 'stop',
    usage: { in: 10, out: 5 },
    cost: { amount: 0, currency: 'USD' },
  };
}

export function asks(name: string, args: Json = {}, id = name): ToolCall {
  return { id, name, args };
}

export function fails(kind: FailureKind, more: Partial<CallFailure> = {}): CallFailure {
  return { ok: false, kind, code: `test/${kind}`, message: `it was ${kind}`, sent: 'no', ...more };
}

export function gives(value: Json): ValueOutcome {
  return { ok: true, value };
}

type Answer = ModelOutcome | ValueOutcome;
/** What a call is answered: by what it asks for, the n-th time from 1. Undefined falls back to a usual answer. */
export type Script = (call: Call, nth: number) => Answer | readonly [Answer, number] | undefined;

export interface Played extends SimulatedRun {
  readonly calls: readonly Call[];
  readonly last: RunEvent;
  of<T extends EventType>(type: T, step?: string): RunEvent<T>[];
  /** `data` of the events of a type. */
  data<T extends EventType>(type: T, step?: string): DataOf<T>[];
  readonly status: string;
}

export interface PlayOptions extends Partial<Omit<SimulationOptions, 'flow' | 'perform' | 'decide'>> {
  readonly script?: Script;
  readonly decide?: (
    task: TaskInfo,
    state: RunState,
  ) => { choice: string; values?: Json; comment?: string } | undefined;
  /** Flows that break a rule of documents on purpose. */
  readonly unchecked?: boolean;
}

/** Plays a flow on virtual time; every run must replay to the same events. */
export function play(flow: Flow, options: PlayOptions = {}): Played {
  const { script = () => undefined, decide, unchecked = false, ...more } = options;
  if (!unchecked) {
    const errors = validateFlow(flow, pure).problems.filter((problem) => problem.severity === 'error');
    if (errors.length > 0) throw new Error(`not a valid flow: ${JSON.stringify(errors)}`);
  }
  const calls: Call[] = [];
  const counts = new Map<string, number>();
  const run = simulateRun({
    pure,
    input: {},
    seed: 1,
    runId: 'run',
    maxEvents: 20_000,
    ...more,
    flow,
    perform: (call) => {
      calls.push(call);
      const nth = (counts.get(call.step) ?? 0) + 1;
      counts.set(call.step, nth);
      const answer = script(call, nth) ?? (call.type === 'model' ? say('done') : gives({ n: nth }));
      return 'ok' in answer
        ? { outcome: answer, latencyMs: 10 }
        : { outcome: answer[0], latencyMs: answer[1] };
    },
    decide: decide ?? ((task) => ({ choice: task.choices[0]?.port ?? '' })),
  });
  const events = [...(more.history ?? []), ...run.events];
  const report = replayRun(pure, more.runId ?? 'run', flow, events);
  if (report.verdict !== 'identical' && !run.stopped)
    throw new Error(`replay differs: ${JSON.stringify(report.firstDifference)}`);
  const of = <T extends EventType>(type: T, step?: string): RunEvent<T>[] =>
    events.filter(
      (event) => event.type === type && (step === undefined || event.step === step),
    ) as unknown as RunEvent<T>[]; // by type
  return {
    ...run,
    events,
    calls,
    last: events[events.length - 1] as RunEvent,
    of,
    data: (type, step) => of(type, step).map((event) => event.data) as never,
    status: run.state.status,
  };
}

/** A person at the controls: each rule fires once, after the turn that holds its event. */
export function steering(
  ...rules: readonly (readonly [(event: RunEvent) => boolean, ...NewEvent[]])[]
): (events: readonly RunEvent[]) => readonly NewEvent[] {
  const done = new Set<number>();
  return (events) =>
    rules.flatMap(([when, ...facts], i) => {
      if (done.has(i) || !events.some((event) => when(event))) return [];
      done.add(i);
      return facts;
    });
}

export function at(type: EventType, step?: string): (event: RunEvent) => boolean {
  return (event) => event.type === type && (step === undefined || event.step === step);
}

export const PAUSE: NewEvent = { type: 'run.paused', data: { reason: 'user', by: 'me' } };
export const RESUME: NewEvent = { type: 'run.resumed', data: { by: 'me' } };
export const STEP: NewEvent = { type: 'run.resumed', data: { by: 'me', step: true } };
export function cancelling(compensate: boolean): NewEvent {
  return { type: 'run.cancelRequested', data: { by: 'me', compensate } };
}
