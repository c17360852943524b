/** The forms of the inspector under mouse and keyboard: rows that are moved, words that become expressions and shapes. */
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { request } from './support/bridge';
import { centre, choose, type Designer, type } from './support/designer';
import { fileOf, fromTemplate, newFlow } from './support/flows';

const handle = (designer: Designer, what: string, list: Locator = designer.inspector) =>
  list.getByRole('button', { name: new RegExp(`^Move ${what}: `) });

/** By its handle, to just past the middle of another row. */
async function dragRow(designer: Designer, what: string, to: string, list?: Locator): Promise<void> {
  const { mouse } = designer.page;
  const start = handle(designer, what, list);
  const target = handle(designer, to, list).locator('xpath=ancestor::*[@data-sort-row][1]');
  await start.hover();
  await mouse.down();
  // Previews come in below the fields and move the rows: the hand follows until the place is marked.
  await expect(async () => {
    const [from, row] = [await centre(start), await target.boundingBox()];
    const middle = row ? row.y + row.height / 2 : from.y;
    await mouse.move(from.x, middle + (from.y < middle ? 6 : -6), { steps: 3 });
    await expect(target).toHaveAttribute(from.y < middle ? 'data-drop-after' : 'data-drop-before', '', {
      timeout: 500,
    });
  }).toPass();
  await mouse.up();
}

const undo = (page: Page) => page.getByRole('button', { name: /^Undo/ });

test('rows of cases, choices, mappings and shapes are dragged to another place', async ({ page }) => {
  const designer = await fromTemplate(page);
  const { inspector } = designer;
  await designer.fit();
  await designer.select('decide');
  const first = inspector.getByRole('textbox', { name: 'Name of case 1' });
  await expect(first).toHaveValue('big');
  await dragRow(designer, 'small', 'big');
  await expect(first).toHaveValue('small');
  await undo(page).click();
  await expect(first).toHaveValue('big');
  // Escape leaves it where it was.
  await handle(designer, 'small').hover();
  await page.mouse.down();
  const top = await centre(first);
  await page.mouse.move(top.x, top.y - 40, { steps: 3 });
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await expect(first).toHaveValue('big');

  await designer.select('done');
  const names = inspector.getByRole('textbox', { name: 'Name of a field of Result', exact: true });
  const before = await names.first().inputValue();
  const after = await names.nth(1).inputValue();
  await dragRow(designer, before, after);
  await expect(names.first()).toHaveValue(after);
  await expect(names.nth(1)).toHaveValue(before);

  await designer.select('approve');
  await choose(page, inspector.getByRole('combobox', { name: 'The person can' }), 'Choose one of several');
  for (const [i, words] of ['Pay', 'Refuse', 'Ask again'].entries()) {
    await inspector.getByRole('button', { name: 'Add a choice' }).click();
    await type(page, inspector.getByRole('textbox', { name: `Words of choice ${i + 1}` }), words);
  }
  await dragRow(designer, 'Ask again', 'Pay');
  await expect(inspector.getByRole('textbox', { name: 'Words of choice 1' })).toHaveValue('Ask again');
  await expect(inspector.getByRole('textbox', { name: 'Words of choice 3' })).toHaveValue('Refuse');

  await designer.showFlow();
  const input = inspector.getByRole('group', { name: 'Input', exact: true });
  const fields = input.getByRole('textbox', { name: 'Name of a field of Input', exact: true });
  await expect(fields.first()).toHaveValue('ticket');
  await dragRow(designer, 'ticket', 'orderTotal', input);
  await expect(fields.first()).toHaveValue('orderTotal');
});

test('a shape is described from an example; what is no JSON is refused in words', async ({ page }) => {
  const designer = await newFlow(page);
  const { inspector } = designer;
  await inspector.getByRole('button', { name: 'Describe from an example: Input' }).click();
  const example = page.getByRole('textbox', { name: 'An example, as JSON' });
  await example.fill('{ "ticket": "late", ');
  const describe = page.getByRole('button', { name: 'Describe', exact: true });
  await describe.click();
  await expect(page.getByText('This is not JSON: check quotes, commas and brackets.')).toBeVisible();
  await example.fill('[{ "ticket": "late", "total": 4.5, "tags": ["a"] }, { "ticket": "lost", "total": 3 }]');
  await example.fill('{ "ticket": "late", "total": 4.5, "urgent": true, "tags": ["a"] }');
  await describe.click();
  await expect(example).toBeHidden();
  const input = inspector.getByRole('group', { name: 'Input', exact: true });
  const names = input.getByRole('textbox', { name: 'Name of a field of Input', exact: true });
  await expect(names).toHaveCount(4);
  const kind = (name: string) =>
    input.getByRole('combobox', { name: `Kind of value of ${name}`, exact: true });
  await expect(kind('ticket')).toHaveValue('Text');
  await expect(kind('total')).toHaveValue('Number');
  await expect(kind('urgent')).toHaveValue('Yes or no');
  await expect(kind('tags')).toHaveValue('List');
});

test('a condition is put together from fields, and one that was typed is read back into rows', async ({
  page,
}) => {
  const designer = await fromTemplate(page);
  await designer.fit();
  await designer.select('decide');
  const condition = designer.field('Condition of big');
  const open = designer.inspector.getByRole('button', { name: /^Put together: Condition of big/ });
  await open.click();
  const value = page.getByRole('textbox', { name: 'Value of row 1' });
  await expect(value).toHaveValue('50');
  await value.fill('75');
  await page.getByRole('button', { name: 'Add a row' }).click();
  const field = page
    .getByRole('combobox', { name: 'Field of row 2' })
    .or(page.getByRole('textbox', { name: 'Field of row 2' }));
  await field.fill('input.orderT');
  await page.getByRole('option', { name: 'input.orderTotal' }).click();
  await choose(page, page.getByRole('combobox', { name: 'Operator of row 2' }), 'is less than');
  await page.getByRole('textbox', { name: 'Value of row 2' }).fill('500');
  await page.getByRole('button', { name: 'Use it' }).click();
  await expect(condition).toHaveText('steps.resolve.refund > 75 and input.orderTotal < 500');
  await type(page, condition, 'input.orderTotal = 3 or $exists(steps.resolve.refund)');
  await open.click();
  await expect(page.getByRole('textbox', { name: 'Value of row 1' })).toHaveValue('3');
  await expect(page.getByRole('combobox', { name: 'Operator of row 2' })).toHaveValue('is there');
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await type(page, condition, '$sum([1, 2]) > input.orderTotal');
  await open.click();
  await expect(page.getByText('The expression says more than rows can show.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(condition).toHaveText('$sum([1, 2]) > input.orderTotal');
});

test('a prompt completes what is in scope, is tried on a sample and on a past run, and underlines what is wrong', async ({
  page,
}) => {
  const designer = await fromTemplate(page);
  const opened = await request(page, 'flow.open', { path: await fileOf(page) });
  const run = await request(page, 'run.start', {
    document: opened.document,
    input: { ticket: 'My order never came', orderTotal: 12 },
    mode: 'rehearsal',
  });
  expect(run.started).toBe(true);
  await designer.fit();
  await designer.select('triage');
  const task = designer.field('Task');
  await type(page, task, 'Read: {{ inp');
  const list = page.locator('.cm-tooltip-autocomplete');
  await list.getByRole('option', { name: 'input' }).first().click();
  await expect(task).toContainText('{{ input');
  await type(page, task, 'Read: {{ input.ticket }}');
  const gives = designer.inspector.getByRole('status', { name: 'Gives' }).first();
  await expect(gives).toContainText('Read:');
  await choose(page, designer.inspector.getByRole('combobox', { name: 'Try expressions with' }), /^Run of/);
  await expect(gives).toContainText('Read: My order never came');
  await type(page, task, 'Read: {{ steps.nobody.text }}');
  await expect(task.locator('.cm-fault')).toHaveText(/nobody/);
  await expect(page.getByRole('tab', { name: /^Problems [1-9]/ })).toBeVisible();
});

test('every way to fail is answered in a sentence, and a policy changes the order of recovery that is drawn', async ({
  page,
}) => {
  const designer = await fromTemplate(page);
  await designer.fit();
  await designer.select('triage');
  const failure = await designer.open('When it fails');
  await expect(failure.getByRole('heading', { name: 'What happens if this fails?' })).toBeVisible();
  await expect(failure).toContainText(/Tried again up to \d times?; takes the fallback to “.+”\./);
  const order = failure.getByRole('list', { name: 'What happens when it fails, in order' });
  await expect(order.getByRole('listitem').last()).toContainText('the run goes on at');
  await choose(page, failure.getByRole('combobox').first(), 'Only here');
  await type(page, failure.getByRole('textbox', { name: 'Attempts in all' }), '7');
  await expect(order).toContainText('It is tried up to 7 times');
  await expect(failure).toContainText('Tried again up to 6 times');
});

test('who writes and who reads a field is marked on the drawing, and changed in a matrix', async ({
  page,
}) => {
  const designer = await fromTemplate(page);
  await designer.fit();
  await page.getByRole('tab', { name: /^Variables/ }).click();
  const panel = page.getByRole('tabpanel', { name: 'Variables' });
  await panel.getByRole('button', { name: 'category', exact: true }).hover();
  await expect(designer.card('triage')).toContainText('Writes');
  await expect(designer.card('resolve')).toContainText('Reads');
  await page.mouse.move(5, 5);
  await expect(designer.card('triage').locator('.card-flag')).toBeHidden();
  await panel.getByText('Matrix', { exact: true }).click();
  const reads = panel.getByRole('button', { name: 'Resolver may read category' });
  await expect(reads).toHaveAttribute('aria-pressed', 'true');
  await reads.click();
  await expect(reads).toHaveAttribute('aria-pressed', 'false');
  await expect(page.getByRole('tab', { name: /^Problems [1-9]/ })).toBeVisible();
  await reads.click();
  await expect(page.getByRole('tab', { name: 'Problems 0' })).toBeVisible();
  await panel.getByRole('button', { name: 'Resolver', exact: true }).click();
  await expect(designer.field('Id')).toHaveValue('resolve');
});
