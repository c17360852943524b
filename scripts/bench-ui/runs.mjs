/** Runs: a long record opens and scrolls, a busy run is watched, and many runs leave no memory behind. */
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { inRoot } from '../lib/paths.mjs';
import { median } from '../bench/workloads.mjs';
import { memoryOf, request, startApp, tempFolder } from './app.mjs';
import { framesDuring, untilShown } from './frames.mjs';
import { gridFlow, writeRuns } from './prepare.mjs';

const EVENTS_A_SECOND = 500;
const EVENTS_A_STEP = 7;
const WATCH_MS = 5_000;
const SCROLLS = 80;
const MANY = 100;

async function openRun(page, runId) {
  await page.getByRole('button', { name: 'Home' }).click();
  await page.locator('.run-room').waitFor({ state: 'detached' });
  return untilShown(page, '.run-list .step-row', '.home-side button', `recorded-${runId}`);
}

async function scrollEvents(page) {
  await page.getByRole('tab', { name: 'Events' }).click();
  await page.locator('.event-row').first().waitFor();
  await page.locator('.run-list').hover();
  await page.mouse.wheel(0, -10_000_000);
  await sleep(500);
  return framesDuring(page, async () => {
    for (let i = 0; i < SCROLLS; i++) {
      await page.mouse.wheel(0, i % 10 === 9 ? 200_000 : 900); // reads on, and jumps now and then
      await sleep(16);
    }
  });
}

/** A run held to its pace by a rate limit, started through the window's own bridge and watched in the run room. */
async function watchBusyRun(page) {
  const requests = Math.round(EVENTS_A_SECOND / EVENTS_A_STEP / 10);
  const document = gridFlow('busy', 900, { rateLimit: { requests, per: 'PT0.1S' } });
  const { runId } = await request(page, 'run.start', { document, input: {}, mode: 'live', grant: true });
  await page.getByRole('button', { name: 'Home' }).click();
  await page.locator('.home-side button', { hasText: 'busy' }).first().click();
  await page.locator('.step-row').first().waitFor();
  await sleep(500);
  const seq = async () => (await request(page, 'run.get', { runId })).run.lastSeq;
  const before = await seq();
  const from = performance.now();
  const frames = await framesDuring(page, () => sleep(WATCH_MS));
  const pace = ((await seq()) - before) / ((performance.now() - from) / 1000);
  await request(page, 'run.cancel', { runId, compensate: false });
  return { ...frames, pace };
}

async function runMany(page) {
  const document = gridFlow('small', 10);
  const ids = [];
  for (let i = 0; i < MANY; i++) {
    const { runId } = await request(page, 'run.start', { document, input: {}, mode: 'rehearsal' });
    ids.push(runId);
  }
  for (const runId of ids) await untilEnded(page, runId);
}

async function untilEnded(page, runId) {
  for (;;) {
    const { run } = await request(page, 'run.get', { runId });
    if (run.endedAt !== undefined) return;
    await sleep(20);
  }
}

async function heapOf(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 2 ** 20;
}

async function memoryGrowth(app) {
  const { page } = app;
  await page.getByRole('button', { name: 'Home' }).click();
  await runMany(page); // warm: code and pools are there afterwards
  const before = { heap: await heapOf(page), all: memoryOf(app.pid) };
  await runMany(page);
  await sleep(1000);
  const after = { heap: await heapOf(page), all: memoryOf(app.pid) };
  return {
    heap: after.heap - before.heap,
    all: before.all === undefined ? undefined : after.all - before.all,
    total: after.all,
  };
}

export async function measureRuns(add, repetitions) {
  const userData = tempFolder();
  await writeRuns(userData, { long: 10_000, endless: 100_000 });
  const app = await startApp(inRoot(), userData);
  const { page } = app;
  try {
    await page.locator('.template').first().waitFor();
    const opened = [];
    for (let i = 0; i < repetitions; i++) opened.push(await openRun(page, 'long'));
    add('open a run of 10,000 events', median(opened), 'ms', '≤ 500 ms', median(opened) <= 500);
    const endless = await openRun(page, 'endless');
    add('open a run of 100,000 events', endless, 'ms', '≤ 5,000 ms', endless <= 5000);
    const scroll = await scrollEvents(page);
    add('scroll its events, longest frame', scroll.longest, 'ms', '≤ 50 ms', scroll.longest <= 50);
    const busy = await watchBusyRun(page);
    add(
      `watch a run at ${Math.round(busy.pace)} events/s, p95 frame`,
      busy.p95,
      'ms',
      '< 33 ms',
      busy.p95 < 33,
    );
    const grown = await memoryGrowth(app);
    add('heap of the window after 100 more runs, growth', grown.heap, 'MB', '≤ 10 MB', grown.heap <= 10);
    if (grown.all !== undefined)
      add('memory of all processes meanwhile, growth', grown.all, 'MB', '≤ 50 MB', grown.all <= 50);
  } finally {
    await app.close();
    fs.rmSync(userData, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
