/** What can be wrong with what the window asks of the service: a code and a sentence, and the record is what it was. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../../shared/base/json';
import type { RunEvent } from '../../shared/events/event';
import { type RunService, runService } from '../fakes/run-service';

let folder: string;
let service: RunService;
const ids: Record<string, string> = {};

const START = { kind: 'start' };
const FORM = { type: 'object', required: ['amount'], properties: { amount: { type: 'number', minimum: 0 } } };

function flowOf(
  nodes: Record<string, unknown>,
  edges: readonly [string, string, string][],
  more = {},
): object {
  return {
    format: 'baton.flow/1',
    id: 'bad-input',
    name: 'Bad input',
    version: '1.0.0',
    nodes: { start: START, ...nodes },
    edges: edges.map(([from, port, to]) => ({ from, port, to })),
    ...more,
  };
}

const ASK = flowOf(
  {
    ask: { kind: 'human', mode: 'approve', title: 'Pay?', form: FORM, propose: { amount: 5 } },
    done: { kind: 'end', output: { $: 'steps.ask.values' } },
  },
  [
    ['start', 'next', 'ask'],
    ['ask', 'approved', 'done'],
  ],
  { input: { type: 'object' }, context: { total: { schema: { type: 'number' }, merge: 'replace' } } },
);

/** One transform that computes something; a failure has a drawn way out. */
function computing(expression: string): object {
  return flowOf(
    {
      compute: { kind: 'transform', output: { value: { $: expression } } },
      done: { kind: 'end', output: { $: 'steps.compute' } },
      failed: { kind: 'end', output: { code: { $: 'error.code' }, says: { $: 'error.message' } } },
    },
    [
      ['start', 'next', 'compute'],
      ['compute', 'next', 'done'],
      ['compute', 'fallback', 'failed'],
    ],
  );
}

async function start(document: object, input: Json = {}, more = {}): Promise<string> {
  const reply = await service.ask('run.start', { document, input, mode: 'live', grant: true, ...more });
  if (reply.error) throw new Error(`${reply.error.code} ${reply.error.message}`);
  return (reply.value as { runId: string }).runId;
}

async function eventsOf(runId: string): Promise<readonly RunEvent[]> {
  const reply = await service.ask('run.events', { runId, afterSeq: 0 });
  return (reply.value as { events: readonly RunEvent[] }).events;
}

function heard(runId: string, type: string): Promise<unknown> {
  return service.next((said) => {
    const text = JSON.stringify(said);
    return text.includes(runId) && text.includes(`"${type}"`);
  });
}

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'baton-bad-'));
  service = await runService(folder, folder);
  for (const name of ['waits', 'decided']) {
    ids[name] = await start(ASK);
    await heard(ids[name], 'human.asked');
  }
  await service.ask('task.decide', { runId: ids['decided'], task: 'ask', choice: 'approved' });
  await heard(ids['decided'] ?? '', 'run.completed');
});
afterAll(async () => {
  await service.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** `$waits` and `$decided` stand for the ids of the two runs. */
type Case = readonly [request: string, input: Record<string, unknown>, code: string, says: string];

const ask = { document: ASK, input: {}, mode: 'live' };
const decide = { runId: '$waits', task: 'ask' };
const NOWHERE = { nosuch: { choice: 'approved' } };
const CASES: readonly Case[] = [
  ['run.start', { ...ask, input: 5 }, 'input/invalid', 'must be an object'],
  ['run.start', { ...ask, answers: NOWHERE }, 'answers/invalid', '"nosuch"'],
  ['run.start', { ...ask, answers: { ask: { choice: 'maybe' } } }, 'answers/invalid', 'approved, rejected'],
  [
    'run.start',
    { ...ask, faults: [{ node: 'nosuch', attempt: 1, kind: 'timeout' }] },
    'faults/invalid',
    'nosuch',
  ],
  [
    'run.start',
    { ...ask, models: { nosuch: { provider: 'builtin', model: 'en-lite' } } },
    'input/invalid',
    'nosuch',
  ],
  ['run.get', { runId: 'nosuch' }, 'run/unknown', 'not in the database'],
  ['run.events', { runId: 'nosuch', afterSeq: 0 }, 'run/unknown', 'not in the database'],
  ...['run.pause', 'run.resume', 'run.step', 'run.replay'].map(
    (request): Case => [request, { runId: 'nosuch' }, 'run/unknown', 'nosuch'],
  ),
  ['run.cancel', { runId: 'nosuch', compensate: false }, 'run/unknown', 'nosuch'],
  ['run.cancel', { runId: '$decided', compensate: false }, 'run/finished', 'nothing was changed'],
  ['run.view', { runId: '$waits', step: 'nosuch' }, 'fork/no-such-point', '"nosuch"'],
  ['run.forkPreview', { runId: '$waits', at: 999 }, 'fork/no-such-point', '999'],
  ['run.fork', { runId: 'nosuch', at: 1 }, 'run/unknown', 'nosuch'],
  ['run.fork', { runId: '$waits', at: 999 }, 'fork/no-such-point', '999'],
  ['run.fork', { runId: '$waits', at: 'nosuch' }, 'fork/no-such-point', '"nosuch"'],
  ['run.fork', { runId: '$waits', at: 'ask', context: { nosuch: 1 } }, 'input/invalid', 'nosuch'],
  ['run.fork', { runId: '$waits', at: 'ask', context: { total: 'much' } }, 'input/invalid', 'context.total'],
  ['run.fork', { runId: '$waits', at: 'ask', steps: { nosuch: 1 } }, 'input/invalid', 'nosuch'],
  ['task.decide', { runId: 'nosuch', task: 'ask', choice: 'approved' }, 'run/unknown', 'nosuch'],
  ['task.decide', { ...decide, task: 'nosuch', choice: 'approved' }, 'task/unknown', 'nosuch'],
  ['task.decide', { ...decide, choice: 'maybe' }, 'task/invalid-values', 'maybe'],
  [
    'task.decide',
    { ...decide, choice: 'approved', values: { amount: -1 } },
    'task/invalid-values',
    '/amount',
  ],
  [
    'task.decide',
    { ...decide, runId: '$decided', choice: 'approved' },
    'run/finished',
    'nothing was changed',
  ],
  ['deadletter.rerun', { runId: '$waits', step: 'ask' }, 'run/unknown', 'ask'],
  ['deadletter.dismiss', { runId: '$waits', step: 'ask' }, 'run/unknown', 'ask'],
];

function named(input: Record<string, unknown>): Record<string, unknown> {
  const { runId } = input;
  return typeof runId === 'string' && runId.startsWith('$')
    ? { ...input, runId: ids[runId.slice(1)] }
    : input;
}

test.each(CASES)('%s of something wrong is refused (case %#)', async (request, input, code, says) => {
  const before = await Promise.all([service.ask('run.list', {}), ...Object.values(ids).map(eventsOf)]);
  const { error, value } = await service.ask(request, named(input));
  expect({ value, code: error?.code, says: error?.message }).toEqual({
    value: undefined,
    code,
    says: expect.stringContaining(says),
  });
  expect(await Promise.all([service.ask('run.list', {}), ...Object.values(ids).map(eventsOf)])).toEqual(
    before,
  );
});

describe('an expression that cannot be computed', () => {
  test.each([
    ['loops', '($f := function($x) { $f($x + 1) }; $f(1))', 'expr/limit'],
    ['calls itself without a tail call', '($f := function($x) { 1 + $f($x) }; $f(1))', 'expr/limit'],
    ['makes a list beyond all measure', '$count([1..9999999].($ * 2))', 'expr/limit'],
    ['throws', '$error("no such customer")', 'expr/failed'],
    ['adds a number to a text', '1 + "x"', 'expr/failed'],
    ['pads to a gigabyte', '$length($pad("x", 300000000))', 'expr/limit'],
  ])('that %s fails its step, and the drawn way out is taken', async (_what, expression, code) => {
    const runId = await start(computing(expression));
    await heard(runId, 'run.completed');
    const last = (await eventsOf(runId)).at(-1);
    expect(last).toMatchObject({
      type: 'run.completed',
      data: { output: { code, says: expect.stringMatching(/\w/) } },
    });
  });
});

test('a pattern that would take for ever elsewhere is answered at once', async () => {
  const input = { type: 'object', properties: { name: { type: 'string', pattern: '^(a+)+$' } } };
  const document = { ...ASK, input };
  const reply = await service.ask('run.start', {
    document,
    input: { name: `${'a'.repeat(50_000)}!` },
    mode: 'live',
  });
  expect(reply.error).toMatchObject({ code: 'input/invalid', message: expect.stringContaining('/name') });
});
