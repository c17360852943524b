/** Large flows put before the designer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from './app.mjs';
import { untilShown } from './frames.mjs';
import { typingFlow } from './prepare.mjs';

const SETTLED_MS = 1000;

/** Writes flows through the window's own bridge and shows home with them. */
export async function createFlows(page, flows) {
  await page.locator('.template').first().waitFor();
  for (const document of flows) await request(page, 'flow.create', { document });
  await page.reload(); // home lists the new flows
  await page.locator('.flow-open').first().waitFor();
}

/** From the click to the first cards, in ms. */
export async function openFlow(page, name) {
  await page.getByRole('button', { name: 'Home' }).click();
  await page.locator('.react-flow').waitFor({ state: 'detached' });
  return untilShown(page, '.react-flow__node .card-head', '.flow-open', name);
}

/** A flow with an agent in front and many tools, opened and come to rest. */
export async function openLarge(page, nodes) {
  await createFlows(page, [typingFlow('large', nodes)]);
  await openFlow(page, 'large');
  await sleep(SETTLED_MS);
}

/** Puts the cursor into the prompt of the agent in front. */
export async function goToPrompt(page) {
  await page.locator('.react-flow__node[data-id="n0"] .card-head').click();
  const prompt = page.getByRole('textbox', { name: 'Task', exact: true });
  await prompt.click();
  await prompt.press('Control+End');
}
