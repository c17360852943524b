#!/usr/bin/env node
/**
 * The run store against the least any durable store must do: raw better-sqlite3, one transaction a step, synchronous=FULL.
 * `node scripts/bench/store-bench.mjs [repetitions]`. Medians; the two take turns, so noise hits both.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { rolldown } from 'rolldown';

const repetitions = Number(process.argv[2] ?? 7);
const root = path.resolve(import.meta.dirname, '../..');
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'store-bench-'));

const median = (xs) => [...xs].sort((a, b) => a - b)[xs.length >> 1];
const round = (x, digits = 3) => Number(x.toFixed(digits));

/** Text that does not compress, the same every time. */
function text(chars, seed) {
  let x = seed || 1;
  const out = Buffer.alloc(chars); // a string built by appending stays a tree, and measures the collector instead
  for (let i = 0; i < chars; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    out[i] = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.charCodeAt(x & 63);
  }
  return out.toString('latin1');
}

async function loadStore() {
  const bundle = await rolldown({
    input: path.join(root, 'electron/store/open-store.ts'),
    external: ['better-sqlite3'],
    platform: 'node',
  });
  // Inside the repository, so that the bundle finds the installed better-sqlite3.
  const file = path.join(root, 'node_modules/.store-bench.mjs');
  await bundle.write({ file, format: 'esm' });
  await bundle.close();
  const { openStore } = await import(pathToFileURL(file).href);
  fs.rmSync(file);
  return openStore;
}

const openStore = await loadStore();
const at = 1_763_720_000_000;
const flow = Object.freeze({
  format: 'baton.flow/1',
  id: 'bench',
  name: 'Bench',
  version: '1.0.0',
  nodes: {},
  edges: [],
});
const viewHash = `sha256:${'5f'.repeat(32)}`;
const usage = {
  steps: 1,
  attempts: 1,
  retries: 0,
  turns: 0,
  tokens: { in: 0, out: 0 },
  cost: { amount: 0, currency: 'USD', known: true },
  durationMs: 1,
  handoffs: 0,
};

let made = 0;
function fresh() {
  const dir = path.join(home, String(++made));
  fs.mkdirSync(dir);
  return path.join(dir, 'runs.db');
}
const open = (file) => openStore(file, { clock: () => at });
const bytes = (file) => {
  const db = new Database(file);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  return fs.statSync(file).size;
};

function starter(runId) {
  const started = {
    flowId: 'bench',
    flowVersion: '1.0.0',
    semanticHash: viewHash,
    engineVersion: '1',
    mode: 'live',
    input: {},
    seed: 1,
  };
  return {
    runId,
    created: { flow, semanticHash: viewHash },
    events: [{ runId, seq: 1, type: 'run.started', at, data: started }, ...begin(runId, 2, 'n1')],
  };
}
const begin = (runId, seq, step) => [
  {
    runId,
    seq,
    type: 'step.started',
    at,
    step,
    data: {
      node: step,
      kind: 'tool',
      via: { from: 'previous', port: 'next' },
      viewHash,
      reads: { log: seq },
    },
  },
  {
    runId,
    seq: seq + 1,
    type: 'attempt.started',
    at,
    step,
    attempt: 1,
    data: { dependency: 'host:api.example.com' },
  },
];
/** The events of one step's end and the next one's start: one commit. */
function stepEvents(runId, i, output, write) {
  const seq = 4 + (i - 1) * 4;
  const step = `n${i}`;
  const writes = write === undefined ? [] : [{ field: 'log', version: i, value: write }];
  return [
    {
      runId,
      seq,
      type: 'attempt.completed',
      at: at + i,
      step,
      attempt: 1,
      data: { result: output, latencyMs: 2 },
    },
    {
      runId,
      seq: seq + 1,
      type: 'step.committed',
      at: at + i,
      step,
      data: { output, routes: [{ port: 'next', to: `n${i + 1}` }], writes, usage },
    },
    ...begin(runId, seq + 2, `n${i + 1}`),
  ];
}

function timed(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function chain(steps, size, append) {
  const file = fresh();
  open(file).close();
  const empty = bytes(file);
  const store = open(file);
  const outputs = Array.from({ length: steps }, (_, i) => ({ n: i, out: text(size, i + 1) }));
  const ms = timed(() => {
    store.commit([starter('r')]);
    for (let i = 1; i <= steps; i++) {
      const output = outputs[i - 1];
      store.commit([{ runId: 'r', events: stepEvents('r', i, output, append ? output.out : undefined) }]);
    }
  });
  store.close();
  return { ms: ms / steps, bytes: (bytes(file) - empty) / steps, file };
}

function rawChain(steps, size) {
  const file = fresh();
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(`CREATE TABLE runs (run_id TEXT PRIMARY KEY, status TEXT, seq INTEGER, updated INTEGER);
    CREATE TABLE steps (run_id TEXT, seq INTEGER, node TEXT, attempt INTEGER, status TEXT, output TEXT, PRIMARY KEY (run_id, seq))`);
  const outputs = Array.from({ length: steps }, (_, i) => ({ n: i, out: text(size, i + 1) }));
  const insert = db.prepare('INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?)');
  const update = db.prepare('UPDATE runs SET seq = ?, updated = ? WHERE run_id = ?');
  const step = db.transaction((i, output) => {
    insert.run('r', i, `n${i}`, 1, 'done', output);
    update.run(i, at + i, 'r');
  });
  const ms = timed(() => {
    db.prepare('INSERT INTO runs VALUES (?, ?, 0, ?)').run('r', 'running', at);
    for (let i = 1; i <= steps; i++) step(i, JSON.stringify(outputs[i - 1]));
  });
  db.close();
  return { ms: ms / steps, bytes: bytes(file) / steps };
}

function fan(width) {
  const file = fresh();
  const store = open(file);
  store.commit([starter('r')]);
  const events = Array.from({ length: width }, (_, i) => stepEvents('r', i + 1, { n: i }, undefined)).flat();
  const ms = timed(() => store.commit([{ runId: 'r', events }]));
  store.close();
  return ms / width;
}

function manyRuns(runs, steps) {
  const file = fresh();
  const store = open(file);
  const ms = timed(() => {
    for (let r = 0; r < runs; r++) {
      store.commit([starter(`run-${r}`)]);
      for (let i = 1; i <= steps; i++)
        store.commit([{ runId: `run-${r}`, events: stepEvents(`run-${r}`, i, { n: i }, undefined) }]);
    }
  });
  store.close();
  return (runs * steps) / (ms / 1000);
}

function resume(file) {
  let events = 0;
  let readMs = 0;
  const ms = timed(() => {
    const store = open(file);
    for (const { runId } of store.unfinished())
      readMs += timed(() => void (events += store.events(runId).length));
    store.close();
  });
  return { ms, readMs, events };
}

function long(steps) {
  const file = fresh();
  const store = open(file);
  store.commit([starter('r')]);
  for (let i = 1; i <= steps; i += 100) {
    const events = Array.from({ length: 100 }, (_, k) =>
      stepEvents('r', i + k, { n: i + k, note: 'ok' }, undefined),
    ).flat();
    store.commit([{ runId: 'r', events }]);
  }
  store.close();
  return file;
}

try {
  const print = (name, value) => console.log(name.padEnd(58), value);
  const ours = [];
  const raw = [];
  const ours100 = [];
  const raw100 = [];
  for (let r = 0; r < repetitions; r++) {
    raw.push(rawChain(100, 1024));
    ours.push(chain(100, 1024, false));
    raw100.push(rawChain(100, 102_400));
    ours100.push(chain(100, 102_400, true));
  }
  const msOf = (rows) => median(rows.map((row) => row.ms));
  print(
    'chain of 100, 1 KB outputs: raw, ours (ms a step), ratio',
    [round(msOf(raw)), round(msOf(ours)), round(msOf(ours) / msOf(raw), 2)].join('  '),
  );
  print(
    'chain of 100, 100 KB outputs, written to context',
    [round(msOf(raw100)), round(msOf(ours100)), round(msOf(ours100) / msOf(raw100), 2)].join('  '),
  );
  print(
    'bytes a step: 1 KB outputs, raw and ours',
    [raw[0].bytes, ours[0].bytes].map((b) => round(b, 0)).join('  '),
  );
  print('bytes a step: 400 steps appending 1 KB to context', round(chain(400, 1000, true).bytes, 0));
  print('bytes a step: 100 KB outputs written to context', round(ours100[0].bytes, 0));
  print(
    'fan-out of 100 in one commit (ms a step)',
    round(median(Array.from({ length: repetitions }, () => fan(100)))),
  );
  print('1,000 runs of 5 steps, one by one (steps a second)', round(manyRuns(1000, 5), 0));
  const thousand = chain(1000, 1024, false).file;
  const again = Array.from({ length: repetitions }, () => resume(thousand));
  print(
    `1,000 steps with 1 KB, ${again[0].events} events: open+read, read (ms)`,
    [median(again.map((a) => a.ms)), median(again.map((a) => a.readMs))].map((x) => round(x, 1)).join('  '),
  );
  for (const steps of [1000, 10_000, 100_000]) {
    const file = long(steps);
    const times = Array.from({ length: Math.min(3, repetitions) }, () => resume(file));
    print(
      `${steps} small steps, ${times[0].events} events: open+read (ms)`,
      round(median(times.map((t) => t.ms)), 1),
    );
  }
} finally {
  fs.rmSync(home, { recursive: true });
}
