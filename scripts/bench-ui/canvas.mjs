/** The drawing with 1,000 nodes: opening, moving about, dragging, and typing beside it. */
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'vite';
import { inRoot } from '../lib/paths.mjs';
import { median } from '../bench/workloads.mjs';
import { request, startApp, tempFolder } from './app.mjs';
import { framesDuring, keystrokes, percentile, untilShown } from './frames.mjs';
import { typingFlow } from './prepare.mjs';

const NODES = 1000;
const MOVES = 60;
const FRAME_MS = 16;
const MIME = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** The bare canvas is served: modules do not load from files. */
async function serveBare() {
  await build({ configFile: inRoot('test/bench-ui/vite.config.ts') });
  const folder = inRoot('node_modules/.bench-ui');
  const server = http.createServer((asked, answer) => {
    const file = path.join(
      folder,
      path.basename(path.dirname(asked.url)),
      path.basename(asked.url.split('?')[0]),
    );
    if (!fs.existsSync(file)) return answer.writeHead(404).end();
    return answer
      .writeHead(200, { 'content-type': MIME[path.extname(file)] ?? 'text/plain' })
      .end(fs.readFileSync(file));
  });
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${server.address().port}/bare.html?nodes=${NODES}`,
    close: () => server.close(),
  };
}

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

async function bareGestures(url, repetitions) {
  const userData = tempFolder();
  const app = await startApp(inRoot('test/bench-ui/empty-app'), userData, { BENCH_URL: url });
  try {
    await app.page.locator('.react-flow__node').first().waitFor();
    await sleep(1000);
    const all = [];
    for (let i = 0; i < repetitions; i++) all.push(await gestures(app.page));
    return all;
  } finally {
    await app.close();
    fs.rmSync(userData, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function openFlow(page, name) {
  await page.getByRole('button', { name: 'Home' }).click();
  await page.locator('.react-flow').waitFor({ state: 'detached' });
  return untilShown(page, '.react-flow__node .card-head', '.flow-open', name);
}

async function typeIntoPrompt(page) {
  await page.locator('.react-flow__node[data-id="n0"] .card-head').click();
  const prompt = page.getByRole('textbox', { name: 'Task', exact: true });
  await prompt.click();
  return keystrokes(page, 'Summarise what the customer wrote in two sentences, and say what is asked for. ');
}

async function ourFigures(repetitions) {
  const userData = tempFolder();
  const app = await startApp(inRoot(), userData);
  const { page } = app;
  try {
    await page.locator('.template').first().waitFor();
    for (let i = 0; i < repetitions; i++)
      await request(page, 'flow.create', { document: typingFlow(`large-${i}`, NODES) });
    await page.reload(); // home lists the new flows
    await page.locator('.flow-open').first().waitFor();
    const opened = [];
    for (let i = 0; i < repetitions; i++) {
      opened.push(await openFlow(page, `large-${i}`));
      await sleep(1000);
    }
    const keys = await typeIntoPrompt(page);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /fit the drawing$/ }).click();
    await sleep(1000);
    const all = [];
    for (let i = 0; i < repetitions; i++) all.push(await gestures(page));
    return { opened, keys, all };
  } finally {
    await app.close();
    fs.rmSync(userData, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

export async function measureCanvas(add, repetitions) {
  const { opened, keys, all } = await ourFigures(repetitions);
  add('open a flow of 1,000 nodes', median(opened), 'ms', '≤ 1,500 ms', median(opened) <= 1500);
  const key = percentile(keys, 0.95);
  add('keystroke in a prompt to paint, p95', key, 'ms', '≤ 50 ms', key <= 50);
  const server = await serveBare();
  const bare = await bareGestures(server.url, repetitions);
  server.close();
  for (const what of ['pan', 'zoom', 'drag']) {
    const own = median(all.map((each) => each[what].p95));
    const least = median(bare.map((each) => each[what].p95));
    add(
      `${what}, 1,000 nodes in sight, p95 frame`,
      own,
      'ms',
      '≤ 1.3 × bare React Flow',
      own <= 1.3 * least,
      least,
    );
  }
}
