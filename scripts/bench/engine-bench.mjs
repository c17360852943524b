#!/usr/bin/env node
/**
 * The durable engine against raw better-sqlite3 and LangGraph.js with its SqliteSaver, at synchronous=FULL. All take
 * turns in one run, warm, medians; only the ratios carry over to other machines. See docs/BENCHMARKS.md.
 * `node scripts/bench/engine-bench.mjs [repetitions] [--no-peer]`, BATON_BENCH_DIR=<folder> for the databases.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createOurs } from './ours.mjs';
import { createPeer } from './peer.mjs';
import { createRaw } from './raw.mjs';
import { median } from './workloads.mjs';

const repetitions = Number(process.argv.slice(2).find((arg) => /^\d+$/.test(arg)) ?? 5);
const home = fs.mkdtempSync(path.join(process.env.BATON_BENCH_DIR ?? os.tmpdir(), 'engine-bench-'));

/** What a workload's figure is, how it is written, and what it must reach. */
const ms = (steps) => ({ of: (r) => r.ms / steps, show: (x) => `${x.toFixed(3)} ms` });
const PER_SECOND = { of: (r) => r.perSecond, show: (x) => `${Math.round(x)}/s` };
const BYTES = { of: (r) => r.bytes / 400, show: (x) => `${Math.round(x)} B` };

const ours = await createOurs(home);
const raw = createRaw(home);
const peer = process.argv.includes('--no-peer') ? undefined : await createPeer();
const rows = [];

/** Steps each one takes before it is measured: what runs for days is not judged by its first second. */
const WARM_CHAINS = 15;
const WARM_RESUMES = 8;

function add(workload, unit, found, bar, isReached) {
  const [own, least, other] = ['ours', 'raw', 'peer'].map((who) =>
    found[who] === undefined ? undefined : median(found[who].map(unit.of)),
  );
  const ratio = (to) => (to === undefined ? '' : `${(own / to).toFixed(2)} ×`);
  const show = (x) => (x === undefined ? '' : unit.show(x));
  rows.push({
    workload,
    ours: show(own),
    raw: show(least),
    LangGraph: show(other),
    'to raw': ratio(least),
    'to LangGraph': ratio(other),
    bar,
    '': isReached(own, least, other) ? 'ok' : 'missed',
  });
}

/** Each repetition asks everyone once, so that noise hits all. */
async function measure(work, { least = true, size } = {}) {
  const found = { ours: [], raw: least ? [] : undefined, peer: peer ? [] : undefined };
  for (let i = 0; i < repetitions; i++) {
    found.ours.push(await ours[work](size));
    found.raw?.push(raw[work]());
    found.peer?.push(await peer.ask(work, size));
  }
  return found;
}

/** Not measured counts as reached: the table shows that the column is empty. */
const within = (own, other, times) => other === undefined || own <= other * times;

async function durable() {
  const chain = await measure('chain');
  add(
    'chain of 100, 1 KB outputs, a step',
    ms(100),
    chain,
    '≤ 2.0 × raw, ≤ 0.4 × LangGraph',
    (own, least, other) => within(own, least, 2) && within(own, other, 0.4),
  );
  const fan = await measure('fan');
  add('fan-out of 100 and join, a step', ms(100), fan, '≤ 0.2 × LangGraph', (own, _, other) =>
    within(own, other, 0.2),
  );
  const runs = await measure('runs');
  add(
    '1,000 runs × 5 steps, 16 at a time',
    PER_SECOND,
    runs,
    '≥ 3 × LangGraph',
    (own, _, other) => other === undefined || own >= 3 * other,
  );
  add(
    'event loop meanwhile, p99',
    { of: (r) => r.p99, show: (x) => `${x.toFixed(1)} ms` },
    { ours: runs.ours },
    '< 20 ms',
    (own) => own < 20,
  );
  const append = await measure('append');
  add('400 steps append 1 KB to state, a step', BYTES, append, '≤ 2 × raw', (own, least) => own <= 2 * least);
}

/** The first run of a fresh process, then enough of them that everyone is warm. */
async function warmUp() {
  const first = { ours: [await ours.chain()], peer: peer && [await peer.ask('chain')] };
  add('the very first chain of 100, a step', ms(100), first, '', () => true);
  for (let i = 0; i < WARM_CHAINS; i++) {
    await ours.chain();
    raw.chain();
    await peer?.ask('chain');
  }
  for (let i = 0; i < 2; i++) {
    await ours.fan();
    await peer?.ask('fan');
  }
  for (let i = 0; i < WARM_RESUMES; i++) {
    await ours.resume(1_000);
    await peer?.ask('resume', 1_000);
  }
}

async function carried() {
  const small = await measure('carry', { least: false, size: 1_000 });
  const large = await measure('carry', { least: false, size: 100_000 });
  const growth = (who) => large[who]?.map((r, i) => ({ growth: r.ms / small[who][i].ms }));
  const unit = { of: (r) => r.growth, show: (x) => `${x.toFixed(2)} ×` };
  add(
    '100 KB in state read by 100 steps, to 1 KB',
    unit,
    { ours: growth('ours'), peer: growth('peer') },
    '≤ 1.3 ×',
    (own) => own <= 1.3,
  );
}

async function resumed() {
  const thousand = await measure('resume', { least: false, size: 1_000 });
  add('resume after 1,000 steps', ms(1), thousand, '≤ 25 ms', (own) => own <= 25);
  let first;
  for (const steps of [1_000, 10_000, 100_000]) {
    const found = await ours.resumeRecord(steps, Math.min(repetitions, 5));
    const name = `resume one node's ${steps.toLocaleString('en')} steps`;
    const most = first === undefined ? 25 : 1.5 * first * (steps / 1_000);
    const bar = first === undefined ? '≤ 25 ms' : 'linear: a step ≤ 1.5 × one of 1,000';
    add(name, ms(1), { ours: found }, bar, (own) => own <= most);
    first ??= median(found.map((r) => r.ms));
  }
}

try {
  await warmUp();
  await durable();
  await carried();
  await resumed();
  add('simulator', PER_SECOND, { ours: [ours.simulator(1500)] }, '≥ 20,000/s', (own) => own >= 20_000);
  console.table(rows);
} finally {
  peer?.close();
  fs.rmSync(home, { recursive: true, force: true });
}
