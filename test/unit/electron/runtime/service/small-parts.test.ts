import { expect, test } from 'vitest';
import { readMail } from '../../../../../electron/runtime/service/mailbox';
import { flowMetrics } from '../../../../../electron/runtime/service/metrics';
import { testModel } from '../../../../../electron/runtime/service/model-test';
import { PushOut } from '../../../../../electron/runtime/service/push-out';
import type { DecisionRow } from '../../../../../electron/store/run-store';
import { AppError } from '../../../../../shared/base/app-error';
import type { RunEvent, RunInfo } from '../../../../../shared/events/event';
import type { FromService } from '../../../../../shared/ipc/service';
import type { ModelOutcome } from '../../../../../shared/ports/calls';
import type { MailboxEntry } from '../../../../../shared/ports/run-log';

test('messages of other processes are followed once; one that cannot be is told and dropped', () => {
  const entries: MailboxEntry[] = [
    {
      id: 1,
      runId: 'a',
      kind: 'decide',
      data: { task: 't', choice: 'approved', values: { x: 1 }, by: 'bob' },
      at: 1,
    },
    { id: 2, runId: 'b', kind: 'cancel', data: { compensate: true, by: 'bob' }, at: 2 },
    { id: 3, runId: 'c', kind: 'pause', data: { by: 'bob' }, at: 3 },
    { id: 4, runId: 'd', kind: 'resume', data: {}, at: 4 },
  ];
  const did: unknown[] = [];
  const done: number[] = [];
  const told: string[] = [];
  readMail(
    { mailbox: () => entries, mailboxDone: (ids) => void done.push(...ids) },
    {
      decide: (decision) => did.push(decision),
      cancel: (...args) => did.push(args),
      pause: () => {
        throw new AppError('run/finished', 'It has ended.');
      },
      resume: (...args) => did.push(args),
    },
    (message) => told.push(message),
  );
  expect({ did, done, told }).toEqual({
    did: [
      { runId: 'a', task: 't', choice: 'approved', values: { x: 1 }, by: 'bob', via: 'mailbox' },
      ['b', true, 'bob'],
      ['d', 'command line'],
    ],
    done: [1, 2, 3, 4],
    told: ['a message for run c (pause) was dropped: run/finished It has ended.'],
  });
});

const decision = (over: Partial<DecisionRow>): DecisionRow => ({
  runId: 'r',
  seq: 1,
  task: 't',
  node: 'approve',
  type: 'checkpoint',
  askedAt: 1,
  decidedAt: 2,
  proposed: { amount: 5 },
  values: { amount: 5 },
  choice: 'approved',
  by: 'ada',
  ...over,
});

test('agreement counts what people decided, and how often they changed nothing', () => {
  const rows = [
    decision({}),
    decision({ values: { amount: 4 } }),
    decision({ choice: 'rejected' }),
    decision({ by: 'sampling' }),
    decision({ type: 'approval' }),
    decision({ node: 'review' }),
  ];
  const store = {
    decisions: () => rows,
    countRuns: ({ status }: { status?: readonly string[] } = {}) => (status ? 3 : 4),
  };
  expect(flowMetrics(store, 'refunds')).toEqual({
    runs: 4,
    succeeded: 3,
    agreement: { approve: { decided: 3, unedited: 1 }, review: { decided: 1, unedited: 1 } },
  });
});

function pushing(mode: RunInfo['mode']) {
  const sent: FromService[] = [];
  const flushes: (() => void)[] = [];
  const info = { mode, flowName: 'Refunds', status: 'waiting', lastSeq: 9 } as RunInfo;
  const out = new PushOut({
    log: { run: (runId) => (runId === 'gone' ? undefined : info), tasks: () => [] },
    send: (message) => sent.push(message),
    later: (flush) => flushes.push(flush),
  });
  return { out, sent, flush: () => flushes.splice(0).forEach((task) => task()) };
}
const asked: RunEvent = {
  runId: 'r',
  seq: 9,
  type: 'human.asked',
  at: 1,
  data: { task: 't', type: 'checkpoint', title: 'Refund 80?', evidence: [], choices: [] },
};

test('a run that asks a person is told at once, the rest in one message with the state after the commit', () => {
  const { out, sent, flush } = pushing('live');
  out.onEvents([asked]);
  out.onDelta({ runId: 'r', step: 's', attempt: 1, text: 'Hi' });
  flush();
  expect(sent).toEqual([
    { type: 'newTask', task: { task: 't', title: 'Refund 80?', runId: 'r' }, flowName: 'Refunds' },
    {
      type: 'pushes',
      pushes: [
        { name: 'tasks.changed', payload: { open: 0 } },
        { name: 'runs.changed', payload: [{ runId: 'r', lastSeq: 9, status: 'waiting' }] },
        { name: 'run.events', payload: { runId: 'r', events: [asked] } },
        { name: 'run.deltas', payload: [{ runId: 'r', step: 's', attempt: 1, text: 'Hi' }] },
      ],
    },
  ]);
});

test('a rehearsal disturbs nobody', () => {
  const { out, sent } = pushing('rehearsal');
  out.onEvents([asked]);
  expect(sent).toEqual([]);
});

const clock = () => {
  let now = 0;
  return () => (now += 40);
};

test.each<[string, ModelOutcome | Error, { ok: boolean; message: string; latencyMs: number }]>([
  [
    'answers',
    { ok: true, text: 'ready', toolCalls: [], finish: 'stop', usage: { in: 1, out: 1 } },
    { ok: true, message: 'm answered.', latencyMs: 40 },
  ],
  [
    'refuses',
    { ok: false, kind: 'error', code: 'model/auth', message: 'The key is wrong.', sent: 'yes' },
    { ok: false, message: 'The key is wrong.', latencyMs: 40 },
  ],
  ['breaks', new Error('socket'), { ok: false, message: 'socket', latencyMs: 40 }],
])('the test of a model that %s', async (_what, outcome, answer) => {
  const executors = {
    model: async () => {
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  };
  const deps = { executors, libraryFolder: '/l', secret: async () => undefined, now: clock() };
  expect(await testModel(deps, { provider: 'openai', model: 'm' })).toEqual(answer);
});

test('the test of a model whose secret is not there says its name', async () => {
  const executors = {
    model: async (_call: unknown, context: { secret(name: string): Promise<string> }) =>
      Promise.reject(new Error(await context.secret('KEY'))),
  };
  const answer = await testModel(
    { executors, libraryFolder: '/l', secret: async () => undefined, now: clock() },
    { provider: 'openai', model: 'm', secret: 'KEY' },
  );
  expect(answer).toMatchObject({ ok: false, message: expect.stringContaining('KEY') });
});
