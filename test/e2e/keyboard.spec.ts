/** Without a mouse: the support triage flow, from an empty canvas to a document that means the same as the published one. */
import fs from 'node:fs';
import path from 'node:path';
import type { Json } from '../../shared/base/json';
import { diffFlows } from '../../shared/spec/diff';
import { expect, test } from './fixtures';
import { request } from './support/bridge';
import { KeyboardDesigner } from './support/keyboard-designer';

const published = JSON.parse(
  fs.readFileSync(path.join('test', 'fixtures', 'flows', 'v1', 'support-triage.json'), 'utf8'),
) as Record<string, Json>;

/** Written out in the published file, left out by the forms: they mean the same. */
const DEFAULTS = new Set(['/tools/refund/approval', '/nodes/approve/onDeadline']);

async function describeFlow(keys: KeyboardDesigner): Promise<void> {
  await keys.shape('Input', [{ name: 'ticket' }, { name: 'orderTotal', kind: 'Number', required: false }]);
  await keys.shape('Output', [{ name: 'reply' }, { name: 'refund', kind: 'Number', required: false }]);
  const about = await keys.open('Version and tags');
  await keys.field('Id', 'support-triage', about);
  const budget = await keys.open('Budget');
  await keys.field('Cost', '0.2', budget);
  await keys.field('Tokens', '40000', budget);
  await keys.field('Steps', '50', budget);
  await keys.field('Time', '10 min', budget);
  await keys.choose(keys.list('When it is used up', budget), 'Fail');
  await keys.choose(keys.list('When it is used up', budget), 'Pause and ask');
}

async function addParts(keys: KeyboardDesigner): Promise<void> {
  const { inspector } = keys;
  await keys.push(keys.button('Add to Shared state'));
  await keys.field('Name', 'category');
  await keys.press('Enter');
  await keys.choose(keys.list('Kind of value of Shape'), 'One of');
  await keys.choices(keys.list('Choices of Shape'), ['billing', 'technical', 'other']);
  await keys.push(keys.button('Flow'));

  await keys.push(keys.button('Add to Policies'));
  await keys.field('Name', 'default');
  await keys.press('Enter');
  for (const kind of ['Took too long', 'Rate limit reached', 'Not available', 'Answer did not fit'])
    await keys.choose(keys.list('After'), kind);
  await keys.press('Escape');
  await keys.field('First pause', '1 s');
  await keys.field('Longest pause', '20 s');
  await keys.check(inspector.getByRole('checkbox', { name: 'Circuit breaker' }));
  await keys.field('At the same time, at most', '4');
  await keys.push(keys.button('Flow'));

  await keys.push(keys.button('Add to Policies'));
  await keys.field('Name', 'careful');
  await keys.press('Enter');
  await keys.field('Give up after', '5 s');
  await keys.field('Attempts in all', '1');
  await keys.push(keys.button('Flow'));

  await keys.push(keys.button('Add to Tools'));
  await keys.field('Name', 'refund');
  await keys.press('Enter');
  await keys.field('What it does', 'Pay money back');
  await keys.choose(keys.list('Effect'), 'Must happen once');
  await keys.choose(keys.list('Method'), 'POST');
  await keys.field('Address', 'https://api.example.com/refunds');
  const data = await keys.open('Data it sees and stores');
  await keys.shape('Arguments', [{ name: 'amount', kind: 'Number' }], data);
  await keys.mapping('Body', 'amount', 'args.amount', data);
  const failure = await keys.open('When it fails');
  await keys.choose(keys.list('Policy', failure), 'Policy “careful”');
  await keys.push(keys.button('Flow'));
}

async function addAgents(keys: KeyboardDesigner): Promise<void> {
  await keys.add('Agent', 'triage', 'Triage');
  await keys.field('Task', '{{ input.ticket }}');
  await keys.push(keys.button('Edit').first());
  await keys.field('Name', 'triager');
  await keys.press('Enter');
  await keys.field('Role', 'Classifies a ticket');
  await keys.field('Instructions', 'Classify the ticket.');
  await keys.shape('Shape of its result', [
    { name: 'category', kind: 'One of', choices: ['billing', 'technical', 'other'] },
    { name: 'confidence', kind: 'Number', min: 0, max: 1 },
  ]);
  const does = await keys.open('Data it sees and stores');
  await keys.texts('Does', ['classify'], does);
  await keys.texts('Does not', ['answer the customer'], does);
  const failure = await keys.open('When it fails');
  await keys.push(keys.button('Quality gate', failure));
  await keys.push(keys.button('Edit').first());
  await keys.field('Name', 'reader');
  await keys.press('Enter');

  await keys.goTo('Triage');
  const data = await keys.open('Data it sees and stores');
  await keys.choose(keys.list('Write a field', data), 'category');
  await keys.field('Value of category', 'output.category', data);

  await keys.add('Agent', 'resolve', 'Resolver');
  await keys.field('Task', '{{ handoff.summary }}');
  const seen = await keys.open('Data it sees and stores');
  await keys.check(seen.getByRole('checkbox', { name: 'category' }));
  await keys.shape('Accepts by handoff', [{ name: 'summary' }], seen);
  await keys.push(keys.button('Edit').first());
  await keys.field('Name', 'resolver');
  await keys.press('Enter');
  await keys.field('Role', 'Drafts the answer and the refund');
  await keys.field('Instructions', 'Answer a {{ context.category }} ticket.');
  await keys.shape('Shape of its result', [{ name: 'reply' }, { name: 'refund', kind: 'Number', min: 0 }]);
  const duties = await keys.open('Data it sees and stores');
  await keys.texts('Does', ['draft the answer', 'propose a refund'], duties);
  await keys.texts('Does not', ['pay'], duties);
  const gate = await keys.open('When it fails');
  await keys.push(keys.button('Quality gate', gate));
  await keys.push(keys.button('Add a check', gate));
  await keys.field('Check 1', 'output.refund <= $number(input.orderTotal ? input.orderTotal : 0)', gate);
  await keys.field('Message of check 1', 'refund above the order total', gate);
  await keys.field('Confidence at least', '', gate);
}

async function addSteps(keys: KeyboardDesigner): Promise<void> {
  await keys.add('Branch', 'decide', 'Decide');
  await keys.field('Name of case 1', 'big');
  await keys.press('Enter');
  await keys.field('Condition of big', 'steps.resolve.refund > 50');
  await keys.push(keys.button('Add a case'));
  await keys.field('Name of case 2', 'small');
  await keys.press('Enter');
  await keys.field('Condition of small', 'steps.resolve.refund > 0');

  await keys.add('Human checkpoint', 'approve', 'Approve');
  await keys.field('Question', 'Refund {{ steps.resolve.refund }}?');
  await keys.texts('Evidence shown', ['input.ticket', 'steps.resolve.reply']);
  await keys.shape('Values to confirm or fill in', [{ name: 'amount', kind: 'Number', min: 0 }]);
  await keys.mapping('Proposed values', 'amount', 'steps.resolve.refund');
  const limits = await keys.open('Limits');
  await keys.field('Deadline', '4 h', limits);

  await keys.add('Tool', 'pay', 'Pay');
  await keys.choose(keys.list('Tool'), 'refund');
  await keys.mapping(
    'Arguments',
    'amount',
    '$exists(steps.approve) ? steps.approve.values.amount : steps.resolve.refund',
  );

  await keys.add('Human checkpoint', 'review', 'Review');
  await keys.choose(keys.list('The person can'), 'Fill in a form');
  await keys.field('Question', 'Needs a person');
  await keys.texts('Evidence shown', ['input.ticket']);
  await keys.shape('Values to confirm or fill in', [{ name: 'reply' }]);

  await keys.add('End', 'done', 'Done');
  await keys.mapping(
    'Result',
    'reply',
    '$exists(steps.review) ? steps.review.values.reply : steps.resolve.reply',
  );
  await keys.mapping(
    'Result',
    'refund',
    '$exists(steps.pay) ? ($exists(steps.approve) ? steps.approve.values.amount : steps.resolve.refund) : 0',
  );
}

const WIRES = [
  ['Start', 'next', 'Triage'],
  ['Triage', 'fallback', 'Review'],
  ['Resolver', 'next', 'Decide'],
  ['Resolver', 'fallback', 'Review'],
  ['Decide', 'big', 'Approve'],
  ['Decide', 'small', 'Pay'],
  ['Decide', 'else', 'Done'],
  ['Approve', 'approved', 'Pay'],
  ['Approve', 'rejected', 'Review'],
  ['Approve', 'expired', 'Review'],
  ['Pay', 'next', 'Done'],
  ['Pay', 'fallback', 'Review'],
  ['Review', 'approved', 'Done'],
] as const;

async function connectAll(keys: KeyboardDesigner): Promise<void> {
  for (const [from, port, to] of WIRES) await keys.connect(from, port, to);
  await keys.connect('Triage', 'handoff', 'Resolver');
  await keys.field('Name of the handoff', 'to_resolver');
  await keys.shape('What is handed over', [{ name: 'summary' }]);
  await keys.mapping('Filled with', 'summary', 'input.ticket');
  await keys.showFlow();
  const failure = await keys.open('When a run fails');
  await keys.choose(keys.list('A failure nobody takes', failure), 'Goes to a person');
  await keys.choose(keys.list('Human checkpoint', failure), 'Review');
}

test('the support triage flow is built by keyboard alone and means the same as the published one', async ({
  page,
}) => {
  test.setTimeout(180_000);
  page.setDefaultTimeout(5_000);
  const keys = new KeyboardDesigner(page);
  await expect(page.getByRole('button', { name: 'New flow' })).toBeVisible();
  await keys.press('ControlOrMeta+N');
  await expect(keys.canvas).toBeVisible();
  await keys.to(keys.canvas);
  await describeFlow(keys);
  await addParts(keys);
  await keys.goTo('End');
  await keys.press('Delete');
  await addAgents(keys);
  await addSteps(keys);
  await connectAll(keys);
  await keys.press('ControlOrMeta+S');
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible();
  const { files } = await request(page, 'flow.list', {});
  const built: unknown = JSON.parse(fs.readFileSync(files[0]?.path ?? '', 'utf8'));
  expect(diffFlows(published, built).changes.filter(({ pointer }) => !DEFAULTS.has(pointer))).toEqual([]);
  await expect(page.getByRole('tab', { name: 'Problems 0' })).toBeVisible();
});
