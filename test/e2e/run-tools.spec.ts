/** Starting, searching, undoing and clearing away runs, the way somebody does who has many of them. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from './fixtures';
import { request } from './support/bridge';
import { choose, type } from './support/designer';
import { rail } from './support/flows';
import {
  card,
  choosesFile,
  control,
  type Document,
  ledger,
  result,
  runButton,
  runLedger,
  startForm,
  status,
} from './support/runs';

test('the start form checks while one types, takes a file or pasted JSON, and remembers', async ({
  app,
  page,
  userData,
}) => {
  const file = path.join(userData, 'input.json');
  fs.writeFileSync(file, '{ "amount": 21 }');
  await choosesFile(app, file);
  const form = await startForm(page, ledger);
  const amount = form.getByRole('textbox', { name: 'Amount' });
  await runButton(form).click();
  await expect(form.getByText('Fill this in.')).toBeVisible();
  await type(page, amount, '5');
  await expect(form.getByText('Fill this in.')).toBeHidden();
  await form.getByRole('button', { name: 'From file' }).click();
  await expect(amount).toHaveValue('21');
  await app.evaluate(({ clipboard }) => clipboard.writeText('{ "amount": 17 }'));
  await form.getByRole('heading', { name: 'Input' }).click();
  await page.keyboard.press('ControlOrMeta+V');
  await expect(amount).toHaveValue('17');
  await form.getByRole('button', { name: 'JSON', exact: true }).click();
  const json = form.getByRole('textbox', { name: 'Input', exact: true });
  await type(page, json, '{"amount": 19}');
  await form.getByRole('button', { name: 'JSON', exact: true }).click();
  await expect(amount).toHaveValue('19');
  await form.getByRole('button', { name: 'Rehearse instead' }).click();
  await form.getByRole('button', { name: 'Run for real instead' }).click();
  await runButton(form).click();
  await expect(status(page, 'Completed')).toBeVisible();
  await rail(page, 'Designer');
  await page.keyboard.press('F5');
  await expect(amount).toHaveValue('19');
});

test('a run starts in the middle, with what an earlier one had found, some of it changed', async ({
  page,
}) => {
  await runLedger(page, '10');
  await expect(status(page, 'Completed')).toBeVisible();
  await rail(page, 'Designer');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const form = page.getByRole('form', { name: 'Run “Ledger”' });
  const earlier = form.getByRole('combobox', { name: 'Take over from' });
  await choose(page, earlier, /Completed/);
  await choose(page, form.getByRole('combobox', { name: 'Start at this step' }), 'Check');
  await expect(form.getByText(/kept and not paid again: .*Double/)).toBeVisible();
  await form.locator('summary', { hasText: 'Double' }).click();
  const pinned = form.getByRole('textbox', { name: 'Double', exact: true });
  await type(page, pinned, '{"n": 33}');
  await form.getByRole('button', { name: 'Run from “Check”' }).click();
  await expect(status(page, 'Completed')).toBeVisible();
  await expect(result(page)).toContainText('33');
});

/** Pays by a tool whose effect another one undoes, then rests. */
const payment = {
  ...ledger,
  id: 'payment',
  name: 'Payment',
  context: undefined,
  tools: {
    pay: {
      kind: 'code',
      description: 'Pays',
      source: 'return { paid: args.n };',
      input: { type: 'object' },
      effect: 'idempotent',
    },
    refund: {
      kind: 'code',
      description: 'Pays back',
      source: 'return { back: args.n };',
      input: { type: 'object' },
      effect: 'idempotent',
    },
  },
  nodes: {
    start: { kind: 'start' },
    pay: {
      kind: 'tool',
      name: 'Pay',
      tool: 'pay',
      args: { n: { $: 'input.amount' } },
      compensate: { tool: 'refund', args: { n: { $: 'output.paid' } } },
    },
    rest: { kind: 'wait', name: 'Rest', for: 'PT1H' },
    done: { kind: 'end' },
  },
  edges: [
    { from: 'start', port: 'next', to: 'pay' },
    { from: 'pay', port: 'next', to: 'rest' },
    { from: 'rest', port: 'next', to: 'done' },
  ],
} as unknown as Document; // written out as a file holds it

test('a breakpoint set on the drawing stops a run under way; it is cancelled, undone, and a fork says what would happen again', async ({
  page,
}) => {
  const form = await startForm(page, payment);
  await type(page, form.getByRole('textbox', { name: 'Amount' }), '10');
  await form.getByRole('switch', { name: 'Start paused, and go on step by step' }).check();
  await runButton(form).click();
  const paused = status(page, 'Paused after one step').or(status(page, 'Paused'));
  const allow = page.getByRole('button', { name: 'Allow and run' });
  await expect(allow.or(paused).first()).toBeVisible();
  if (await allow.isVisible()) await allow.click();
  await expect(paused).toBeVisible();
  await card(page, 'rest')
    .getByRole('button', { name: /^Pause before / })
    .click();
  await control(page, 'Resume').click();
  await expect(status(page, 'Paused at a breakpoint')).toBeVisible();
  await expect(card(page, 'pay')).toContainText('Done');
  await control(page, 'Cancel').click();
  await page.getByRole('menuitem', { name: 'Cancel and undo what can be undone' }).click();
  await expect(status(page, 'Cancelled')).toBeVisible();
  await expect(page.getByText('What had been done was undone.')).toBeVisible();
  const lists = page.getByRole('region', { name: 'Steps and events' });
  await expect(lists.getByRole('button', { name: /^Undo of Pay/ })).toBeVisible();
  await lists.getByRole('button', { name: /^Pay/ }).click();
  await page
    .getByRole('region', { name: 'Step Pay' })
    .getByRole('button', { name: 'Fork', exact: true })
    .click();
  const fork = page.getByRole('dialog', { name: 'Fork just before Pay' });
  await expect(fork).toContainText('1 effect would happen again:');
  await expect(fork).toContainText('pay at Pay (idempotent)');
});

test('what a run did is searched, filtered and looked at from every side, at any moment one drags to', async ({
  page,
}) => {
  await runLedger(page, '10');
  await expect(status(page, 'Completed')).toBeVisible();
  const lists = page.getByRole('region', { name: 'Steps and events' });
  await lists.getByRole('textbox', { name: 'Search steps' }).fill('dou');
  await expect(lists.getByRole('button', { name: /^Check/ })).toBeHidden();
  await lists.getByRole('textbox', { name: 'Search steps' }).clear();
  await lists.getByRole('tab', { name: 'Events' }).click();
  const events = lists.getByRole('button', { name: /started|Done|Attempt|run/ });
  const all = await events.count();
  await choose(page, lists.getByRole('combobox', { name: 'Kind of event' }), 'Control');
  await expect(lists.getByRole('button', { name: 'The run completed' })).toBeVisible();
  expect(await events.count()).toBeLessThan(all);

  const slider = page.getByRole('slider', { name: 'Moment of the run' });
  const box = await slider.boundingBox();
  if (!box) throw new Error('The slider is not on the screen.');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.95, y);
  await page.mouse.down();
  await page.mouse.move(box.x + 1, y, { steps: 6 });
  await page.mouse.up();
  await expect(card(page, 'check')).not.toContainText('Done');
  await expect(page.getByText('You look at an earlier moment.')).toBeVisible();
  await page.getByRole('button', { name: /to now$/ }).click();
  await expect(card(page, 'check')).toContainText('Done');

  const room = page.getByRole('region', { name: 'The run' });
  await room.getByRole('tab', { name: 'State' }).click();
  await expect(room).toContainText('initial value');
  await room.getByRole('button', { name: 'Check', exact: true }).click();
  const step = page.getByRole('region', { name: 'Step Check' });
  await step.getByRole('tab', { name: 'View', exact: true }).click();
  await expect(step).toContainText('version');
  await step.getByRole('tab', { name: 'Cost' }).click();
  await expect(step).toContainText('no model call');
  await step.getByRole('tab', { name: 'Output' }).click();
  await expect(step).toContainText('50');
  await page.getByRole('button', { name: /^Double, .+, on the critical path/ }).click();
  await expect(page.getByRole('region', { name: 'Step Double' })).toBeVisible();
});

test('runs are filtered, sorted, counted on the disk, kept for a while and deleted', async ({ page }) => {
  for (const amount of [10, 20, 40])
    await request(page, 'run.start', { document: ledger, input: { amount }, mode: 'live' });
  await rail(page, 'Runs');
  const rows = page.getByRole('checkbox', { name: 'Select the run of Ledger' });
  await expect(rows).toHaveCount(3);
  await expect(page.getByText(/ on disk$/)).toBeVisible();
  await choose(page, page.getByRole('combobox', { name: 'Status' }), 'Failed');
  await page.keyboard.press('Escape');
  await expect(rows).toHaveCount(1);
  await page.getByRole('combobox', { name: 'Status' }).focus();
  await page.keyboard.press('Backspace');
  await expect(rows).toHaveCount(3);
  await page.getByRole('textbox', { name: 'Search runs' }).fill('nothing like it');
  await expect(page.getByText('No run fits these filters')).toBeVisible();
  await page.getByRole('button', { name: 'Show all runs' }).click();
  await expect(rows).toHaveCount(3);
  await page.getByRole('columnheader', { name: 'Status' }).getByRole('button').click();
  const first = page.getByRole('row').nth(1);
  const before = await first.textContent();
  await page.getByRole('columnheader', { name: 'Status' }).getByRole('button').click();
  await expect(first).not.toHaveText(before ?? '');

  await rows.first().check();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).last().click();
  await expect(rows).toHaveCount(2);
  await page.getByRole('button', { name: /^Kept / }).click();
  await type(page, page.getByRole('textbox', { name: 'Keep finished runs for' }), '30');
  // Not yet, and above all not the 3 on the way.
  expect((await request(page, 'settings.get', {})).retentionDays).toBe(0);
  await page.keyboard.press('Tab');
  await rail(page, 'Runs');
  await expect(page.getByRole('button', { name: 'Kept 30 days' })).toBeVisible();
});

test('a run whose budget is used up stands still until somebody raises it, and says aloud how it goes on', async ({
  page,
}) => {
  const bounded = { ...ledger, id: 'bounded', name: 'Bounded', budget: { steps: 1, onExceeded: 'pause' } };
  const form = await startForm(page, bounded as unknown as Document); // written out as a file holds it
  await type(page, form.getByRole('textbox', { name: 'Amount' }), '10');
  await runButton(form).click();
  await expect(status(page, 'Paused: budget used up')).toBeVisible();
  await expect(page.getByRole('meter', { name: 'Budget' })).toContainText('100 %');
  const task = page.getByRole('article');
  await type(page, task.getByRole('textbox', { name: /steps/i }), '20');
  await task.getByRole('button', { name: /raise/i }).click();
  await expect(status(page, 'Completed')).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'The run is now: Completed' })).toBeAttached();
});
