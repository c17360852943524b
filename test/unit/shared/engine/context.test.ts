import { describe, expect, test } from 'vitest';
import { EventData, type EventType } from '../../../../shared/events/event';
import type { FlowNode } from '../../../../shared/spec/nodes';
import { fails, graph, play, type Played, rowOf } from '../../../fakes/small-flow';

const look: FlowNode = { kind: 'tool', tool: 'look' };
const pay: FlowNode = { kind: 'tool', tool: 'pay' };
const human: FlowNode = { kind: 'human', mode: 'approve', title: 't' };
const oneTry = { default: { retry: { maxAttempts: 1 } } };

describe('context', () => {
  const context = {
    one: { schema: { type: 'number' }, merge: 'replace' as const },
    list: { schema: { type: 'array' }, merge: 'append' as const, initial: ['i'] },
    bag: { schema: { type: 'object', properties: { k: { type: 'string' } } }, merge: 'merge' as const },
    sum: { schema: { type: 'number' }, merge: 'sum' as const },
    low: { schema: { type: 'number' }, merge: 'min' as const },
    high: { schema: { type: 'number' }, merge: 'max' as const },
  };
  const writing = (...writes: Record<string, string>[]) =>
    play(
      rowOf(Object.fromEntries(writes.map((write, i) => [`t${i}`, { ...look, writes: write } as FlowNode])), {
        context,
        policies: oneTry,
      }),
    );
  const value = (run: Played, field: string) => run.state.root.ctx.own.get(field)?.value;

  test('each merge rule does what it says', () => {
    const run = writing(
      { one: '1', list: '["a","b"]', bag: '{"k":"v","x":{"y":1}}', sum: '2', low: '5', high: '5' },
      { one: '2', list: '"c"', bag: '{"k":null,"x":{"z":2}}', sum: '3', low: '7', high: '7' },
    );
    expect(['one', 'list', 'bag', 'sum', 'low', 'high'].map((field) => value(run, field))).toEqual([
      2,
      ['i', 'a', 'b', 'c'],
      { x: { y: 1, z: 2 } },
      5,
      5,
      7,
    ]);
    expect(run.data('step.committed', 't1')[0]?.writes.map((write) => [write.field, write.version])).toEqual([
      ['one', 2],
      ['list', 2],
      ['bag', 2],
      ['sum', 2],
      ['low', 2],
      ['high', 2],
    ]);
    expect(run.data('step.committed', 't1')[0]?.writes[1]?.value).toBe('c');
  });

  test('a missing value writes nothing; one that does not fit its field is `invalid_output`', () => {
    expect(writing({ one: 'output.no' }).data('step.committed', 't0')[0]?.writes).toEqual([]);
    const wrong: readonly Record<string, string>[] = [
      { one: '"x"' },
      { sum: '"x"' },
      { bag: '{"k":1}' },
      { high: '[1]' },
    ];
    for (const write of wrong)
      expect(writing(write).data('step.failed')).toMatchObject([
        { kind: 'invalid_output', code: 'output/write' },
      ]);
    const strict = play(
      rowOf(
        { t: { ...look, writes: { list: '"x"' } } as FlowNode },
        {
          policies: oneTry,
          context: { list: { schema: { type: 'array', items: { type: 'number' } }, merge: 'append' } },
        },
      ),
    );
    expect(strict.status).toBe('failed');
    const plain = play(rowOf({ t: { kind: 'transform', output: 1, writes: { one: '"x"' } } }, { context }));
    expect(plain.data('step.failed')).toMatchObject([{ kind: 'invalid_output', code: 'output/write' }]);
  });

  test('writes do not change the context its own expressions see', () => {
    const run = play(
      rowOf(
        {
          t: { ...look, reads: ['sum'], writes: { sum: 'context.sum + 1', high: 'context.sum' } } as FlowNode,
        },
        { context: { sum: context.sum, high: context.high } },
      ),
    );
    expect(value(run, 'high')).toBe(0);
  });

  test('a read that is not declared is `denied`; a computed one is missing', () => {
    const denied = play(rowOf({ t: { kind: 'transform', output: { $: 'context.one' } } }, { context }), {
      unchecked: true,
    });
    expect(denied.data('step.failed')).toMatchObject([{ kind: 'denied', code: 'expr/failed' }]);
    const computed = play(
      rowOf(
        {
          a: { ...look, writes: { one: '1' } } as FlowNode,
          t: {
            kind: 'transform',
            reads: ['sum'],
            output: { all: { $: '$keys(context)' }, one: { $: '$lookup(context, input.k)' } },
          },
        },
        { context },
      ),
      { input: { k: 'one' } },
    );
    expect(computed.last.data).toMatchObject({ output: { all: 'sum' } });
  });

  test('freshness: too old fails with `stale_context` or is told; never written is missing; initial counts from the start', () => {
    const fresh = (onStale?: 'fail' | 'warn', initial?: number) => ({
      n: {
        schema: { type: 'number' },
        merge: 'replace' as const,
        freshFor: 'PT10M',
        ...(onStale ? { onStale } : {}),
        ...(initial === undefined ? {} : { initial }),
      },
    });
    const flow = (ctx: ReturnType<typeof fresh>, wait = 'PT1H', write = true) =>
      rowOf(
        {
          a: { ...look, ...(write ? { writes: { n: '1' } } : {}) } as FlowNode,
          w: { kind: 'wait', for: wait },
          b: { kind: 'tool', tool: 'look', reads: ['n'] },
        },
        { context: ctx },
      );
    const failed = play(flow(fresh()));
    expect(failed.data('context.stale')).toMatchObject([{ field: 'n' }]);
    expect(failed.data('step.failed')).toMatchObject([
      {
        kind: 'stale_context',
        code: 'context/stale',
        attempts: 0,
        message: '"n" was written 3600 s ago and counts as fresh for 600 s only.',
      },
    ]);
    const warned = play(flow(fresh('warn')));
    expect([warned.status, warned.data('context.stale').length]).toEqual(['completed', 1]);
    expect(play(flow(fresh(), 'PT1M')).data('context.stale')).toEqual([]);
    expect(play(flow(fresh(), 'PT1H', false)).status).toBe('completed');
    expect(play(flow(fresh('fail', 3), 'PT1H', false)).data('step.failed')).toMatchObject([
      { kind: 'stale_context' },
    ]);
  });

  test.each(['append', 'merge', 'sum'] as const)(
    'what a field starts with by `%s` was never written, so it is not stale; what was added is',
    (merge) => {
      const rows = (writes: object) =>
        play(
          rowOf(
            {
              a: { ...look, ...writes } as FlowNode,
              w: { kind: 'wait', for: 'PT1H' },
              b: { kind: 'tool', tool: 'look', reads: ['n'] },
            },
            { context: { n: { schema: true, merge, freshFor: 'PT10M' } } },
          ),
        ).data('context.stale');
      expect(rows({})).toEqual([]);
      expect(rows({ writes: { n: merge === 'merge' ? '{"a":1}' : '1' } })).toMatchObject([{ field: 'n' }]);
    },
  );

  test('a sum too large for a number is `invalid_output` of the step that would make it', () => {
    const run = writing({ sum: '1e308' }, { sum: '1e308' });
    expect(run.data('step.failed', 't1')).toMatchObject([
      {
        kind: 'invalid_output',
        code: 'output/write',
        message: 'the value for "sum" does not fit: the sum is too large for a number',
      },
    ]);
  });
});

/** Names of `data` as DECISIONS 14 gives them; `?` where it may be missing, and what the schemas add beyond the table. */
const TABLE: Readonly<Record<EventType, string>> = {
  'run.started': 'flowId flowVersion semanticHash engineVersion mode input seed overrides? forkedFrom?',
  'run.paused': 'reason by? node?',
  'run.resumed': 'by step?',
  'breakpoints.set': 'breakpoints by',
  'run.recovered': 'epoch interrupted stoppedExpressions?',
  'run.cancelRequested': 'by compensate',
  'run.completed': 'output end path usage stateHash',
  'run.failed': 'error output? compensation notUndone path usage stateHash',
  'run.cancelled': 'error? output? compensation notUndone path usage stateHash',
  'step.started': 'node kind via? viewHash reads',
  'step.committed': 'output routes writes handoff? handoffs? usage',
  'step.failed': 'kind code message attempts effects routed to? handoff? usage',
  'step.cancelled': 'reason',
  'step.skipped': 'to?',
  'attempt.started': 'model? dependency',
  'attempt.completed': 'result latencyMs',
  'attempt.failed': 'kind code message sent retryAfterMs? latencyMs?',
  'attempt.rejected': 'kind check message',
  'retry.scheduled': 'nextAttempt model? dueAt delayMs',
  'model.completed': 'turn purpose model requestHash message toolCalls finish usage cost? latencyMs?',
  'tool.started': 'call tool args effect key',
  'tool.completed': 'call result latencyMs?',
  'tool.failed': 'call kind code message sent retryAfterMs?',
  'tool.refused': 'call tool reason',
  'human.asked': 'task type title body? evidence form? proposed? choices assignee? deadlineAt? onDeadline?',
  'human.expired': 'task port',
  'human.withdrawn': 'task reason',
  'human.decided': 'task choice values? comment? by via',
  'timer.set': 'timer dueAt why',
  'timer.fired': 'timer',
  'context.set': 'field value by',
  'context.stale': 'field ageMs',
  'output.set': 'node value by',
  'governor.queued': 'dependency reason until?',
  'governor.refused': 'dependency reason until?',
  'breaker.changed': 'subject from to until?',
  'budget.warned': 'scope metric used limit',
  'budget.exceeded': 'scope metric used limit action',
  'budget.raised': 'limits by',
  'compensation.started': 'steps',
  'compensation.completed': 'undone notUndone',
  'plan.proposed': 'steps',
  'deadletter.added': 'step kind',
  'deadletter.closed': 'step? action by',
  'run.migrated': 'from to',
};

describe('the table of events', () => {
  test.each(Object.entries(TABLE))('%s has exactly the data named for it', (type, names) => {
    const shape = EventData[type as EventType].shape as Record<string, { isOptional(): boolean }>;
    const wanted = names.split(' ');
    expect(Object.keys(shape).sort()).toEqual(wanted.map((name) => name.replace('?', '')).sort());
  });

  test('every event of many runs parses, names no more than the table, and time never goes back', () => {
    const body = graph({ s: { kind: 'start' }, t: look, e: { kind: 'end' } }, 's > t', 't > e');
    const runs = [
      play(
        rowOf(
          { a: look, h: human, p: pay, m: { kind: 'map', items: '[1..3]', body } },
          { policies: { default: { concurrency: 1 } } },
        ),
      ),
      play(rowOf({ a: { kind: 'agent', agent: 'worker' } }), {
        script: (call) =>
          call.attempt < 3 ? fails('timeout', { sent: 'maybe', retryAfterMs: 5 }) : undefined,
      }),
      play(
        rowOf(
          { a: { ...pay, compensate: { tool: 'refund' } } as FlowNode, b: look },
          { onFailure: { do: 'compensate' }, policies: oneTry },
        ),
        { script: (call) => (call.node === 'b' ? fails('error') : undefined) },
      ),
    ];
    for (const { events } of runs) {
      let last = 0;
      for (const event of events) {
        const schema: { safeParse(data: unknown): { error?: unknown } } = EventData[event.type];
        expect(schema.safeParse(event.data).error).toBeUndefined();
        const required = TABLE[event.type].split(' ').filter((name) => !name.endsWith('?'));
        expect(Object.keys(event.data)).toEqual(expect.arrayContaining(required));
        expect(event.at).toBeGreaterThanOrEqual(last);
        last = event.at;
      }
    }
  });
});
