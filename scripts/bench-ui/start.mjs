/** From starting the program to a window one can use: the last large thing of its first screen is painted. */
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { inRoot } from '../lib/paths.mjs';
import { median } from '../bench/workloads.mjs';
import { startApp, tempFolder } from './app.mjs';

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

async function startOnce(what, ready) {
  const userData = tempFolder();
  const app = await startApp(what, userData);
  try {
    await app.page.locator(ready).first().waitFor();
    await sleep(SETTLED_MS);
    return (await largestPaint(app.page)) - app.startedAt;
  } finally {
    await app.close();
    fs.rmSync(userData, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
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
