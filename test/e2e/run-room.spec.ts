/** Runs under the hand of a person: stopped, stepped, looked back at, forked, compared, repeated, mended. */
import fs from 'node:fs';
import path from 'node:path';
import type { ElectronApplication, Locator, Page } from '@playwright/test';
import type { RequestInput } from '../../shared/ipc/contract';
import { expect, test } from './fixtures';
import { request } from './support/bridge';
import { choose, type } from './support/designer';
import { rail } from './support/flows';

type Document = RequestInput<'flow.create'>['document'];

const code = (name: string, args: object, source: string, more: object = {}) => ({
  kind: 'code',
  name,
  args,
  source,
  ...more,
});

/** Doubles an amount and fails above a limit that is shared state. */
const ledger = {
  format: 'baton.flow/1',
  id: 'ledger',
  name: 'Ledger',
  version: '1.0.0',
  input: { type: 'object', required: ['amount'], properties: { amount: { type: 'number' } } },
  context: { limit: { schema: { type: 'number' }, merge: 'replace', initial: 50 } },
  nodes: {
    start: { kind: 'start' },
    double: code('Double', { n: { $: 'input.amount' } }, 'return { n: args.n * 2 };'),
    check: code(
      'Check',
      { n: { $: 'steps.double.n' }, limit: { $: 'context.limit' } },
      'if (args.n > args.limit) throw new Error("Over the limit"); return { n: args.n, limit: args.limit };',
      { reads: ['limit'] },
    ),
    done: { kind: 'end', name: 'Booked', output: { $: 'steps.check' } },
  },
  edges: [
    { from: 'start', port: 'next', to: 'double' },
    { from: 'double', port: 'next', to: 'check' },
    { from: 'check', port: 'next', to: 'done' },
  ],
} as unknown as Document; // written out as a file holds it

const patient = {
  ...ledger,
  id: 'patient',
  name: 'Patient',
  input: undefined,
  context: undefined,
  nodes: {
    start: { kind: 'start' },
    rest: { kind: 'wait', name: 'Rest', for: 'PT1H' },
    done: { kind: 'end' },
  },
  edges: [
    { from: 'start', port: 'next', to: 'rest' },
    { from: 'rest', port: 'next', to: 'done' },
  ],
} as unknown as Document;

/** In the library, opened from home, its start form shown. */
async function startForm(page: Page, document: Document): Promise<Locator> {
  await request(page, 'flow.create', { document: JSON.parse(JSON.stringify(document)) as Document });
  await rail(page, 'Runs');
  await rail(page, 'Home');
  await page
    .getByRole('region', { name: 'Your flows' })
    .getByText(document.name, { exact: true })
    .first()
    .click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const form = page.getByRole('form', { name: `Run “${document.name}”` });
  await expect(form).toBeVisible();
  return form;
}

const runButton = (form: Locator) => form.getByRole('button', { name: 'Run', exact: true });
const status = (page: Page, words: string) => page.getByRole('banner').getByText(words, { exact: true });
const control = (page: Page, name: string) =>
  page.getByRole('toolbar', { name: 'Controls of the run' }).getByRole('button', { name, exact: true });
const card = (page: Page, id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);
const result = (page: Page) => page.getByRole('region', { name: 'Result', exact: true });

async function runLedger(page: Page, amount: string): Promise<void> {
  const form = await startForm(page, ledger);
  await type(page, form.getByRole('textbox', { name: 'Amount' }), amount);
  await runButton(form).click();
}

/** Replaces the text of an editor of code. */
async function retype(page: Page, editor: Locator, text: string): Promise<void> {
  await editor.click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(text);
}

test('a breakpoint stops a run; it goes on step by step, then by itself', async ({ page }) => {
  const form = await startForm(page, ledger);
  await type(page, form.getByRole('textbox', { name: 'Amount' }), '10');
  const add = form.getByRole('button', { name: 'Add a breakpoint' });
  if (!(await add.isVisible())) await form.getByText('Breakpoints', { exact: true }).click();
  await add.click();
  await choose(page, form.getByRole('combobox', { name: 'Node of the breakpoint' }), 'Double');
  await runButton(form).click();
  await expect(status(page, 'Paused at a breakpoint')).toBeVisible();
  await expect(card(page, 'double')).not.toContainText('Done');
  await control(page, 'Step').click();
  await expect(card(page, 'double')).toContainText('Done');
  await expect(status(page, 'Paused after one step')).toBeVisible();
  await expect(card(page, 'check')).not.toContainText('Done');
  await control(page, 'Resume').click();
  await expect(status(page, 'Completed')).toBeVisible();
  await expect(result(page)).toContainText('20');
});

test('a run is paused, goes on, and is cancelled', async ({ page }) => {
  const form = await startForm(page, patient);
  await runButton(form).click();
  await expect(status(page, 'Running')).toBeVisible();
  await control(page, 'Pause').click();
  await expect(status(page, 'Paused')).toBeVisible();
  await control(page, 'Resume').click();
  await expect(status(page, 'Running')).toBeVisible();
  await control(page, 'Cancel').click();
  await page.getByRole('menuitem', { name: 'Cancel and keep what was done' }).click();
  await expect(status(page, 'Cancelled')).toBeVisible();
  await expect(control(page, 'Pause')).toBeHidden();
});

test('everything follows the moment one looks at', async ({ page }) => {
  await runLedger(page, '10');
  await expect(status(page, 'Completed')).toBeVisible();
  await expect(card(page, 'check')).toContainText('Done');
  const slider = page.getByRole('slider', { name: 'Moment of the run' });
  const last = Number(await slider.getAttribute('aria-valuemax'));
  await slider.focus();
  await page.keyboard.press('Home');
  await expect(slider).toHaveAttribute('aria-valuenow', '1');
  await expect(card(page, 'double')).not.toContainText('Done');
  for (let seq = 1; seq < last && !(await card(page, 'double').textContent())?.includes('Done'); seq++)
    await page.keyboard.press('ArrowRight');
  await expect(card(page, 'double')).toContainText('Done');
  await expect(card(page, 'check')).not.toContainText('Done');
  await page.getByRole('button', { name: 'One event back' }).click();
  await expect(card(page, 'double')).not.toContainText('Done');
  await page.keyboard.press('l');
  await expect(card(page, 'check')).toContainText('Done');
});

test('a fork with edited state keeps what was done, and the two are compared', async ({ page }) => {
  await runLedger(page, '10');
  await expect(status(page, 'Completed')).toBeVisible();
  await page
    .getByRole('button', { name: /^Check/ })
    .first()
    .click();
  await page
    .getByRole('region', { name: 'Step Check' })
    .getByRole('button', { name: 'Fork', exact: true })
    .click();
  const dialog = page.getByRole('dialog', { name: 'Fork just before Check' });
  await expect(dialog.getByText(/kept and not paid again: .*Double/)).toBeVisible();
  await dialog.locator('summary', { hasText: 'limit' }).click();
  await retype(page, dialog.getByRole('textbox', { name: 'limit', exact: true }), '99');
  await dialog.getByRole('button', { name: 'Fork and run' }).click();
  await expect(dialog).toBeHidden();
  await expect(status(page, 'Completed')).toBeVisible();
  await expect(result(page)).toContainText('99');

  await rail(page, 'Runs');
  const rows = page.getByRole('checkbox', { name: 'Select the run of Ledger' });
  await expect(rows).toHaveCount(2);
  await rows.nth(0).check();
  await rows.nth(1).check();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Compare two runs' })).toBeVisible();
  await expect(page.getByText('The step “Check” gave another output.')).toBeVisible();
});

test('a run is repeated with another input', async ({ page }) => {
  await runLedger(page, '10');
  await expect(status(page, 'Completed')).toBeVisible();
  await control(page, 'Run again').click();
  const dialog = page.getByRole('dialog', { name: 'Run “Ledger” again' });
  const field = dialog.getByRole('textbox', { name: 'Amount' });
  await expect(field).toHaveValue('10');
  await type(page, field, '11');
  await dialog.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(status(page, 'Completed')).toBeVisible();
  await expect(result(page)).toContainText('22');
});

/** Only the dialog of the system is answered for the person. */
async function choosesFile(app: ElectronApplication, file: string): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] });
  }, file);
}

test('a table makes a run of each row and sums them up', async ({ app, page, userData }) => {
  const file = path.join(userData, 'amounts.csv');
  fs.writeFileSync(file, 'amount\n10\n20\n40\nmany\n');
  await choosesFile(app, file);
  const form = await startForm(page, ledger);
  await form.getByRole('button', { name: 'Table' }).click();
  await expect(page.getByText('3 rows fit the input of the flow, 1 do not.')).toBeVisible();
  await page.getByRole('button', { name: 'Start 3 runs' }).click();
  const table = page.getByRole('table').last();
  await expect(table.getByText('Completed')).toHaveCount(2);
  await expect(table.getByText('Failed', { exact: true })).toHaveCount(1);
  await rail(page, 'Runs');
  await expect(page.getByRole('checkbox', { name: 'Select the run of Ledger' })).toHaveCount(3);
});

test('a dead letter is mended and run again without paying for what had succeeded', async ({ page }) => {
  await runLedger(page, '40');
  await expect(status(page, 'Failed')).toBeVisible();
  await rail(page, 'Dead letters');
  const letter = page.getByRole('article', { name: /^Dead letter of/ });
  await expect(letter).toContainText('Over the limit');
  await type(page, letter.getByRole('textbox', { name: 'Limit' }), '100');
  await letter.getByRole('button', { name: 'Run again with the changed state' }).click();
  await expect(status(page, 'Completed')).toBeVisible();
  await expect(result(page)).toContainText('100');
  await rail(page, 'Dead letters');
  await expect(page.getByText('No step has given up')).toBeVisible();
});
