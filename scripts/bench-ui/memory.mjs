/** Many runs leave no memory behind. */
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOf, request, withOurs } from './app.mjs';
import { gridFlow } from './prepare.mjs';

const MANY = 100;

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

async function growth({ page, pid }) {
  await page.locator('.template').first().waitFor();
  await runMany(page); // warm: code and pools are there afterwards
  const before = { heap: await heapOf(page), all: memoryOf(pid) };
  await runMany(page);
  await sleep(1000);
  const after = { heap: await heapOf(page), all: memoryOf(pid) };
  return {
    heap: after.heap - before.heap,
    all: before.all === undefined ? undefined : after.all - before.all,
  };
}

export async function measureMemory(add) {
  const { heap, all } = await withOurs(growth);
  add('heap of the window after 100 more runs, growth', heap, 'MB', '≤ 10 MB', heap <= 10);
  if (all !== undefined) add('memory of all processes meanwhile, growth', all, 'MB', '≤ 50 MB', all <= 50);
}
