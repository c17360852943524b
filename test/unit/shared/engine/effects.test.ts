import { describe, expect, test } from 'vitest';
import type { FlowNode } from '../../../../shared/spec/nodes';
import type { Call } from '../../../../shared/ports/calls';
import {
  asks,
  at,
  cancelling,
  fails,
  flowOf,
  gives,
  graph,
  play,
  type PlayOptions,
  rowOf,
  say,
  steering,
} from '../../../fakes/small-flow';

const look: FlowNode = { kind: 'tool', tool: 'look' };
const pay: FlowNode = { kind: 'tool', tool: 'pay' };
const oneTry = { default: { retry: { maxAttempts: 1 } } };
const doubt = fails('uncertain', { sent: 'maybe' });

describe('tool calls', () => {
  test('arguments that do not fit are `error`, `tool/bad-arguments`, never retried and never sent', () => {
    const tools = {
      strict: {
        description: 's',
        input: { type: 'object', required: ['q'] },
        effect: 'read' as const,
        kind: 'builtin' as const,
        name: 'echo',
      },
    };
    const run = play(
      rowOf(
        { t: { kind: 'tool', tool: 'strict' } },
        { tools, policies: { default: { retry: { maxAttempts: 3, on: ['error'] } } } },
      ),
      { unchecked: true },
    );
    expect(run.calls).toEqual([]);
    expect(run.data('step.failed')).toMatchObject([
      { kind: 'error', code: 'tool/bad-arguments', attempts: 0 },
    ]);
  });

  test('a result that does not fit `output` is `invalid_output`', () => {
    const tools = {
      strict: {
        description: 's',
        input: {},
        output: { type: 'string' },
        effect: 'read' as const,
        kind: 'builtin' as const,
        name: 'echo',
      },
    };
    expect(play(rowOf({ t: { kind: 'tool', tool: 'strict' } }, { tools })).data('step.failed')).toMatchObject(
      [{ kind: 'invalid_output', code: 'output/shape' }],
    );
  });

  test('`read` and `idempotent` are tried three times, `once` once; a key is the same at each attempt', () => {
    const run = (tool: string) =>
      play(rowOf({ t: { kind: 'tool', tool } }), { script: () => fails('unavailable') });
    expect(run('look').calls).toHaveLength(3);
    expect(
      new Set(
        run('put')
          .data('tool.started')
          .map((call) => call.key),
      ).size,
    ).toBe(1);
    expect(run('pay').calls).toHaveLength(1);
    expect(run('put').data('tool.started')[0]?.key).toMatch(/^[0-9a-f]{32}$/);
  });

  test('a refused `once` call is an ordinary failure and has no effect; one that left has', () => {
    const policies = { default: { retry: { maxAttempts: 2, on: ['unavailable' as const] } } };
    const refused = play(rowOf({ t: pay }, { policies }), { script: () => fails('unavailable') });
    expect(refused.calls).toHaveLength(2);
    expect(refused.data('step.failed')[0]?.effects).toEqual([]);
    expect(refused.last.data).toMatchObject({ notUndone: [] });
    const sent = play(rowOf({ t: { kind: 'tool', tool: 'put' } }, { policies: oneTry }), {
      script: () => fails('timeout', { sent: 'maybe' }),
    });
    expect(sent.data('step.failed')[0]?.effects).toHaveLength(1);
    expect(sent.last.data).toMatchObject({ notUndone: ['t'] });
  });

  test('a definite no is no effect: a saga with a refused call at its end is undone completely', () => {
    for (const kind of ['error', 'rate_limited', 'denied'] as const) {
      const run = play(rowOf({ t: pay }, { policies: oneTry }), {
        script: () => fails(kind, { sent: 'yes' }),
      });
      expect(run.data('step.failed')[0]?.effects).toEqual([]);
      expect(run.last.data).toMatchObject({ notUndone: [] });
    }
    const broken = play(rowOf({ t: { kind: 'tool', tool: 'put' } }, { policies: oneTry }), {
      script: () => fails('unavailable', { sent: 'yes' }),
    });
    expect(broken.last.data).toMatchObject({ notUndone: ['t'] });
  });

  test('delays grow by the factor up to the maximum and are seeded; `Retry-After` is a minimum', () => {
    const policies = {
      default: { retry: { maxAttempts: 5, initial: 'PT1S', factor: 3, max: 'PT5S', jitter: false } },
    };
    const plain = play(rowOf({ t: look }, { policies }), { script: () => fails('timeout') });
    expect(plain.data('retry.scheduled').map((retry) => retry.delayMs)).toEqual([1000, 3000, 5000, 5000]);
    expect(plain.data('retry.scheduled').map((retry) => retry.nextAttempt)).toEqual([2, 3, 4, 5]);
    const asked = play(rowOf({ t: look }, { policies }), {
      script: (_call, nth) => fails('rate_limited', nth === 1 ? { retryAfterMs: 60_000 } : {}),
    });
    expect(asked.data('retry.scheduled')[0]?.delayMs).toBe(60_000);
    const seeded = (seed: number) =>
      play(rowOf({ t: look }), { seed, script: () => fails('timeout') })
        .data('retry.scheduled')
        .map((retry) => retry.delayMs);
    expect(seeded(1)).toEqual(seeded(1));
    expect(seeded(1)).not.toEqual(seeded(2));
    for (const delayMs of seeded(3)) expect(delayMs).toBeLessThanOrEqual(2000);
  });

  test('`Retry-After` above five minutes counts as no attempt left: the next model, else the failure', () => {
    const run = play(rowOf({ t: look }), { script: () => fails('rate_limited', { retryAfterMs: 300_001 }) });
    expect(run.calls).toHaveLength(1);
    const model = play(rowOf({ a: { kind: 'agent', agent: 'worker' } }), {
      script: (call) => (call.attempt === 1 ? fails('rate_limited', { retryAfterMs: 300_001 }) : undefined),
    });
    expect(model.of('attempt.started').map((event) => event.data.model)).toEqual(['main', 'spare']);
    const inner = play(
      rowOf(
        { a: { kind: 'agent', agent: 'doer' } },
        { agents: { doer: { role: 'Does', model: 'main', tools: ['look'] } } },
      ),
      {
        script: (call) =>
          call.type === 'model'
            ? call.turn === 1
              ? say('', asks('look'))
              : say('done')
            : fails('rate_limited', { retryAfterMs: 300_001 }),
      },
    );
    expect(inner.data('tool.started')).toHaveLength(1);
  });

  test('the retry budget of a dependency refuses what is too much: no attempt left, with the failure it had', () => {
    const body = graph({ s: { kind: 'start' }, t: look, e: { kind: 'end' } }, 's > t', 't > e');
    const flow = rowOf(
      { m: { kind: 'map', items: '[1..40]', concurrency: 40, onItemFailure: 'collect', body } },
      {
        policies: {
          default: {
            retry: { maxAttempts: 3, jitter: false },
            concurrency: 100,
            breaker: { failures: 1000, window: 'PT1M', cooldown: 'PT1S' },
          },
        },
      },
    );
    const run = play(flow, { script: () => fails('unavailable') });
    const refused = run.data('governor.refused').filter((refusal) => refusal.reason === 'retry_budget');
    expect(refused.length).toBeGreaterThan(10);
    expect(new Set(run.data('step.failed').map((failed) => failed.kind))).toEqual(new Set(['unavailable']));
  });

  test('an open breaker fails with `circuit_open` without an attempt; a fallback may take it', () => {
    const nodes: Record<string, FlowNode> = {};
    for (let i = 0; i < 6; i++) nodes[`t${i}`] = look;
    nodes['t5'] = look;
    const ids = Object.keys(nodes);
    const flow = flowOf({
      policies: {
        default: { retry: { maxAttempts: 1 }, breaker: { failures: 2, window: 'PT1M', cooldown: 'PT1H' } },
      },
      nodes: { start: { kind: 'start' }, ...nodes, end: { kind: 'end' } },
      edges: [
        'start > t0',
        ...ids.flatMap((id, i) => [
          `${id} > ${ids[i + 1] ?? 'end'}`,
          `${id}.fallback > ${ids[i + 1] ?? 'end'}`,
        ]),
      ],
    });
    const run = play(flow, { script: () => fails('unavailable') });
    expect(run.calls).toHaveLength(2);
    expect(run.data('step.failed', 't2')).toMatchObject([
      { kind: 'circuit_open', code: 'governor/circuit_open', attempts: 0, routed: 'fallback' },
    ]);
    expect(run.data('breaker.changed')[0]).toMatchObject({ from: 'closed', to: 'open' });
  });

  test('calls past the concurrency of their dependency are queued and go later', () => {
    const body = graph({ s: { kind: 'start' }, t: look, e: { kind: 'end' } }, 's > t', 't > e');
    const run = play(
      rowOf(
        { m: { kind: 'map', items: '[1..4]', concurrency: 4, body } },
        { policies: { default: { concurrency: 2 } } },
      ),
    );
    expect(run.data('governor.queued')).toMatchObject([{ reason: 'concurrency' }, { reason: 'concurrency' }]);
    expect(run.status).toBe('completed');
  });
});

describe('a `once` call without a definite answer', () => {
  const answer = (...choices: { choice: string; values?: number }[]): PlayOptions['decide'] => {
    let n = 0;
    return () => choices[Math.min(n++, choices.length - 1)];
  };

  test('happened: the result is committed; a person is asked under the name of the call', () => {
    const run = play(rowOf({ t: pay }), {
      script: () => doubt,
      decide: answer({ choice: 'happened', values: 7 }),
    });
    expect(run.data('human.asked')).toMatchObject([{ task: 't:uncertain:1', type: 'uncertain' }]);
    expect(run.data('human.asked')[0]?.choices.map((choice) => choice.port)).toEqual([
      'happened',
      'not_happened',
      'abandon',
    ]);
    expect(run.last.data).toMatchObject({ output: 7 });
    expect(run.calls).toHaveLength(1);
    expect(
      play(rowOf({ t: pay }), { script: () => doubt, decide: answer({ choice: 'happened' }) }).last.data,
    ).toMatchObject({ output: null });
  });

  test('not_happened: a new attempt under the same key; abandon: `uncertain`, which a fallback may take', () => {
    const again = play(rowOf({ t: pay }), {
      script: (_call, nth) => (nth === 1 ? doubt : gives(1)),
      decide: answer({ choice: 'not_happened' }),
    });
    expect(again.of('attempt.started').map((event) => event.attempt)).toEqual([1, 2]);
    expect(new Set(again.data('tool.started').map((call) => call.key)).size).toBe(1);
    expect(again.calls.map((call) => call.isRetry)).toEqual([false, false]);
    const given = play(rowOf({ t: pay }, { ways: ['t.fallback > end'] }), {
      script: () => doubt,
      decide: answer({ choice: 'abandon' }),
    });
    expect(given.data('step.failed')).toMatchObject([
      { kind: 'uncertain', code: 'tool/uncertain', routed: 'fallback' },
    ]);
    expect(given.data('step.failed')[0]?.effects).toHaveLength(1);
  });

  test('inside an agent each answer goes on with the conversation', () => {
    const flow = rowOf(
      { a: { kind: 'agent', agent: 'doer' } },
      { agents: { doer: { role: 'Does', model: 'main', tools: ['pay'] } } },
    );
    const script: PlayOptions['script'] = (call, nth) =>
      call.type === 'model'
        ? nth === 1
          ? say('', asks('pay'))
          : say('done')
        : nth === 2
          ? doubt
          : gives({ ok: 1 });
    const again = play(flow, { script, decide: answer({ choice: 'not_happened' }) });
    expect(again.data('tool.started')).toHaveLength(2);
    expect(again.of('attempt.started').map((event) => event.attempt)).toEqual([1, 2]);
    expect(again.status).toBe('completed');
    const happened = play(flow, { script, decide: answer({ choice: 'happened', values: 5 }) });
    expect(happened.data('tool.started')).toHaveLength(1);
    const second = happened.calls[2];
    expect(second?.type === 'model' ? second.messages[3] : null).toMatchObject({ role: 'tool', result: 5 });
    expect(play(flow, { script, decide: answer({ choice: 'abandon' }) }).data('step.failed')).toMatchObject([
      { kind: 'uncertain' },
    ]);
  });

  test('uncertain again is asked again', () => {
    const run = play(rowOf({ t: pay }), {
      script: (_call, nth) => (nth < 3 ? doubt : gives(1)),
      decide: answer({ choice: 'not_happened' }),
    });
    expect(run.data('human.asked')).toHaveLength(2);
    expect(run.status).toBe('completed');
  });
});

describe('compensation', () => {
  const paid = (id: string): FlowNode =>
    ({
      ...pay,
      compensate: { tool: 'refund', args: { of: { $: 'output.n' }, who: { $: 'input.who' } } },
      args: { id },
    }) as FlowNode;

  test('committed steps are undone in reverse, one at a time, with their own key and the output in sight', () => {
    const run = play(
      rowOf({ a: paid('a'), b: paid('b'), c: look }, { onFailure: { do: 'compensate' }, policies: oneTry }),
      {
        input: { who: 'ann' },
        script: (call) => (call.node === 'c' ? fails('error') : gives({ n: call.step })),
      },
    );
    expect(run.data('compensation.started')).toEqual([{ steps: ['b', 'a'] }]);
    expect(
      run
        .of('tool.started')
        .slice(3)
        .map((event) => [event.step, event.data.tool, event.data.args]),
    ).toEqual([
      ['b~undo', 'refund', { of: 'b', who: 'ann' }],
      ['a~undo', 'refund', { of: 'a', who: 'ann' }],
    ]);
    expect(new Set(run.data('tool.started').map((call) => call.key)).size).toBe(5);
    expect(run.data('compensation.completed')).toEqual([{ undone: ['b', 'a'], notUndone: [] }]);
    expect(run.last).toMatchObject({
      type: 'run.failed',
      data: { compensation: 'complete', notUndone: [], path: ['a', 'b', 'c'] },
    });
  });

  test('a failed undo leaves a dead letter and the rest goes on; effects without an undo are told', () => {
    const run = play(
      rowOf(
        { a: paid('a'), b: paid('b'), x: pay, c: look },
        { onFailure: { do: 'compensate' }, policies: oneTry },
      ),
      {
        script: (call) => (call.node === 'c' || call.step === 'b~undo' ? fails('error') : gives({ n: 1 })),
      },
    );
    expect(run.data('deadletter.added').map((letter) => letter.step)).toEqual(['c', 'b~undo']);
    expect(run.last.data).toMatchObject({ compensation: 'partial', notUndone: ['b', 'x'] });
  });

  test('an undo is held to the policy of its own tool', () => {
    const run = play(rowOf({ a: paid('a'), c: look }, { onFailure: { do: 'compensate' } }), {
      script: (call, nth) =>
        call.node === 'c'
          ? fails('error')
          : call.step === 'a~undo' && nth < 3
            ? fails('unavailable')
            : gives({ n: 1 }),
    });
    expect(run.of('attempt.started', 'a~undo')).toHaveLength(3);
    expect(run.last.data).toMatchObject({ compensation: 'complete' });
  });

  test('a step that failed after its effect is not undone with nothing: its effect is told', () => {
    const gate = { checks: [{ expr: 'output.n > 5', message: 'no' }] };
    const run = play(rowOf({ a: { ...paid('a'), gate } as FlowNode }, { onFailure: { do: 'compensate' } }), {
      script: () => gives({ n: 1 }),
    });
    expect(run.of('compensation.started')).toEqual([]);
    expect(run.last.data).toMatchObject({ compensation: 'none', notUndone: ['a'] });
  });

  test('items of a map and a run that ends as failed are undone too', () => {
    const body = graph({ s: { kind: 'start' }, p: paid('p'), e: { kind: 'end' } }, 's > p', 'p > e');
    const flow = flowOf({
      onFailure: { do: 'compensate' },
      nodes: {
        start: { kind: 'start' },
        m: { kind: 'map', items: '[1,2]', body },
        end: { kind: 'end', outcome: 'failed' },
      },
      edges: ['start > m', 'm > end'],
    });
    expect(play(flow).data('compensation.completed')).toMatchObject([{ undone: ['m[1]/p', 'm[0]/p'] }]);
  });

  test('a cancelled run undoes when that is asked, and says what stands when it is not', () => {
    const flow = rowOf({ a: paid('a'), w: { kind: 'wait', for: 'PT1H' } });
    const facts = (compensate: boolean) => steering([at('step.started', 'w'), cancelling(compensate)]);
    expect(play(flow, { facts: facts(true) }).last).toMatchObject({
      type: 'run.cancelled',
      data: { compensation: 'complete', notUndone: [] },
    });
    expect(play(flow, { facts: facts(false) }).last).toMatchObject({
      type: 'run.cancelled',
      data: { compensation: 'none', notUndone: ['a'] },
    });
  });

  test('an uncertain undo asks; cancelling while undoing changes nothing about it', () => {
    const tools = {
      refund: {
        description: 'undoes',
        effect: 'once' as const,
        input: {},
        kind: 'builtin' as const,
        name: 'echo',
      },
    };
    const run = play(
      rowOf({ a: paid('a'), c: look }, { onFailure: { do: 'compensate' }, policies: oneTry, tools }),
      {
        script: (call: Call) =>
          call.node === 'c' ? fails('error') : call.step === 'a~undo' ? doubt : gives({ n: 1 }),
        decide: () => ({ choice: 'happened', values: 1 as never }),
        facts: steering([at('human.asked'), cancelling(true)]),
      },
    );
    expect(run.data('human.asked')).toMatchObject([
      { task: 'a~undo:uncertain:1', title: 'Did "refund" happen?' },
    ]);
    expect(run.of('step.started', 'a~undo')).toHaveLength(1);
    expect(run.last.data).toMatchObject({ compensation: 'complete' });
  });
});
