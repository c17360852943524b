import { describe, expect, test } from 'vitest';
import { traceOf } from '../../../../shared/events/trace';
import { History, START } from './history';

describe('people', () => {
  const asked = () =>
    new History()
      .begin()
      .start('orders', 'map')
      .start('orders[0]/approve', 'human')
      .task('orders[0]/approve', 'orders[0]/approve', { proposed: { amount: 80 }, deadlineAt: START + 1000 });

  test('a run waits when each active step has a task or holds one that has', () => {
    expect(traceOf(asked().events).run.status).toBe('waiting');
    expect(traceOf(asked().start('orders[1]/work', 'agent').events).run.status).toBe('running');
  });

  test('waiting does not count as time at work', () => {
    const history = asked()
      .after(60_000)
      .add('human.decided', { task: 'orders[0]/approve', choice: 'approved', by: 'ann', via: 'cli' });
    const trace = traceOf(history.events);
    expect([trace.run.usage.durationMs, trace.run.status]).toEqual([0, 'running']);
  });

  test('a decision keeps the values before and after, who and when', () => {
    const history = asked()
      .after(5)
      .add('human.decided', {
        task: 'orders[0]/approve',
        choice: 'approved',
        values: { amount: 50 },
        comment: 'less',
        by: 'ann',
        via: 'cli',
      });
    const trace = traceOf(history.events);
    expect(trace.tasks.get('orders[0]/approve')).toMatchObject({
      node: 'approve',
      status: 'decided',
      proposed: { amount: 80 },
      values: { amount: 50 },
      comment: 'less',
      by: 'ann',
      channel: 'cli',
      closedAt: START + 5,
    });
    expect(trace.steps.get('orders[0]/approve')?.status).toBe('running');
  });

  test('the first of decision and deadline counts', () => {
    const history = asked()
      .add('human.expired', { task: 'orders[0]/approve', port: 'expired' })
      .add('human.decided', { task: 'orders[0]/approve', choice: 'approved', by: 'ann', via: 'cli' });
    expect(traceOf(history.events).tasks.get('orders[0]/approve')).toMatchObject({
      status: 'expired',
      choice: 'expired',
    });
  });

  test('a withdrawn task is closed', () => {
    const trace = traceOf(
      asked().add('human.withdrawn', { task: 'orders[0]/approve', reason: 'cancelled' }).events,
    );
    expect([trace.tasks.get('orders[0]/approve')?.status, trace.openTasks.size]).toEqual(['withdrawn', 0]);
  });

  test('a step with two open tasks waits until both are closed', () => {
    const history = new History()
      .begin()
      .start('a', 'agent')
      .task('a:approval:1', 'a', { type: 'approval' })
      .task('a:approval:2', 'a', { type: 'approval' })
      .add('human.decided', { task: 'a:approval:1', choice: 'approved', by: 'x', via: 'cli' });
    expect(traceOf(history.events).steps.get('a')?.status).toBe('waiting');
  });

  test('a budget pauses the run until its task is decided', () => {
    const history = new History()
      .begin()
      .add('budget.exceeded', { scope: 'flow', metric: 'tokens', used: 12, limit: 10, action: 'pause' })
      .add('run.paused', { reason: 'budget' })
      .task('run:budget:1', undefined, { type: 'budget' });
    expect(traceOf(history.events).run).toMatchObject({ status: 'paused', reason: 'budget' });
    history.add('human.decided', { task: 'run:budget:1', choice: 'raise', by: 'ann', via: 'cli' });
    const trace = traceOf(history.events);
    expect(trace.run.status).toBe('running');
    expect(trace.run.reason).toBeUndefined();
    expect(trace.incidents.map((incident) => incident.type)).toEqual(['budget.exceeded', 'run.paused']);
  });
});

describe('control', () => {
  test('pause, resume, undo and migration show in the run', () => {
    const history = new History().begin().add('run.paused', { reason: 'breakpoint', node: 'a' });
    expect(traceOf(history.events).run).toMatchObject({ status: 'paused', reason: 'breakpoint' });
    history.add('run.resumed', { by: 'ann' });
    expect(traceOf(history.events).run.status).toBe('running');
    history
      .add('run.migrated', { from: 'sha256:aa', to: 'sha256:bb' })
      .add('compensation.started', { steps: ['a'] });
    expect(traceOf(history.events).run).toMatchObject({ status: 'compensating', semanticHash: 'sha256:bb' });
  });

  test('raising a budget lets a run go on', () => {
    const history = new History()
      .begin()
      .add('run.paused', { reason: 'budget' })
      .add('budget.raised', { limits: { tokens: 5 }, by: 'ann' });
    expect(traceOf(history.events).run.status).toBe('running');
  });

  test('a wait node waits for its timer; a deadline elsewhere does not make its step wait', () => {
    const history = new History()
      .begin()
      .start('w', 'wait')
      .add('timer.set', { timer: 't1', dueAt: START + 9, why: 'wait' }, 'w')
      .start('a', 'agent')
      .add('timer.set', { timer: 't2', dueAt: START + 9, why: 'timeout' }, 'a');
    const trace = traceOf(history.events);
    expect([trace.steps.get('w')?.status, trace.steps.get('a')?.status, trace.run.status]).toEqual([
      'waiting',
      'running',
      'running',
    ]);
    history.add('timer.fired', { timer: 't1' }, 'w');
    expect(traceOf(history.events).steps.get('w')?.status).toBe('running');
  });

  test('an output set in a fork and a stale read are on their step', () => {
    const history = new History()
      .begin({ forkedFrom: { runId: 'r0', seq: 9, sameFlow: true } })
      .start('a', 'agent')
      .add('context.stale', { field: 'price', ageMs: 5000 }, 'a')
      .add('output.set', { node: 'a', value: 3, by: 'ann' }, 'a');
    const trace = traceOf(history.events);
    expect(trace.steps.get('a')).toMatchObject({ output: 3, staleReads: [{ field: 'price', ageMs: 5000 }] });
    expect(trace.run.forkedFrom).toEqual({ runId: 'r0', seq: 9, sameFlow: true });
  });
});
