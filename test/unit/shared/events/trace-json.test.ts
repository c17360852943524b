import { expect, test } from 'vitest';
import { EMPTY_USAGE } from '../../../../shared/events/event';
import { traceOf } from '../../../../shared/events/trace';
import {
  deadLetterJson,
  eventLine,
  resultLine,
  runInfoOf,
  runJson,
  taskJson,
  traceJson,
} from '../../../../shared/events/trace-json';
import { History, START, usage } from './history';

const AT = '2030-01-02T03:04:05.000Z';
const USAGE = {
  steps: 1,
  attempts: 1,
  retries: 0,
  turns: 0,
  tokens: { in: 0, out: 0 },
  cost: { amount: 0, currency: 'USD', known: true },
  durationMs: 0,
  handoffs: 0,
};

function waiting(): History {
  return new History()
    .begin()
    .start('orders', 'map')
    .start('orders[0]/ask', 'tool')
    .add('attempt.started', { model: 'm' }, 'orders[0]/ask', 1)
    .task('orders[0]/ask:approval:1', 'orders[0]/ask', {
      type: 'approval',
      body: 'why',
      deadlineAt: START + 1000,
      onDeadline: 'expired',
    });
}

const TASK = {
  task: 'orders[0]/ask:approval:1',
  runId: 'r1',
  step: 'orders[0]/ask',
  node: 'ask',
  type: 'approval',
  title: 'Agree?',
  body: 'why',
  evidence: [],
  choices: [{ port: 'approved', label: 'Yes' }],
  askedAt: AT,
  deadlineAt: '2030-01-02T03:04:06.000Z',
};

test('the trace is a tree of steps with their attempts', () => {
  expect(traceJson(traceOf(waiting().events))).toEqual({
    run: {
      runId: 'r1',
      flowId: 'flow',
      flowVersion: '1.0.0',
      semanticHash: 'sha256:aa',
      status: 'waiting',
      startedAt: AT,
      usage: { ...USAGE, steps: 2 },
      waiting: 1,
    },
    steps: [
      {
        step: 'orders',
        node: 'orders',
        kind: 'map',
        status: 'running',
        startedAt: AT,
        endedAt: null,
        queuedMs: 0,
        port: null,
        attempts: [],
        usage: { ...USAGE, steps: 0, attempts: 0 },
        steps: [
          {
            step: 'orders[0]/ask',
            node: 'ask',
            kind: 'tool',
            status: 'waiting',
            startedAt: AT,
            endedAt: null,
            queuedMs: 0,
            port: null,
            attempts: [
              { attempt: 1, model: 'm', startedAt: AT, endedAt: null, outcome: 'running', calls: [] },
            ],
            usage: { ...USAGE, steps: 0, attempts: 0 },
            steps: [],
          },
        ],
      },
    ],
  });
});

test('the result of a waiting run holds its tasks', () => {
  const trace = traceOf(waiting().events);
  expect(resultLine(runInfoOf(trace), trace)).toEqual({
    type: 'result',
    runId: 'r1',
    status: 'waiting',
    waiting: [TASK],
    usage: { ...USAGE, steps: 2 },
    path: ['orders'],
    deadLetters: [],
    notUndone: [],
  });
});

test('the result of a failed run holds the error, the dead letters and what was not undone', () => {
  const history = new History()
    .begin()
    .start('pay', 'tool')
    .add(
      'step.failed',
      {
        kind: 'error',
        code: 'tool/x',
        message: 'no',
        attempts: 1,
        effects: [],
        routed: 'onFailure',
        usage: EMPTY_USAGE,
      },
      'pay',
    )
    .add('deadletter.added', { step: 'pay', kind: 'error' })
    .add('run.failed', {
      error: { node: 'pay', step: 'pay', kind: 'error', code: 'tool/x', message: 'no', attempts: 1 },
      compensation: 'none',
      notUndone: ['pay'],
      usage: usage({ steps: 1 }),
      path: ['pay'],
      stateHash: 's',
    });
  const trace = traceOf(history.events);
  expect(resultLine(runInfoOf(trace), trace)).toEqual({
    type: 'result',
    runId: 'r1',
    status: 'failed',
    reason: 'error',
    error: { kind: 'error', code: 'tool/x', message: 'no', step: 'pay', node: 'pay' },
    waiting: [],
    usage: { ...USAGE, attempts: 0 },
    path: ['pay'],
    deadLetters: [{ step: 'pay', node: 'pay', kind: 'error', code: 'tool/x', message: 'no' }],
    notUndone: ['pay'],
  });
});

test('the result of a completed run holds the output, also when it is null', () => {
  const history = new History()
    .begin()
    .add('run.completed', { output: null, end: 'done', usage: usage({}), path: [], stateHash: 's' });
  const trace = traceOf(history.events);
  expect(resultLine(runInfoOf(trace), trace)).toMatchObject({ status: 'completed', output: null });
});

test('calls of all four sorts have their times as text', () => {
  const history = new History()
    .begin()
    .start('a', 'agent')
    .add('governor.queued', { dependency: 'd', reason: 'rate', until: START }, 'a', 1)
    .add('attempt.started', {}, 'a', 1)
    .model('a', 1)
    .add('tool.started', { call: 1, tool: 't', args: {}, effect: 'read', key: 'k' }, 'a', 1)
    .add('attempt.failed', { kind: 'error', code: 'x/y', message: 'no', sent: 'yes' }, 'a', 1)
    .add('retry.scheduled', { nextAttempt: 2, dueAt: START, delayMs: 0 }, 'a');
  const step = (
    traceJson(traceOf(history.events)) as {
      steps: { attempts: { kind: string; code: string; calls: unknown[] }[] }[];
    }
  ).steps[0];
  expect(step?.attempts[0]).toMatchObject({
    outcome: 'failed',
    kind: 'error',
    code: 'x/y',
    calls: [
      { type: 'governor', at: AT, until: AT },
      { type: 'model', at: AT, finish: 'stop' },
      { type: 'tool', startedAt: AT, endedAt: null, status: 'running' },
      { type: 'retry', at: AT, dueAt: AT, why: { kind: 'error', code: 'x/y', message: 'no' } },
    ],
  });
});

test('an event line has its time as text and its data as recorded', () => {
  const [event] = new History().begin().events;
  expect(event && eventLine(event)).toMatchObject({
    seq: 1,
    at: AT,
    type: 'run.started',
    runId: 'r1',
    data: { seed: 7 },
  });
  const last = waiting().events[3];
  expect(last && eventLine(last)).toMatchObject({ step: 'orders[0]/ask', attempt: 1 });
});

test('rows of lists write their times as text and leave out what is missing', () => {
  const trace = traceOf(
    new History().begin({ forkedFrom: { runId: 'r0', seq: 3, at: 'a', sameFlow: true } }).events,
  );
  expect(runJson({ ...runInfoOf(trace, 'Name'), endedAt: START })).toMatchObject({
    startedAt: AT,
    endedAt: AT,
    forkedFrom: { runId: 'r0', seq: 3 },
  });
  expect(
    deadLetterJson({
      runId: 'r',
      flowName: 'f',
      step: 's',
      node: 's',
      kind: 'error',
      code: 'c',
      message: 'm',
      at: START,
      seq: 3,
    }),
  ).toEqual({
    runId: 'r',
    flowName: 'f',
    step: 's',
    node: 's',
    kind: 'error',
    code: 'c',
    message: 'm',
    at: AT,
    seq: 3,
  });
  expect(
    taskJson({
      task: 't',
      runId: 'r',
      type: 'checkpoint',
      title: 'x',
      evidence: [],
      choices: [],
      askedAt: START,
    }),
  ).toEqual({
    task: 't',
    runId: 'r',
    type: 'checkpoint',
    title: 'x',
    evidence: [],
    choices: [],
    askedAt: AT,
  });
});
