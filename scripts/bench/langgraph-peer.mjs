/**
 * The same workloads on LangGraph.js with its SqliteSaver, each step durable before the next (`durability: 'sync'`), at
 * synchronous=FULL. `peer.mjs` copies this file beside the installed packages and asks it over IPC; it is not part of Baton.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite';
import Database from 'better-sqlite3';
import { text } from './workloads.mjs';

const home = fs.mkdtempSync(path.join(process.env.BATON_BENCH_DIR ?? os.tmpdir(), 'peer-bench-'));
const LIST = { reducer: (all, more) => all.concat(more), default: () => [] };
let made = 0;

async function openSaver(file = path.join(home, `${++made}.db`)) {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  const saver = new SqliteSaver(db);
  await saver.getTuple({ configurable: { thread_id: 'none' } }); // makes its tables, and so the first write
  db.pragma('synchronous = FULL');
  return { db, saver, file };
}

const options = (id) => ({
  recursionLimit: 1_000_000,
  durability: 'sync',
  configurable: { thread_id: id },
});

function chain(count, saver, step) {
  let graph = new StateGraph(Annotation.Root({ doc: Annotation(), n: Annotation(), out: Annotation() }));
  for (let i = 1; i <= count; i++) graph = graph.addNode(`n${i}`, step);
  graph.addEdge(START, 'n1');
  for (let i = 1; i < count; i++) graph.addEdge(`n${i}`, `n${i + 1}`);
  return graph.addEdge(`n${count}`, END).compile({ checkpointer: saver });
}

function loop(limit, saver, step) {
  const State = Annotation.Root({ n: Annotation(), out: Annotation(), log: Annotation(LIST) });
  return new StateGraph(State)
    .addNode('step', step)
    .addEdge(START, 'step')
    .addConditionalEdges('step', ({ n }) => (n >= limit ? END : 'step'), ['step', END])
    .compile({ checkpointer: saver });
}

function fan(width, saver) {
  let graph = new StateGraph(Annotation.Root({ outs: Annotation(LIST), sum: Annotation() }));
  const branches = Array.from({ length: width }, (_, i) => `b${i + 1}`);
  branches.forEach((name, i) => {
    graph = graph.addNode(name, async () => ({ outs: [text(1000, i)] }));
  });
  graph = graph.addNode('join', async ({ outs }) => ({ sum: outs.length }));
  for (const name of branches) graph.addEdge(START, name);
  return graph.addEdge(branches, 'join').addEdge('join', END).compile({ checkpointer: saver });
}

function sizeOf({ db, file }) {
  db.pragma('wal_checkpoint(TRUNCATE)');
  return fs.statSync(file).size;
}

async function timed(build, input) {
  const store = await openSaver();
  const before = sizeOf(store);
  const graph = build(store.saver);
  const from = performance.now();
  await graph.invoke(input, options('r'));
  const ms = performance.now() - from;
  const bytes = sizeOf(store) - before;
  store.db.close();
  return { ms, bytes };
}

async function manyRuns(runs, steps, width) {
  const store = await openSaver();
  const graph = chain(steps, store.saver, async ({ n }) => ({ n: n + 1, out: text(100, n) }));
  const from = performance.now();
  let started = 0;
  const worker = async () => {
    while (started < runs) await graph.invoke({ doc: '', n: 0 }, options(`run-${++started}`));
  };
  await Promise.all(Array.from({ length: width }, worker));
  const ms = performance.now() - from;
  store.db.close();
  return { perSecond: (runs * steps) / (ms / 1000) };
}

async function resume(steps) {
  const store = await openSaver();
  await new Promise((resolve, reject) => {
    const step = ({ n }) => {
      if (n < steps) return { n: n + 1, out: text(1000, n) };
      resolve();
      return new Promise(() => {}); // the process ends in this step
    };
    loop(steps + 1, store.saver, step)
      .invoke({ n: 0 }, options('r'))
      .catch(reject);
  });
  store.db.close();
  const from = performance.now();
  const again = await openSaver(store.file);
  const ms = await new Promise((resolve, reject) => {
    const step = () => {
      resolve(performance.now() - from);
      return new Promise(() => {});
    };
    loop(steps + 1, again.saver, step)
      .invoke(null, options('r'))
      .catch(reject);
  });
  again.db.close();
  return { ms };
}

const workloads = {
  chain: () =>
    timed((saver) => chain(100, saver, async ({ n }) => ({ n: n + 1, out: text(1000, n) })), { n: 0 }),
  fan: () => timed((saver) => fan(100, saver), {}),
  runs: () => manyRuns(1000, 5, 16),
  append: () =>
    timed((saver) => loop(400, saver, async ({ n }) => ({ n: n + 1, log: [text(1000, n)] })), { n: 0 }),
  carry: (chars) =>
    timed((saver) => chain(100, saver, async ({ n, doc }) => ({ n: n + 1, out: doc.slice(0, 1) })), {
      n: 0,
      doc: text(chars, 3),
    }),
  resume,
};

process.on('message', async ({ work, size }) => {
  try {
    process.send({ result: await workloads[work](size) });
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
});
process.on('disconnect', () => {
  fs.rmSync(home, { recursive: true, force: true });
  process.exit(0);
});
process.send({ ready: true });
