/** Opening a flow of 1,000 nodes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../bench/workloads.mjs';
import { withOurs } from './app.mjs';
import { createFlows, openFlow } from './large.mjs';
import { typingFlow } from './prepare.mjs';

const NODES = 1000;
const SETTLED_MS = 1000;

export async function measureOpening(add, repetitions) {
  const opened = await withOurs(async ({ page }) => {
    // A flow of its own each time: one that is open already would only be shown again.
    const names = Array.from({ length: repetitions }, (_, i) => `large-${i}`);
    await createFlows(
      page,
      names.map((name) => typingFlow(name, NODES)),
    );
    const times = [];
    for (const name of names) {
      times.push(await openFlow(page, name));
      await sleep(SETTLED_MS);
    }
    return times;
  });
  const own = median(opened);
  add('open a flow of 1,000 nodes', own, 'ms', '≤ 1,500 ms', own <= 1500);
}
