/** A day on which the model service misbehaves: each failure is handled as drawn, and all of it can be read on the screen. */
import fs from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { type OpenAiServer, startOpenAiServer } from '../servers/openai-server';
import { request } from './support/bridge';

let server: OpenAiServer;
test.beforeAll(async () => {
  server = await startOpenAiServer();
});
test.afterAll(async () => {
  await server.close();
});

const category = {
  type: 'object',
  required: ['category', 'confidence'],
  properties: { category: { enum: ['billing', 'technical'] }, confidence: { type: 'number' } },
};

/** Triage ⇒ resolver → approve → end, and a person for what goes wrong; the model is the local server. */
function flow(folder: string): unknown {
  const summary = { type: 'object', required: ['summary'], properties: { summary: { type: 'string' } } };
  return {
    format: 'baton.flow/1',
    id: 'bad-day',
    name: 'Bad day',
    version: '1.0.0',
    input: { type: 'object', required: ['file'], properties: { file: { type: 'string' } } },
    models: { remote: { provider: 'openai-compatible', model: 'fake', baseURL: server.baseURL } },
    tools: {
      ticket_file: {
        kind: 'file',
        description: 'Reads the file of a ticket',
        folder,
        do: 'read',
        effect: 'read',
        input: { type: 'object', required: ['path'], properties: { path: { type: 'string' } } },
      },
    },
    agents: {
      triager: { role: 'Sorts tickets', model: 'remote', tools: ['ticket_file'], output: category },
      resolver: {
        role: 'Drafts the answer',
        model: 'remote',
        output: { type: 'object', required: ['reply'], properties: { reply: { type: 'string' } } },
      },
      clerk: { role: 'Says a last word', model: 'remote' },
    },
    policies: { default: { timeout: 'PT20S', retry: { maxAttempts: 3, initial: 'PT0.1S', jitter: false } } },
    nodes: {
      start: { kind: 'start' },
      triage: { kind: 'agent', name: 'Triage', agent: 'triager', prompt: 'Sort {{ input.file }}' },
      resolver: {
        kind: 'agent',
        name: 'Resolver',
        agent: 'resolver',
        accepts: summary,
        prompt: '{{ handoff.summary }}',
      },
      person: {
        kind: 'human',
        name: 'Person answers',
        mode: 'form',
        title: 'This ticket needs a person',
        form: {
          type: 'object',
          required: ['reply'],
          properties: { reply: { type: 'string', title: 'Reply' } },
        },
      },
      clerk: { kind: 'agent', name: 'Clerk', agent: 'clerk', prompt: 'Say a last word.' },
      done: { kind: 'end', name: 'Answered', output: { reply: { $: 'steps.person.values.reply' } } },
    },
    edges: [
      { from: 'start', port: 'next', to: 'triage' },
      {
        from: 'triage',
        port: 'handoff',
        to: 'resolver',
        handoff: { name: 'to_resolver', schema: summary, payload: { summary: { $: 'input.file' } } },
      },
      { from: 'resolver', port: 'next', to: 'done' },
      { from: 'resolver', port: 'fallback', to: 'person' },
      { from: 'person', port: 'approved', to: 'clerk' },
      { from: 'clerk', port: 'next', to: 'done' },
    ],
  };
}

async function start(page: Page, file: string): Promise<void> {
  await request(page, 'flow.open', { path: file });
  await page.reload();
  await page.getByRole('button', { name: /^Bad day/ }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const form = page.getByRole('form', { name: 'Run “Bad day”' });
  await form.getByRole('textbox', { name: 'File' }).fill('ticket.txt');
  await form.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByText(/send text to the model/)).toBeVisible();
  await page.getByRole('button', { name: 'Allow and run' }).click();
}

/** Every line of the event list, without its times: a list that draws only what is seen, so it is scrolled through. */
async function eventLines(page: Page): Promise<string[]> {
  const lists = page.getByRole('region', { name: 'Steps and events' });
  await lists.getByRole('tab', { name: 'Events' }).click();
  const follow = lists.getByRole('button', { name: 'Follow the newest' });
  if ((await follow.getAttribute('aria-pressed')) === 'true') await follow.click();
  const list = lists.getByRole('list', { name: 'Events' });
  await list.hover();
  await page.mouse.wheel(0, -100_000);
  const count = Number(await list.getByRole('listitem').first().getAttribute('aria-setsize'));
  const lines: string[] = [];
  for (let place = 1; place <= count; place++) {
    const row = list.locator(`[aria-posinset="${place}"] .event-line`);
    await expect(async () => {
      if ((await row.count()) === 0) await page.mouse.wheel(0, 120);
      lines[place - 1] = await row.innerText({ timeout: 500 });
    }).toPass();
  }
  return lines.map((line) => line.replace(/answered in .*/, 'answered in …'));
}

async function openStep(page: Page, name: string, tab: string): Promise<Locator> {
  const lists = page.getByRole('region', { name: 'Steps and events' });
  await lists.getByRole('tab', { name: 'Steps' }).click();
  await lists.getByRole('button', { name: new RegExp(`^${name} `) }).click();
  const step = page.getByRole('region', { name: `Step ${name}` });
  await step.getByRole('tab', { name: tab }).click();
  return step;
}

const LIMITED = (attempt: number): string =>
  `Attempt ${attempt} failed: Rate limit reached. The model openai-compatible/fake takes no more calls for now (429). It said: slow down`;
const REPLIED = 'remote answered, 18 tokens';
const answered = (attempt: number): string[] => [REPLIED, `Attempt ${attempt} answered in …`];

/** Two 429 that say how long to wait, a tool call, an answer that does not fit and is asked again. */
const TRIAGE = [
  'The run started',
  'Start started',
  'Done, went on by next → Triage',
  'Triage started',
  'Attempt 1 remote',
  LIMITED(1),
  'Attempt 2 in 1 s',
  'The time has come',
  'Attempt 2 remote',
  LIMITED(2),
  'Attempt 3 in 1 s',
  'The time has come',
  'Attempt 3 remote',
  REPLIED,
  'Calls ticket_file',
  'The tool answered',
  ...answered(3),
  'Attempt 3 did not pass: /category must be one of billing, technical',
  ...answered(3),
  'Done, went on by handoff → Resolver',
];
/** Garbage, then answers that never fit: asked again in each attempt, until the drawn way out is taken. */
const RESOLVER = [
  'Resolver started',
  'Attempt 1 remote',
  'Attempt 1 failed: Not available. The model openai-compatible/fake answered with something that is not its protocol.',
  'Attempt 2 in 100 ms',
  'The time has come',
  'Attempt 2 remote',
  ...answered(2),
  'Attempt 2 did not pass: /reply is missing',
  ...answered(2),
  'Attempt 2 did not pass: /reply is missing',
  'Attempt 3 in 200 ms',
  'The time has come',
  'Attempt 3 remote',
  ...answered(3),
  'Attempt 3 did not pass: /reply is missing',
  ...answered(3),
  'Attempt 3 did not pass: /reply is missing',
  'Failed: Answer did not fit. /reply is missing',
  'Person answers started',
  'Asks a person: This ticket needs a person',
];

/** The person answers; the next agent's text is seen while it is written; the run ends. */
async function answerAndFinish(page: Page): Promise<void> {
  let finish = (): void => undefined;
  const until = new Promise<void>((resolve) => {
    finish = resolve;
  });
  server.script({ do: 'hold', before: 'Thank you for ', until, after: 'writing to us.' });
  await page.getByRole('button', { name: 'Show the run' }).click();
  const task = page.getByRole('article', { name: 'This ticket needs a person' });
  await task.getByRole('textbox', { name: 'Reply' }).fill('We refund the second charge.');
  await task.getByRole('button', { name: 'Submit' }).click();
  const clerk = await openStep(page, 'Clerk', 'Overview');
  await expect(clerk.getByText('Writing now, attempt 1')).toBeVisible();
  await expect(clerk.getByText(/^Thank you for $/)).toBeVisible();
  finish();
  await expect(page.getByRole('banner').getByText('Completed')).toBeVisible();
  await clerk.getByRole('tab', { name: 'Output' }).click();
  await expect(clerk).toContainText('Thank you for writing to us.');
  const lines = await eventLines(page);
  expect(lines.slice(TRIAGE.length + RESOLVER.length)).toEqual([
    expect.stringMatching(/ decided: approved$/),
    'Done, went on by approved → Clerk',
    'Clerk started',
    'Attempt 1 remote',
    expect.stringMatching(/^remote answered, \d+ tokens$/),
    'Attempt 1 answered in …',
    'Done, went on by next → Answered',
    'Answered started',
    'Done, went on by its end',
    'The run completed',
  ]);
}

test('rate limits are waited out, nonsense is asked again, then a person answers, and every step of it is on the screen', async ({
  page,
  userData,
}) => {
  const folder = path.join(userData, 'tickets');
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'ticket.txt'), 'I was charged twice.');
  const file = path.join(userData, 'bad-day.json');
  fs.writeFileSync(file, JSON.stringify(flow(folder)));
  const limited = {
    do: 'status',
    status: 429,
    headers: { 'retry-after': '1' },
    message: 'slow down',
  } as const;
  server.script(
    limited,
    limited,
    { do: 'tools', calls: [{ name: 'ticket_file', args: { path: 'ticket.txt' } }] },
    { do: 'json', value: { category: 'weather', confidence: 1 } },
    { do: 'json', value: { category: 'billing', confidence: 0.9 } },
    { do: 'garbage' },
    { do: 'json', value: { wrong: true } },
    { do: 'json', value: { wrong: true } },
  );
  await start(page, file);

  const task = page.getByRole('article', { name: 'This ticket needs a person' });
  await expect(task).toBeVisible({ timeout: 30_000 });
  expect(await eventLines(page)).toEqual([...TRIAGE, ...RESOLVER]);

  const triage = await openStep(page, 'Triage', 'Attempts');
  const tries = triage.getByRole('article');
  await expect(tries).toHaveText([
    /^Attempt 1 ?Failed.*Rate limit reached.*It had been sent\./,
    /^Attempt 2 ?Failed.*Rate limit reached.*It had been sent\./,
    /^Attempt 3 ?Done.*refused by the check “shape”.*ticket_file answered/,
  ]);
  await triage.getByRole('tab', { name: 'Prompt' }).click();
  await expect(triage).toContainText(
    /ticket_file answered.*I was charged twice\..*weather.*refused.*billing/s,
  );
  const resolver = await openStep(page, 'Resolver', 'Overview');
  await expect(resolver).toContainText('/reply is missing');
  await expect(page.locator('.react-flow__node[data-id="person"]')).toContainText('Waits for a person');

  const asked = server.calls.at(-1)?.body['messages'];
  expect(JSON.stringify(asked)).toContain('/reply is missing');
  await answerAndFinish(page);
});
