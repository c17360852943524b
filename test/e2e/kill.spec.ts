import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { seededRandom } from '../../shared/base/random';
import type { RequestReply } from '../../shared/ipc/contract';
import type { Flow } from '../../shared/spec/flow';
import { type EffectServer, startEffectServer } from '../fakes/effect-server';
import { launchApp } from './fixtures';

const KILLS = 20;
const STEPS = 14;

let server: EffectServer;
test.beforeAll(async () => {
  server = await startEffectServer();
});
test.afterAll(async () => {
  await server.close();
});

/** Steps that pay once and steps that write with a key, one after the other, at a real server. */
function payFlow(): Flow {
  const host = new URL(server.url).host;
  const tool = (effect: 'once' | 'idempotent') => ({
    description: 'Has an effect at the server',
    input: { type: 'object' },
    output: { type: 'object', required: ['n'], properties: { n: { type: 'number' } } },
    effect,
    kind: 'http' as const,
    method: 'POST',
    url: `${server.url}/effect`,
    body: { step: { $: 'args.step' }, effect, n: { $: 'args.n' } },
    allowHosts: [host],
  });
  const nodes: Flow['nodes'] = {
    start: { kind: 'start' },
    done: { kind: 'end', reads: ['log'], output: { log: { $: 'context.log' } } },
  };
  const edges: Flow['edges'] = [];
  let last = 'start';
  for (let i = 1; i <= STEPS; i++) {
    const id = `s${i}`;
    nodes[id] = {
      kind: 'tool',
      tool: i % 3 === 0 ? 'pay' : 'put',
      args: { step: id, n: i },
      writes: { log: 'output.n' },
    };
    edges.push({ from: last, port: 'next', to: id });
    last = id;
  }
  edges.push({ from: last, port: 'next', to: 'done' });
  return {
    format: 'baton.flow/1',
    id: 'kill-me',
    name: 'Kill me',
    version: '1.0.0',
    context: { log: { schema: { type: 'array' }, merge: 'append' } },
    tools: { pay: tool('once'), put: tool('idempotent') },
    nodes,
    edges,
  };
}

async function request<T>(page: Page, name: string, input: unknown): Promise<T> {
  const reply = await page.evaluate(
    ([asked, given]) => {
      const { baton } = window as unknown as {
        baton: { request(name: string, input: unknown): Promise<RequestReply<'run.get'>> };
      };
      return baton.request(asked, given);
    },
    [name, input] as const,
  );
  if (!reply.ok) throw new Error(`${name}: ${reply.error.code} ${reply.error.message}`);
  return reply.value as T;
}

interface RunReply {
  readonly run: { readonly status: string; readonly lastSeq: number };
}

/** Waits for the run to have so many events, or to stand still. */
async function reach(page: Page, runId: string, seq: number): Promise<string> {
  let status = '';
  await expect
    .poll(
      async () => {
        const { run } = await request<RunReply>(page, 'run.get', { runId });
        status = run.status;
        return run.status !== 'running' || run.lastSeq >= seq;
      },
      { intervals: [5], timeout: 60_000 },
    )
    .toBe(true);
  return status;
}

/** A person is asked about each call that may have happened; the server knows. */
async function answerUncertain(page: Page, runId: string): Promise<void> {
  const { tasks } = await request<{ tasks: { task: string; type: string; node?: string }[] }>(
    page,
    'task.list',
    { runId },
  );
  for (const { task, type, node = '' } of tasks) {
    expect(type).toBe('uncertain');
    const reply = await fetch(`${server.url}/happened?step=${node}`);
    const { value } = (await reply.json()) as { value: unknown };
    await request(
      page,
      'task.decide',
      value === null
        ? { runId, task, choice: 'not_happened' }
        : { runId, task, choice: 'happened', values: value },
    );
  }
}

test('the app is killed twenty times in the middle of a run and every run ends as the undisturbed one', async () => {
  test.setTimeout(600_000);
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'baton-kill-app-'));
  const expected = { log: Array.from({ length: STEPS }, (_, i) => i + 1) };
  let app = await launchApp(home);
  let page = await app.firstWindow();
  try {
    for (let trial = 1; trial <= KILLS; trial++) {
      server.reset();
      const started = await request<{ runId: string }>(page, 'run.start', {
        document: payFlow(),
        input: {},
        mode: 'live',
        grant: true,
      });
      const { runId } = started;
      const at = 3 + Math.floor(seededRandom('app', trial)() * STEPS * 6);
      await reach(page, runId, at);
      const gone = new Promise<void>((resolve) => {
        app.process().once('exit', () => resolve());
      });
      app.process().kill('SIGKILL');
      await gone;
      app = await launchApp(home);
      page = await app.firstWindow();
      let status = await reach(page, runId, Number.POSITIVE_INFINITY);
      while (status === 'waiting') {
        await answerUncertain(page, runId);
        status = await reach(page, runId, Number.POSITIVE_INFINITY);
      }
      const { events } = await request<{ events: { type: string; data: { output?: unknown } }[] }>(
        page,
        'run.events',
        { runId, afterSeq: 0 },
      );
      expect(events.at(-1)).toMatchObject({ type: 'run.completed', data: { output: expected } });
      expect([...server.once.values()].filter((count) => count > 1)).toEqual([]);
      expect([...server.keysOfStep.values()].filter((keys) => keys.size > 1)).toEqual([]);
      const replay = await request<{ verdict: string }>(page, 'run.replay', { runId });
      expect(replay.verdict).toBe('identical');
    }
  } finally {
    await app.close();
    fs.rmSync(home, { recursive: true, force: true });
  }
});
