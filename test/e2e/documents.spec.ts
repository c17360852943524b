/** Flows as documents: versions and what changed between them, files that others change, windows files are dropped on. */
import fs from 'node:fs';
import path from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { centre, Designer, type } from './support/designer';
import { fileOf, fromTemplate, newFlow, saved } from './support/flows';

const nameBox = (page: Page) => page.getByRole('textbox', { name: 'Name of the flow' });

/** By the menu of the app, as the system would. */
async function menu(app: ElectronApplication, id: string): Promise<void> {
  await app.evaluate(({ Menu }, item) => Menu.getApplicationMenu()?.getMenuItemById(item)?.click(), id);
}

test('a version is kept under a name, what changed since is drawn and listed, and it is brought back', async ({
  app,
  page,
}) => {
  const designer = await fromTemplate(page);
  await designer.fit();
  await page.keyboard.press('ControlOrMeta+Alt+H');
  const dialog = page.getByRole('dialog', { name: 'Versions of this flow' });
  await dialog.getByRole('textbox', { name: 'Keep this state under a name' }).fill('before the limit');
  await dialog.getByRole('button', { name: 'Keep', exact: true }).click();
  const versions = dialog.getByRole('list', { name: 'Saved versions, newest first' });
  await expect(versions.getByRole('button', { name: /before the limit/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  await designer.select('pay');
  await menu(app, 'edit.delete');
  await expect(designer.card('pay')).toBeHidden();
  await menu(app, 'edit.duplicate');
  await expect(page.getByText('“Duplicate” is not possible right now.')).toBeVisible();
  await designer.select('triage');
  await type(page, designer.field('Task'), 'Sort: {{ input.ticket }}');
  await menu(app, 'file.versions');
  await versions.getByRole('button', { name: /before the limit/ }).click();
  const changes = dialog.getByRole('list', { name: 'Changes', exact: true });
  const removed = changes.getByRole('listitem').filter({ hasText: 'Pay refund' }).first();
  await expect(removed).toContainText('Removed');
  await expect(dialog.getByText('A run would do something else.')).toBeVisible();
  await expect(dialog.locator('.react-flow__node[data-id="pay"]')).toContainText('Removed');
  await expect(dialog.locator('.react-flow__node[data-id="triage"]')).toContainText('Changed');
  const changed = changes
    .getByRole('listitem')
    .filter({ hasText: /Node.*Triage/ })
    .first();
  await expect(changed).toContainText('Sort: {{ input.ticket }}');
  await removed.getByRole('button').click();
  await dialog.getByRole('button', { name: 'Restore this version' }).click();
  await expect(dialog).toBeHidden();
  await expect(designer.card('pay')).toBeVisible();
  await page.getByRole('button', { name: 'Undo: Restore “before the limit”' }).click();
  await expect(designer.card('pay')).toBeHidden();
  await page.getByRole('button', { name: 'History of edits' }).click();
  const steps = page.getByRole('menuitem');
  await expect(steps.first()).toHaveText('Restore “before the limit”');
  await page.getByRole('menuitem', { name: 'As it was opened' }).click();
  await expect(designer.card('pay')).toBeVisible();
});

test('a file that another program changes is read again, or the person decides whose edits count', async ({
  page,
}) => {
  const designer = await fromTemplate(page);
  const file = await fileOf(page);
  const change = (name: string) => {
    const document = JSON.parse(fs.readFileSync(file, 'utf8')) as object;
    fs.writeFileSync(file, JSON.stringify({ ...document, name }));
  };
  change('Theirs');
  await expect(nameBox(page)).toHaveValue('Theirs');

  await designer.select('triage');
  await type(page, designer.field('Task'), 'Mine');
  change('Theirs again');
  const notice = page.getByRole('alert').filter({ hasText: 'was changed by something else' });
  await notice.getByRole('button', { name: 'Take the file' }).click();
  await expect(nameBox(page)).toHaveValue('Theirs again');
  await expect(notice).toBeHidden();
  await designer.select('triage');
  await expect(designer.field('Task')).not.toContainText('Mine');

  // Also while another flow is shown.
  await type(page, designer.field('Task'), 'Mine');
  await newFlow(page);
  change('A third time');
  await page.getByRole('tablist', { name: 'Open flows' }).getByRole('tab').first().click();
  await expect(nameBox(page)).toHaveValue('Theirs again');
  await notice.getByRole('button', { name: 'Keep mine' }).click();
  await expect(notice).toBeHidden();
  expect(await saved(page, file)).toContain('"Mine"');
  expect(fs.readFileSync(file, 'utf8')).not.toContain('A third time');
});

test('a file is dragged onto the window, edited where it lies, and is there among the flows afterwards', async ({
  app,
  page,
  userData,
}) => {
  const file = path.join(userData, 'mailed.baton.json');
  fs.copyFileSync(path.join('test', 'fixtures', 'flows', 'v1', 'support-triage.json'), file);
  await expect(page.getByRole('button', { name: 'New flow' })).toBeVisible();
  const { x, y } = await centre(page.locator('.shell'));
  const client = await page.context().newCDPSession(page);
  const data = { items: [], files: [file], dragOperationsMask: 1 };
  await client.send('Input.dispatchDragEvent', { type: 'dragEnter', x, y, data });
  await client.send('Input.dispatchDragEvent', { type: 'dragOver', x, y, data });
  await expect(page.getByText('Drop a flow here to open it')).toBeVisible();
  await client.send('Input.dispatchDragEvent', { type: 'drop', x, y, data });
  const designer = new Designer(page);
  await expect(designer.card('approve')).toBeVisible();
  await expect(page.getByText('Drop a flow here to open it')).toBeHidden();
  await type(page, nameBox(page), 'Mailed');
  await page.keyboard.press('Enter');
  await menu(app, 'edit.undo');
  await expect(nameBox(page)).toHaveValue('Support triage');
  await menu(app, 'edit.redo');
  await expect(nameBox(page)).toHaveValue('Mailed');
  await menu(app, 'file.save');
  await expect.poll(() => fs.readFileSync(file, 'utf8')).toContain('"name": "Mailed"');
  await menu(app, 'go.home');
  await expect(
    page.getByRole('region', { name: 'Your flows' }).getByText('Mailed', { exact: true }),
  ).toBeVisible();
});
