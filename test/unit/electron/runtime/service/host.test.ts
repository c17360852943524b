import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createPure } from '../../../../../electron/runtime/pure/create-pure';
import type { RuntimeApi, RuntimeOptions } from '../../../../../electron/runtime/api';
import { type HostTools, runHost } from '../../../../../electron/runtime/service/host';
import type { SqliteStore } from '../../../../../electron/store/run-store';
import { defaultSettings } from '../../../../../electron/main/state/settings';
import { AppError } from '../../../../../shared/base/app-error';
import type { FromService, ToService } from '../../../../../shared/ipc/service';
import { tempFolder } from '../../../../fakes/temp-folder';

const SCRIPT = `import { parentPort, workerData } from 'node:worker_threads';
parentPort.on('message', ({ id, job }) => {
  if (workerData.role === 'lab') parentPort.postMessage({ id, ok: true, value: { valid: true, problems: [], semanticHash: job } });
});`;

interface Setup {
  readonly did: string[];
  send(message: ToService): void;
  /** The first message from now or before that fits. */
  next(fits: (message: FromService) => boolean): Promise<FromService>;
  ask(id: number, name: string, input: unknown): Promise<FromService>;
}

function setUp(over: Partial<HostTools> = {}): Setup {
  const folder = tempFolder();
  const script = path.join(folder, 'thread.mjs');
  fs.writeFileSync(script, SCRIPT);
  const did: string[] = [];
  const heard: FromService[] = [];
  const waiting: { fits: (message: FromService) => boolean; resolve: (message: FromService) => void }[] = [];
  let deliver: (message: ToService) => void = () => undefined;
  const tools = { ...fakeTools(did), ...over };
  runHost(
    {
      post(message) {
        heard.push(message);
        for (const { fits, resolve } of waiting) if (fits(message)) resolve(message);
      },
      onMessage: (listener) => {
        deliver = listener;
      },
    },
    script,
    tools,
  );
  const next: Setup['next'] = (fits) =>
    new Promise((resolve) => {
      const found = heard.find(fits);
      if (found) resolve(found);
      else waiting.push({ fits, resolve });
    });
  const init = {
    dataFolder: folder,
    libraryFolder: folder,
    appVersion: '1',
    settings: defaultSettings('ada'),
    user: 'ada',
  };
  deliver({ type: 'init', init });
  onTestFinished(async () => {
    deliver({ type: 'close' });
    await next(({ type }) => type === 'closed');
  });
  const ask: Setup['ask'] = (id, name, input) => {
    deliver({ type: 'request', id, name, input } as ToService);
    return next((message) => message.type === 'reply' && message.id === id);
  };
  return { did, send: (message) => deliver(message), next, ask };
}

function fakeTools(did: string[]): HostTools {
  const store = {
    mode: 'owner',
    notice: undefined,
    run: () => undefined,
    runs: () => [],
    tasks: () => [],
    countRuns: () => 0,
    sizeBytes: () => 7,
    mailbox: () => [],
    retention: (days: number) => did.push(`kept ${days} days`),
    postMail: ({ kind }: { kind: string }) => did.push(`mail ${kind}`),
    close: () => did.push('store closed'),
  } as unknown as SqliteStore;
  const unused = (): never => {
    throw new Error('not asked for here');
  };
  return {
    pure: createPure(),
    engineVersion: '9',
    executors: { model: unused, tool: unused, code: unused },
    requirements: unused,
    semanticHash: unused,
    openStore: () => store,
    entropy: { seed: () => 1, runId: () => 'r' },
    closeExecutors: async () => void did.push('executors closed'),
    createRuntime: (options: RuntimeOptions) =>
      ({
        recover: () => ['a', 'b'],
        pause: async (runId: string, by: string) =>
          did.push(`pause ${runId} ${by} ${await options.secret('KEY')}`),
        close: async () => void did.push('runtime closed'),
      }) as unknown as RuntimeApi,
  };
}

test('it says that it is ready, then goes on with unfinished runs', async () => {
  const { next } = setUp();
  const ready = await next(({ type }) => type === 'ready');
  const log = await next(({ type }) => type === 'log');
  expect([ready, log]).toEqual([
    { type: 'ready', info: { engineVersion: '9', readOnly: null } },
    { type: 'log', level: 'info', message: 'went on with 2 unfinished runs' },
  ]);
});

test('without a database everything about documents works, and everything about runs says why not', async () => {
  const { ask, next } = setUp({
    openStore: () => {
      throw new AppError('store/corrupt', 'The run database is damaged.');
    },
  });
  const ready = await next(({ type }) => type === 'ready');
  const list = await ask(1, 'run.list', {});
  const check = await ask(2, 'flow.validate', { document: {} });
  expect([ready, list, check]).toEqual([
    { type: 'ready', info: { engineVersion: '9', readOnly: 'The run database is damaged.' } },
    {
      type: 'reply',
      id: 1,
      reply: { ok: false, error: { code: 'store/corrupt', message: 'The run database is damaged.' } },
    },
    {
      type: 'reply',
      id: 2,
      reply: { ok: true, value: { valid: true, problems: [], semanticHash: 'validate' } },
    },
  ]);
});

test('a database owned by another process is looked at, and orders are left in its mailbox', async () => {
  const did: string[] = [];
  const tools = fakeTools(did);
  const reader = { ...tools.openStore('', 'full'), mode: 'reader' } as SqliteStore;
  const { ask, next } = setUp({ openStore: () => reader });
  const ready = await next(({ type }) => type === 'ready');
  const list = await ask(1, 'run.list', {});
  await ask(2, 'run.cancel', { runId: 'r', compensate: false });
  const start = await ask(3, 'run.delete', { runIds: ['r'] });
  expect({
    isReadOnly: ready.type === 'ready' && ready.info.readOnly !== null,
    list,
    did,
    code: start.type === 'reply' && !start.reply.ok && start.reply.error.code,
  }).toEqual({
    isReadOnly: true,
    list: { type: 'reply', id: 1, reply: { ok: true, value: { runs: [], total: 0, sizeBytes: 7 } } },
    did: ['mail cancel'],
    code: 'store/locked',
  });
});

test('a secret is asked for by name when it is needed, and who decides is the reviewer', async () => {
  const { ask, next, send, did } = setUp();
  await ask(1, 'run.pause', { runId: 'r' });
  const question = await next(({ type }) => type === 'ask');
  send({ type: 'answer', id: question.type === 'ask' ? question.id : 0, value: 's3cret' });
  await Promise.resolve();
  await Promise.resolve();
  expect({ question, did }).toEqual({
    question: { type: 'ask', id: 1, secret: 'KEY' },
    did: ['pause r ada s3cret'],
  });
});

test('a ping is answered, and new settings count at once', async () => {
  const { send, next, did } = setUp();
  send({ type: 'ping' });
  send({ type: 'settings', settings: { ...defaultSettings('ada'), retentionDays: 30 } });
  await next(({ type }) => type === 'pong');
  expect(did).toEqual(['kept 30 days']);
});

test('a bug is answered as one and told to the log', async () => {
  const { ask, next } = setUp();
  const reply = await ask(1, 'run.view', { runId: 'r', step: 's' });
  const log = await next((message) => message.type === 'log' && message.level === 'error');
  expect([reply.type === 'reply' && !reply.reply.ok && reply.reply.error.code, log.type]).toEqual([
    'engine/bug',
    'log',
  ]);
});
