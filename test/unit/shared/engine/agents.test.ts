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

describe('a conversation', () => {
  test('each turn is asked with everything said before; tool results are in it; one attempt holds it all', () => {
    const script: PlayOptions['script'] = (call, nth) =>
      call.type === 'model'
        ? nth === 1
          ? say('', asks('look', { q: 1 }))
          : say({ v: 2 })
        : gives({ found: true });
    const run = play(agentFlow({ tools: ['look'] }), { script });
    expect(turns(run)[1]?.messages).toMatchObject([
      { role: 'system' },
      { role: 'user', text: 'go' },
      { role: 'assistant', toolCalls: [{ name: 'look' }] },
      { role: 'tool', callId: 'look', name: 'look', result: { found: true } },
    ]);
    expect(run.of('attempt.started').map((event) => event.attempt)).toEqual([1]);
    expect(run.data('model.completed').map((turn) => [turn.turn, turn.purpose])).toEqual([
      [1, 'turn'],
      [2, 'turn'],
    ]);
    expect(run.last.data).toMatchObject({
      output: { v: 2 },
      usage: { turns: 2, tokens: { in: 20, out: 10 }, attempts: 1, retries: 0 },
    });
  });

  test('without a schema the output is the text; prompt missing is the handoff, else the input as JSON', () => {
    const flow = rowOf({ a: { kind: 'agent', agent: 'worker' } });
    const run = play(flow, { input: { q: 1 }, script: () => say('plain words') });
    expect(turns(run)[0]?.messages[1]).toEqual({ role: 'user', text: '{"q":1}' });
    expect(run.last.data).toMatchObject({ output: 'plain words' });
    expect(turns(play(flow, { input: 'just text' }))[0]?.prompt).toBe('just text');
  });

  test('the system message says role, does, does not and the instructions of the view', () => {
    const run = play(
      agentFlow({ does: ['a', 'b'], doesNot: ['c'], instructions: 'Hello {{ input.name }}' }),
      { input: { name: 'Ann' }, script: () => say({ v: 1 }) },
    );
    expect(turns(run)[0]?.messages[0]).toEqual({
      role: 'system',
      text: 'Your role: Does\nYou do: a; b.\nYou do not: c.\n\nHello Ann',
    });
  });

  test('calls run at once when all only read, else in order', () => {
    const script =
      (first: string, second: string): PlayOptions['script'] =>
      (call, nth) =>
        call.type === 'model'
          ? nth === 1
            ? say('', asks(first, {}, 'x'), asks(second, {}, 'y'))
            : say({ v: 1 })
          : ([gives(1), 100] as const);
    const order = (run: ReturnType<typeof play>) =>
      run.events.filter((event) => event.type.startsWith('tool.')).map((event) => event.type);
    expect(order(play(agentFlow({ tools: ['look'] }), { script: script('look', 'look') }))).toEqual([
      'tool.started',
      'tool.started',
      'tool.completed',
      'tool.completed',
    ]);
    expect(order(play(agentFlow({ tools: ['look', 'put'] }), { script: script('look', 'put') }))).toEqual([
      'tool.started',
      'tool.completed',
      'tool.started',
      'tool.completed',
    ]);
  });

  test('a transfer beside other calls runs after them', () => {
    const flow = flowOf({
      agents: { doer: { role: 'Does', model: 'main', tools: ['look'] } },
      nodes: {
        start: { kind: 'start' },
        a: { kind: 'agent', agent: 'doer' },
        b: { kind: 'transform', output: 1 },
        end: { kind: 'end' },
      },
      edges: ['start > a', 'a > end', ['a.handoff > b', { handoff: { name: 'b', schema: {} } }], 'b > end'],
    });
    const run = play(flow, {
      script: (call) =>
        call.type === 'model' ? say('', asks('transfer_to_b', { payload: 1 }), asks('look')) : gives(1),
    });
    expect((run.of('tool.completed')[0]?.seq ?? 0) < (run.of('step.committed', 'a')[0]?.seq ?? 0)).toBe(true);
    expect(run.data('step.committed', 'a')[0]?.handoff?.name).toBe('b');
  });

  test('a failed call of a tool is an error result to the model, after the tool has had its own retries', () => {
    const script: PlayOptions['script'] = (call) =>
      call.type === 'model'
        ? call.turn === 1
          ? say('', asks('look'))
          : say({ v: 1 })
        : fails('unavailable');
    const run = play(agentFlow({ tools: ['look'] }, { policies: {} }), { script });
    expect(run.calls.filter((call) => call.type === 'tool').map((call) => call.isRetry)).toEqual([
      false,
      true,
      true,
    ]);
    expect(turns(run)[1]?.messages[3]).toMatchObject({ isError: true, result: { kind: 'unavailable' } });
    expect(run.status).toBe('completed');
  });

  test('past `maxTurns` the step fails with `loop_limit`, `agent/max-turns`', () => {
    const run = play(agentFlow({ tools: ['look'], maxTurns: 3 }), {
      script: (call) => (call.type === 'model' ? say('', asks('look')) : gives(1)),
    });
    expect(turns(run)).toHaveLength(3);
    expect(run.data('step.failed')).toMatchObject([{ kind: 'loop_limit', code: 'agent/max-turns' }]);
  });
});

describe('calls that are refused', () => {
  test('unlisted and ill-formed ones are not made; the model hears why; a made call breaks the row', () => {
    const input = { type: 'object', required: ['q'] };
    const tools = {
      strict: { description: 's', input, effect: 'read' as const, kind: 'builtin' as const, name: 'echo' },
    };
    const said = [asks('nothing'), asks('strict'), asks('strict', { q: 1 }), asks('nothing'), asks('put')];
    const script: PlayOptions['script'] = (call) =>
      call.type === 'model'
        ? say(
            call.turn > said.length ? { v: 1 } : '',
            ...(said[call.turn - 1] ? [said[call.turn - 1] as never] : []),
          )
        : fails('error');
    const run = play(agentFlow({ tools: ['strict'] }, { tools }), { script });
    expect(run.data('tool.refused').map((refused) => [refused.call, refused.tool])).toEqual([
      [1, 'nothing'],
      [2, 'strict'],
      [4, 'nothing'],
      [5, 'put'],
    ]);
    expect(run.data('tool.started')).toHaveLength(1);
    expect(run.status).toBe('completed');
  });

  test('three in a row fail the step with `denied`', () => {
    const run = play(agentFlow(), { script: () => say('', asks('look')) });
    expect(run.data('step.failed')).toMatchObject([{ kind: 'denied', code: 'tool/not-listed' }]);
    expect(turns(run)).toHaveLength(3);
  });
});

describe('approval', () => {
  const guarded = (approval: 'never' | 'first' | 'always', agent: Partial<Agent> = {}) =>
    agentFlow(
      { tools: ['ask'], ...agent },
      {
        tools: {
          ask: {
            description: 'Sends',
            input: { type: 'object', properties: { to: { type: 'string' } } },
            effect: 'idempotent',
            kind: 'builtin',
            name: 'echo',
            approval,
          },
        },
      },
    );
  const twice: PlayOptions['script'] = (call) =>
    call.type === 'model'
      ? call.turn < 3
        ? say('', asks('ask', { to: 'bob' }))
        : say({ v: 1 })
      : gives({ ok: true });

  test('never asks nobody, first once a run, always every time', () => {
    expect(play(guarded('never'), { script: twice }).data('human.asked')).toHaveLength(0);
    expect(
      play(guarded('first'), { script: twice })
        .data('human.asked')
        .map((task) => task.task),
    ).toEqual(['a:approval:1']);
    expect(
      play(guarded('always'), { script: twice })
        .data('human.asked')
        .map((task) => task.task),
    ).toEqual(['a:approval:1', 'a:approval:2']);
  });

  test('the task proposes the arguments; edited ones replace them and the model is told', () => {
    const run = play(guarded('always'), {
      script: twice,
      decide: () => ({ choice: 'approved', values: { to: 'eve' } }),
    });
    expect(run.data('human.asked')[0]).toMatchObject({
      type: 'approval',
      proposed: { to: 'bob' },
      form: { type: 'object' },
    });
    expect(run.data('tool.started')[0]?.args).toEqual({ to: 'eve' });
    expect(turns(run)[1]?.messages[3]).toMatchObject({
      result: {
        arguments: { to: 'eve' },
        result: { ok: true },
        note: expect.stringContaining('changed') as string,
      },
    });
  });

  test('rejected is an error result that does not count as refused; nobody in time too', () => {
    const rejected = play(guarded('always'), {
      script: twice,
      decide: () => ({ choice: 'rejected', comment: 'not now' }),
    });
    expect(rejected.data('tool.refused').map((refused) => refused.reason)).toEqual([
      'rejected by rehearsal: not now',
      'rejected by rehearsal: not now',
    ]);
    expect(rejected.data('tool.started')).toEqual([]);
    expect(rejected.status).toBe('completed');
    const late = play(guarded('always', { toolApprovalDeadline: 'PT1M' }), {
      script: twice,
      decide: () => undefined,
    });
    expect(late.data('human.asked')[0]).toMatchObject({ onDeadline: 'rejected' });
    expect(late.data('human.expired')).toHaveLength(2);
    expect(late.data('tool.refused')[0]?.reason).toContain('nobody agreed in time');
    const bare = play(guarded('always'), { script: twice, decide: () => ({ choice: 'rejected' }) });
    expect(bare.data('tool.refused')[0]?.reason).toBe('rejected by rehearsal');
  });

  test('in a tool node a rejection fails the step with `rejected`', () => {
    const flow = rowOf(
      { t: { kind: 'tool', tool: 'ask', args: { to: 'bob' } } },
      {
        tools: {
          ask: {
            description: 'Sends',
            input: {},
            effect: 'once',
            kind: 'builtin',
            name: 'echo',
            approval: 'always',
          },
        },
      },
    );
    expect(play(flow, { decide: () => ({ choice: 'rejected' }) }).data('step.failed')).toMatchObject([
      { kind: 'rejected', code: 'task/rejected' },
    ]);
    expect(
      play(flow, { decide: () => ({ choice: 'approved', values: { to: 'eve' } }) }).data('tool.started')[0]
        ?.args,
    ).toEqual({ to: 'eve' });
  });
});

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
