/** Long records: opening and scrolling. Written through the store, before the app opens it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../bench/workloads.mjs';
import { withOurs } from './app.mjs';
import { framesDuring, untilShown } from './frames.mjs';
import { writeRuns } from './prepare.mjs';

const SCROLLS = 80;

async function openRun(page, runId) {
  await page.getByRole('button', { name: 'Home' }).click();
  await page.locator('.run-room').waitFor({ state: 'detached' });
  return untilShown(page, '.run-list .step-row', '.home-side button', `recorded-${runId}`);
}

async function scrollEvents(page) {
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

export async function measureRecorded(add, repetitions) {
  const prepare = (userData) => writeRuns(userData, { long: 10_000, endless: 100_000 });
  const measured = await withOurs(
    async ({ page }) => {
      await page.locator('.template').first().waitFor();
      const long = [];
      for (let i = 0; i < repetitions; i++) long.push(await openRun(page, 'long'));
      const endless = await openRun(page, 'endless');
      await page.getByRole('tab', { name: 'Events' }).click();
      await page.locator('.event-row').first().waitFor();
      const longest = [];
      for (let i = 0; i < repetitions; i++) longest.push((await scrollEvents(page)).longest);
      return { long: median(long), endless, longest: median(longest) };
    },
    { prepare },
  );
  const { long, endless, longest } = measured;
  add('open a run of 10,000 events', long, 'ms', '≤ 500 ms', long <= 500);
  add('open a run of 100,000 events', endless, 'ms', '≤ 5,000 ms', endless <= 5000);
  add('scroll 100,000 events, longest frame', longest, 'ms', '≤ 50 ms', Math.round(longest) <= 50);
}
