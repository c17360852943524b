/** From an edit that makes a flow of 200 nodes wrong to its problem on the screen. */
import { setTimeout as sleep } from 'node:timers/promises';
import { withOurs } from './app.mjs';
import { percentile } from './frames.mjs';
import { goToPrompt, openLarge } from './large.mjs';

const NODES = 200;
const WRONG = '{{ steps.nobody.output }}';
const EACH = 5;
const PATIENCE_MS = 20_000;

/** From the input event of the text that makes the problem to the picture with its count. */
async function untilProblem(page) {
  await page.evaluate((patienceMs) => {
    const tab = document.querySelector('.bottom-tab');
    const before = tab.textContent;
    let from = 0;
    const onInput = (event) => {
      from ||= event.timeStamp;
    };
    window.addEventListener('beforeinput', onInput, { capture: true });
    const { promise, resolve, reject } = Promise.withResolvers();
    const observer = new MutationObserver(() => {
      if (from === 0 || tab.textContent === before) return;
      requestAnimationFrame(() => resolve(performance.now() - from));
    });
    observer.observe(tab, { childList: true, subtree: true, characterData: true });
    setTimeout(() => reject(new Error('the problem did not show in time')), patienceMs);
    window.problemShown = promise.finally(() => {
      window.removeEventListener('beforeinput', onInput, { capture: true });
      observer.disconnect();
    });
  }, PATIENCE_MS);
  await page.keyboard.insertText(WRONG); // only once the page watches for it
  return page.evaluate(() => window.problemShown);
}

export async function measureProblems(add, repetitions) {
  const times = await withOurs(async ({ page }) => {
    await openLarge(page, NODES);
    await goToPrompt(page);
    const tab = page.locator('.bottom-tab').first();
    const clean = await tab.textContent();
    const all = [];
    for (let i = 0; i <= repetitions * EACH; i++) {
      all.push(await untilProblem(page));
      await sleep(500);
      for (let j = 0; j < WRONG.length; j++) await page.keyboard.press('Backspace');
      await page.waitForFunction((text) => document.querySelector('.bottom-tab').textContent === text, clean);
      await sleep(500);
    }
    return all.slice(1); // the first one waits for the checker to come up
  });
  const own = percentile(times, 0.95);
  add('edit to its problem shown, 200 nodes, p95', own, 'ms', '≤ 200 ms', own <= 200);
}
