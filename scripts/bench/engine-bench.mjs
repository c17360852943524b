#!/usr/bin/env node
/**
 * The durable engine against what any durable engine must do at least: raw better-sqlite3, one transaction a step,
 * synchronous=FULL. Everything in one process and one run, in turns, medians; only the ratios carry over to other machines.
 * `node scripts/bench/engine-bench.mjs [repetitions]`
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { rolldown } from 'rolldown';

const repetitions = Number(process.argv[2] ?? 5);
const root = path.resolve(import.meta.dirname, '../..');
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'engine-bench-'));
const median = (xs) => [...xs].sort((a, b) => a - b)[xs.length >> 1];

async function load() {
  const bundle = await rolldown({
    input: path.join(root, 'scripts/bench/engine-entry.ts'),
    external: ['better-sqlite3'],
    platform: 'node',
  });
  const file = path.join(root, 'node_modules/.engine-bench.mjs'); // inside, so that it finds better-sqlite3
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  await bundle.close();
  return import(pathToFileURL(file).href);
}

const { createRuntime, createPure, openStore, simulateRun, createPlan } = await load();
const pure = createPure();

function text(chars, seed) {
  const out = Buffer.alloc(chars);
  let x = seed + 1;
  for (let i = 0; i < chars; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    out[i] = 97 + ((x >>> 8) % 26);
  }
  return out.toString('latin1');
}

const VALUE = { type: 'object', properties: { text: { type: 'string' } } };
const base = {
  format: 'baton.flow/1',
  id: 'bench',
  name: 'Bench',
  version: '1.0.0',
  tools: {
    work: { description: 'work', input: {}, output: VALUE, effect: 'read', kind: 'builtin', name: 'echo' },
  },
  policies: { default: { concurrency: 1000 } },
  budget: { steps: 1_000_000 },
};

function chainFlow(steps, extra = {}) {
  const nodes = { start: { kind: 'start' }, end: { kind: 'end' } };
  const edges = [];
  let last = 'start';
  for (let i = 1; i <= steps; i++) {
    nodes[`n${i}`] = { kind: 'tool', tool: 'work', args: {}, ...extra };
    edges.push({ from: last, port: 'next', to: `n${i}` });
    last = `n${i}`;
  }
  edges.push({ from: last, port: 'next', to: 'end' });
  return { ...base, nodes, edges };
}

function fanFlow(width) {
  const nodes = {
    start: { kind: 'start' },
    fork: { kind: 'parallel' },
    join: { kind: 'join', collect: { n: 1 } },
    end: { kind: 'end' },
  };
  const edges = [{ from: 'start', port: 'next', to: 'fork' }];
  for (let i = 1; i <= width; i++) {
    nodes[`b${i}`] = { kind: 'tool', tool: 'work', args: {} };
    edges.push({ from: 'fork', port: 'branch', to: `b${i}` }, { from: `b${i}`, port: 'next', to: 'join' });
  }
  edges.push({ from: 'join', port: 'next', to: 'end' });
  return { ...base, nodes, edges };
}

function appendFlow(times) {
  return {
    ...chainFlow(times, { writes: { log: 'output' } }),
    context: { log: { schema: { type: 'array' }, merge: 'append' } },
  };
}

let made = 0;
function host(chars, file = path.join(home, `${++made}.db`)) {
  const log = openStore(file, { mode: 'owner', synchronous: 'full', clock: () => Date.now() });
  let n = 0;
  const tool = async () => ({ ok: true, value: { text: text(chars, ++n) } });
  let ids = 0;
  const runtime = createRuntime({
    log,
    pure,
    executors: { tool, model: tool, code: tool },
    clock: {
      now: () => Date.now(),
      at: (atMs, wake) => {
        const timer = setTimeout(wake, Math.max(0, Math.min(atMs - Date.now(), 2 ** 31 - 1)));
        return () => clearTimeout(timer);
      },
      soon: (task) => void setImmediate(task),
    },
    entropy: { seed: () => 1, runId: () => `run-${++ids}` },
    secret: async () => undefined,
    onFault: (error) => {
      throw error;
    },
  });
  return { log, runtime, file };
}

async function run(flow, chars, input = {}) {
  const { log, runtime, file } = host(chars);
  const before = fs.statSync(file).size;
  const from = performance.now();
  const { runId } = runtime.start({
    flow,
    semanticHash: 'x',
    input,
    mode: 'live',
    grants: { trust: true, baseFolder: home, granted: {} },
  });
  const info = await runtime.settled(runId);
  const ms = performance.now() - from;
  if (info.status !== 'completed') throw new Error(`${info.status}: ${JSON.stringify(info.error)}`);
  await runtime.close();
  log.close();
  return { ms, bytes: fs.statSync(file).size - before, file, runId };
}

/** One insert and one transaction a step, the result once. */
function raw(steps, chars, together = 1) {
  const file = path.join(home, `raw-${++made}.db`);
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('create table events(run integer, seq integer, data text, primary key(run, seq))');
  db.pragma('synchronous = FULL');
  const insert = db.prepare('insert into events values (?, ?, ?)');
  const many = db.transaction((list) => {
    for (const row of list) insert.run(...row);
  });
  const from = performance.now();
  for (let i = 0; i < steps; i += together)
    many(
      Array.from({ length: together }, (_, j) => [
        1,
        i + j,
        JSON.stringify({ output: { text: text(chars, i + j) } }),
      ]),
    );
  const ms = performance.now() - from;
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  return { ms, bytes: fs.statSync(file).size - 8192 };
}

async function manyRuns(runs, steps, width) {
  const { log, runtime } = host(100);
  const flow = chainFlow(steps);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const from = performance.now();
  let started = 0;
  const worker = async () => {
    while (started < runs) {
      started++;
      const { runId } = runtime.start({
        flow,
        semanticHash: 'x',
        input: {},
        mode: 'live',
        grants: { trust: true, baseFolder: home, granted: {} },
      });
      const info = await runtime.settled(runId);
      if (info.status !== 'completed') throw new Error(info.status);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  const ms = performance.now() - from;
  delay.disable();
  await runtime.close();
  log.close();
  return { perSecond: (runs * steps) / (ms / 1000), p99: delay.percentile(99) / 1e6 };
}

/** Open, read, fold, and the next step begins: the run was left in its last step. */
async function resume(steps) {
  const file = path.join(home, `resume-${++made}.db`);
  const flow = chainFlow(steps + 1);
  const first = host(1000, file);
  let release;
  let count = 0;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  first.runtime.options.executors.tool = async () => {
    count++;
    if (count > steps) {
      release();
      return new Promise(() => {}); // the process ends in this step
    }
    return { ok: true, value: { text: text(1000, count) } };
  };
  first.runtime.start({
    flow,
    semanticHash: 'x',
    input: {},
    mode: 'live',
    runId: 'r',
    grants: { trust: true, baseFolder: home, granted: {} },
  });
  await held;
  await first.runtime.close();
  first.log.close();
  const from = performance.now();
  const second = host(10, file);
  let begun;
  const next = new Promise((resolve) => {
    begun = resolve;
  });
  second.runtime.options.executors.tool = async () => {
    begun(performance.now() - from);
    return new Promise(() => {});
  };
  second.runtime.recover();
  const ms = await next;
  await second.runtime.close();
  second.log.close();
  return ms;
}

function simulator() {
  const flow = chainFlow(50);
  const plan = createPlan(flow, pure);
  const from = performance.now();
  let steps = 0;
  while (performance.now() - from < 1500) {
    simulateRun({ pure, flow, plan, input: {}, seed: steps + 1 });
    steps += 50;
  }
  return steps / ((performance.now() - from) / 1000);
}

async function repeat(work) {
  const all = [];
  for (let i = 0; i < repetitions; i++) all.push(await work());
  return all;
}

const rows = [];
const row = (name, value, bar, note = '') => rows.push({ workload: name, measured: value, bar, note });
const ratio = (x) => `${x.toFixed(2)} ×`;

await run(chainFlow(20), 1000);
const chain = [];
for (let i = 0; i < repetitions; i++)
  chain.push({ mine: await run(chainFlow(100), 1000), raw: raw(100, 1000) });
row(
  'chain of 100, 1 KB outputs',
  ratio(median(chain.map((c) => c.mine.ms / c.raw.ms))),
  '≤ 2.0 × raw',
  `${median(chain.map((c) => c.mine.ms / 100)).toFixed(3)} ms a step, raw ${median(chain.map((c) => c.raw.ms / 100)).toFixed(3)}`,
);
const fan = [];
for (let i = 0; i < repetitions; i++)
  fan.push({ mine: await run(fanFlow(100), 1000), raw: raw(100, 1000, 100) });
row(
  'fan-out of 100 and join',
  `${median(fan.map((c) => c.mine.ms / 100)).toFixed(3)} ms a step`,
  '≤ 0.13 ms',
  `raw in one transaction ${median(fan.map((c) => c.raw.ms / 100)).toFixed(3)}`,
);
const many = await repeat(() => manyRuns(1000, 5, 16));
row(
  '1,000 runs × 5 steps, 16 at a time',
  `${Math.round(median(many.map((m) => m.perSecond)))} steps/s`,
  '≥ 3 × LangGraph (about 2,900)',
  '',
);
row('event loop with 16 runs at once, p99', `${median(many.map((m) => m.p99)).toFixed(1)} ms`, '< 20 ms');
const append = await run(appendFlow(400), 1000);
const rawAppend = raw(400, 1000);
row(
  'append 1 KB to context, 400 steps',
  `${Math.round(append.bytes / 400)} bytes a step`,
  '≤ 2 × raw',
  `${ratio(append.bytes / rawAppend.bytes)} of raw (${Math.round(rawAppend.bytes / 400)})`,
);
const carried = [];
for (let i = 0; i < repetitions; i++) {
  const small = await run(chainFlow(100, { args: { t: { $: 'input.kind' } } }), 100, {
    kind: 'a',
    doc: text(1000, 3),
  });
  const large = await run(chainFlow(100, { args: { t: { $: 'input.kind' } } }), 100, {
    kind: 'a',
    doc: text(100_000, 3),
  });
  carried.push(large.ms / small.ms);
}
row('100 KB carried through 100 steps', ratio(median(carried)), '≤ 1.3 × the 1 KB case');
row('resume after 1,000 steps', `${median(await repeat(() => resume(1000))).toFixed(1)} ms`, '≤ 25 ms');
row('simulator', `${Math.round(simulator())} steps/s`, '≥ 20,000');
console.table(rows);
fs.rmSync(home, { recursive: true, force: true });
