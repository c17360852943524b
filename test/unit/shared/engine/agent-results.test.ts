import { describe, expect, test } from 'vitest';
import type { Agent } from '../../../../shared/spec/parts';
import type { FlowNode } from '../../../../shared/spec/nodes';
import type { Call } from '../../../../shared/ports/calls';
import { asks, fails, flowOf, gives, play, type PlayOptions, rowOf, say } from '../../../fakes/small-flow';

const VALUE = { type: 'object', required: ['v'], properties: { v: { type: 'number' } } };
const oneTry = { default: { retry: { maxAttempts: 1 } } };
const lone = { main: { provider: 'test', model: 'one' } };
function agentFlow(
  agent: Partial<Agent> = {},
  more: Omit<Parameters<typeof rowOf>[1] & object, 'agents'> = {},
  node: Partial<FlowNode> = {},
) {
  return rowOf(
    { a: { kind: 'agent', agent: 'doer', prompt: 'go', ...node } as FlowNode },
    {
      policies: oneTry,
      models: lone,
      ...more,
      agents: { doer: { role: 'Does', model: 'main', output: VALUE, ...agent } },
    },
  );
}
function turns(run: { calls: readonly Call[] }) {
  return run.calls.filter((call) => call.type === 'model');
}

describe('results that do not pass', () => {
  test('a wrong shape is re-asked once in the same attempt; the second miss is the failure', () => {
    const run = play(agentFlow(), { script: (_call, nth) => (nth === 1 ? say({ x: 1 }) : say({ v: 1 })) });
    expect(run.data('attempt.rejected')).toMatchObject([{ kind: 'invalid_output', check: 'shape' }]);
    expect(turns(run)[1]?.messages[3]).toMatchObject({
      role: 'user',
      text: expect.stringContaining('cannot be used') as string,
    });
    expect(run.of('attempt.started')).toHaveLength(1);
    const bad = play(agentFlow(), { script: () => say('no json') });
    expect(bad.data('attempt.rejected')).toHaveLength(2);
    expect(bad.data('step.failed')).toMatchObject([
      { kind: 'invalid_output', code: 'output/shape', attempts: 1 },
    ]);
  });

  test('JSON is found in a fence or among words', () => {
    expect(play(agentFlow(), { script: () => say('Sure:\n```json\n{"v":3}\n```') }).last.data).toMatchObject({
      output: { v: 3 },
    });
    expect(play(agentFlow(), { script: () => say('It is {"v":4}, I think.') }).last.data).toMatchObject({
      output: { v: 4 },
    });
    expect(play(agentFlow(), { script: () => say('It is {v:4}') }).status).toBe('failed');
  });

  test('an empty answer or refusal of a model is re-asked once as well', () => {
    const run = play(agentFlow(), {
      script: (_call, nth) => (nth === 1 ? fails('invalid_output', { code: 'model/empty' }) : say({ v: 1 })),
    });
    expect(run.of('retry.scheduled')).toEqual([]);
    expect(run.data('attempt.rejected')).toHaveLength(1);
    expect(run.status).toBe('completed');
  });

  test('retries continue the transcript and number the attempts through the chain', () => {
    const chain = {
      main: { provider: 'test', model: 'one', fallback: ['spare', 'last'] },
      spare: { provider: 'test', model: 'two', fallback: ['main'] },
      last: { provider: 'test', model: 'three' },
    };
    const run = play(
      agentFlow({ tools: ['look'] }, { models: chain, policies: { default: { retry: { maxAttempts: 2 } } } }),
      {
        script: (call) =>
          call.type !== 'model' ? gives(1) : call.turn === 1 ? say('', asks('look')) : fails('unavailable'),
      },
    );
    expect(run.of('attempt.started').map((event) => [event.attempt, event.data.model])).toEqual([
      [1, 'main'],
      [2, 'main'],
      [3, 'spare'],
      [4, 'spare'],
      [5, 'last'],
      [6, 'last'],
    ]);
    expect(run.data('retry.scheduled').map((retry) => retry.model)).toEqual([
      undefined,
      'spare',
      undefined,
      'last',
      undefined,
    ]);
    expect(run.data('tool.started')).toHaveLength(1);
    expect(turns(run).map((call) => call.turn)).toEqual([1, 2, 2, 2, 2, 2, 2]);
    expect(turns(run).map((call) => call.isRetry)).toEqual([false, false, true, false, true, false, true]);
    expect(run.data('step.failed')).toMatchObject([
      { kind: 'unavailable', attempts: 6, usage: { attempts: 6, retries: 5 } },
    ]);
  });

  test('only some kinds go to the next model', () => {
    const models = {
      main: { provider: 'test', model: 'one', fallback: ['spare'] },
      spare: { provider: 'test', model: 'two' },
    };
    for (const kind of [
      'timeout',
      'rate_limited',
      'unavailable',
      'circuit_open',
      'invalid_output',
      'low_confidence',
    ] as const)
      expect(
        turns(
          play(agentFlow({}, { models }), {
            script: (call) => (call.attempt === 1 ? fails(kind) : say({ v: 1 })),
          }),
        ).map((call) => (call.type === 'model' ? call.modelName : '')),
      ).toEqual(['main', 'spare']);
    for (const kind of ['error', 'denied', 'cancelled'] as const)
      expect(turns(play(agentFlow({}, { models }), { script: () => fails(kind) }))).toHaveLength(1);
  });

  test('kinds that are never retried are not, whatever `on` says', () => {
    const on = ['denied', 'budget', 'cancelled', 'conflict', 'error'] as const;
    const policies = { default: { retry: { maxAttempts: 3, on: [...on], initial: 'PT0.1S' } } };
    expect(play(agentFlow({}, { policies }), { script: () => fails('denied') }).calls).toHaveLength(1);
    expect(play(agentFlow({}, { policies }), { script: () => fails('error') }).calls).toHaveLength(3);
  });
});

describe('gates', () => {
  const out = (v: number, confidence?: number) =>
    say({ v, ...(confidence === undefined ? {} : { confidence }) });

  test('shape, then checks of agent and node, then confidence, then judges', () => {
    const agent = { gate: { minConfidence: 0.5, checks: [{ expr: 'output.v > 0', message: 'too small' }] } };
    const gate = { checks: [{ expr: 'output.v < 10', message: 'too big' }], minConfidence: 0.9 };
    const first = (v: number, confidence?: number) =>
      play(agentFlow(agent, {}, { gate } as never), { script: () => out(v, confidence) }).data(
        'attempt.rejected',
      )[0];
    expect(first(0, 0.1)).toMatchObject({ check: 'check:0', message: 'too small' });
    expect(first(10, 0.1)).toMatchObject({ check: 'check:1', message: 'too big' });
    expect(first(5, 0.7)).toMatchObject({
      kind: 'low_confidence',
      check: 'confidence',
      message: 'confidence is 0.7, at least 0.9 is asked for',
    });
    expect(first(5)).toMatchObject({
      kind: 'low_confidence',
      message: 'confidence is missing, at least 0.9 is asked for',
    });
    expect(first(5, 0.95)).toBeUndefined();
  });

  test('a check that throws does not hold; low confidence is not re-asked', () => {
    const throwing = play(agentFlow({ gate: { checks: [{ expr: '$error("x")', message: 'm' }] } }), {
      script: () => out(1),
    });
    expect(throwing.data('step.failed')).toMatchObject([{ kind: 'invalid_output', code: 'output/check' }]);
    const low = play(agentFlow({ gate: { minConfidence: 0.5 } }), { script: () => out(1, 0.2) });
    expect(turns(low)).toHaveLength(1);
    expect(low.data('step.failed')).toMatchObject([{ kind: 'low_confidence', code: 'output/confidence' }]);
  });

  test('each judge gives its own score; under its minimum is `low_confidence`', () => {
    const judge = (minScore: number) => ({ judge: { model: 'main', instructions: 'judge', minScore } });
    const script = (...scores: readonly string[]): PlayOptions['script'] => {
      let n = 0;
      return (call) => (call.type === 'model' && call.purpose === 'judge' ? say(scores[n++] ?? '0') : out(1));
    };
    const flow = agentFlow({ gate: judge(0.5) }, {}, { gate: judge(0.9) } as never);
    const run = play(flow, { script: script('{"score":0.6}', 'I give 0.95.') });
    expect(run.status).toBe('completed');
    expect(run.data('model.completed').map((turn) => turn.purpose)).toEqual(['turn', 'judge', 'judge']);
    expect(play(flow, { script: script('0.6', '0.6') }).data('attempt.rejected')).toMatchObject([
      { check: 'judge', message: 'the judge gave 0.6, at least 0.9 is asked for' },
    ]);
    expect(play(flow, { script: script('nonsense') }).data('attempt.rejected')).toMatchObject([
      { message: 'the judge gave 0, at least 0.5 is asked for' },
    ]);
    expect(play(flow, { script: script('{"score":"x"}') }).status).toBe('failed');
  });

  test('a judge that cannot be reached is asked again without asking the agent', () => {
    const flow = agentFlow(
      { gate: { judge: { model: 'main', instructions: 'judge', minScore: 0.5 } } },
      { policies: { default: { retry: { maxAttempts: 2 } } } },
    );
    const run = play(flow, {
      script: (call, nth) =>
        call.type === 'model' && call.purpose === 'judge'
          ? nth === 2
            ? fails('unavailable')
            : say('1')
          : out(1),
    });
    expect(turns(run).map((call) => call.purpose)).toEqual(['turn', 'judge', 'judge']);
    expect(run.status).toBe('completed');
  });

  test('an answer with a number that cannot be kept is a wrong shape, not an end of the engine', () => {
    const run = play(agentFlow(), {
      script: (_call, nth) => (nth === 1 ? say('{"v":1e999}') : say({ v: 1 })),
    });
    expect(run.data('attempt.rejected')).toMatchObject([{ kind: 'invalid_output', check: 'shape' }]);
    expect(run.status).toBe('completed');
  });

  test('`retry.when` on a good output asks for another, whatever `on` says', () => {
    const node: FlowNode = {
      kind: 'tool',
      tool: 'look',
      policy: { retry: { maxAttempts: 4, when: 'output.n < 3', initial: 'PT0.1S' } },
    };
    const run = play(rowOf({ t: node }));
    expect(run.calls).toHaveLength(3);
    expect(run.data('attempt.rejected')).toMatchObject([
      { kind: 'invalid_output', check: 'retry.when' },
      { check: 'retry.when' },
    ]);
    const never = play(
      rowOf({ t: { ...node, policy: { retry: { maxAttempts: 2, when: 'true', initial: 'PT0.1S' } } } }),
    );
    expect(never.data('step.failed')).toMatchObject([{ kind: 'invalid_output', code: 'output/retry.when' }]);
  });

  test('`retry.when` is not asked about an output that a judge refuses', () => {
    const flow = agentFlow(
      { gate: { judge: { model: 'main', instructions: 'judge', minScore: 0.5 } } },
      {},
      { policy: { retry: { maxAttempts: 2, when: '$exists(output)', initial: 'PT0.1S' } } },
    );
    const run = play(flow, {
      script: (call) => (call.type === 'model' && call.purpose === 'judge' ? say('0.1') : out(1)),
    });
    expect(run.data('attempt.rejected')[0]).toMatchObject({ kind: 'low_confidence', check: 'judge' });
  });

  test('`retry.when` over the error decides about failures', () => {
    const node = (when: string): FlowNode => ({
      kind: 'tool',
      tool: 'look',
      policy: { retry: { maxAttempts: 3, on: ['error'], when, initial: 'PT0.1S' } },
    });
    const calls = (when: string) =>
      play(rowOf({ t: node(when) }), { script: () => fails('error') }).calls.length;
    expect(calls('error.code = "test/error"')).toBe(3);
    expect(calls('error.code = "other"')).toBe(1);
    expect(calls('$error(error.code)')).toBe(1);
    expect(calls('output.n > 5')).toBe(3);
  });

  test('the quality breaker opens after so many misses and sends later steps to their fallback, in the simulator too', () => {
    const flow = flowOf({
      policies: oneTry,
      agents: {
        doer: {
          role: 'Does',
          model: 'main',
          output: VALUE,
          gate: { minConfidence: 0.9, breaker: { failures: 2, cooldown: 'PT1H' } },
        },
      },
      models: {
        main: { provider: 'test', model: 'one', fallback: ['spare'] },
        spare: { provider: 'test', model: 'two' },
      },
      nodes: {
        start: { kind: 'start' },
        a: { kind: 'agent', agent: 'doer' },
        b: { kind: 'agent', agent: 'doer' },
        x: { kind: 'transform', output: { $: 'error.kind' } },
        y: { kind: 'transform', output: { $: 'error.kind' } },
        rest: { kind: 'wait', for: 'PT1S' },
        end: { kind: 'end', output: { $: '[steps.x, steps.y]' } },
      },
      edges: [
        'start > a',
        'a > b',
        'a.fallback > x',
        'x > b',
        'b > rest',
        'b.fallback > y',
        'y > rest',
        'rest > end',
      ],
    });
    const run = play(flow, { script: () => say({ v: 1, confidence: 0.1 }) });
    expect(run.last.data).toMatchObject({ output: ['low_confidence', 'circuit_open'] });
    expect(run.data('governor.refused')).toMatchObject([
      { reason: 'quality', dependency: expect.any(String) as string },
    ]);
    expect(run.data('breaker.changed')).toMatchObject([{ subject: 'agent:doer', to: 'open' }]);
    expect(turns(run)).toHaveLength(2);
  });
});

describe('usage', () => {
  test('one call without a price makes the cost unknown; tokens still count', () => {
    const flow = agentFlow({ tools: ['look'] }, { budget: { cost: { amount: 5, currency: 'EUR' } } });
    const unknown = play(flow, {
      script: () => ({ ok: true, text: '{"v":1}', toolCalls: [], finish: 'stop', usage: { in: 7, out: 3 } }),
    });
    expect(unknown.last.data).toMatchObject({
      usage: { cost: { known: false, amount: 0 }, tokens: { in: 7, out: 3 } },
    });
    const known = play(flow, {
      script: () => ({
        ok: true,
        text: '{"v":1}',
        toolCalls: [],
        finish: 'stop',
        usage: { in: 7, out: 3 },
        cost: { amount: 2, currency: 'EUR' },
      }),
    });
    expect(known.last.data).toMatchObject({ usage: { cost: { known: true, amount: 2, currency: 'EUR' } } });
  });
});
