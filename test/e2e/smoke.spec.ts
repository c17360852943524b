/**
 * The shortest way through the app, for the built and the packaged one: Home, a template, a rehearsal, a real run.
 * What only breaks when packed is on it: templates inside the archive, threads started from it, SQLite beside it.
 */
import path from 'node:path';
import type { Page } from '@playwright/test';
import Database from 'better-sqlite3';
import { expect, test } from './fixtures';

async function request(page: Page, name: string, input: unknown): Promise<unknown> {
  const message = { name, input };
  return page.evaluate((asked) => {
    const { baton } = window as unknown as {
      baton: { request(name: string, input: unknown): Promise<unknown> };
    };
    return baton.request(asked.name, asked.input);
  }, message);
}

test('a template opens, rehearses and completes', async ({ page }) => {
  const templates = page.getByRole('region', { name: 'Start from a template' });
  await templates.getByRole('button', { name: /^Support triage/ }).click();
  await expect(page.getByRole('textbox', { name: 'Name of the flow' })).toHaveValue(/^Support triage/);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByRole('button', { name: 'Rehearse instead' }).click();
  await page.getByRole('button', { name: 'Rehearse', exact: true }).click();
  await expect(page.locator('.badge', { hasText: 'Completed' })).toBeVisible({ timeout: 20_000 });
  const runs = await request(page, 'run.list', {});
  expect(runs).toMatchObject({
    ok: true,
    value: { total: 1, runs: [{ status: 'completed', mode: 'rehearsal' }] },
  });
});

/** A query without end stops only when its thread is ended: in the runtime's own thread nothing could. */
const ENDLESS =
  'with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) as many from n';

function threadsFlow(file: string): unknown {
  const sql = (statement: string) => ({
    kind: 'sql',
    description: 'Asks the database',
    file,
    statement,
    input: { type: 'object' },
    effect: 'read',
  });
  return {
    format: 'baton.flow/1',
    id: 'threads',
    name: 'Threads',
    version: '1.0.0',
    tools: { loud: sql('select upper(word) as word from words'), endless: sql(ENDLESS) },
    nodes: {
      start: { kind: 'start' },
      add: { kind: 'code', args: { a: 20, b: 22 }, source: 'return { sum: args.a + args.b };' },
      loud: { kind: 'tool', tool: 'loud', args: {} },
      endless: {
        kind: 'tool',
        tool: 'endless',
        args: {},
        policy: { timeout: 'PT1S', retry: { maxAttempts: 1 } },
      },
      done: {
        kind: 'end',
        output: {
          sum: { $: 'steps.add.sum' },
          word: { $: 'steps.loud[0].word' },
        },
      },
    },
    edges: [
      { from: 'start', port: 'next', to: 'add' },
      { from: 'add', port: 'next', to: 'loud' },
      { from: 'loud', port: 'next', to: 'endless' },
      { from: 'endless', port: 'next', to: 'done' },
      { from: 'endless', port: 'fallback', to: 'done' },
    ],
  };
}

test('code and queries run in threads of their own', async ({ page, userData }) => {
  const file = path.join(userData, 'words.db');
  const db = new Database(file);
  db.exec("create table words (word text); insert into words values ('baton')");
  db.close();
  const document = threadsFlow(file);
  const started = await request(page, 'run.start', { document, input: {}, mode: 'live', grant: true });
  expect(started).toMatchObject({ ok: true, value: { started: true } });
  const { runId } = (started as { value: { runId: string } }).value; // checked above
  const record = async (): Promise<unknown> => {
    const reply = await request(page, 'run.events', { runId, afterSeq: 0, limit: 1000 });
    const { events } = (reply as { value: { events: { type: string; step?: string; data: unknown }[] } })
      .value;
    return {
      failures: events
        .filter((event) => event.type === 'step.failed')
        .map(({ step, data }) => ({ step, data })),
      last: events.at(-1),
    };
  };
  await expect.poll(record, { timeout: 20_000 }).toMatchObject({
    failures: [{ step: 'endless', data: { kind: 'timeout' } }],
    last: { type: 'run.completed', data: { output: { sum: 42, word: 'BATON' } } },
  });
});
