/** Moving about in a drawing of 1,000 nodes, ours and the library's own by turns, so that both have the same machine. */
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../bench/workloads.mjs';
import { withOurs } from './app.mjs';
import { serveBare, withBare } from './bare.mjs';
import { framesDuring } from './frames.mjs';
import { openLarge } from './large.mjs';

const NODES = 1000;
const MOVES = 60;
const FRAME_MS = 16;
const SETTLED_MS = 1500;

/** What a hand does, the same on both: to and fro, so that it ends where it began. */
async function gestures(page) {
  const box = await page.locator('.react-flow').first().boundingBox();
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const swing = async (act) => {
    for (let i = 0; i < MOVES; i++) {
      await act(Math.sin((i / MOVES) * Math.PI * 4));
      await sleep(FRAME_MS);
    }
  };
  await page.mouse.move(middle.x, middle.y);
  const pan = await framesDuring(page, () => swing((x) => page.mouse.wheel(x * 60, x * 30)));
  await page.keyboard.down('Control');
  const zoom = await framesDuring(page, () => swing((x) => page.mouse.wheel(0, x * 40)));
  await page.keyboard.up('Control');
  const node = await nodeNear(page, middle);
  await page.mouse.move(node.x, node.y);
  await page.mouse.down();
  const drag = await framesDuring(page, () =>
    swing((x) => page.mouse.move(node.x + x * 120, node.y + x * 80)),
  );
  await page.mouse.up();
  return { pan, zoom, drag };
}

function nodeNear(page, middle) {
  return page.evaluate(({ x, y }) => {
    const places = [...document.querySelectorAll('.react-flow__node')].map((node) => {
      const own = node.getBoundingClientRect();
      const box = own.width > 0 ? own : node.firstElementChild.getBoundingClientRect();
      return { x: box.x + box.width / 2, y: box.y + box.height / 3 };
    });
    const far = (place) => Math.hypot(place.x - x, place.y - y);
    return places.sort((a, b) => far(a) - far(b))[0];
  }, middle);
}

/** The first time through warms caches and compiled code, and is not counted. */
async function warmGestures(page) {
  await gestures(page);
  return gestures(page);
}

function bareGestures(url) {
  return withBare(url, async ({ page }) => {
    await page.locator('.react-flow__node').first().waitFor();
    await sleep(SETTLED_MS);
    return warmGestures(page);
  });
}

function ourGestures() {
  return withOurs(async ({ page }) => {
    await openLarge(page, NODES);
    await page.getByRole('button', { name: /fit the drawing$/ }).click();
    await sleep(SETTLED_MS);
    return warmGestures(page);
  });
}

export async function measureGestures(add, repetitions) {
  const server = await serveBare(NODES);
  const bare = [];
  const ours = [];
  try {
    for (let i = 0; i < repetitions; i++) {
      bare.push(await bareGestures(server.url));
      ours.push(await ourGestures());
    }
  } finally {
    server.close();
  }
  for (const what of ['pan', 'zoom', 'drag']) {
    const own = median(ours.map((each) => each[what].p95));
    const least = median(bare.map((each) => each[what].p95));
    const isReached = own <= 1.3 * least;
    add(`${what}, 1,000 nodes in sight, p95 frame`, own, 'ms', '≤ 1.3 × bare React Flow', isReached, least);
  }
}
