/** What waits for a person: decided, changed, left to its deadline, handed on; by mouse and by keys. */
import type { Page } from '@playwright/test';
import type { RequestInput } from '../../shared/ipc/contract';
import { expect, test } from './fixtures';
import { request } from './support/bridge';
import { type } from './support/designer';
import { rail } from './support/flows';

type Document = RequestInput<'run.start'>['document'];

const amount = {
  type: 'object',
  required: ['amount'],
  properties: { amount: { type: 'number', minimum: 0 } },
};

/** Asks for a refund; nobody in time: the manager is asked. */
function refunds(deadline?: string): Document {
  return {
    format: 'baton.flow/1',
    id: 'refunds',
    name: 'Refunds',
    version: '1.0.0',
    input: { type: 'object', properties: { order: { type: 'string' } } },
    nodes: {
      start: { kind: 'start' },
      approve: {
        kind: 'human',
        name: 'Approve refund',
        mode: 'approve',
        title: 'Refund {{ input.order }}?',
        show: ['input.order'],
        form: amount,
        propose: { amount: 80 },
        ...(deadline === undefined ? {} : { deadline }),
      },
      manager: {
        kind: 'human',
        name: 'Manager decides',
        mode: 'choose',
        title: 'Nobody answered for {{ input.order }}',
        choices: [
          { port: 'pay', label: 'Pay in full' },
          { port: 'refuse', label: 'Refuse' },
        ],
      },
      paid: { kind: 'end', output: { paid: { $: 'steps.approve.values.amount' } } },
      settled: { kind: 'end', output: { choice: { $: 'steps.manager.choice' } } },
      refused: { kind: 'end', outcome: 'failed' },
    },
    edges: [
      { from: 'start', port: 'next', to: 'approve' },
      { from: 'approve', port: 'approved', to: 'paid' },
      { from: 'approve', port: 'rejected', to: 'refused' },
      { from: 'approve', port: 'expired', to: 'manager' },
      { from: 'manager', port: 'pay', to: 'settled' },
      { from: 'manager', port: 'refuse', to: 'settled' },
    ],
  } as unknown as Document; // written out as a file holds it
}

async function start(page: Page, order: string, deadline?: string): Promise<string> {
  const document = refunds(deadline);
  const answer = await request(page, 'run.start', { document, input: { order }, mode: 'live' });
  if (!answer.started) throw new Error('The run was not started.');
  return answer.runId;
}

/** How it ended, as the record has it. */
async function ended(page: Page, runId: string): Promise<unknown> {
  const { events } = await request(page, 'run.events', { runId, afterSeq: 0 });
  const { type: what, data } = events.at(-1) ?? { type: 'nothing', data: {} };
  return { what, output: (data as { output?: unknown }).output };
}

const inboxButton = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });

test('a proposal is changed and approved: the change is shown, and what follows uses it', async ({
  page,
}) => {
  const runId = await start(page, 'A-1');
  await expect(inboxButton(page, 'Inbox, 1 decision waiting')).toBeVisible();
  await rail(page, 'Inbox');
  const task = page.getByRole('article', { name: 'Refund A-1?' });
  await expect(task.getByRole('region', { name: 'Evidence' })).toContainText('A-1');
  const field = task.getByRole('textbox', { name: 'Amount' });
  await type(page, field, '-5');
  await task.getByRole('button', { name: /^Approve/ }).click();
  await expect(task.locator('.field-error').first()).toBeVisible();
  await type(page, field, '60');
  await expect(task.getByRole('list', { name: 'Your change' })).toHaveText(/80.*60/);
  await type(page, task.getByRole('textbox', { name: 'Comment' }), 'Shipping is kept.');
  await task.getByRole('button', { name: /^Approve/ }).click();
  await expect(page.getByText('Nothing waits for you')).toBeVisible();
  await expect(inboxButton(page, 'Inbox')).toBeVisible();
  await expect.poll(() => ended(page, runId)).toEqual({ what: 'run.completed', output: { paid: 60 } });

  await rail(page, 'Runs');
  await page.getByText('Refunds', { exact: true }).first().click();
  await page
    .getByRole('button', { name: /^Approve refund/ })
    .first()
    .click();
  const step = page.getByRole('region', { name: 'Step Approve refund' });
  await expect(step).toContainText('Shipping is kept.');
  await expect(step).toContainText('60');
});

test('a deadline that passes hands the question on to the next person', async ({ page }) => {
  const runId = await start(page, 'B-2', 'PT4S');
  await rail(page, 'Inbox');
  const task = page.getByRole('article', { name: 'Refund B-2?' });
  await expect(task).toContainText(/\d s left/);
  await expect(task).toContainText('then it goes on to “Manager decides” by itself');
  const next = page.getByRole('article', { name: 'Nobody answered for B-2' });
  await expect(next).toBeVisible({ timeout: 10_000 });
  await expect(task).toBeHidden();
  await next.getByRole('button', { name: /^Pay in full/ }).click();
  await expect.poll(() => ended(page, runId)).toEqual({ what: 'run.completed', output: { choice: 'pay' } });
});

test('an inbox is worked off with the keyboard alone', async ({ page }) => {
  const runs: string[] = [];
  for (const order of ['C-1', 'C-2', 'C-3', 'C-4']) runs.push(await start(page, order));
  const late = await start(page, 'C-5', 'PT0.1S');
  await expect(inboxButton(page, 'Inbox, 5 decisions waiting')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+4');
  const title = page.getByRole('article').getByRole('heading', { level: 2 });
  const list = page.getByRole('list', { name: 'Inbox' }).getByRole('button');
  await expect(list).toHaveCount(5);
  await expect.poll(() => ended(page, late)).toMatchObject({ what: 'human.asked' });

  // The order is that of urgency: each key is pressed at the question it is meant for.
  const goTo = async (name: string): Promise<void> => {
    for (let i = 0; i < 5; i++) await page.keyboard.press('k');
    for (let i = 0; i < 5 && (await title.textContent()) !== name; i++) await page.keyboard.press('j');
    await expect(title).toHaveText(name);
  };
  const decided = async (key: string, left: number): Promise<void> => {
    await page.keyboard.press(key);
    await expect(list).toHaveCount(left);
  };
  await goTo('Refund C-2?');
  await decided('r', 4);
  await goTo('Refund C-1?');
  await decided('a', 3);
  await goTo('Nobody answered for C-5');
  await decided('2', 2);
  await decided('a', 1);
  await page.keyboard.press('a');
  await expect(page.getByText('Nothing waits for you')).toBeVisible();

  const outcomes = await Promise.all([...runs, late].map((runId) => ended(page, runId)));
  const paid = { what: 'run.completed', output: { paid: 80 } };
  expect(outcomes).toEqual([
    paid,
    expect.objectContaining({ what: 'run.failed' }),
    paid,
    paid,
    { what: 'run.completed', output: { choice: 'refuse' } },
  ]);
});
