/** From starting the program to a window one can use: the last large thing of its first screen is painted. */
import { setTimeout as sleep } from 'node:timers/promises';
import { inRoot } from '../lib/paths.mjs';
import { median } from '../bench/workloads.mjs';
import { withApp } from './app.mjs';

const SETTLED_MS = 1500;

/** Asked afterwards: the page keeps the times of its pictures. */
function largestPaint(page) {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        new PerformanceObserver((list, observer) => {
          observer.disconnect();
          resolve(performance.timeOrigin + (list.getEntries().at(-1)?.startTime ?? 0));
        }).observe({ type: 'largest-contentful-paint', buffered: true });
      }),
  );
}

function startOnce(what, ready) {
  return withApp(what, async ({ page, startedAt }) => {
    await page.locator(ready).first().waitFor();
    await sleep(SETTLED_MS);
    return (await largestPaint(page)) - startedAt;
  });
}

export async function measureStart(add, repetitions) {
  const ours = [];
  const empty = [];
  for (let i = 0; i < repetitions; i++) {
    empty.push(await startOnce(inRoot('test/bench-ui/empty-app'), 'p'));
    ours.push(await startOnce(inRoot(), '.template'));
  }
  const own = median(ours);
  const least = median(empty);
  add('cold start to a usable window', own, 'ms', '≤ 2.0 × an empty window', own <= 2 * least, least);
}
