/** The designer's tools, each used as a person uses it. */
import fs from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { centre, Designer, drag, type } from './support/designer';
import { fromTemplate, newFlow, rail } from './support/flows';

/** A place on the canvas where nothing is drawn. */
async function emptyPlace(designer: Designer): Promise<{ x: number; y: number }> {
  const box = await designer.canvas.boundingBox();
  if (!box) throw new Error('The canvas is not on the screen.');
  return { x: box.x + box.width / 2, y: box.y + box.height - 90 };
}

async function quickAdd(page: Page, words: string): Promise<void> {
  const search = page.getByPlaceholder('What should happen here?');
  await expect(search).toBeFocused();
  await page.keyboard.type(words);
  await page.keyboard.press('Enter');
  await expect(search).toBeHidden();
}

const problems = (page: Page, count: number) => page.getByRole('tab', { name: `Problems ${count}` });

test('a node is searched and inserted by slash, by a double click and by a line into the empty', async ({
  page,
}) => {
  const designer = await newFlow(page);
  await designer.canvas.focus();
  await page.keyboard.press('/');
  await quickAdd(page, 'transform');
  await expect(designer.card('transform')).toBeVisible();

  const place = await emptyPlace(designer);
  await page.mouse.dblclick(place.x, place.y);
  await quickAdd(page, 'wait');
  await expect(designer.card('wait')).toBeVisible();

  await designer.fit();
  await drag(page, await centre(designer.port('transform', 'next')), await emptyPlace(designer));
  await expect(page.getByText('After “Transform” by “next”')).toBeVisible();
  await quickAdd(page, 'human');
  await expect(designer.edge('Transform', 'next', 'Human checkpoint')).toBeVisible();
});

test('a connection that is not legal is not made and says why; a circle is offered with a limit', async ({
  page,
}) => {
  const designer = await fromTemplate(page);
  await designer.fit();
  await designer.wire('approve', 'approved', 'triage');
  const refused = page.getByRole('alert').filter({ hasText: 'These cannot be connected' });
  await expect(refused).toBeVisible();
  await expect(designer.edge('Approve refund', 'approved', 'Triage')).toBeHidden();
  await refused.getByRole('button', { name: /^Connect with a limit of/ }).click();
  await expect(designer.edge('Approve refund', 'approved', 'Triage')).toBeVisible();
  await expect(designer.inspector.getByRole('textbox', { name: 'At most' })).toHaveValue(/^\d+ times$/);
});

test('nodes are copied from one flow and pasted into another, with all they need; tabs go between them', async ({
  page,
}) => {
  const first = await fromTemplate(page);
  await first.select('resolve');
  await first.canvas.focus();
  await page.keyboard.press('ControlOrMeta+C');
  const second = await newFlow(page);
  await second.canvas.focus();
  await page.keyboard.press('ControlOrMeta+V');
  await expect(second.card('resolve')).toContainText('Drafts the answer and the refund');
  await expect(second.section('Agent “resolver”')).toBeVisible();
  const tabs = page.getByRole('tablist', { name: 'Open flows' }).getByRole('tab');
  await expect(tabs).toHaveCount(2);
  await tabs.filter({ hasText: 'Support triage' }).click();
  await expect(page.getByRole('textbox', { name: 'Name of the flow' })).toHaveValue('Support triage');
  await tabs.filter({ hasText: 'New flow' }).click();
  await expect(second.card('resolve')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+W');
  await expect(page.getByRole('textbox', { name: 'Name of the flow' })).toHaveValue('Support triage');
  await expect(tabs).toHaveCount(0);
});

test('words are found everywhere in a flow and replaced in one step', async ({ page }) => {
  const designer = await fromTemplate(page);
  await designer.canvas.focus();
  await page.keyboard.press('ControlOrMeta+F');
  const query = page.getByRole('textbox', { name: 'Find in this flow' });
  await expect(query).toBeFocused();
  await page.keyboard.type('politely');
  const found = page.getByRole('list', { name: 'Found places' }).getByRole('listitem');
  await expect(found).toHaveCount(1);
  await type(page, page.getByRole('textbox', { name: 'Replace with' }), 'warmly');
  await page.getByRole('button', { name: /^Replace all/ }).click();
  await expect(found).toHaveCount(0);
  await type(page, query, 'warmly');
  await expect(found).toHaveCount(1);
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(found).toHaveCount(0);
});

test('a renamed step is followed by whatever refers to it', async ({ page }) => {
  const designer = await fromTemplate(page);
  await designer.select('resolve');
  await type(page, designer.field('Id'), 'answerer');
  await page.keyboard.press('Enter');
  await expect(designer.card('answerer')).toBeVisible();
  await designer.fit();
  await designer.select('decide');
  await expect(designer.field('Condition of big')).toContainText('steps.answerer.refund');
  await expect(problems(page, 0)).toBeVisible();
});

test('a problem leads to its place and is mended by one click', async ({ page }) => {
  const designer = await fromTemplate(page);
  await designer.fit();
  await designer.select('resolve');
  await designer.canvas.focus();
  // E goes from connection to connection: here the fallback path, then the way on.
  await page.keyboard.press('e');
  await page.keyboard.press('e');
  await expect(designer.inspector.locator('.inspector-what')).toHaveText(/Resolver.*next.*How much\?/);
  await type(page, designer.field('Only when'), 'input.orderTotal > 0');
  await problems(page, 1).click();
  await designer.select('triage');
  const list = page.getByRole('tabpanel', { name: 'Problems' });
  await list.getByRole('button', { name: /^Error All edges from/ }).click();
  await expect(designer.field('Only when')).toContainText('input.orderTotal > 0');
  await list.getByRole('button', { name: 'Remove the last condition' }).click();
  await expect(page.getByText('No problems: this flow can run.')).toBeVisible();
});

test('the palette of commands reaches actions, steps and flows; the sheet shows the keys', async ({
  page,
}) => {
  const designer = await fromTemplate(page);
  await page.keyboard.press('ControlOrMeta+K');
  const search = page.getByPlaceholder('Search every action, flow and step');
  await expect(search).toBeFocused();
  await page.keyboard.type('Go to “Pay');
  await page.keyboard.press('Enter');
  await expect(designer.field('Id')).toHaveValue('pay');
  await expect(search).toBeHidden();
  await page.keyboard.press('ControlOrMeta+K');
  await page.keyboard.type('Switch off');
  await page.keyboard.press('Enter');
  await expect(designer.card('pay').locator('.is-disabled')).toBeVisible();
  await designer.canvas.focus();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet).toContainText('Undo');
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
});

test('a file dropped on the window is opened; one that is no flow is refused in words', async ({ page }) => {
  const text = fs.readFileSync(path.join('test', 'fixtures', 'flows', 'v1', 'support-triage.json'), 'utf8');
  const drop = async (name: string, content: string): Promise<void> => {
    const data = await page.evaluateHandle(
      ([file, body]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([body], file, { type: 'application/json' }));
        return transfer;
      },
      [name, content] as const,
    );
    const target = page.locator('.shell');
    await target.dispatchEvent('dragover', { dataTransfer: data });
    await target.dispatchEvent('drop', { dataTransfer: data });
  };
  await expect(page.getByRole('button', { name: 'New flow' })).toBeVisible();
  await drop('notes.json', '{"shopping": ["milk"]}');
  await expect(page.getByRole('alert').first()).toBeVisible();
  await drop('support-triage.json', text);
  await expect(page.getByRole('textbox', { name: 'Name of the flow' })).toHaveValue('Support triage');
  await expect(new Designer(page).card('approve')).toBeVisible();
});

test('what is inside a node is opened, edited and left by the path above the drawing', async ({ page }) => {
  const designer = await fromTemplate(page, 'CSV classification');
  await designer.fit();
  await designer.canvas.locator('[data-kind="map"]').dblclick();
  const where = page.getByRole('navigation', { name: 'Where in the flow' });
  await expect(where).toBeVisible();
  await designer.canvas.focus();
  await page.keyboard.press('/');
  await quickAdd(page, 'transform');
  await expect(designer.card('transform')).toBeVisible();
  await where.getByRole('button', { name: 'Whole flow' }).click();
  await expect(where).toBeHidden();
  await expect(designer.card('transform')).toBeHidden();
  await rail(page, 'Home');
});

test('a template is inserted as a piece of the flow, and the flow can run with it', async ({ page }) => {
  const designer = await newFlow(page);
  await page.getByRole('button', { name: 'Insert the steps of “Document review”' }).click();
  await expect(designer.canvas.locator('[data-kind="parallel"]')).toBeVisible();
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(designer.canvas.locator('[data-kind="parallel"]')).toBeHidden();
});
