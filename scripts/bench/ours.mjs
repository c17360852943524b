/** Baton's side: its own runtime and store, bundled as they ship; the tool answers at once. */
import fs from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { inRoot } from '../lib/paths.mjs';
import { appendFlow, carryFlow, chainFlow, cycleFlow, fanFlow, text } from './workloads.mjs';

async function load() {
  const bundle = await rolldown({
    input: inRoot('scripts/bench/engine-entry.ts'),
    external: ['better-sqlite3'],
    platform: 'node',
  });
  const file = inRoot('node_modules/.engine-bench.mjs'); // inside, so that it finds better-sqlite3
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  await bundle.close();
  return import(pathToFileURL(file).href);
}

const clock = {
  now: () => Date.now(),
  at: (atMs, wake) => {
    const timer = setTimeout(wake, Math.max(0, Math.min(atMs - Date.now(), 2 ** 31 - 1)));
    return () => clearTimeout(timer);
  },
  soon: (task) => void setImmediate(task),
};

function answers(chars) {
  let n = 0;
  return async () => ({ ok: true, value: { text: text(chars, ++n) } });
}

/** Stands for a call in which the process ends. */
const never = () => new Promise(() => {});

/** @param home folder of the databases */
export async function createOurs(home) {
  const engine = await load();
  const app = hostOf(engine, home);
  return {
    chain: () => oneRun(app, chainFlow(100), answers(1000)),
    fan: () => oneRun(app, fanFlow(100), answers(1000)),
    runs: () => manyRuns(app, 1000, 5, 16),
    append: () => oneRun(app, appendFlow(400), answers(1000)),
    carry: (chars) => {
      let n = 0;
      const document = { kind: 'a', text: text(chars, 3) };
      const tool = async () => ({ ok: true, value: ++n === 1 ? document : { text: text(100, n) } });
      return oneRun(app, carryFlow(100), tool);
    },
    resume: (steps) => resume(app, steps),
    resumeRecord: (steps, times) => resumeRecord(engine, app, home, steps, times),
    simulator: (forMs) => simulate(engine, forMs),
  };
}

/** Makes runtimes on databases in `home`. */
function hostOf({ createRuntime, createPure, openStore }, home) {
  const pure = createPure();
  const grants = { trust: true, baseFolder: home, granted: {} };
  let made = 0;
  return (tool, file = path.join(home, `ours-${++made}.db`)) => {
    const log = openStore(file, { mode: 'owner', synchronous: 'full', clock: clock.now });
    let runs = 0;
    const runtime = createRuntime({
      log,
      pure,
      executors: { tool, model: tool, code: tool },
      clock,
      entropy: { seed: () => 1, runId: () => `run-${++runs}` },
      secret: async () => undefined,
      onFault: (error) => {
        throw error;
      },
    });
    const start = (flow, more = {}) =>
      runtime.start({ flow, semanticHash: 'x', input: {}, mode: 'live', grants, ...more });
    const begin = (flow) => runtime.begin({ flow, semanticHash: 'x', input: {}, mode: 'live', grants });
    const close = async () => {
      await runtime.close();
      log.close();
    };
    return { runtime, start, begin, close, file };
  };
}

async function completed({ runtime }, runId) {
  const info = await runtime.settled(runId);
  if (info.status !== 'completed') throw new Error(`${info.status}: ${JSON.stringify(info.error)}`);
}

async function oneRun(host, flow, tool) {
  const app = host(tool);
  const before = fs.statSync(app.file).size;
  const from = performance.now();
  await completed(app, app.start(flow).runId);
  const ms = performance.now() - from;
  await app.close();
  return { ms, bytes: fs.statSync(app.file).size - before };
}

async function manyRuns(host, runs, steps, width) {
  const app = host(answers(100));
  const flow = chainFlow(steps);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const from = performance.now();
  let started = 0;
  const worker = async () => {
    while (started < runs) {
      started++;
      await completed(app, (await app.begin(flow)).runId);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  const ms = performance.now() - from;
  delay.disable();
  await app.close();
  return { perSecond: (runs * steps) / (ms / 1000), p99: delay.percentile(99) / 1e6 };
}

/** Leaves a run in the step after `steps`, then opens, reads, folds, and the next step begins. */
async function resume(host, steps) {
  const answer = answers(1000);
  const held = withResolvers();
  let count = 0;
  const first = host(() => {
    if (++count <= steps) return answer();
    held.resolve();
    return never();
  });
  first.start(chainFlow(steps + 1), { runId: 'r' });
  await held.promise;
  await first.close();
  return taken(host, first.file);
}

/** From opening the file to the next step beginning. */
async function taken(host, file) {
  const begun = withResolvers();
  const from = performance.now();
  const second = host(() => {
    begun.resolve(performance.now() - from);
    return never();
  }, file);
  second.runtime.recover();
  const ms = await begun.promise;
  await second.close();
  return { ms };
}

/** The same with a record the simulator has played, stored as the runtime would have. */
async function resumeRecord({ createPure, openStore, simulateRun }, host, home, steps, times) {
  const flow = cycleFlow(steps + 1);
  let done = 0;
  const { events } = simulateRun({
    pure: createPure(),
    flow,
    input: {},
    seed: 1,
    runId: 'r',
    maxEvents: Number.POSITIVE_INFINITY,
    perform: () => ({ outcome: { ok: true, value: { text: text(1000, ++done) } }, latencyMs: 1 }),
    onTurn: () => done <= steps,
  });
  events[0].data.mode = 'live';
  const file = path.join(home, `record-${steps}.db`);
  const log = openStore(file, { mode: 'owner', synchronous: 'normal', clock: clock.now });
  for (let i = 0; i < events.length; i += 600) {
    const created = i === 0 ? { created: { flow, semanticHash: 'x' } } : {};
    log.commit([{ runId: 'r', events: events.slice(i, i + 600), ...created }]);
  }
  log.close();
  const found = [];
  for (let i = 0; i < times; i++) {
    const copy = path.join(home, `record-${steps}-${i}.db`);
    fs.copyFileSync(file, copy); // whoever resumes a run changes its record
    found.push(await taken(host, copy));
  }
  return found;
}

function simulate({ createPure, createPlan, simulateRun }, forMs) {
  const pure = createPure();
  const flow = chainFlow(50);
  const plan = createPlan(flow, pure);
  const from = performance.now();
  let steps = 0;
  while (performance.now() - from < forMs) {
    simulateRun({ pure, flow, plan, input: {}, seed: steps + 1 });
    steps += 50;
  }
  return { perSecond: steps / ((performance.now() - from) / 1000) };
}

function withResolvers() {
  let resolve;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
