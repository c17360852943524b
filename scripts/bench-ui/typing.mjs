/** Typing into a prompt beside a drawing of 1,000 nodes. */
import { withOurs } from './app.mjs';
import { keystrokes, percentile } from './frames.mjs';
import { goToPrompt, openLarge } from './large.mjs';

const NODES = 1000;
const TEXT = 'Summarise what the customer wrote in two sentences, and say what is asked for. ';

export async function measureTyping(add, repetitions) {
  const keys = await withOurs(async ({ page }) => {
    await openLarge(page, NODES);
    await goToPrompt(page);
    await keystrokes(page, TEXT); // warm
    return keystrokes(page, TEXT.repeat(repetitions));
  });
  const own = percentile(keys, 0.95);
  add('keystroke in a prompt beside 1,000 nodes to paint, p95', own, 'ms', '≤ 50 ms', own <= 50);
}
