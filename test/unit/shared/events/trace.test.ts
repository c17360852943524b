import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../../shared/events/event';
import { applyToTrace, createTrace, traceOf } from '../../../../shared/events/trace';
import { childrenOf } from '../../../../shared/events/trace-json';
import type { Flow } from '../../../../shared/spec/flow';
import { History, START, usage } from './history';

const ENDED = { usage: usage({ steps: 1 }), path: ['triage', 'done'], stateHash: 's' };

function agentRun(): History {
  return new History()
    .begin()
    .start('start', 'start')
    .commit('start', [['next', 'triage']])
    .start('triage', 'agent', { via: { from: 'start', port: 'next' }, reads: { category: 0 } })
    .add('governor.queued', { dependency: 'model:a/b', reason: 'concurrency' }, 'triage', 1)
    .after(40)
    .add('attempt.started', { model: 'reader', dependency: 'model:a/b' }, 'triage', 1)
    .after(10)
    .add(
      'attempt.failed',
      { kind: 'timeout', code: 'timeout', message: 'too slow', sent: 'maybe' },
      'triage',
      1,
    )
    .add('retry.scheduled', { nextAttempt: 2, model: 'reader', dueAt: START + 150, delayMs: 100 }, 'triage')
    .after(100)
    .add('attempt.started', { model: 'reader' }, 'triage', 2)
    .model('triage', 2, { toolCalls: [{ id: 'c1', name: 'search', args: { q: 'x' } }] })
    .add(
      'tool.started',
      { call: 1, tool: 'search', args: { q: 'x' }, effect: 'read', key: 'k1' },
      'triage',
      2,
    )
    .after(5)
    .add('tool.completed', { call: 1, result: ['hit'], latencyMs: 5 }, 'triage', 2)
    .model('triage', 2, { turn: 2, message: '{"category":"billing"}' })
    .commit('triage', [['handoff', 'done']], {
      output: { category: 'billing' },
      writes: [{ field: 'category', version: 1, value: 'billing' }],
      handoff: { name: 'to_done', payload: { summary: 'x' } },
      usage: usage({ turns: 2, tokens: { in: 20, out: 10 } }),
    })
    .start('done', 'end', { via: { from: 'triage', port: 'handoff' } })
    .commit('done', [], { output: { ok: true } })
    .add('run.completed', { output: { ok: true }, end: 'done', ...ENDED });
}

test('the round of a supervisor before its workers is over when it is asked again', () => {
  const history = new History()
    .begin()
    .start('lead', 'supervisor')
    .add('attempt.started', { model: 'reader' }, 'lead', 1)
    .after(5)
    .model('lead', 1, { purpose: 'route' })
    .after(40)
    .add('governor.queued', { dependency: 'model:a/b', reason: 'concurrency' }, 'lead', 2)
    .add('attempt.started', { model: 'reader' }, 'lead', 2)
    .model('lead', 2, { purpose: 'route' })
    .commit('lead', [['next', 'done']]);
  const attempts = traceOf(history.events).steps.get('lead')?.attempts;
  expect(attempts?.map(({ attempt, outcome, endedAt }) => [attempt, outcome, endedAt])).toEqual([
    [1, 'completed', START + 5],
    [2, 'completed', START + 45],
  ]);
});

describe('a run with one agent', () => {
  test('the step holds its times, its route, its reads and writes, its output and its handoff', () => {
    const { steps } = traceOf(agentRun().events);
    expect(steps.get('triage')).toMatchObject({
      node: 'triage',
      kind: 'agent',
      status: 'committed',
      startedAt: START,
      endedAt: START + 155,
      queuedMs: 40,
      port: 'handoff',
      via: { from: 'start', port: 'next' },
      reads: { category: 0 },
      writes: [{ field: 'category', version: 1, value: 'billing' }],
      output: { category: 'billing' },
      handoff: { name: 'to_done', payload: { summary: 'x' } },
    });
  });

  test('attempts hold their calls in order, with the retry and its reason on the attempt that failed', () => {
    const attempts = traceOf(agentRun().events).steps.get('triage')?.attempts ?? [];
    expect(
      attempts.map((a) => [
        a.attempt,
        a.model,
        a.outcome,
        a.kind,
        a.startedAt - START,
        (a.endedAt ?? 0) - START,
      ]),
    ).toEqual([
      [1, 'reader', 'failed', 'timeout', 40, 50],
      [2, 'reader', 'completed', undefined, 150, 155],
    ]);
    expect(attempts[0]?.calls).toMatchObject([
      { type: 'governor', decision: 'queued', reason: 'concurrency' },
      { type: 'retry', nextAttempt: 2, delayMs: 100, why: { kind: 'timeout', message: 'too slow' } },
    ]);
    expect(attempts[1]?.calls).toMatchObject([
      { type: 'model', turn: 1 },
      {
        type: 'tool',
        tool: 'search',
        args: { q: 'x' },
        result: ['hit'],
        effect: 'read',
        key: 'k1',
        status: 'completed',
        latencyMs: 5,
      },
      { type: 'model', turn: 2 },
    ]);
  });

  test('usage is counted while it runs and taken from the record at its end', () => {
    const events = agentRun().events;
    expect(traceOf(events.slice(0, -1)).run.usage).toEqual({
      steps: 1,
      attempts: 2,
      retries: 1,
      turns: 2,
      tokens: { in: 20, out: 10 },
      cost: { amount: 0.5, currency: 'USD', known: true },
      durationMs: 155,
      handoffs: 1,
    });
    expect(traceOf(events).run.usage).toEqual(usage({ steps: 1 }));
  });

  test('edges taken are counted and the path follows the record', () => {
    const trace = traceOf(agentRun().events);
    expect([...trace.edges.values()].map((e) => [e.from, e.port, e.to, e.count])).toEqual([
      ['start', 'next', 'triage', 1],
      ['triage', 'handoff', 'done', 1],
    ]);
    expect(trace.path).toEqual(['triage', 'done']);
    expect(trace.run).toMatchObject({
      status: 'completed',
      output: { ok: true },
      end: 'done',
      endedAt: START + 155,
    });
  });

  test('the path grows while the run goes on, without start', () => {
    expect(traceOf(agentRun().events.slice(0, -1)).path).toEqual(['triage', 'done']);
  });
});

describe('folding', () => {
  test('one by one gives the same as all at once, and an event seen twice changes nothing', () => {
    const { events } = agentRun();
    const trace = createTrace();
    for (const event of events) {
      applyToTrace(trace, event);
      applyToTrace(trace, event);
    }
    expect(trace).toEqual(traceOf(events));
  });

  test('a step that changed is a new object, one that did not is the same', () => {
    const { events } = agentRun();
    const trace = traceOf(events.slice(0, 5));
    const before = { start: trace.steps.get('start'), triage: trace.steps.get('triage') };
    applyToTrace(trace, events[5] as RunEvent);
    expect(trace.steps.get('start')).toBe(before.start);
    expect(trace.steps.get('triage')).not.toBe(before.triage);
  });

  test('a type of a newer version is noted and skipped', () => {
    const events = agentRun().events.slice(0, 4);
    const future = {
      runId: 'r1',
      seq: 5,
      type: 'dream.had',
      at: START + 1,
      data: { about: 'sheep' },
    } as unknown as RunEvent;
    const trace = traceOf([...events, future]);
    expect([...trace.unknownTypes]).toEqual(['dream.had']);
    expect(trace.lastSeq).toBe(5);
  });

  test('events of a step whose start is not in the record are skipped', () => {
    const history = new History().begin().add('attempt.started', {}, 'ghost', 1).commit('ghost', []);
    expect(traceOf(history.events).steps.size).toBe(0);
  });
});

describe('containers', () => {
  const history = () =>
    new History()
      .begin()
      .start('orders', 'map')
      .start('orders[1]/check', 'agent')
      .start('orders[0]/check', 'agent')
      .start('orders[0]/call', 'subflow')
      .start('orders[0]/call/inner', 'transform');

  test('children hang below their container, sorted by item', () => {
    const trace = traceOf(history().events);
    const orders = trace.steps.get('orders');
    expect(orders && childrenOf(trace, orders)).toEqual([
      'orders[0]/check',
      'orders[0]/call',
      'orders[1]/check',
    ]);
    expect(trace.steps.get('orders[0]/call')?.children).toEqual(['orders[0]/call/inner']);
    expect(trace.roots).toEqual(['orders']);
    expect(trace.path).toEqual(['orders']);
  });

  test('a step knows its visit, its item and whether it is an undo', () => {
    const trace = traceOf(
      new History()
        .begin()
        .start('a', 'map')
        .start('a[3]/b#2', 'tool')
        .start('pay~undo', 'tool', { node: 'pay' }).events,
    );
    expect(trace.steps.get('a[3]/b#2')).toMatchObject({ visit: 2, index: 3, parent: 'a', undo: false });
    expect(trace.steps.get('pay~undo')).toMatchObject({ node: 'pay', undo: true });
    expect(trace.path).toEqual(['a']);
  });

  test('all visits of a node are listed', () => {
    const trace = traceOf(history().events);
    expect(trace.stepsOfNode.get('check')).toEqual(['orders[1]/check', 'orders[0]/check']);
  });
});

describe('failures', () => {
  const failed = {
    kind: 'unavailable' as const,
    code: 'unavailable',
    message: 'down',
    attempts: 1,
    effects: ['tool refund'],
    usage: usage({}),
  };

  test('a failure taken by a fallback edge goes out by that edge', () => {
    const history = new History()
      .begin()
      .start('pay', 'tool')
      .add('attempt.started', {}, 'pay', 1)
      .add('step.failed', { ...failed, routed: 'fallback', to: 'review' }, 'pay');
    const trace = traceOf(history.events);
    expect(trace.steps.get('pay')).toMatchObject({
      status: 'failed',
      port: 'fallback',
      to: ['review'],
      failure: { kind: 'unavailable' },
    });
    expect(trace.steps.get('pay')?.attempts).toMatchObject([
      { outcome: 'failed', kind: 'unavailable', code: 'unavailable' },
    ]);
    expect([...trace.edges.keys()]).toEqual(['pay:fallback:review']);
  });

  test('a jump by onFailure is no edge, and the dead letter has the failure', () => {
    const history = new History()
      .begin()
      .start('pay', 'tool')
      .add('step.failed', { ...failed, routed: 'onFailure', to: 'review' }, 'pay')
      .add('deadletter.added', { step: 'pay', kind: 'unavailable' }, 'pay');
    const trace = traceOf(history.events);
    expect(trace.edges.size).toBe(0);
    expect([...trace.deadLetters.values()]).toMatchObject([
      { step: 'pay', node: 'pay', kind: 'unavailable', message: 'down' },
    ]);
    expect(trace.steps.get('pay')?.port).toBeUndefined();
  });

  test('a dead letter that was closed says by whom', () => {
    const history = new History()
      .begin()
      .add('deadletter.added', { step: 'x', kind: 'error' })
      .add('deadletter.closed', { step: 'other', action: 'dismissed', by: 'eve' })
      .add('deadletter.closed', { action: 'dismissed', by: 'ann' });
    expect(traceOf(history.events).deadLetters.get('x')?.closedBy).toBe('ann');
  });

  test('a rejected answer that is asked for again and then fits ends as completed; the rejection stays listed', () => {
    const history = new History()
      .begin()
      .start('a', 'agent')
      .add('attempt.started', {}, 'a', 1)
      .model('a', 1)
      .add('attempt.rejected', { kind: 'invalid_output', check: 'shape', message: 'no category' }, 'a', 1)
      .model('a', 1, { turn: 2 });
    const midway = traceOf(history.events).steps.get('a')?.attempts[0]?.outcome;
    const step = traceOf(history.commit('a', []).events).steps.get('a');
    expect([midway, step?.attempts[0]?.outcome, step?.attempts[0]?.kind]).toEqual([
      'running',
      'completed',
      undefined,
    ]);
    expect(step?.rejections).toMatchObject([{ attempt: 1, check: 'shape', message: 'no category' }]);
  });

  test('tools that failed or were refused are shown as such', () => {
    const history = new History()
      .begin()
      .start('a', 'agent')
      .add('attempt.started', {}, 'a', 1)
      .add('tool.refused', { call: 1, tool: 'rm', reason: 'not listed' }, 'a', 1)
      .add('tool.started', { call: 2, tool: 'crm', args: {}, effect: 'once', key: 'k' }, 'a', 1)
      .add(
        'tool.failed',
        { call: 2, kind: 'timeout', code: 'timeout', message: 'slow', sent: 'maybe' },
        'a',
        1,
      )
      .add('tool.completed', { call: 3, result: 1 }, 'a', 1);
    expect(traceOf(history.events).steps.get('a')?.attempts[0]?.calls).toMatchObject([
      { tool: 'rm', status: 'refused', message: 'not listed' },
      { tool: 'crm', status: 'failed', kind: 'timeout', sent: 'maybe' },
      { call: 3, status: 'completed', result: 1 },
    ]);
  });

  test('calls in flight at a crash are interrupted, not failed, and go on', () => {
    const history = new History().begin().start('a', 'agent').add('attempt.started', {}, 'a', 1);
    history.add('run.recovered', { epoch: 2, interrupted: ['a@1:turn1'] });
    expect(traceOf(history.events).steps.get('a')?.attempts[0]?.outcome).toBe('interrupted');
    history.add('attempt.started', {}, 'a', 1);
    const trace = traceOf(history.events);
    expect(trace.steps.get('a')?.attempts).toMatchObject([{ outcome: 'running' }]);
    expect(trace.run.usage.attempts).toBe(1);
  });

  test('a refusal of the governor ends the queueing', () => {
    const history = new History()
      .begin()
      .start('a', 'agent')
      .add('governor.queued', { dependency: 'd', reason: 'rate' }, 'a', 1)
      .after(30)
      .add('governor.refused', { dependency: 'd', reason: 'circuit_open', until: START + 99 }, 'a', 1)
      .after(10)
      .add('step.cancelled', { reason: 'sibling failed' }, 'a');
    expect(traceOf(history.events).steps.get('a')).toMatchObject({
      queuedMs: 30,
      status: 'cancelled',
      cancelReason: 'sibling failed',
    });
    expect(traceOf(history.events).path).toEqual([]);
  });

  test('a disabled node is passed by the port that is drawn', () => {
    const flow = { edges: [{ from: 'ask', port: 'approved', to: 'done' }], nodes: {} } as unknown as Flow;
    const history = new History().begin().start('ask', 'human').add('step.skipped', { to: 'done' }, 'ask');
    expect([...traceOf(history.events, flow).edges.keys()]).toEqual(['ask:approved:done']);
    expect(traceOf(history.events).path).toEqual([]);
  });

  test('a run that fails names what was not undone, and takes its open steps with it', () => {
    const history = new History()
      .begin()
      .start('a', 'agent')
      .start('b', 'agent')
      .add('run.failed', {
        error: { node: 'a', step: 'a', kind: 'error', code: 'x/y', message: 'no' },
        compensation: 'partial',
        notUndone: ['a'],
        usage: usage({}),
        path: ['a'],
        stateHash: 's',
      });
    const trace = traceOf(history.events);
    expect(trace.run).toMatchObject({
      status: 'failed',
      reason: 'error',
      compensation: 'partial',
      notUndone: ['a'],
    });
    expect([trace.steps.get('b')?.status, trace.path]).toEqual(['cancelled', ['a']]);
  });
});
