/** Frames of a page while something is done to it. */

export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Milliseconds between the pictures that were shown while `work` ran. */
export async function framesDuring(page, work) {
  await page.evaluate(() => {
    const frames = [];
    let last = performance.now();
    let isOn = true;
    const tick = (now) => {
      frames.push(now - last);
      last = now;
      if (isOn) requestAnimationFrame(tick);
    };
    requestAnimationFrame((now) => {
      last = now;
      requestAnimationFrame(tick);
    });
    window.endFrames = () => {
      isOn = false;
      return frames;
    };
  });
  await work();
  const frames = await page.evaluate(() => window.endFrames());
  return { p95: percentile(frames, 0.95), longest: Math.max(...frames), count: frames.length };
}

/** From a click on the `source` that has these words to the picture in which `wanted` is there. */
export async function untilShown(page, wanted, source, words) {
  await page.locator(source, { hasText: words }).first().waitFor();
  return page.evaluate(
    ([selector, clicked, text]) =>
      new Promise((resolve) => {
        const row = [...document.querySelectorAll(clicked)].find((each) => each.textContent.includes(text));
        const from = performance.now();
        const look = () => {
          if (document.querySelector(selector))
            requestAnimationFrame(() => resolve(performance.now() - from));
          else requestAnimationFrame(look);
        };
        row.click();
        requestAnimationFrame(look);
      }),
    [wanted, source, words],
  );
}

/** From each key to the picture after it. */
export async function keystrokes(page, text) {
  await page.evaluate(() => {
    const paints = [];
    const onKey = (event) => {
      const from = event.timeStamp;
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => paints.push(performance.now() - from); // after the frame's own work
        port2.postMessage(0);
      });
    };
    window.addEventListener('keydown', onKey, { capture: true });
    window.endKeys = () => {
      window.removeEventListener('keydown', onKey, { capture: true });
      return paints;
    };
  });
  await page.keyboard.type(text, { delay: 30 });
  return page.evaluate(() => window.endKeys());
}
