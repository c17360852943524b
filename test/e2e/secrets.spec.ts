/** A secret goes to the service that it is for, and to no file: not the database, a log, an export or a backup. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from './fixtures';
import { type OpenAiServer, startOpenAiServer } from '../servers/openai-server';
import type { RequestInput } from '../../shared/ipc/contract';
import { request } from './support/bridge';

const CANARY = 'sk-canary-7f3a9c51d2';
const NAME = 'BATON_CANARY_KEY';

let server: OpenAiServer;
let outside: string;
test.beforeAll(async () => {
  server = await startOpenAiServer();
  outside = fs.mkdtempSync(path.join(os.tmpdir(), 'baton-outside-'));
});
test.afterAll(async () => {
  await server.close();
  fs.rmSync(outside, { recursive: true, force: true });
});
test.use({ appEnv: { [NAME]: CANARY } });

function flow(): RequestInput<'flow.create'>['document'] {
  return {
    format: 'baton.flow/1',
    id: 'canary',
    name: 'Canary',
    version: '1.0.0',
    models: {
      remote: { provider: 'openai-compatible', model: 'fake', baseURL: server.baseURL, secret: NAME },
    },
    agents: { writer: { role: 'Writes', model: 'remote' } },
    policies: { default: { retry: { maxAttempts: 3, initial: 'PT0.05S', jitter: false } } },
    nodes: {
      start: { kind: 'start' },
      write: { kind: 'agent', agent: 'writer', prompt: 'Write a line.' },
      done: { kind: 'end', output: { $: 'steps.write' } },
    },
    edges: [
      { from: 'start', port: 'next', to: 'write' },
      { from: 'write', port: 'next', to: 'done' },
    ],
  };
}

/** Every file under a folder that holds the text, in one of the forms it may take. */
function filesWith(folder: string, text: string): readonly string[] {
  const forms = [
    Buffer.from(text),
    Buffer.from(Buffer.from(text).toString('base64')),
    Buffer.from(text, 'utf16le'),
  ];
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => forms.some((form) => fs.readFileSync(file).includes(form)));
}

test('a canary secret is sent where it belongs and found nowhere else', async ({ page, app, userData }) => {
  // A service that repeats the key in its answers is the worst case.
  server.script(
    { do: 'status', status: 500, message: `the key ${CANARY} met an error` },
    { do: 'text', text: `A line with ${CANARY} in it.` },
  );
  const { path: file, document } = await request(page, 'flow.create', { document: flow() });
  const started = await request(page, 'run.start', {
    document,
    path: file,
    input: {},
    mode: 'live',
    grant: true,
  });
  if (!started.started) throw new Error('the run was not started');
  const { runId } = started;
  await expect(async () => {
    expect((await request(page, 'run.get', { runId })).run.status).toBe('completed');
  }).toPass();
  expect(server.calls.map(({ headers }) => headers.authorization)).toEqual([
    `Bearer ${CANARY}`,
    `Bearer ${CANARY}`,
  ]);

  for (const target of ['bundle', 'events', 'otlp'] as const)
    await request(page, 'run.export', { runId, target, path: path.join(outside, `run-${target}`) });
  for (const target of ['json', 'bundle', 'markdown'] as const)
    await request(page, 'flow.export', { document, target, path: path.join(outside, `flow-${target}`) });
  const backup = await request(page, 'data.backup', { folder: outside });
  expect(fs.readdirSync(backup?.path ?? '')).toEqual(expect.arrayContaining(['flows', 'runs.db']));
  await app.close();

  expect(fs.existsSync(path.join(userData, 'runs.db'))).toBe(true);
  expect(filesWith(outside, runId).length).toBeGreaterThan(1); // the search finds what is there
  expect(filesWith(userData, CANARY)).toEqual([]);
  expect(filesWith(outside, CANARY)).toEqual([]);
});
