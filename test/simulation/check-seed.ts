/** One seed: a random flow, its undisturbed run, its replay, and the same run crashed after every turn. */
import { canonicalJson } from '../../shared/base/jcs';
import type { Json } from '../../shared/base/json';
import { type Random, seededRandom } from '../../shared/base/random';
import { createPlan } from '../../shared/engine/plan';
import { contextFields } from '../../shared/engine/scope';
import { EventData, type RunEvent, type ToolCall } from '../../shared/events/event';
import type { Call, ModelCall, ModelOutcome, ValueOutcome } from '../../shared/ports/calls';
import type { Pure } from '../../shared/ports/pure';
import type { Flow } from '../../shared/spec/flow';
import { type SimulatedRun, simulateRun } from '../../electron/runtime/simulated-run';
import { replayRun } from '../../electron/runtime/replay';
import { forkHistory, forkPoint } from '../../electron/runtime/fork';
import { rehearse } from '../../electron/runtime/rehearsal';
import { boundsBroken } from './bounds';
import { FlowMaker } from './random-flow';

/** What is outside: counts effects by key and answers the same call always in the same way. */
class World {
  readonly effects = new Map<string, number>();
  readonly keysOf = new Map<string, Set<string>>();

  constructor(
    readonly seed: number,
    readonly flow: Flow,
  ) {}

  perform = (call: Call): { outcome: ModelOutcome | ValueOutcome; latencyMs: number } => {
    const name =
      call.type === 'model' ? `m${call.turn}:${call.purpose}` : call.type === 'tool' ? `t${call.call}` : 'c';
    const once = call.type === 'tool' && call.tool.effect === 'once';
    const lot = seededRandom('world', this.seed, call.step, name, once ? 0 : call.attempt);
    const luck = lot();
    const latencyMs = Math.round(lot() * 900);
    if (call.type === 'tool' && call.tool.effect !== 'read') {
      const place = `${call.step}:${call.call}`;
      this.keysOf.set(place, (this.keysOf.get(place) ?? new Set()).add(call.key));
      // A call that fails here was refused before it was sent: it has no effect.
      if (luck >= 0.16) this.effects.set(call.key, (this.effects.get(call.key) ?? 0) + 1);
    }
    if (luck < 0.06) return { outcome: failure('unavailable'), latencyMs };
    if (luck < 0.1 && !once) return { outcome: failure('timeout'), latencyMs };
    if (luck < 0.14 && call.type === 'model' && call.purpose === 'turn')
      return { outcome: answer('{"value":"wrong"}'), latencyMs };
    if (luck < 0.16) return { outcome: failure('error'), latencyMs };
    const asked = call.type === 'model' && call.turn <= 2 ? askedTools(call, lot) : [];
    if (asked.length > 0) return { outcome: answer('', asked), latencyMs };
    const { outcome } = rehearse(call, { flow: this.flow, seed: this.seed, faults: [] });
    return { outcome, latencyMs };
  };
}

function failure(kind: 'unavailable' | 'timeout' | 'error'): ModelOutcome & { ok: false } {
  return { ok: false, kind, code: `world/${kind}`, message: `the world says ${kind}`, sent: 'no' };
}

/** Tools a model calls before it answers: one or two of those offered, now and then one that is not. */
function askedTools(call: ModelCall, lot: Random): ToolCall[] {
  const offered = call.tools.map((tool) => tool.name).filter((name) => !name.startsWith('transfer_to_'));
  if (call.purpose !== 'turn' || offered.length === 0 || lot() < 0.4) return [];
  const count = 1 + Math.floor(lot() * 2);
  return Array.from({ length: count }, (_none, i) => {
    const name = lot() < 0.1 ? 'unlisted' : (offered[Math.floor(lot() * offered.length)] ?? 'unlisted');
    return { id: `c${call.turn}${i}`, name, args: {} };
  });
}

function answer(text: string, toolCalls: readonly ToolCall[] = []): ModelOutcome {
  return {
    ok: true,
    text,
    toolCalls,
    finish: 'stop',
    usage: { in: 10, out: 5 },
    cost: { amount: 0, currency: 'USD' },
  };
}

export interface SeedReport {
  readonly seed: number;
  readonly status: string;
  readonly turns: number;
  readonly crashes: number;
  readonly failures: readonly string[];
}

const MAX_EVENTS = 20_000;

/** `crashes` bounds how many crash points are tried (all when there are fewer). */
export function checkSeed(pure: Pure, seed: number, crashes: number): SeedReport {
  const flow = new FlowMaker(seed).make();
  const plan = createPlan(flow, pure);
  const failures: string[] = [];
  const world = new World(seed, flow);
  const cuts: number[] = [];
  let seen = 0;
  const base = { pure, flow, plan, input: {} as Json, seed, runId: 'run', maxEvents: MAX_EVENTS };
  const whole = simulateRun({
    ...base,
    perform: world.perform,
    onTurn: (events) => {
      seen += events.length;
      cuts.push(seen);
      return true;
    },
  });
  failures.push(...invariants(flow, whole, world));
  const replay = replayRun(pure, 'run', flow, whole.events);
  if (replay.verdict !== 'identical')
    failures.push(`replay differs: ${JSON.stringify(replay.firstDifference)}`);
  // The recorded answers against the same flow come to the same, where every question is the same again.
  const whatIf = replayRun(pure, 'run', flow, whole.events, flow);
  if (whatIf.verdict !== 'identical')
    failures.push(`what-if differs: ${JSON.stringify([whatIf.firstDifference, whatIf.wouldRunAgain])}`);
  failures.push(...forkAt(base, whole, seed));
  const tried = pick(cuts.slice(0, -1), crashes, seed);
  for (const cut of tried)
    failures.push(...crashAt(base, whole, cut, seed).map((text) => `crash after event ${cut}: ${text}`));
  return {
    seed,
    status: whole.state.ended ? whole.state.status : `open(${whole.state.status})`,
    turns: cuts.length,
    crashes: tried.length,
    failures,
  };
}

/** A fork from anywhere goes on to an end, under keys of its own, and replays. */
function forkAt(base: Base, whole: SimulatedRun, seed: number): string[] {
  const { flow } = base;
  const point = 1 + Math.floor(seededRandom('fork', seed)() * (whole.events.length - 1));
  const seq = forkPoint(whole.events, point);
  const parts = { runId: 'fork', seq, flow, semanticHash: '', sameFlow: true, at: point, by: 'test' };
  const history = forkHistory(whole.events, parts);
  const world = new World(seed, flow);
  const decide = (task: { task: string; choices: readonly { port: string }[] }): { choice: string } =>
    decideLike(
      whole,
      task.task,
      task.choices.map((choice) => choice.port),
    );
  const run = simulateRun({ ...base, runId: 'fork', history, perform: world.perform, decide });
  const events = [...history, ...run.events];
  const failures = invariants(flow, { ...run, events }, world);
  const replay = replayRun(base.pure, 'fork', flow, events);
  if (replay.verdict !== 'identical')
    failures.push(`its replay differs: ${JSON.stringify(replay.firstDifference)}`);
  const keys = new Set(history.flatMap((event) => (event.type === 'tool.started' ? [event.data.key] : [])));
  for (const key of world.effects.keys())
    if (keys.has(key)) failures.push(`it used a key of its parent: ${key}`);
  return failures.map((text) => `fork at event ${seq}: ${text}`);
}

function pick(cuts: readonly number[], count: number, seed: number): readonly number[] {
  if (cuts.length <= count) return cuts;
  const lot = seededRandom('cuts', seed);
  return [...new Set(Array.from({ length: count }, () => cuts[Math.floor(lot() * cuts.length)] ?? 0))];
}

type Base = {
  pure: Pure;
  flow: Flow;
  plan: ReturnType<typeof createPlan>;
  input: Json;
  seed: number;
  runId: string;
  maxEvents: number;
};

function crashAt(base: Base, whole: SimulatedRun, cut: number, seed: number): string[] {
  const { flow } = base;
  const history = whole.events.slice(0, cut);
  const world = new World(seed, flow);
  // Calls recorded as started had reached the world, or not: the lot decides; a person who is asked tells the truth.
  const reached = new Set<string>();
  const lot = seededRandom('reached', seed, cut);
  for (const event of history) {
    if (event.type !== 'tool.started' || event.data.effect !== 'once' || event.step === undefined) continue;
    const answered = history.some(
      (later) =>
        later.seq > event.seq &&
        later.step === event.step &&
        (later.type === 'tool.completed' || later.type === 'tool.failed'),
    );
    if (answered || lot() < 0.5) {
      world.effects.set(event.data.key, 1);
      reached.add(event.step);
    }
  }
  const resumed = simulateRun({
    ...base,
    history,
    perform: world.perform,
    decide: (task, state) => {
      if (task.type !== 'uncertain')
        return decideLike(
          whole,
          task.task,
          task.choices.map((choice) => choice.port),
        );
      const happened = task.step !== undefined && reached.has(task.step) && world.effects.size > 0;
      void state;
      return happened
        ? { choice: 'happened', values: valueFor(whole, task.step ?? '') }
        : { choice: 'not_happened' };
    },
  });
  const failures = invariants(flow, { ...resumed, events: [...history, ...resumed.events] }, world);
  const replay = replayRun(base.pure, 'run', flow, [...history, ...resumed.events]);
  if (replay.verdict !== 'identical')
    failures.push(`replay differs: ${JSON.stringify(replay.firstDifference)}`);
  if (isComparable(flow, whole, resumed)) {
    const before = outcome(whole);
    const after = outcome(resumed);
    if (before !== after) failures.push(`ended differently\n  ${before}\n  ${after}`);
  }
  return failures;
}

function valueFor(whole: SimulatedRun, step: string): Json {
  for (const event of whole.events)
    if (event.type === 'tool.completed' && event.step === step) return event.data.result;
  return { value: 1 };
}

function decideLike(whole: SimulatedRun, task: string, choices: readonly string[]): { choice: string } {
  for (const event of whole.events)
    if (event.type === 'human.decided' && event.data.task === task) return { choice: event.data.choice };
  return {
    choice: choices.includes('approved')
      ? 'approved'
      : choices.includes('stop')
        ? 'stop'
        : (choices[0] ?? 'approved'),
  };
}

/** Where time decides (first of several, deadlines, budgets, failing effects answered by a person) ends may differ. */
function isComparable(flow: Flow, whole: SimulatedRun, resumed: SimulatedRun): boolean {
  if (!whole.state.ended || !resumed.state.ended) return whole.state.ended === resumed.state.ended;
  const text = JSON.stringify(flow);
  const timed =
    /"wait":("any"|\{"count")/.test(text) ||
    text.includes('"deadline"') ||
    text.includes('"onBranchFailure":"cancel"');
  const failedOnce = whole.events.some((event) => event.type === 'tool.failed');
  // An agent whose call is made once more asks its model in a new attempt, and this world answers each attempt anew.
  const agents = new Set(
    whole.events.flatMap((event) => (event.type === 'model.completed' ? [event.step] : [])),
  );
  const isOtherAttempt = resumed.events.some(
    (event) =>
      event.type === 'human.decided' && event.data.choice === 'not_happened' && agents.has(event.step),
  );
  return (
    !timed &&
    !failedOnce &&
    !isOtherAttempt &&
    !whole.events.some((event) => event.type === 'budget.exceeded' || event.type === 'governor.refused')
  );
}

function outcome(run: SimulatedRun): string {
  const last = run.events[run.events.length - 1];
  const output = last && 'output' in last.data ? last.data.output : null;
  return canonicalJson({
    status: run.state.status,
    output: strip(output as Json),
    path: last && 'path' in last.data ? last.data.path : null,
    context: Object.fromEntries(
      Array.from(contextFields(run.state.root.ctx), ([field, { value }]) => [field, strip(value)]),
    ),
  });
}

/** Leaves out what is made of the clock. */
function strip(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => strip(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) =>
      key === 'at' || key === 'until' ? [] : [[key, strip(member as Json)]],
    ),
  );
}

function invariants(flow: Flow, run: SimulatedRun, world: World): string[] {
  const found: string[] = [];
  const { state, events } = run;
  if (!state.ended && state.openTasks.size === 0)
    found.push(`the run is stuck (${state.status}, stopped ${run.stopped})`);
  events.forEach((event, i) => {
    if (event.seq !== i + 1) found.push(`event ${i + 1} has seq ${event.seq}`);
  });
  found.push(...wellFormed(events));
  if (state.ended && (state.openTasks.size > 0 || state.timers.size > 0 || state.steps.size > 0))
    found.push(
      `it ended with ${state.openTasks.size} tasks, ${state.timers.size} timers, ${state.steps.size} steps`,
    );
  for (const [place, keys] of world.keysOf)
    if (keys.size > 1) found.push(`${place} was called with ${keys.size} keys`);
  found.push(...effectsOnce(events, world));
  found.push(...handled(events));
  found.push(...boundsBroken(flow, events));
  return found;
}

/** Every event has the data of its type, time never goes back, each step ends once. */
function wellFormed(events: readonly RunEvent[]): string[] {
  const found: string[] = [];
  const live = new Set<string>();
  let at = 0;
  for (const event of events) {
    const schema: { safeParse(data: unknown): { error?: unknown } } = EventData[event.type];
    const { error } = schema.safeParse(event.data);
    if (error !== undefined) found.push(`event ${event.seq} (${event.type}) is malformed`);
    if (event.at < at) found.push(`time goes back at event ${event.seq}`);
    at = event.at;
    const { step = '' } = event;
    if (event.type === 'step.started') {
      if (live.has(step)) found.push(`${step} was started twice`);
      live.add(step);
    } else if (/^step\.(committed|failed|cancelled)$/.test(event.type) && !live.delete(step)) {
      found.push(`${step} ended without being at work`);
    }
  }
  return found;
}

/** A `once` effect is done a second time only when a person said that it did not happen. */
function effectsOnce(events: readonly RunEvent[], world: World): string[] {
  const onceKeys = new Set(
    events.flatMap((event) =>
      event.type === 'tool.started' && event.data.effect === 'once' ? [event.data.key] : [],
    ),
  );
  return [...world.effects]
    .filter(([key, count]) => onceKeys.has(key) && count > 1)
    .map(([key, count]) => `once effect ${key} was done ${count} times`);
}

/** Every failure takes a drawn path, goes outward, or ends the run. */
function handled(events: readonly RunEvent[]): string[] {
  const last = events[events.length - 1];
  const lost = events.filter(
    (event) =>
      event.type === 'step.failed' &&
      event.data.routed === 'onFailure' &&
      event.data.to === undefined &&
      !event.step?.endsWith('~undo'),
  );
  if (lost.length > 0 && last?.type === 'run.completed')
    return ['a failure nobody handled did not end the run'];
  return [];
}
