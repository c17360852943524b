/** Runs under the hand of a person: stopped, stepped, looked back at, forked, compared, repeated, mended. */
import fs from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { choose, type } from './support/designer';
import { rail } from './support/flows';
import {
  card,
  choosesFile,
  control,
  ledger,
  patient,
  result,
  runButton,
  runLedger,
  startForm,
  status,
} from './support/runs';

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
  // The drawing follows the keys a moment later, so they may have gone past the event by one or two.
  const back = page.getByRole('button', { name: 'One event back' });
  await expect
    .poll(async () => {
      await back.click();
      return card(page, 'double').textContent();
    })
    .not.toContain('Done');
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
  const measures = page.getByRole('table').filter({ hasText: 'Measure' });
  for (const name of ['Time at work', 'Steps', 'Cost'])
    await expect(measures.getByRole('row', { name: new RegExp(`^${name}`) })).toBeVisible();
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

test('a table makes a run of each row and sums them up', async ({ app, page, userData }) => {
  const file = path.join(userData, 'amounts.csv');
  fs.writeFileSync(file, 'amount\n10\n20\n40\nmany\n');
  await choosesFile(app, file);
  const form = await startForm(page, ledger);
  await form.getByRole('button', { name: 'Table' }).click();
  await expect(page.getByText('3 rows fit the input of the flow, 1 does not.')).toBeVisible();
  await page.getByRole('button', { name: 'Start 3 runs' }).click();
  const table = page.getByRole('table').last();
  await expect(table.getByText('Completed')).toHaveCount(2);
  await expect(table.getByText('Failed', { exact: true })).toHaveCount(1);
  await expect(page.getByText('3 of 3 started · 3 of 3 ended')).toBeVisible();
  const summary = page.getByRole('region', { name: 'Summary' });
  await expect(summary).toContainText(/Completed\s*2/);
  await expect(summary).toContainText(/Failed or cancelled\s*1/);
  await page.getByText('With trouble', { exact: true }).click();
  await expect(table.getByText('Completed')).toHaveCount(0);
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
