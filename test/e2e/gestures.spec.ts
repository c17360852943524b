/** What a hand does on the drawing: catch, move, line up, look over, write on it, take apart and put together. */
import type { Locator } from '@playwright/test';
import { expect, test } from './fixtures';
import { centre, type Designer, drag } from './support/designer';
import { fileOf, fromTemplate, newFlow, saved } from './support/flows';

async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await locator.boundingBox();
  if (!box) throw new Error(`${String(locator)} is not on the screen.`);
  return box;
}

const boxesOf = (designer: Designer, ids: readonly string[]) =>
  Promise.all(ids.map((id) => boxOf(designer.card(id))));

const tool = (designer: Designer, name: string) =>
  designer.inspector.getByRole('button', { name, exact: true });

/** With Shift held, around cards, from empty canvas to empty canvas. */
async function lasso(designer: Designer, ids: readonly string[]): Promise<void> {
  const boxes = await boxesOf(designer, ids);
  const from = { x: Math.min(...boxes.map((b) => b.x)) - 12, y: Math.min(...boxes.map((b) => b.y)) - 12 };
  const to = {
    x: Math.max(...boxes.map((b) => b.x + b.width)) + 12,
    y: Math.max(...boxes.map((b) => b.y + b.height)) + 12,
  };
  await designer.page.keyboard.down('Shift');
  await drag(designer.page, from, to);
  await designer.page.keyboard.up('Shift');
}

async function addThree(designer: Designer): Promise<readonly string[]> {
  for (const at of [
    { x: 260, y: 60 },
    { x: 330, y: 170 },
    { x: 300, y: 340 },
  ])
    await designer.page
      .getByRole('button', { name: /^Transform\. / })
      .dragTo(designer.canvas, { targetPosition: at });
  return ['transform', 'transform2', 'transform3'];
}

test('nodes are caught with a lasso, moved together, lined up and spread out', async ({ page }) => {
  const designer = await newFlow(page);
  const ids = await addThree(designer);
  await lasso(designer, ids);
  await expect(designer.inspector.getByRole('heading', { name: '3 nodes selected' })).toBeVisible();
  const before = await boxesOf(designer, ids);
  const head = await centre(designer.card('transform2').locator('.card-head'));
  await drag(page, head, { x: head.x + 40, y: head.y + 40 });
  const after = await boxesOf(designer, ids);
  const moves = after.map((box, i) => [box.x - (before[i]?.x ?? 0), box.y - (before[i]?.y ?? 0)]);
  expect(moves[0]?.[0]).toBeGreaterThan(20);
  expect(new Set(moves.map((move) => move.map(Math.round).join()))).toHaveProperty('size', 1);

  await tool(designer, 'Align left').click();
  await expect
    .poll(async () => new Set((await boxesOf(designer, ids)).map(({ x }) => Math.round(x))).size)
    .toBe(1);
  await tool(designer, 'Spread out downwards').click();
  await expect
    .poll(async () => {
      const [a, b, c] = await boxesOf(designer, ids);
      if (!a || !b || !c) return undefined;
      return Math.abs(b.y - a.y - a.height - (c.y - b.y - b.height));
    })
    .toBeLessThan(6);
  await page.getByRole('button', { name: 'Undo: Spread out downwards' }).click();
  await page.getByRole('button', { name: 'Undo: Align left' }).click();
  await page.getByRole('button', { name: /^Undo: Move 3 nodes/ }).click();
  await expect.poll(() => boxesOf(designer, ids)).toEqual(before);

  // Those that were caught are still there one by one.
  await designer
    .card('transform')
    .locator('.card-head')
    .click({ modifiers: ['Shift'] });
  await expect(designer.inspector.getByRole('heading', { name: '2 nodes selected' })).toBeVisible();
  await designer.select('transform2');
});

test('a note is written, dragged, sized, coloured, moved by keys and taken away', async ({ page }) => {
  const designer = await newFlow(page);
  const before = await saved(page, await fileOf(page));
  await designer.canvas.focus();
  await page.keyboard.press('n');
  const text = page.getByRole('textbox', { name: 'Text of the note' });
  await expect(text).toBeFocused();
  await page.keyboard.type('Ask Maria about the limit');
  await page.keyboard.press('Escape');
  const note = page.locator('.canvas-note');
  const head = page.getByRole('button', { name: /^Note: Ask Maria about the limit/ });
  await expect(head).toBeFocused();
  const start = await boxOf(note);
  const grip = await centre(head);
  await drag(page, grip, { x: grip.x - 80, y: grip.y + 60 });
  const there = await boxOf(note);
  expect(there.x).toBeLessThan(start.x - 60);
  expect(there.y).toBeGreaterThan(start.y + 40);
  const corner = { x: there.x + there.width - 4, y: there.y + there.height - 4 };
  await drag(page, corner, { x: corner.x + 60, y: corner.y + 40 });
  expect((await boxOf(note)).width).toBeGreaterThan(there.width + 40);
  await page.getByRole('button', { name: 'Another colour' }).click();
  await expect(note).not.toHaveClass(/tint-amber/);
  await head.focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await boxOf(note)).x).toBeGreaterThan(there.x + 10);
  // One that is only touched is no edit.
  const undo = page.getByRole('button', { name: /^Undo/ });
  const label = await undo.getAttribute('aria-label');
  await page.getByRole('button', { name: 'Another colour' }).click();
  await undo.click();
  await head.click();
  await expect(undo).toHaveAttribute('aria-label', label ?? '');
  await head.focus();
  await page.keyboard.press('Delete');
  await expect(note).toBeHidden();
  await page.getByRole('button', { name: 'History of edits' }).click();
  await expect(page.getByRole('menuitem').first()).toHaveText('Remove the note');
  await page.getByRole('menuitem', { name: 'As it was opened' }).click();
  expect(await saved(page, await fileOf(page))).toBe(before);
});

test('steps are put into a subflow, looked into in place, opened alone, and what cannot be put together says why', async ({
  page,
}) => {
  const designer = await newFlow(page);
  for (const before of ['Start', 'Transform']) {
    await designer.edge(before, 'next', 'End').click({ force: true });
    await page.getByRole('button', { name: /^Transform\. / }).click();
  }
  await designer.fit();
  await designer.canvas.focus();
  await page.keyboard.press('ControlOrMeta+A');
  await tool(designer, 'Extract to subflow').click();
  await expect(page.getByText('has to stay: select the nodes between start and end.')).toBeVisible();
  await designer.select('transform');
  await designer
    .card('transform2')
    .locator('.card-head')
    .click({ modifiers: ['Shift'] });
  await designer.canvas.focus();
  await page.keyboard.press('ControlOrMeta+G');
  await expect(designer.card('transform')).toBeHidden();
  await expect(designer.edge('Start', 'next', 'part')).toBeVisible();
  await expect(designer.edge('part', 'next', 'End')).toBeVisible();
  await designer.canvas.focus();
  await page.keyboard.press('o');
  const inside = page.getByRole('region', { name: 'Inside “part”' });
  await expect(inside.getByRole('button', { name: /^Transform/ })).toHaveCount(2);
  await inside.getByRole('button', { name: 'Open as a drawing of its own' }).click();
  const where = page.getByRole('navigation', { name: 'Where in the flow' });
  await expect(where).toContainText('part');
  await expect(designer.card('transform2')).toBeVisible();
  await designer.canvas.focus();
  await page.keyboard.press('Escape');
  await expect(where).toBeHidden();
  await inside.getByRole('button', { name: 'Close the steps inside' }).click();
  await expect(inside).toBeHidden();
});

test('the overview goes where it is clicked, the wheel zooms, and one key shows everything again', async ({
  page,
}) => {
  const designer = await fromTemplate(page);
  await designer.canvas.focus();
  for (const keys of ['ControlOrMeta+A', 'ControlOrMeta+D', 'ControlOrMeta+A', 'ControlOrMeta+D'])
    await page.keyboard.press(keys);
  const overview = page.getByRole('img', { name: 'Overview of the drawing' });
  const percent = page.getByRole('button', { name: /percent; fit the drawing$/ });
  await page.keyboard.press('f');
  await designer.settled();
  const fitted = await percent.textContent();
  await expect(overview).toBeHidden(); // everything is seen anyway
  for (let i = 0; i < 4; i++) await page.keyboard.press('+');
  await designer.settled();
  expect(await percent.textContent()).not.toBe(fitted);
  await expect(overview).toBeVisible();
  const map = await boxOf(overview);
  const viewport = page.locator('.react-flow__viewport');
  const placeOf = () =>
    viewport.evaluate((element: { style: { transform: string } }) => element.style.transform);
  const seen = new Set<string>();
  for (const share of [0.2, 0.8]) {
    await page.mouse.click(map.x + map.width * share, map.y + map.height / 2);
    await designer.settled();
    seen.add(await placeOf());
  }
  expect(seen.size).toBe(2);
  await page.keyboard.down('Control');
  const middle = await centre(designer.canvas);
  await page.mouse.move(middle.x, middle.y);
  const before = await percent.textContent();
  await page.mouse.wheel(0, 300);
  await page.keyboard.up('Control');
  await designer.settled();
  expect(await percent.textContent()).not.toBe(before);
  await designer.canvas.focus();
  await page.keyboard.press('f');
  await designer.settled();
  await expect(percent).toHaveText(fitted ?? '');
});

test('nodes go to the clipboard as JSON and come back from it; what is no node is refused in words', async ({
  app,
  page,
}) => {
  const designer = await fromTemplate(page);
  await designer.fit();
  await designer.select('resolve');
  await designer.canvas.focus();
  await page.keyboard.press('ControlOrMeta+C');
  const text = await app.evaluate(({ clipboard }) => clipboard.readText());
  const clip = JSON.parse(text) as { nodes: { nodes: Record<string, { prompt?: string }> } };
  expect(Object.keys(clip.nodes.nodes)).toEqual(['resolve']);

  const another = await newFlow(page);
  await app.evaluate(
    ({ clipboard }, json) => clipboard.writeText(json),
    text.replace('handoff.summary', 'input.text'),
  );
  await another.canvas.focus();
  await page.keyboard.press('ControlOrMeta+V');
  await expect(another.card('resolve')).toBeVisible();
  await expect(another.field('Task')).toContainText('input.text');
  await app.evaluate(({ clipboard }) => clipboard.writeText('a shopping list'));
  await another.canvas.focus();
  await page.keyboard.press('ControlOrMeta+V');
  await expect(page.getByRole('alert').first()).toBeVisible();
  await another.canvas.focus();
  await page.keyboard.press('ControlOrMeta+X');
  await expect(another.card('resolve')).toBeHidden();
});

test('a connection is taken by its end and leads elsewhere, also where several ends meet', async ({
  page,
}) => {
  const designer = await fromTemplate(page);
  await designer.fit();
  const end = (id: string) =>
    designer.canvas.locator(`.react-flow__edge[data-id="${id}"] .react-flow__edgeupdater-target`);
  const undo = page.getByRole('button', { name: /^Undo: Connect elsewhere/ });
  await drag(page, await centre(end('resolve:next:decide')), await centre(designer.port('approve', 'in')));
  await expect(undo).toBeVisible();
  await expect(designer.card('approve').locator('.react-flow__handle[data-handleid="in"]')).toBeVisible();
  await undo.click();
  await designer.select('pay');
  await designer.canvas.focus();
  await page.keyboard.press('e');
  await expect(designer.inspector.locator('.inspector-what')).toContainText('fallback');
  await drag(page, await centre(end('pay:fallback:review')), await centre(designer.port('done', 'in')));
  await expect(undo).toBeVisible();
  await expect(page.locator('.react-flow__edge[data-id="pay:fallback:done"]')).toBeAttached();
  await expect(page.locator('.react-flow__edge[data-id="triage:fallback:review"]')).toBeAttached();
});

test('handoffs, fallbacks and ways back are told apart, ways out have names, and at half the size it is still read', async ({
  page,
}) => {
  const designer = await fromTemplate(page);
  await designer.fit();
  const wire = (id: string) => designer.canvas.locator(`.react-flow__edge[data-id="${id}"] .wire`).first();
  await expect(wire('start:next:triage')).toHaveClass(/wire-normal/);
  await expect(wire('triage:handoff:resolve')).toHaveClass(/wire-handoff/);
  await expect(wire('triage:fallback:review')).toHaveClass(/wire-fallback/);
  await expect(designer.canvas.getByTitle(/^Hands over .*summary/)).toBeVisible();
  for (const name of ['approved', 'rejected', 'expired'])
    await expect(designer.card('approve').getByText(name, { exact: true })).toBeVisible();
  await designer.connect('approve', 'rejected', 'Triage');
  await page.getByRole('button', { name: /^Connect with a limit of/ }).click();
  await expect(designer.canvas.getByTitle(/^Taken at most \d+ times$/)).toBeVisible();

  const percent = page.getByRole('button', { name: /percent; fit the drawing$/ });
  const zoom = async () => Number.parseInt((await percent.textContent()) ?? '', 10);
  await designer.canvas.focus();
  for (let i = 0; i < 6 && (await zoom()) > 50; i++) {
    await page.keyboard.press('-');
    await designer.settled();
  }
  const title = designer.card('approve').getByText('Approve refund', { exact: true });
  const size = await title.evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));
  expect((size * (await zoom())) / 100).toBeGreaterThan(7);
});
