/**
 * Walks over all crash points of a flow: of its run, of the start again after a crash, of forks from everywhere, of moves
 * to an edited flow. A point has a name it can be found by again: `row3 fork@12 5b 2a` is the fork at event 12 of flow
 * row3, crashed before its commit 5, and then after commit 2 of the process that took it up.
 */
import { isFact } from '../../shared/events/event';
import type { Pure } from '../../shared/ports/pure';
import type { Flow } from '../../shared/spec/flow';
import {
  ADDED,
  type Begin,
  faultsOf,
  forking,
  live,
  moving,
  NOTHING,
  pointsOf,
  type Recording,
  type Remains,
  starting,
} from './crash-points';

export interface Entry {
  readonly name: string;
  readonly flow: Flow;
  /** False where time decides who wins: then the end may be another one. */
  readonly exact: boolean;
}

interface Scenario {
  readonly name: string;
  readonly from: Remains;
  readonly phases: readonly Begin[];
  readonly runId?: string;
}

export interface Tried {
  readonly name: string;
  readonly faults: readonly string[];
}

/** How many crashes in a row are tried of a kind (none: it is left out), of every how many of its places. */
export interface Depth {
  readonly crashes: number;
  readonly every: number;
}
export type Depths = Readonly<Record<'run' | 'fork' | 'move', Depth>>;

/** Every crash point of a flow; `wanted` leaves out all but one. */
export async function* walk(
  pure: Pure,
  entry: Entry,
  depths: Depths,
  wanted?: string,
): AsyncGenerator<Tried> {
  const base = await live(pure, entry.flow, NOTHING, starting(entry.flow));
  const first: Scenario = { name: 'run', from: NOTHING, phases: starting(entry.flow) };
  const scenarios = [
    ...thinned([first], depths.run),
    ...thinned(forksOf(base), depths.fork),
    ...thinned(movesOf(entry.flow, base), depths.move),
  ];
  for (const scenario of scenarios) {
    const name = `${entry.name} ${scenario.name}`;
    if (wanted !== undefined && !`${wanted} `.startsWith(`${name} `)) continue;
    const whole = scenario === first ? base : await play(pure, entry, scenario, scenario.from);
    const kind = scenario.name.split('@')[0] as keyof Depths; // made below
    yield* crashes({ pure, entry, scenario, whole, wanted }, whole, name, depths[kind].crashes);
  }
}

function thinned(scenarios: readonly Scenario[], { crashes: count, every }: Depth): readonly Scenario[] {
  return count === 0 ? [] : scenarios.filter((_scenario, i) => i % every === 0);
}

interface Walk {
  readonly pure: Pure;
  readonly entry: Entry;
  readonly scenario: Scenario;
  readonly whole: Recording;
  readonly wanted: string | undefined;
}

async function* crashes(on: Walk, recording: Recording, path: string, left: number): AsyncGenerator<Tried> {
  for (const point of pointsOf(recording)) {
    const name = `${path} ${point.name}`;
    if (on.wanted !== undefined && !`${on.wanted} `.startsWith(`${name} `)) continue;
    const resumed = await play(on.pure, on.entry, on.scenario, point.remains);
    const faults = faultsOf(on.pure, on.entry.flow, on.whole, resumed, on.entry.exact);
    if (on.wanted === undefined || on.wanted === name) yield { name, faults };
    if (left > 1) yield* crashes(on, resumed, name, left - 1);
  }
}

function play(pure: Pure, { flow }: Entry, { phases, runId }: Scenario, from: Remains): Promise<Recording> {
  return live(pure, flow, from, phases, runId);
}

/** A fork from the end of each turn. */
function forksOf(base: Recording): Scenario[] {
  const from = base.commits.at(-1);
  if (!from) return [];
  return base.events.flatMap(({ seq }, i) => {
    const next = base.events[i + 1];
    const isTurnEnd = next !== undefined && isFact(next);
    return isTurnEnd ? [{ name: `fork@${seq}`, from, phases: forking(seq), runId: 'fork' }] : [];
  });
}

/** A move to an edited flow after each commit but the last. */
function movesOf(flow: Flow, base: Recording): Scenario[] {
  return base.commits
    .slice(0, -1)
    .map((from, i) => ({ name: `move@${i + 1}`, from, phases: moving(edited(flow)) }));
}

/** The same flow with one step more before its end. */
function edited(flow: Flow): Flow {
  return {
    ...flow,
    nodes: { ...flow.nodes, [ADDED]: { kind: 'transform', output: 1 } },
    edges: [
      ...flow.edges.map((edge) => (edge.to === 'end' ? { ...edge, to: ADDED } : edge)),
      { from: ADDED, port: 'next', to: 'end' },
    ],
  };
}

/** Tries the crash points of many flows; each failure with the command that tries it again. */
export async function tryAll(
  pure: Pure,
  entries: readonly Entry[],
  depths: Depths,
): Promise<{ readonly points: number; readonly failures: readonly string[] }> {
  let points = 0;
  const failures: string[] = [];
  for (const entry of entries) {
    for await (const { name, faults } of walk(pure, entry, depths)) {
      points++;
      if (faults.length > 0)
        failures.push(`${name}: ${faults.join('; ')}\n  again with: npm run soak -- --point "${name}"`);
    }
  }
  return { points, failures };
}

/** How far a point is from a run that was never stopped: as many crashes as it names commits. */
export function depthsOf(point: string): Depths {
  const crashes = point.split(' ').length - 2;
  const all = { crashes, every: 1 };
  return { run: all, fork: all, move: all };
}
