import { describe, expect, test } from 'vitest';
import { EventMask } from '../../../../electron/cli/event-mask';
import { LiveView } from '../../../../electron/cli/live-view';
import { createOutput, type Output } from '../../../../electron/cli/output';
import { printTrace } from '../../../../electron/cli/trace-text';
import { applyToTrace, createTrace, traceOf } from '../../../../shared/events/trace';
import type { Flow } from '../../../../shared/spec/flow';
import { History, START, usage } from '../../shared/events/history';

const flow = {
  nodes: {
    triage: { kind: 'agent', name: 'Triage', writes: { card: 'output' } },
    ask: { kind: 'human', name: 'Ask' },
    start: { kind: 'start' },
  },
  edges: [],
  context: { card: { schema: true, merge: 'replace', sensitive: true } },
} as unknown as Flow;

function screen(isTerminal: boolean): { out: Output; said: () => string; printed: () => string } {
  let said = '';
  let printed = '';
  const out = createOutput(
    { write: (text) => (printed += text), isTerminal, columns: 80 },
    { write: (text) => (said += text), isTerminal, columns: 80 },
    { NO_COLOR: '1' },
    false,
  );
  return { out, said: () => said, printed: () => printed };
}

function eventful(): History {
  return new History()
    .begin({ forkedFrom: { runId: 'r0', seq: 3, sameFlow: true } })
    .start('start', 'start')
    .commit('start', [['next', 'triage']])
    .start('triage', 'agent')
    .add('governor.queued', { dependency: 'model:x', reason: 'rate' }, 'triage', 1)
    .after(500)
    .add('attempt.started', { model: 'reader' }, 'triage', 1)
    .after(1000)
    .add('attempt.failed', { kind: 'timeout', code: 't', message: 'too late', sent: 'maybe' }, 'triage', 1)
    .add('retry.scheduled', { nextAttempt: 2, dueAt: START, delayMs: 2000 }, 'triage')
    .after(2000)
    .add('attempt.started', { model: 'reader' }, 'triage', 2)
    .add('attempt.rejected', { kind: 'invalid_output', check: 'shape', message: 'no category' }, 'triage', 2)
    .model('triage', 2, { latencyMs: 900 })
    .add('tool.started', { call: 1, tool: 'search', args: {}, effect: 'read', key: 'k' }, 'triage', 2)
    .add('tool.failed', { call: 1, kind: 'error', code: 'c', message: 'no index', sent: 'yes' }, 'triage', 2)
    .commit('triage', [['next', 'ask']], {
      usage: usage({ tokens: { in: 10, out: 5 }, cost: { amount: 0.25, currency: 'USD', known: true } }),
    })
    .start('ask', 'human')
    .task('ask', 'ask', { title: 'Pay\u001b[2J it?' })
    .add('breaker.changed', { subject: 'model:x', from: 'closed', to: 'open' })
    .add('breaker.changed', { subject: 'model:x', from: 'open', to: 'half-open' })
    .add('budget.warned', { scope: 'run', metric: 'tokens', used: 80, limit: 100 })
    .add('human.decided', { task: 'ask', choice: 'approved', by: 'ann', via: 'cli', comment: 'fine' }, 'ask')
    .add(
      'step.failed',
      {
        kind: 'error',
        code: 'x/y',
        message: 'broke',
        attempts: 0,
        effects: [],
        routed: 'onFailure',
        usage: usage({}),
      },
      'ask',
    )
    .add('compensation.started', { steps: ['triage'] })
    .start('triage~undo', 'tool', { node: 'triage' })
    .add('step.cancelled', { reason: 'stopped' }, 'triage~undo')
    .add('run.failed', {
      error: { kind: 'error', code: 'x/y', message: 'broke' },
      compensation: 'partial',
      notUndone: [],
      usage: usage({ cost: { amount: 0, currency: 'USD', known: false } }),
      path: [],
      stateHash: 's',
    });
}

function live(isTerminal: boolean): string {
  const { out, said } = screen(isTerminal);
  const view = new LiveView(out, flow);
  const trace = createTrace(flow);
  for (const event of eventful().events) view.onEvent(applyToTrace(trace, event), event);
  return said();
}

describe('the live view', () => {
  test('says a line for each thing that happened, with sign and word, name, time and tokens', () => {
    expect(live(false).split('\n')).toEqual([
      '↻ retrying  Triage  attempt 2 in 2 s after timeout',
      '✓ done  Triage  3.5 s  2 attempts  10 → 5 tokens  0.25 USD  → ask',
      '⏳ waiting  Ask: Pay\uFFFD[2J it? (task ask)',
      '  breaker open: model:x is not called for a while',
      '  budget: tokens at 80 of 100',
      '  decided  Ask: approved by ann',
      '✗ failed  Ask  error: broke',
      '↩ compensating  undoing: triage',
      '  ⊘ cancelled  Triage (triage~undo) undo  stopped',
      '',
    ]);
  });

  test('on a terminal it also shows what is going on, on a line of its own', () => {
    const said = live(true);
    expect(said).toContain('▶ running Triage');
    expect(said).toContain('\r\u001b[K');
  });

  test('many at once are counted', () => {
    const { out, said } = screen(true);
    const view = new LiveView(out, flow);
    const history = new History().begin();
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) history.start(name, 'tool');
    const trace = createTrace(flow);
    for (const event of history.events) view.onEvent(applyToTrace(trace, event), event);
    expect(said()).toContain('a, b, c, d and 2 more');
  });
});

test('the trace is printed as a tree', () => {
  const { out, printed } = screen(false);
  printTrace(out, traceOf(eventful().events, flow), 'Support');
  expect(printed().split('\n')).toEqual([
    '✗ failed (error)  Support 1.0.0  run r1',
    'started 2030-01-02T03:04:05.000Z  live  3.5 s  cost not known',
    'forked from r0 after event 3',
    '✓ done  start start  next → triage',
    '✓ done  triage agent  3.5 s  waited 500 ms for capacity  10 → 5 tokens  0.25 USD  next → ask',
    '  attempt 1  failed  1 s  model reader  timeout: too late',
    '    governor  queued  model:x (rate)',
    '    retry  attempt 2 in 2 s after timeout',
    '  attempt 2  completed  model reader',
    '    rejected by shape: no category',
    '    model reader  turn 1  900 ms  10 → 5 tokens  stop',
    '    tool search  failed  read  error no index',
    '✗ failed  ask human  error: broke',
    '  person  decided  Pay\uFFFD[2J it?: approved by ann (fine)',
    '⊘ cancelled  triage~undo tool  stopped',
    'error x/y: broke',
    '',
  ]);
});

describe('masking what is printed', () => {
  test('hides what a writer of a sensitive field says at once, and the value everywhere afterwards', () => {
    const mask = new EventMask(flow, new Set(['k-e-y-1']));
    const { events } = new History()
      .begin({ input: { note: 'k-e-y-1' } })
      .start('triage', 'agent')
      .model('triage', 1, { message: 'it is 4711-0815' })
      .commit('triage', [], {
        output: '4711-0815',
        writes: [{ field: 'card', version: 1, value: '4711-0815' }],
      })
      .start('ask', 'human')
      .task('ask', 'ask', { title: 'Use 4711-0815?' });
    const shown = JSON.stringify(events.map((event) => mask.event(event)));
    expect(shown).not.toMatch(/4711|k-e-y/);
    expect(shown).toContain('"field":"card","version":1');
    expect([mask.text('4711-0815!'), mask.value({ a: 'k-e-y-1' })]).toEqual(['[masked]!', { a: '[masked]' }]);
  });
});
