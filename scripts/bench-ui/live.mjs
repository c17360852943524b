/** A busy run is watched: a real one, held to its pace by a rate limit. */
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../bench/workloads.mjs';
import { request, withOurs } from './app.mjs';
import { framesDuring } from './frames.mjs';
import { gridFlow } from './prepare.mjs';

const EVENTS_A_SECOND = 500;
const EVENTS_A_STEP = 7;
const NODES = 900;
const WATCH_MS = 5_000;
const LIMIT_PER_MS = 100;

async function watchOnce(page, id) {
  const requests = Math.ceil((EVENTS_A_SECOND / EVENTS_A_STEP) * (LIMIT_PER_MS / 1000));
  const document = gridFlow(id, NODES, { rateLimit: { requests, per: `PT${LIMIT_PER_MS / 1000}S` } });
  const { runId } = await request(page, 'run.start', { document, input: {}, mode: 'live', grant: true });
  await page.getByRole('button', { name: 'Home' }).click();
  await page.locator('.home-side button', { hasText: id }).first().click();
  await page.locator('.step-row').first().waitFor();
  await sleep(500);
  const seq = async () => (await request(page, 'run.get', { runId })).run.lastSeq;
  const before = await seq();
  const from = performance.now();
  const frames = await framesDuring(page, () => sleep(WATCH_MS));
  const pace = ((await seq()) - before) / ((performance.now() - from) / 1000);
  await request(page, 'run.cancel', { runId, compensate: false });
  return { p95: frames.p95, pace };
}

export async function measureLive(add, repetitions) {
  const watched = await withOurs(async ({ page }) => {
    await page.locator('.template').first().waitFor();
    const all = [];
    for (let i = 0; i < repetitions; i++) all.push(await watchOnce(page, `busy-${i}`));
    return all;
  });
  const own = median(watched.map(({ p95 }) => p95));
  const pace = Math.round(median(watched.map((each) => each.pace)));
  add(`watch a run at ${pace} events/s, p95 frame`, own, 'ms', '< 33 ms at 500', own < 33);
}
