/** The run log suite: what the lists show about runs, tasks and dead letters. */
import { describe, expect, test } from 'vitest';
import type { RunStore } from '../../electron/store/run-store';
import { EMPTY_USAGE } from '../../shared/events/event';
import { RunScript, SEMANTIC_HASH, START_AT, testFlow } from '../fakes/run-events';
import { long, type RunLogBench } from './run-log-bench';

export function listTests(at: RunLogBench): void {
  describe('the list of runs', () => {
    test('shows a run from its start to its end', () => {
      const run = at.start('r1', {
        mode: 'rehearsal',
        forkedFrom: { runId: 'r0', seq: 9, at: 'x', sameFlow: true },
      });
      expect(at.store.run('r1')).toEqual({
        runId: 'r1',
        flowId: 'support',
        flowName: 'Support',
        flowVersion: '1.2.0',
        semanticHash: SEMANTIC_HASH,
        mode: 'rehearsal',
        status: 'running',
        startedAt: START_AT + 10,
        usage: EMPTY_USAGE,
        waiting: 0,
        forkedFrom: { runId: 'r0', seq: 9 },
        lastSeq: 1,
      });
      const error = { kind: 'timeout' as const, code: 'tool/late', message: 'Too late.' };
      const usage = { ...EMPTY_USAGE, steps: 3, durationMs: 40 };
      const end = { usage, path: [], stateHash: 's', compensation: 'none' as const, notUndone: [] };
      at.store.commit([run.append(run.event('run.failed', { error, ...end }))]);
      expect(at.store.run('r1')).toMatchObject({
        status: 'failed',
        reason: 'timeout',
        endedAt: START_AT + 20,
        usage,
        error,
        lastSeq: 2,
      });
      expect(at.store.unfinished()).toEqual([]);
      expect(at.store.flow('r1')).toEqual(testFlow());
    });

    test('is newest first, filtered, searched without wildcards and paged', () => {
      const [a, b, c] = [new RunScript('a_1', 100), new RunScript('b%2', 300), new RunScript('c3', 300)];
      at.store.commit([a.first({}, testFlow('billing', 'Billing Desk')), b.first(), c.first()]);
      at.store.commit([c.append(c.completed())]);
      const ids = (filter?: Parameters<RunStore['runs']>[0]) => at.store.runs(filter).map((run) => run.runId);
      expect(ids()).toEqual(['c3', 'b%2', 'a_1']);
      expect(ids({ status: ['completed', 'failed'] })).toEqual(['c3']);
      expect(ids({ status: [] })).toEqual([]);
      expect(ids({ flowId: 'support', status: ['running'] })).toEqual(['b%2']);
      expect(ids({ search: 'billing d' })).toEqual(['a_1']);
      expect(ids({ search: '%' })).toEqual(['b%2']);
      expect(ids({ search: '_' })).toEqual(['a_1']);
      expect(ids({ search: ' SUPP ' })).toEqual(['c3', 'b%2']);
      expect(ids({ since: 300 + 10 })).toEqual(['c3', 'b%2']);
      expect(ids({ until: 300 + 10 })).toEqual(['a_1']);
      expect(ids({ minCost: 0 })).toHaveLength(3);
      expect(ids({ minCost: 0.01 })).toEqual([]);
      expect(ids({ limit: 1, offset: 1 })).toEqual(['b%2']);
      expect(ids({ offset: 2 })).toEqual(['a_1']);
      expect([
        at.store.countRuns(),
        at.store.countRuns({ search: 'supp' }),
        at.store.countRuns({ status: ['completed'] }),
      ]).toEqual([3, 2, 1]);
    });

    test('follows a migration to another flow', () => {
      const run = at.start();
      const flow = { ...testFlow('support', 'Support 2'), version: '2.0.0' };
      const migrated = run.event('run.migrated', { from: SEMANTIC_HASH, to: 'sha256:new' });
      at.store.commit([{ ...run.append(migrated), created: { flow, semanticHash: 'sha256:new' } }]);
      expect(at.store.run('r1')).toMatchObject({
        flowName: 'Support 2',
        flowVersion: '2.0.0',
        semanticHash: 'sha256:new',
      });
      expect(at.store.flow('r1')).toEqual(flow);
    });

    test('counts what a running run has used', () => {
      const run = at.start();
      const model = {
        turn: 1,
        purpose: 'turn' as const,
        model: 'm',
        requestHash: 'h',
        message: 'hi',
        toolCalls: [],
        finish: 'stop',
      };
      at.store.commit([
        run.append(
          run.stepStarted('start', 'start'),
          run.stepStarted('a', 'agent'),
          run.event('attempt.started', {}, 'a', 1),
          run.event(
            'model.completed',
            { ...model, usage: { in: 5, out: 2 }, cost: { amount: 0.5, currency: 'EUR' } },
            'a',
            1,
          ),
          run.event('retry.scheduled', { nextAttempt: 2, dueAt: 1, delayMs: 1 }, 'a'),
          run.committed('a', { handoff: { name: 'h', payload: null } }),
        ),
      ]);
      expect(at.store.run('r1')?.usage).toEqual({
        steps: 1,
        attempts: 1,
        retries: 1,
        turns: 1,
        tokens: { in: 5, out: 2 },
        cost: { amount: 0.5, currency: 'EUR', known: true },
        durationMs: 60,
        handoffs: 1,
      });
      at.store.commit([
        run.append(run.event('model.completed', { ...model, usage: { in: 1, out: 1 } }, 'a', 1)),
      ]);
      expect(at.store.run('r1')?.usage.cost).toEqual({ amount: 0.5, currency: 'EUR', known: false });
    });
  });

  describe('tasks', () => {
    test('stay until they are decided, expire or are withdrawn; a late answer changes nothing', () => {
      const run = at.start();
      const evidence = [{ label: 'Draft', value: long(6000) }];
      const begun = run.stepStarted('map[2]/check#2', 'human');
      const asked = run.asked('map[2]/check#2', 'map[2]/check#2', {
        body: 'Please',
        evidence,
        form: { type: 'object' },
        proposed: { a: 1 },
        assignee: 'ada',
        deadlineAt: START_AT + 500,
        onDeadline: 'expired',
      });
      at.store.commit([run.append(begun, asked, run.asked('b', 'b'), run.asked('c', 'c'))]);
      expect(at.store.tasks('r1')[0]).toEqual({
        task: 'map[2]/check#2',
        runId: 'r1',
        step: 'map[2]/check#2',
        node: 'check',
        type: 'checkpoint',
        title: 'Look at map[2]/check#2',
        body: 'Please',
        evidence,
        form: { type: 'object' },
        proposed: { a: 1 },
        choices: [{ port: 'approved', label: 'Approve' }],
        assignee: 'ada',
        askedAt: asked.at,
        deadlineAt: START_AT + 500,
        onDeadline: 'expired',
      });
      expect(at.store.run('r1')?.waiting).toBe(3);
      at.store.commit([
        run.append(
          run.decided('map[2]/check#2', 'map[2]/check#2'),
          run.event('human.expired', { task: 'b', port: 'expired' }, 'b'),
        ),
      ]);
      expect(at.store.tasks().map((task) => task.task)).toEqual(['c']);
      at.store.commit([
        run.append(
          run.decided('b', 'b'),
          run.event('human.withdrawn', { task: 'c', reason: 'cancelled' }, 'c'),
        ),
      ]);
      expect(at.store.tasks()).toEqual([]);
      expect(at.store.run('r1')?.waiting).toBe(0);
    });

    test('may be asked again under the same name', () => {
      const run = at.start();
      at.store.commit([
        run.append(run.asked('t', 'a'), run.decided('t', 'a'), run.asked('t', 'a', { title: 'Again' })),
      ]);
      expect(at.store.tasks('r1').map((task) => task.title)).toEqual(['Again']);
      at.store.commit([run.append(run.decided('t', 'a'))]);
      expect(at.store.tasks('r1')).toEqual([]);
    });

    test('give the agreement rate its numbers', () => {
      const run = at.start();
      const other = at.start('r2', {}, testFlow('other'));
      at.store.commit([
        run.append(
          run.asked('t', 'a#2', { proposed: { n: 1 } }),
          run.asked('u', undefined),
          run.asked('v', 'v'),
        ),
      ]);
      at.store.commit([other.append(other.asked('t', 'a'), other.decided('t', 'a'))]);
      at.store.commit([
        run.append(
          run.decided('t', 'a#2', { values: { n: 2 } }),
          run.decided('u', undefined, { choice: 'stop' }),
        ),
      ]);
      const base = { runId: 'r1', type: 'checkpoint', by: 'ada' };
      expect(at.store.decisions('support')).toEqual([
        {
          ...base,
          seq: 5,
          task: 't',
          step: 'a#2',
          node: 'a',
          askedAt: START_AT + 20,
          decidedAt: START_AT + 50,
          proposed: { n: 1 },
          values: { n: 2 },
          choice: 'approved',
        },
        { ...base, seq: 6, task: 'u', askedAt: START_AT + 30, decidedAt: START_AT + 60, choice: 'stop' },
      ]);
    });
  });

  test('dead letters tell why a step gave up, also when its failure was recorded earlier, and who closed them', () => {
    const run = at.start();
    at.store.commit([
      run.append(run.stepFailed('a'), run.event('deadletter.added', { step: 'a', kind: 'timeout' })),
    ]);
    at.store.commit([run.append(run.stepFailed('m[1]/b', { code: 'x/y', message: 'No.' }))]);
    at.store.commit([
      run.append(
        run.event('deadletter.added', { step: 'm[1]/b', kind: 'error' }),
        run.event('deadletter.added', { step: 'c', kind: 'denied' }),
      ),
    ]);
    const letter = { runId: 'r1', flowName: 'Support' };
    const [a, b, c] = [
      {
        ...letter,
        step: 'a',
        node: 'a',
        kind: 'timeout',
        code: 'tool/late',
        message: 'It took too long.',
        at: START_AT + 30,
        seq: 3,
      },
      {
        ...letter,
        step: 'm[1]/b',
        node: 'b',
        kind: 'error',
        code: 'x/y',
        message: 'No.',
        at: START_AT + 50,
        seq: 5,
      },
      {
        ...letter,
        step: 'c',
        node: 'c',
        kind: 'denied',
        code: 'denied',
        message: 'The step gave up (denied).',
        at: START_AT + 60,
        seq: 6,
      },
    ];
    expect(at.store.deadLetters()).toEqual([a, b, c]);
    at.store.commit([
      run.append(run.event('deadletter.closed', { step: 'a', action: 'dismiss', by: 'ada' })),
    ]);
    at.store.commit([run.append(run.event('deadletter.closed', { action: 'rerun', by: 'bob' }))]);
    expect(at.store.deadLetters('r1')).toEqual([
      { ...a, closedBy: 'ada' },
      { ...b, closedBy: 'bob' },
      { ...c, closedBy: 'bob' },
    ]);
    expect(at.store.deadLetters('r2')).toEqual([]);
  });
}
