/** Nothing that was drawn is lost: every gesture can be taken back, and the app may be killed while one types. */
import fs from 'node:fs';
import type { Page } from '@playwright/test';
import { seededRandom } from '../../shared/base/random';
import type { Flow } from '../../shared/spec/flow';
import { expect, launchApp, test } from './fixtures';
import { centre, type Designer, type } from './support/designer';
import { fileOf, fromTemplate, saved } from './support/flows';

const undoButton = (page: Page) => page.getByRole('button', { name: /^Undo/ });
const redoButton = (page: Page) => page.getByRole('button', { name: /^Redo/ });

interface Gesture {
  readonly name: string;
  readonly act: () => Promise<void>;
}

async function dragCard(designer: Designer, id: string, by: { x: number; y: number }): Promise<void> {
  const { page } = designer;
  const at = await centre(designer.card(id).locator('.card-head'));
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(at.x + by.x / 2, at.y + by.y / 2, { steps: 3 });
  await page.mouse.move(at.x + by.x, at.y + by.y, { steps: 3 });
  await page.mouse.up();
}

async function onCanvas(designer: Designer, keys: string): Promise<void> {
  await designer.canvas.focus();
  await designer.page.keyboard.press(keys);
}

/** One of each kind of thing a person does to a drawing. */
function gestures(designer: Designer): readonly Gesture[] {
  const { page, canvas } = designer;
  return [
    { name: 'drag a node', act: () => dragCard(designer, 'triage', { x: 0, y: -90 }) },
    {
      name: 'type a task',
      act: async () => {
        await designer.select('triage');
        await type(page, designer.field('Task'), 'Sort: {{ input.ticket }}');
      },
    },
    { name: 'rename', act: () => designer.rename('First reader') },
    { name: 'nudge', act: () => onCanvas(designer, 'Shift+ArrowDown') },
    { name: 'switch off', act: () => onCanvas(designer, 'Shift+D') },
    { name: 'duplicate', act: () => onCanvas(designer, 'ControlOrMeta+D') },
    { name: 'delete the copy', act: () => onCanvas(designer, 'Delete') },
    {
      name: 'drag in from the palette',
      act: async () => {
        const agent = page.getByRole('button', { name: /^Transform\. / });
        await agent.dragTo(canvas, { targetPosition: { x: 120, y: 520 } });
      },
    },
    {
      name: 'connect',
      act: async () => {
        await onCanvas(designer, 'c');
        const dialog = page.getByRole('dialog', { name: /^Connect / });
        await dialog.getByRole('textbox', { name: 'To' }).fill('Person answers');
        await page.keyboard.press('Enter');
        await expect(dialog).toBeHidden();
      },
    },
    {
      name: 'say when a connection is taken',
      act: () => type(page, designer.field('Only when'), 'input.orderTotal > 0'),
    },
    { name: 'delete the connection', act: () => onCanvas(designer, 'Delete') },
    {
      name: 'align',
      act: async () => {
        await onCanvas(designer, 'ControlOrMeta+A');
        await designer.inspector.getByRole('button', { name: 'Align left' }).click();
      },
    },
    { name: 'tidy up', act: () => onCanvas(designer, 'Shift+T') },
    { name: 'delete everything', act: () => onCanvas(designer, 'Delete') },
    {
      name: 'name the flow',
      act: async () => {
        await type(page, page.getByRole('textbox', { name: 'Name of the flow' }), 'Nothing left');
        await page.keyboard.press('Enter');
      },
    },
  ];
}

test('every kind of gesture is one step that is taken back and done again', async ({ page }) => {
  test.setTimeout(120_000);
  const designer = await fromTemplate(page);
  const file = await fileOf(page);
  await designer.fit();
  const after = [await saved(page, file)];
  const list = gestures(designer);
  for (const { name, act } of list) {
    await act();
    await expect(page.getByRole('button', { name: 'Save', exact: true }), name).toBeVisible();
    after.push(await saved(page, file));
  }
  await designer.canvas.focus();
  for (let i = list.length; i > 0; i--) {
    await page.keyboard.press('ControlOrMeta+Z');
    expect(await saved(page, file), `undo: ${list[i - 1]?.name}`).toBe(after[i - 1]);
  }
  await expect(undoButton(page)).toBeDisabled();
  for (let i = 1; i <= list.length; i++) {
    await page.keyboard.press('ControlOrMeta+Shift+Z');
    expect(await saved(page, file), `redo: ${list[i - 1]?.name}`).toBe(after[i]);
  }
  await expect(redoButton(page)).toBeDisabled();
});

const EDITS = 1_000;
/** So many with the real keyboard; the rest as key events made in the page, which pass the same commands. */
const BY_HAND = 100;

/** What the keys mean on the canvas; the weights keep the drawing from growing or vanishing. */
const KEYS: readonly (readonly [string, number])[] = [
  ['ArrowRight', 3],
  ['ArrowLeft', 3],
  ['ArrowDown', 1],
  ['ArrowUp', 1],
  ['Shift+ArrowRight', 4],
  ['Shift+ArrowUp', 4],
  ['Shift+D', 3],
  ['Control+D', 4],
  ['Delete', 3],
  ['Control+Z', 6],
  ['Control+Y', 4],
  ['Control+G', 1],
  ['Control+A', 1],
];
const EDITING = new Set(KEYS.map(([key]) => key).filter((key) => !/^Arrow|A$/.test(key)));

function randomKeys(seed: string): readonly string[] {
  const random = seededRandom(seed);
  const bag = KEYS.flatMap(([key, weight]) => Array.from({ length: weight }, () => key));
  const keys: string[] = [];
  for (let edits = 0; edits < EDITS; ) {
    const key = bag[Math.floor(random() * bag.length)] as string; // the bag is not empty
    keys.push(key);
    if (EDITING.has(key)) edits++;
    // Everything selected would be moved, copied or deleted at once: go on with one node.
    if (key === 'Control+A') keys.push('Shift+ArrowRight', 'Escape', 'ArrowRight');
  }
  return keys;
}

/** Key events at the drawing, each after what the one before has drawn. */
async function pressInPage(page: Page, keys: readonly string[]): Promise<void> {
  await page.evaluate(async (all) => {
    const canvas = document.querySelector('[role="application"]');
    for (const combination of all) {
      const parts = combination.split('+');
      const key = parts.at(-1) ?? '';
      canvas?.dispatchEvent(
        new KeyboardEvent('keydown', {
          key: key.length === 1 && !parts.includes('Shift') ? key.toLowerCase() : key,
          ctrlKey: parts.includes('Control'),
          shiftKey: parts.includes('Shift'),
          bubbles: true,
          cancelable: true,
        }),
      );
      await new Promise<void>((resolve) => {
        setTimeout(resolve);
      });
    }
  }, keys);
}

/** In the history of edits, newest first. */
async function travel(page: Page, to: 'newest' | 'start'): Promise<void> {
  await page.getByRole('button', { name: 'History of edits' }).click();
  const steps = page.getByRole('menuitem');
  const chosen = to === 'newest' ? steps.first() : page.getByRole('menuitem', { name: 'As it was opened' });
  await chosen.click();
  await expect(to === 'newest' ? redoButton(page) : undoButton(page)).toBeDisabled();
}

test('a thousand random edits are taken back to the very document one started from', async ({ page }) => {
  test.setTimeout(180_000);
  const designer = await fromTemplate(page);
  const file = await fileOf(page);
  await designer.canvas.focus();
  const start = await saved(page, file);
  const keys = randomKeys('edits');
  for (const key of keys.slice(0, BY_HAND)) await page.keyboard.press(key);
  await pressInPage(page, keys.slice(BY_HAND));
  // What was taken back last is done again, so that the newest state is the end.
  if (await redoButton(page).isEnabled()) await travel(page, 'newest');
  const end = await saved(page, file);
  expect(end).not.toBe(start);
  await travel(page, 'start');
  expect(await saved(page, file)).toBe(start);
  await travel(page, 'newest');
  expect(await saved(page, file)).toBe(end);
});

const LOST_AT_MOST_MS = 1_000;

test('killed in the middle of typing, at most a second of it is lost', async ({ userData }) => {
  test.setTimeout(90_000);
  const first = await launchApp(userData);
  const page = await first.firstWindow();
  const designer = await fromTemplate(page);
  const file = await fileOf(page);
  await designer.select('resolve');
  await type(page, designer.field('Task'), '');
  const typed: { readonly word: string; readonly at: number }[] = [];
  const startedAt = Date.now();
  for (let i = 0; Date.now() - startedAt < 3_500; i++) {
    const word = `w${i} `;
    await page.keyboard.type(word);
    typed.push({ word, at: Date.now() });
  }
  const { pid } = first.process();
  const closed = first.waitForEvent('close');
  const killedAt = Date.now();
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
  await closed;
  expect(fs.readFileSync(file, 'utf8')).not.toContain('w1 ');

  const second = await launchApp(userData);
  const again = await second.firstWindow();
  await again
    .getByRole('region', { name: 'Your flows' })
    .getByText('Support triage', { exact: true })
    .click();
  await expect(
    again.getByText('These edits were not saved when the app ended. They are back.'),
  ).toBeVisible();
  const back = JSON.parse(await saved(again, file)) as Flow;
  const resolve = back.nodes['resolve'];
  const task = resolve?.kind === 'agent' ? (resolve.prompt ?? '') : '';
  const due = typed.filter(({ at }) => at <= killedAt - LOST_AT_MOST_MS).map(({ word }) => word);
  expect(due.length).toBeGreaterThan(5);
  expect(task.startsWith(due.join('').trimEnd())).toBe(true);
  await second.close();
});
