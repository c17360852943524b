/**
 * Exhaustive crash points: a run of the real runtime is stopped before and after each of its commits, taken up by a new
 * runtime from what the log holds, and must come to the same end with the same effects on the world.
 */
import { AppError } from '../../shared/base/app-error';
import { jsonEquals, type Json } from '../../shared/base/json';
import type { RunEvent } from '../../shared/events/event';
import type { BreakerRow, RunAppend } from '../../shared/ports/run-log';
import type { Pure } from '../../shared/ports/pure';
import type { Flow } from '../../shared/spec/flow';
import type { MigrateOptions, RuntimeApi } from '../../electron/runtime/api';
import { replayRun } from '../../electron/runtime/replay';
import { createRuntime } from '../../electron/runtime/runtime';
import { MemoryRunLog } from '../../electron/store/memory-run-log';
import { CrashWorld, type Effects, SteppedClock } from './crash-world';

const RUN = 'run';
const GRANTS = { trust: true, baseFolder: '.', granted: {} };
const MAX_COMMITS = 2000;
/** The step an edited flow has more. */
export const ADDED = 'added';

/** All that is left when a process has died: what is durable, the world, the time. */
export interface Remains {
  readonly appends: readonly { readonly append: RunAppend; readonly breakers: readonly BreakerRow[] }[];
  readonly effects: Effects;
  readonly nowMs: number;
}

/** One commit of a process: what it adds, and the world and time as they were then. */
interface Commit extends Remains {
  readonly events: number;
}

export interface Recording {
  /** What the process found when it began. */
  readonly from: Remains;
  readonly commits: readonly Commit[];
  readonly runId: string;
  readonly events: readonly RunEvent[];
  readonly log: MemoryRunLog;
  readonly world: CrashWorld;
}

export const NOTHING: Remains = { appends: [], effects: new Map(), nowMs: 1_700_000_000_000 };

/** What a process does: start a run, take one up, fork one, move one to another flow. */
export type Begin = (runtime: RuntimeApi, log: MemoryRunLog) => void;

/** Lets a process live until nothing is left to be done. */
export async function live(
  pure: Pure,
  flow: Flow,
  from: Remains,
  /** One after the other, each when nothing is left to be done. */
  phases: readonly Begin[],
  runId = RUN,
): Promise<Recording> {
  const log = new MemoryRunLog();
  for (const { append, breakers } of from.appends) log.commit([append], breakers);
  const world = new CrashWorld(flow, from.effects);
  const clock = new SteppedClock(from.nowMs);
  const commits: Commit[] = [];
  const appends = [...from.appends];
  const commit = log.commit.bind(log);
  log.commit = (added, breakers = []) => {
    commit(added, breakers);
    for (const append of added) appends.push({ append, breakers });
    const events = added.reduce((sum, append) => sum + append.events.length, 0);
    commits.push({ appends: [...appends], effects: copy(world.effects), nowMs: clock.now(), events });
  };
  const runtime = createRuntime({
    log,
    pure,
    clock,
    executors: world.executors(clock),
    entropy: { seed: () => 1, runId: () => RUN },
    secret: async () => undefined,
  });
  for (const phase of phases) {
    phase(runtime, log);
    for (let idle = false; !idle && commits.length < MAX_COMMITS; ) {
      if (clock.pump()) continue;
      await new Promise(setImmediate); // whatever is resolved lands
      idle = !clock.pump() && !answerTasks(runtime, log, world, runId) && !clock.advance();
    }
  }
  return { from, commits, runId, events: log.events(runId), log, world };
}

export function starting(flow: Flow): Begin[] {
  const parts = { semanticHash: 'sha256:a', input: {}, mode: 'live' as const, seed: 1, grants: GRANTS };
  return [
    (runtime, log) => {
      if (log.run(RUN)) runtime.recover();
      else runtime.start({ flow, runId: RUN, ...parts });
    },
  ];
}

export function forking(at: number): Begin[] {
  return [
    (runtime, log) => {
      if (log.run('fork')) runtime.recover();
      else runtime.fork({ runId: RUN, at, newRunId: 'fork', by: 'test' });
    },
  ];
}

/** Takes a run up, pauses it, moves it to an edited flow when nothing is in flight, and goes on. */
export function moving(flow: Flow): Begin[] {
  const semanticHash = 'sha256:b';
  const isOpen = (log: MemoryRunLog): boolean => log.run(RUN)?.endedAt === undefined;
  const isMoved = (log: MemoryRunLog): boolean => log.run(RUN)?.semanticHash === semanticHash;
  return [
    (runtime, log) => {
      runtime.recover();
      if (isOpen(log) && !isMoved(log)) runtime.pause(RUN, 'test');
    },
    (runtime, log) => {
      if (isOpen(log) && !isMoved(log)) tryMove(runtime, { runId: RUN, flow, semanticHash });
      if (isOpen(log) && log.run(RUN)?.status === 'paused') runtime.resume(RUN, 'test');
    },
  ];
}

/** Where the run has already gone another way than the edited flow, it stays with the flow it has. */
function tryMove(runtime: RuntimeApi, move: MigrateOptions): void {
  try {
    runtime.migrate(move);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'run/migration') throw error;
  }
}

/** People decide as they always do; of a call in doubt they know what became of it. */
function answerTasks(runtime: RuntimeApi, log: MemoryRunLog, world: CrashWorld, runId: string): boolean {
  const [task] = log.tasks(runId);
  if (!task) return false;
  const asked = { runId, task: task.task, by: 'test', via: 'test' };
  if (task.type === 'budget') runtime.decide({ ...asked, choice: 'raise', values: { steps: 1000 } });
  else if (task.type !== 'uncertain') runtime.decide({ ...asked, choice: task.choices[0]?.port ?? '' });
  else {
    const key = keyInDoubt(log.events(runId), task.step ?? '');
    const effect = key === undefined ? undefined : world.effects.get(key);
    if (effect) runtime.decide({ ...asked, choice: 'happened', values: effect.value });
    else runtime.decide({ ...asked, choice: 'not_happened' });
  }
  return true;
}

function keyInDoubt(events: readonly RunEvent[], step: string): string | undefined {
  const started = events.findLast((event) => event.type === 'tool.started' && event.step === step);
  return started?.type === 'tool.started' ? started.data.key : undefined;
}

function copy(effects: CrashWorld['effects']): Effects {
  return new Map(Array.from(effects, ([key, effect]) => [key, { ...effect }]));
}

export interface Point {
  /** `3b`: before commit 3, `3a`: after it. */
  readonly name: string;
  readonly remains: Remains;
}

/** Before and after each commit of a recording. What was done after the commit before has happened in both. */
export function pointsOf(recording: Recording): Point[] {
  return recording.commits.flatMap(({ appends, effects, nowMs }, i) => {
    const before = recording.commits[i - 1]?.appends ?? recording.from.appends;
    return [
      { name: `${i + 1}b`, remains: { appends: before, effects, nowMs } },
      { name: `${i + 1}a`, remains: { appends, effects, nowMs } },
    ];
  });
}

/** What is wrong with a run that was taken up, measured by the one that was never stopped. */
export function faultsOf(
  pure: Pure,
  flow: Flow,
  whole: Recording,
  resumed: Recording,
  exact: boolean,
): string[] {
  const faults: string[] = [];
  const { events, runId, log } = resumed;
  for (const run of log.runs()) {
    const kept = resumed.from.appends.flatMap(({ append }) =>
      append.runId === run.runId ? append.events : [],
    );
    const now = log.events(run.runId);
    if (kept.some((event, i) => event !== now[i])) faults.push('a committed event was lost or changed');
  }
  if (events.some((event, i) => event.seq !== i + 1)) faults.push('the record has a gap');
  const replay = replayRun(pure, runId, log.run(runId) ? log.flow(runId) : flow, events);
  if (replay.verdict !== 'identical')
    faults.push(`replay differs: ${JSON.stringify(replay.firstDifference)}`);
  const once = new Set(
    events.flatMap((event) =>
      event.type === 'tool.started' && event.data.effect === 'once' ? [event.data.key] : [],
    ),
  );
  for (const [key, { times, step }] of resumed.world.effects)
    if (once.has(key) && times > 1) faults.push(`the once effect of ${step} was done ${times} times`);
  for (const [place, keys] of resumed.world.keysOf)
    if (keys.size > 1) faults.push(`${place} was called with ${keys.size} keys`);
  faults.push(...stepsDoneAgain(events));
  const end = endOf(events);
  if (end === null) faults.push(`it did not come to an end after ${events.at(-1)?.type}`);
  else if (exact && !jsonEquals(end, endOf(whole.events) ?? undefined))
    faults.push(
      `it ended differently\n    ${JSON.stringify(endOf(whole.events))}\n    ${JSON.stringify(end)}`,
    );
  if (exact && effectsOf(whole) !== effectsOf(resumed))
    faults.push(`the world is another: ${effectsOf(whole)} became ${effectsOf(resumed)}`);
  return faults;
}

function stepsDoneAgain(events: readonly RunEvent[]): string[] {
  const done = new Set<string>();
  return events.flatMap(({ type, step }) => {
    if (type !== 'step.committed' || step === undefined) return [];
    if (done.has(step)) return [`${step} was committed twice`];
    done.add(step);
    return [];
  });
}

function endOf(events: readonly RunEvent[]): Json | null {
  const last = events.findLast((event) => /^run\.(completed|failed|cancelled)$/.test(event.type));
  if (!last) return null;
  const { output = null, path } = last.data as { output?: Json; path: string[] }; // all three ends have these
  // Whether a run was moved to the edited flow in time may depend on when it was stopped; its work may not.
  return { type: last.type, output, path: path.filter((node) => node !== ADDED) };
}

/** Which effects there are in the world, however often they were asked for under the same key. */
function effectsOf({ world }: Recording): string {
  return JSON.stringify([...world.effects.values()].map(({ step, value }) => [step, value]).sort());
}
