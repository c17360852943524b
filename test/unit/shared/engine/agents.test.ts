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
