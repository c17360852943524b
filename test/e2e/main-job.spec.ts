/** The main job, from an empty canvas to a package that runs elsewhere, with mouse and keyboard only. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ElectronApplication, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { idFromName } from '../../shared/editing/ids';
import { request } from './support/bridge';
import { choose, Designer, type } from './support/designer';

const run = promisify(execFile);
const cli = path.join('dist', 'cli', 'baton.mjs');

const TICKET = `Subject: Charged twice for order A-1042

I was charged twice for my order A-1042 on 3 March 2026. Please refund the second charge of $189.00.

Kind regards
Maria Lindqvist
`;

interface Folder {
  readonly tickets: string;
  readonly out: string;
}

function makeFolder(): Folder {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'baton-job-')));
  const tickets = path.join(root, 'tickets');
  const out = path.join(root, 'out');
  fs.mkdirSync(tickets);
  fs.mkdirSync(out);
  fs.writeFileSync(path.join(tickets, 'charged-twice.txt'), TICKET);
  fs.writeFileSync(path.join(tickets, 'vague.txt'), 'Hi, it is still the same as last week.\n');
  return { tickets, out };
}

/** Only the dialog of the system is answered for the person. */
async function saveAs(app: ElectronApplication, file: string): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, file);
}

async function newFlow(page: Page): Promise<Designer> {
  await page.getByRole('button', { name: 'New flow' }).click();
  const designer = new Designer(page);
  await expect(designer.canvas).toBeVisible();
  await type(page, page.getByRole('textbox', { name: 'Name of the flow' }), 'Ticket triage');
  await page.keyboard.press('Enter');
  await designer.shape('Input', [{ name: 'file' }]);
  await designer.shape('Output', [{ name: 'reply' }, { name: 'refund', kind: 'Number', required: false }]);
  return designer;
}

async function addFileTool(designer: Designer, folder: string): Promise<void> {
  const { page, inspector } = designer;
  await designer.open('Tools');
  await inspector.getByRole('button', { name: 'Add to Tools' }).click();
  await type(page, designer.field('Name'), 'ticket_file');
  await page.keyboard.press('Enter');
  await choose(page, inspector.getByRole('combobox', { name: 'Kind of tool' }), 'Files in a folder');
  await type(page, designer.field('What it does'), 'Reads the file of a ticket');
  await type(page, designer.field('Folder'), folder);
  await designer.open('Data it sees and stores');
  await designer.shape('Arguments', [{ name: 'path' }]);
}

/** Start → read → triage ⇒ resolver → approve → end, and a person for whatever goes wrong. */
async function drawNodes(designer: Designer): Promise<void> {
  const { page, canvas } = designer;
  await designer.edge('Start', 'next', 'End').click({ force: true });
  await page.getByRole('button', { name: /^Tool\. / }).click();
  await designer.rename('Read ticket');
  await designer.mapping('Arguments', 'path', 'input.file');
  await designer.edge('Read ticket', 'next', 'End').click({ force: true });
  await page.getByRole('button', { name: /^Agent\. / }).click();
  await designer.rename('Triage');
  await designer.fit();
  await designer.edge('Triage', 'next', 'End').click({ force: true });
  await canvas.press('Delete');
  await designer.dragIn('Agent', { x: 300, y: 560 }, 'Resolver');
  await designer.dragIn('Human checkpoint', { x: 540, y: 560 }, 'Approve refund');
  await designer.dragIn('Human checkpoint', { x: 300, y: 120 }, 'Person answers');
  await designer.fit();
}

async function fillTriager(designer: Designer): Promise<void> {
  const { page } = designer;
  await designer.select('triage');
  await type(page, designer.field('Task'), '{{ steps.read_ticket.text }}');
  const agent = await designer.open('Agent “agent”');
  await type(page, agent.getByRole('textbox', { name: 'Role' }), 'Sorts support tickets');
  await type(page, agent.getByRole('textbox', { name: 'Instructions' }), 'Decide what the ticket is about.');
  await designer.shape(
    'Shape of its result',
    [
      { name: 'category', kind: 'One of', choices: ['billing', 'technical', 'other'] },
      { name: 'confidence', kind: 'Number', min: 0, max: 1 },
    ],
    agent,
  );
  const failure = await designer.open('When it fails');
  await failure.getByRole('button', { name: 'Quality gate', exact: true }).click();
  await type(page, failure.getByRole('textbox', { name: 'Confidence at least' }), '0.5');
}

async function fillResolver(designer: Designer): Promise<void> {
  const { page } = designer;
  await designer.select('resolver');
  await type(page, designer.field('Task'), '{{ handoff.summary }}');
  const agent = await designer.open('Agent “agent2”');
  await type(page, agent.getByRole('textbox', { name: 'Role' }), 'Drafts the answer and the refund');
  await designer.shape(
    'Shape of its result',
    [{ name: 'reply' }, { name: 'refund', kind: 'Number', min: 0 }],
    agent,
  );
  await designer.open('Data it sees and stores');
  await designer.shape('Accepts by handoff', [{ name: 'summary' }]);
}

async function fillPeople(designer: Designer): Promise<void> {
  const { page, inspector } = designer;
  await designer.select('approve_refund');
  await type(page, designer.field('Question'), 'Refund {{ steps.resolver.refund }}?');
  await designer.shape('Values to confirm or fill in', [{ name: 'amount', kind: 'Number', min: 0 }]);
  await designer.mapping('Proposed values', 'amount', 'steps.resolver.refund');
  await designer.select('person_answers');
  await choose(page, inspector.getByRole('combobox', { name: 'The person can' }), 'Fill in a form');
  await type(page, designer.field('Question'), 'This ticket needs a person');
  await designer.shape('Values to confirm or fill in', [{ name: 'reply' }]);
  await designer.select('end');
  await designer.mapping(
    'Result',
    'reply',
    '$exists(steps.person_answers) ? steps.person_answers.values.reply : steps.resolver.reply',
  );
  await designer.mapping(
    'Result',
    'refund',
    '$exists(steps.approve_refund) ? steps.approve_refund.values.amount : 0',
  );
}

async function drawEdges(designer: Designer): Promise<void> {
  await designer.fit();
  await designer.wire('triage', 'handoff', 'resolver');
  await designer.wire('triage', 'fallback', 'person_answers');
  await designer.wire('resolver', 'next', 'approve_refund');
  await designer.connect('resolver', 'fallback', 'Person answers');
  await designer.connect('read_ticket', 'fallback', 'Person answers');
  await designer.connect('approve_refund', 'approved', 'End');
  await designer.connect('approve_refund', 'rejected', 'Person answers');
  await designer.connect('person_answers', 'approved', 'End');
  await designer.canvas.getByText('to_resolver').click();
  await expect(designer.inspector.getByRole('heading', { name: 'Handoff' })).toBeVisible();
  await designer.mapping('Filled with', 'summary', 'steps.read_ticket.text');
}

/** Presses Run, fills the form, allows the folder, and watches the drawing until a person is wanted. */
async function startRun(designer: Designer, folder: Folder): Promise<void> {
  const { page } = designer;
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const form = page.getByRole('form', { name: 'Run “Ticket triage”' });
  await form.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(form.getByText('Fill this in.')).toBeVisible();
  await type(page, form.getByRole('textbox', { name: 'File' }), 'charged-twice.txt');
  await form.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByText(`read files in ${folder.tickets}`)).toBeVisible();
  await page.getByRole('button', { name: 'Allow and run' }).click();
  await expect(designer.card('approve_refund')).toContainText('Waits for a person');
  for (const id of ['read_ticket', 'triage', 'resolver'])
    await expect(designer.card(id)).toContainText('Done');
  await expect(designer.card('person_answers')).toContainText('Asks to fill in');
}

async function decide(designer: Designer): Promise<void> {
  const { page } = designer;
  await expect(page.getByRole('button', { name: 'Inbox, 1 decision waiting' })).toBeVisible();
  const task = page.getByRole('article', { name: 'Refund 189?' });
  await type(page, task.getByRole('textbox', { name: 'Amount' }), '150');
  await expect(task.getByRole('list', { name: 'Your change' })).toHaveText(/189.*150/);
  await task.getByRole('textbox', { name: 'Comment' }).fill('Only the second charge.');
  await task.getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByRole('banner').getByText('Completed')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Inbox', exact: true })).toBeVisible();
}

const PATH = ['Read ticket', 'Triage', 'Resolver', 'Approve refund', 'End'];

async function readTrace(page: Page): Promise<void> {
  const room = page.getByRole('region', { name: 'The run' });
  const path = room.getByRole('region', { name: 'Path taken' });
  await expect(path.getByRole('listitem')).toHaveText(PATH);
  await expect(room.getByRole('region', { name: 'Result', exact: true })).toContainText('150');
  await room.getByRole('tab', { name: 'Record' }).click();
  await room.getByRole('button', { name: 'Verify the record' }).click();
  await expect(room.getByText(/^Identical: all \d+ events come out as recorded\.$/)).toBeVisible();

  const lists = page.getByRole('region', { name: 'Steps and events' });
  await lists.getByRole('tab', { name: 'Events' }).click();
  for (const event of [
    'Done, went on by handoff → Resolver',
    'Asks a person: Refund 189?',
    'The run completed',
  ])
    await expect(lists.getByRole('button', { name: event })).toBeVisible();
  await lists.getByRole('tab', { name: 'Steps' }).click();
  await lists.getByRole('button', { name: /^Triage / }).click();
  const step = page.getByRole('region', { name: 'Step Triage' });
  await step.getByRole('tab', { name: 'Prompt' }).click();
  await expect(step).toContainText('I was charged twice for my order A-1042');
  await step.getByRole('tab', { name: 'Output' }).click();
  await expect(step).toContainText('billing');
  await lists.getByRole('button', { name: /^Approve refund / }).click();
  await expect(page.getByRole('region', { name: 'Step Approve refund' })).toContainText('150');
}

async function exportBoth(app: ElectronApplication, page: Page, folder: Folder): Promise<void> {
  await saveAs(app, path.join(folder.out, 'run.baton.zip'));
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Bundle with flow, events and recordings' }).click();
  await expect(page.getByText(/Written to .*run\.baton\.zip/)).toBeVisible();
  await page.getByRole('button', { name: 'Edit flow' }).click();
  await saveAs(app, path.join(folder.out, 'flow.json'));
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Flow as JSON' }).click();
  await expect(page.getByText(/Written to .*flow\.json/)).toBeVisible();
}

interface Line {
  readonly type: string;
  readonly status?: string;
  readonly output?: { readonly reply: string; readonly refund: number };
  readonly path?: readonly string[];
}

async function baton(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [cli, ...args, '--json']);
  return stdout.trim();
}

test('an analyst draws a triage flow, runs it, decides, and hands over what runs the same elsewhere', async ({
  app,
  page,
  userData,
}) => {
  test.setTimeout(180_000);
  page.setDefaultTimeout(10_000);
  const folder = makeFolder();
  const designer = await newFlow(page);
  await addFileTool(designer, folder.tickets);
  await drawNodes(designer);
  await fillTriager(designer);
  await fillResolver(designer);
  await fillPeople(designer);
  await drawEdges(designer);
  await page.getByRole('tab', { name: 'Problems 0' }).click();
  await expect(page.getByText('No problems: this flow can run.')).toBeVisible();

  await startRun(designer, folder);
  await decide(designer);
  await readTrace(page);
  await exportBoth(app, page, folder);
  const info = await request(page, 'run.list', {});
  const runId = info.runs[0]?.runId ?? '';
  const { events } = await request(page, 'run.events', { runId, afterSeq: 0 });
  const ended = events.at(-1);

  const flowFile = path.join(folder.out, 'flow.json');
  const answers = path.join(folder.out, 'answers.json');
  fs.writeFileSync(
    answers,
    JSON.stringify({ approve_refund: { choice: 'approved', values: { amount: 150 } } }),
  );
  const db = path.join(folder.out, 'cli.db');
  const printed = await baton(
    'run',
    flowFile,
    '--input',
    JSON.stringify({ file: 'charged-twice.txt' }),
    '--answers',
    answers,
    '--db',
    db,
    '--trust',
  );
  const result = JSON.parse(printed.split('\n').at(-1) ?? '') as Line;
  expect(result).toMatchObject({
    type: 'result',
    status: 'completed',
    path: PATH.map((name) => idFromName(name)),
  });
  expect(result.output).toEqual((ended?.data as { output?: unknown } | undefined)?.output);

  const copy = path.join(folder.out, 'app.db');
  fs.copyFileSync(path.join(userData, 'runs.db'), copy);
  fs.copyFileSync(path.join(userData, 'runs.db-wal'), `${copy}-wal`);
  const replay: unknown = JSON.parse(await baton('replay', runId, '--db', copy));
  expect(replay).toMatchObject({ runId, verdict: 'identical' });
  fs.rmSync(path.dirname(folder.tickets), { recursive: true, force: true });
});
