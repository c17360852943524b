/** The shell around the runtime: what a page may do, and what happens when a process dies. */
import fs from 'node:fs';
import path from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import type { Bridge, RequestInput, RequestName, RequestReply } from '../../shared/ipc/contract';
import { expect, launchApp, test } from './fixtures';

interface Watched {
  readonly baton: Bridge;
  csp: string[];
  got: [string, unknown][];
}

async function request<N extends RequestName>(
  page: Page,
  name: N,
  input: RequestInput<N>,
): Promise<RequestReply<N>> {
  const message: { name: string; input: unknown } = { name, input };
  const reply: unknown = await page.evaluate((asked) => {
    const { baton } = window as unknown as {
      baton: { request(name: string, input: unknown): Promise<unknown> };
    };
    return baton.request(asked.name, asked.input);
  }, message);
  return reply as RequestReply<N>; // The bridge answers a name with its reply.
}

/** Collects pushes and violations of the policy from now on. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const own = window as unknown as Watched;
    own.csp = [];
    own.got = [];
    document.addEventListener('securitypolicyviolation', (event) => own.csp.push(event.violatedDirective));
    for (const name of ['flow.openPath', 'flow.changedOnDisk', 'app.notice', 'menu.command'] as const) {
      own.baton.on(name, (payload) => own.got.push([name, payload]));
    }
  });
}

const got = (page: Page): Promise<[string, unknown][]> =>
  page.evaluate(() => (window as unknown as Watched).got);

function runtimePid(app: ElectronApplication): Promise<number> {
  return app.evaluate(
    ({ app: running }) =>
      running.getAppMetrics().find((process) => process.name === 'Baton runtime')?.pid ?? 0,
  );
}

const smallFlow = {
  format: 'baton.flow/1',
  id: 'small',
  name: 'Small',
  version: '1.0.0',
  nodes: { start: { kind: 'start' }, done: { kind: 'end' } },
  edges: [{ from: 'start', port: 'next', to: 'done' }],
} as RequestInput<'flow.create'>['document'];

test('the page comes up without breaking its own policy, and has no way out of its sandbox', async ({
  page,
}) => {
  await watch(page);
  await request(page, 'app.info', {});
  const found = await page.evaluate(async () => ({
    url: location.href,
    require: typeof (globalThis as { require?: unknown }).require,
    process: typeof (globalThis as { process?: unknown }).process,
    opened: String(window.open('https://example.invalid/')),
    bridge: Object.keys((window as unknown as { baton: object }).baton).toSorted(),
    csp: (window as unknown as { csp: string[] }).csp,
  }));
  expect(found).toEqual({
    url: 'app://baton/',
    require: 'undefined',
    process: 'undefined',
    opened: 'null',
    bridge: ['on', 'onText', 'pathOf', 'request', 'requestText'],
    csp: [],
  });
});

test('other origins, permissions and navigation are refused', async ({ page }) => {
  const tried = await page.evaluate(async () => {
    const fetched = await fetch('https://example.invalid/').then(
      () => 'fetched',
      () => 'refused',
    );
    const { state } = await navigator.permissions.query({ name: 'geolocation' });
    location.href = 'https://example.invalid/';
    return { fetched, state };
  });
  await request(page, 'settings.get', {});
  expect({ ...tried, url: page.url() }).toEqual({ fetched: 'refused', state: 'denied', url: 'app://baton/' });
});

test('malformed requests are answered with a code, never with nothing', async ({ page }) => {
  const codes = await page.evaluate(async () => {
    const { baton } = window as unknown as {
      baton: { request(name: unknown, input: unknown): Promise<{ ok: boolean; error?: { code: string } }> };
    };
    const tries: [unknown, unknown][] = [
      ['flow.open', { path: 5 }],
      ['flow.save', null],
      ['run.start', { document: [], input: 1, mode: 'live' }],
      ['__proto__', {}],
      [undefined, undefined],
      ['flow.open', { path: '/etc/passwd' }],
      ['flow.save', { path: '/etc/hosts.json', document: { nodes: {}, edges: [] } }],
    ];
    const replies = await Promise.all(tries.map(([name, input]) => baton.request(name, input)));
    return replies.map((reply) => reply?.error?.code ?? 'none');
  });
  expect(codes).toEqual([
    'ipc/bad-request',
    'ipc/bad-request',
    'ipc/bad-request',
    'ipc/unknown',
    'ipc/unknown',
    'file/not-a-flow',
    'file/not-open',
  ]);
});

test('a killed runtime is started again and the window lives', async ({ app, page }) => {
  await watch(page);
  await request(page, 'app.info', {});
  const before = await runtimePid(app);
  process.kill(before, 'SIGKILL');
  await expect.poll(async () => (await request(page, 'run.list', {})).ok).toBe(true);
  await expect.poll(async () => (await got(page)).map(([name]) => name)).toContain('app.notice');
  const after = await runtimePid(app);
  expect({ isNew: after !== before && after > 0, title: await page.title() }).toEqual({
    isNew: true,
    title: 'Baton',
  });
});

test('a page that crashes is loaded again', async ({ app, page }) => {
  await request(page, 'app.info', {});
  const reloaded = page.waitForEvent('crash');
  await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
  );
  await reloaded;
  // Playwright gives a crashed page up, so main is asked.
  const answer = (): Promise<unknown> =>
    app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
        `window.baton ? window.baton.request('settings.get', {}).then((reply) => reply.ok) : false`,
      ),
    );
  await expect.poll(answer).toBe(true);
});

test('edits in the journal survive the death of the whole app', async ({ userData }) => {
  const first = await launchApp(userData);
  const page = await first.firstWindow();
  const made = await request(page, 'flow.create', { document: smallFlow });
  const file = made.ok ? made.value.path : '';
  await request(page, 'flow.journal', { path: file, document: { ...smallFlow, name: 'Not saved' } });
  const { pid } = first.process();
  const closed = first.waitForEvent('close');
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
  await closed;

  const second = await launchApp(userData);
  const opened = await request(await second.firstWindow(), 'flow.open', { path: file });
  await second.close();
  expect(opened).toMatchObject({ ok: true, value: { recovered: true, document: { name: 'Not saved' } } });
});

test('a second start hands its file to the first and ends', async ({ app, page, userData }) => {
  await watch(page);
  const file = path.join(userData, 'given.baton.json');
  fs.writeFileSync(file, JSON.stringify(smallFlow));
  const ended = await launchApp(userData, { appArgs: [file] }).then(
    (second) => second.close(),
    () => undefined, // It was gone before Playwright could take hold of it, which is what is wanted.
  );
  await expect.poll(() => got(page)).toEqual([['flow.openPath', { path: file }]]);
  expect({
    ended,
    windows: await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length),
  }).toEqual({
    ended: undefined,
    windows: 1,
  });
});

test('a change by another program is told, and a save does not overwrite it', async ({ page }) => {
  await watch(page);
  const made = await request(page, 'flow.create', { document: smallFlow });
  if (!made.ok) throw new Error(made.error.message);
  const { path: file, fileHash, document } = made.value;
  fs.writeFileSync(file, JSON.stringify({ ...smallFlow, name: 'Theirs' }));
  await expect.poll(() => got(page)).toEqual([['flow.changedOnDisk', { path: file }]]);
  const saved = await request(page, 'flow.save', { path: file, document, expectedHash: fileHash });
  expect(saved).toMatchObject({ ok: false, error: { code: 'spec/changed-on-disk' } });
});

test('an export with a path needs no dialog', async ({ page, userData }) => {
  const target = path.join(userData, 'small.json');
  const reply = await request(page, 'flow.export', { document: smallFlow, target: 'json', path: target });
  expect({ reply, isThere: fs.existsSync(target) }).toEqual({
    reply: { ok: true, value: { path: target } },
    isThere: true,
  });
});

test('a run that waits for a person goes on after the runtime was killed', async ({ app, page }) => {
  const document = {
    ...smallFlow,
    nodes: {
      start: { kind: 'start' },
      ask: { kind: 'human', mode: 'choose', title: 'Which?', choices: [{ port: 'left', label: 'Left' }] },
      done: { kind: 'end', output: { chosen: { $: 'steps.ask.choice' } } },
      late: { kind: 'end', outcome: 'failed' },
    },
    edges: [
      { from: 'start', port: 'next', to: 'ask' },
      { from: 'ask', port: 'left', to: 'done' },
      { from: 'ask', port: 'expired', to: 'late' },
    ],
  } as RequestInput<'run.start'>['document'];
  const started = await request(page, 'run.start', { document, input: {}, mode: 'live' });
  if (!started.ok || !started.value.started) throw new Error(JSON.stringify(started));
  const { runId } = started.value;
  process.kill(await runtimePid(app), 'SIGKILL');
  const tasks = await request(page, 'task.list', { runId });
  await request(page, 'task.decide', { runId, task: 'ask', choice: 'left' });
  const status = async (): Promise<string> => {
    const run = await request(page, 'run.get', { runId });
    return run.ok ? run.value.run.status : run.error.code;
  };
  await expect.poll(status).toBe('completed');
  const replay = await request(page, 'run.replay', { runId });
  expect({ tasks: tasks.ok && tasks.value.tasks.length, replay }).toMatchObject({
    tasks: 1,
    replay: { ok: true, value: { verdict: 'identical' } },
  });
});

test('what touches the world is asked for before anything runs', async ({ page }) => {
  const document = {
    ...smallFlow,
    tools: {
      ping: {
        kind: 'http',
        description: 'Asks',
        method: 'GET',
        url: 'https://api.example.invalid/',
        allowHosts: ['api.example.invalid'],
        input: { type: 'object' },
        effect: 'read',
      },
    },
    nodes: { ...smallFlow.nodes, call: { kind: 'tool', tool: 'ping', args: {} } },
    edges: [
      { from: 'start', port: 'next', to: 'call' },
      { from: 'call', port: 'next', to: 'done' },
    ],
  } as RequestInput<'run.start'>['document'];
  const asked = await request(page, 'run.start', { document, input: {}, mode: 'live' });
  const runs = await request(page, 'run.list', {});
  expect({ asked, runs: runs.ok && runs.value.total }).toMatchObject({
    asked: { ok: true, value: { started: false, wants: { hosts: ['api.example.invalid'] } } },
    runs: 0,
  });
});
