import { expect, test } from 'vitest';
import { createPure } from '../../../../electron/runtime/pure/create-pure';
import { createRuntime } from '../../../../electron/runtime/runtime';
import type { RuntimeApi, RuntimeClock, StartOptions } from '../../../../electron/runtime/api';
import { MemoryRunLog } from '../../../../electron/store/memory-run-log';
import type { ToolInvocation, ValueOutcome } from '../../../../shared/ports/calls';
import type { RunAppend, RunLog } from '../../../../shared/ports/run-log';
import { Flow } from '../../../../shared/spec/flow';

const pure = createPure();
const AT = 1_700_000_000_000;

/** A clock whose turns of the event loop are taken by hand; each look at it costs `lookMs`. */
function handClock(lookMs = 0): RuntimeClock & { turn(): Promise<void> } {
  let nowMs = AT;
  let tasks: (() => void)[] = [];
  return {
    now: () => (nowMs += lookMs),
    at: () => () => undefined,
    soon: (task) => void tasks.push(task),
    turn: async () => {
      const due = tasks;
      tasks = [];
      for (const task of due) task();
      await new Promise(setImmediate); // answers that are there already land
    },
  };
}

/** Runs and last events of each commit: `a:step.started b:step.started`. */
function watched(log: MemoryRunLog, fail?: (appends: readonly RunAppend[]) => boolean) {
  const commits: string[] = [];
  const watching: RunLog = Object.create(log, {
    commit: {
      value: (...args: Parameters<RunLog['commit']>) => {
        if (fail?.(args[0])) throw new Error('the disk is full');
        log.commit(...args);
        commits.push(args[0].map(({ runId, events }) => `${runId}:${events.at(-1)?.type}`).join(' '));
      },
    },
  });
  return { commits, watching };
}

function toolFlow(steps: number, concurrency?: number): Flow {
  const nodes: Record<string, unknown> = { start: { kind: 'start' }, end: { kind: 'end' } };
  const edges: { from: string; port: string; to: string }[] = [];
  let last = 'start';
  for (let i = 1; i <= steps; i++) {
    nodes[`n${i}`] = { kind: 'tool', tool: 'work', args: {} };
    edges.push({ from: last, port: 'next', to: `n${i}` });
    last = `n${i}`;
  }
  edges.push({ from: last, port: 'next', to: 'end' });
  return Flow.parse({
    format: 'baton.flow/1',
    id: 'flow',
    name: 'Flow',
    version: '1.0.0',
    tools: {
      work: { description: 'work', input: {}, output: {}, effect: 'read', kind: 'builtin', name: 'echo' },
    },
    ...(concurrency === undefined ? {} : { policies: { default: { concurrency } } }),
    nodes,
    edges,
  });
}

function setUp(
  parts: {
    lookMs?: number;
    tool?: (call: ToolInvocation) => Promise<ValueOutcome>;
    fail?: (appends: readonly RunAppend[]) => boolean;
  } = {},
) {
  const clock = handClock(parts.lookMs);
  const log = new MemoryRunLog({ clock: () => AT });
  const { commits, watching } = watched(log, parts.fail);
  const faults: unknown[] = [];
  const tool = parts.tool ?? (async () => ({ ok: true as const, value: {} }));
  const runtime = createRuntime({
    log: watching,
    pure,
    clock,
    executors: {
      tool,
      model: () => Promise.reject(new Error('no model here')),
      code: () => Promise.reject(new Error('no code here')),
    },
    entropy: { seed: () => 1, runId: () => 'run' },
    secret: async () => undefined,
    onFault: (error) => faults.push(error),
  });
  return { clock, log, commits, runtime, faults };
}

function options(runId: string, flow = toolFlow(1)): StartOptions {
  const grants = { trust: true, baseFolder: '.', granted: {} };
  return { flow, semanticHash: 'hash', input: {}, mode: 'live', runId, grants };
}

const never = (): Promise<ValueOutcome> => new Promise(() => {});
const beginAll = (runtime: RuntimeApi, ids: readonly string[]) => ids.map((id) => runtime.begin(options(id)));

test('runs that begin together share one commit, and their results another', async () => {
  const { clock, commits, runtime } = setUp();
  const begun = Promise.all(beginAll(runtime, ['a', 'b', 'c']));
  await clock.turn();
  await clock.turn();
  expect(await begun).toEqual([{ runId: 'a' }, { runId: 'b' }, { runId: 'c' }]);
  expect(commits).toEqual([
    'a:tool.started b:tool.started c:tool.started',
    'a:run.completed b:run.completed c:run.completed',
  ]);
});

test('a step ends and the next one begins in one commit', async () => {
  const { clock, commits, runtime, log } = setUp();
  runtime.start(options('a', toolFlow(3)));
  for (let i = 0; i < 3; i++) {
    await new Promise(setImmediate);
    await clock.turn();
  }
  expect(commits).toEqual(['a:tool.started', 'a:tool.started', 'a:tool.started', 'a:run.completed']);
  expect(log.run('a')?.status).toBe('completed');
});

test('a run is begun only when its start is in the log', async () => {
  const { clock, commits, runtime } = setUp({ tool: never });
  let isBegun = false;
  void runtime.begin(options('a')).then(() => (isBegun = true));
  await new Promise(setImmediate);
  expect({ isBegun, commits: [...commits] }).toEqual({ isBegun: false, commits: [] });
  await clock.turn();
  expect({ isBegun, commits }).toEqual({ isBegun: true, commits: ['a:tool.started'] });
});

test('a run whose start cannot be stored is refused and forgotten', async () => {
  let isFull = true;
  const { clock, runtime, faults, log } = setUp({ fail: () => isFull });
  const begun = runtime.begin(options('a'));
  const refused = begun.catch((error: unknown) => (error instanceof Error ? error.message : error));
  await clock.turn();
  expect(await refused).toBe('the disk is full');
  expect({ faults: faults.length, run: log.run('a') }).toEqual({ faults: 1, run: undefined });
  isFull = false;
  const again = runtime.begin(options('a'));
  await clock.turn();
  expect(await again).toEqual({ runId: 'a' });
});

test('two runs cannot begin under one id, even before the first is stored', async () => {
  const { clock, runtime } = setUp({ tool: never });
  const first = runtime.begin(options('a'));
  await expect(runtime.begin(options('a'))).rejects.toMatchObject({ code: 'run/exists' });
  await clock.turn();
  expect(await first).toEqual({ runId: 'a' });
});

test('after its end the engine begins nothing', async () => {
  const { runtime } = setUp();
  await runtime.close();
  await expect(runtime.begin(options('a'))).rejects.toMatchObject({ code: 'runtime/unavailable' });
});

test('a run that is started takes along what is due', async () => {
  const { commits, runtime } = setUp({ tool: (call) => (call.runId === 'a' ? done() : never()) });
  runtime.start(options('a'));
  await new Promise(setImmediate);
  runtime.start(options('b'));
  expect(commits).toEqual(['a:tool.started', 'b:tool.started a:run.completed']);
});

test('when turns take long, what is left follows in the next commit, first come first served', async () => {
  const { clock, commits, runtime } = setUp({ lookMs: 2, tool: never });
  void beginAll(runtime, ['a', 'b', 'c', 'd']);
  await clock.turn();
  await clock.turn();
  const runs = commits.map((commit) => commit.replaceAll(':tool.started', ''));
  expect(runs.length).toBeGreaterThan(1);
  expect(runs.join(' ')).toBe('a b c d');
});

test('a call that waits for capacity starts in the commit of the result that made room', async () => {
  const waiting: (() => void)[] = [];
  const { clock, commits, runtime } = setUp({
    tool: () =>
      new Promise((resolve) => {
        waiting.push(() => resolve({ ok: true, value: {} }));
      }),
  });
  runtime.start(options('a', toolFlow(1, 1)));
  runtime.start(options('b', toolFlow(1, 1)));
  waiting.shift()?.();
  await new Promise(setImmediate);
  await clock.turn();
  expect(commits).toEqual(['a:tool.started', 'b:governor.queued', 'a:run.completed b:tool.started']);
  expect(waiting.length).toBe(1);
});

async function done(): Promise<ValueOutcome> {
  return { ok: true, value: {} };
}
