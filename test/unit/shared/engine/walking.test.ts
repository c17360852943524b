import { describe, expect, test } from 'vitest';
import type { Json } from '../../../../shared/base/json';
import type { FlowNode } from '../../../../shared/spec/nodes';
import { asks, flowOf, gives, graph, play, rowOf, say } from '../../../fakes/small-flow';

const look: FlowNode = { kind: 'tool', tool: 'look' };
const plain = (value: string): FlowNode => ({ kind: 'transform', output: { value } });

describe('step keys', () => {
  test('a node visited again is numbered from 2, the first visit is bare', () => {
    const flow = flowOf({
      context: { n: { schema: { type: 'number' }, merge: 'sum' } },
      nodes: {
        start: { kind: 'start' },
        work: { ...look, writes: { n: '1' } },
        decide: { kind: 'branch', reads: ['n'], cases: [{ port: 'back', when: 'context.n < 3' }] },
        end: { kind: 'end' },
      },
      edges: [
        'start > work',
        'work > decide',
        ['decide.back > work', { maxTraversals: 5 }],
        'decide.else > end',
      ],
    });
    const run = play(flow);
    expect(run.of('step.started').map((event) => event.step)).toEqual([
      'start',
      'work',
      'decide',
      'work#2',
      'decide#2',
      'work#3',
      'decide#3',
      'end',
    ]);
  });

  test('items of a map count from 0, passes of a loop from 1, a subflow adds its path, visits are per instance', () => {
    const body = graph({ s: { kind: 'start' }, inner: look, e: { kind: 'end' } }, 's > inner', 'inner > e');
    const again = graph(
      { s2: { kind: 'start' }, inner2: look, e2: { kind: 'end' } },
      's2 > inner2',
      'inner2 > e2',
    );
    const sub = graph(
      { s3: { kind: 'start' }, inner3: look, e3: { kind: 'end' } },
      's3 > inner3',
      'inner3 > e3',
    );
    const run = play(
      rowOf(
        {
          orders: { kind: 'map', items: '[1,2]', body },
          turns: { kind: 'loop', while: 'iteration < 3', maxIterations: 5, body: again },
          call: { kind: 'subflow', flow: 'sub' },
        },
        { subflows: { sub } },
      ),
    );
    expect(run.of('tool.started').map((event) => event.step)).toEqual([
      'orders[0]/inner',
      'orders[1]/inner',
      'turns[1]/inner2',
      'turns[2]/inner2',
      'call/inner3',
    ]);
  });

  test('a body in a body in a subflow has a path of all of them', () => {
    const deep = graph({ s: { kind: 'start' }, leaf: look, e: { kind: 'end' } }, 's > leaf', 'leaf > e');
    const loop = graph(
      {
        s2: { kind: 'start' },
        l: { kind: 'loop', while: 'iteration = 1', maxIterations: 1, body: deep },
        e2: { kind: 'end' },
      },
      's2 > l',
      'l > e2',
    );
    const sub = graph(
      { s3: { kind: 'start' }, m: { kind: 'map', items: '[7]', body: loop }, e3: { kind: 'end' } },
      's3 > m',
      'm > e3',
    );
    const run = play(rowOf({ call: { kind: 'subflow', flow: 'sub' } }, { subflows: { sub } }));
    expect(run.calls.map((call) => call.step)).toEqual(['call/m[0]/l[1]/leaf']);
    expect(run.status).toBe('completed');
  });
});

describe('choosing an edge', () => {
  test('the first edge whose guard holds is taken, in drawn order', () => {
    const flow = flowOf({
      nodes: {
        start: { kind: 'start' },
        a: look,
        one: plain('1'),
        two: plain('2'),
        three: plain('3'),
        end: { kind: 'end' },
      },
      edges: [
        'start > a',
        ['a > one', { when: 'output.n > 5' }],
        ['a > two', { when: 'output.n > 0' }],
        'a > three',
        'one > end',
        'two > end',
        'three > end',
      ],
    });
    expect(play(flow).state.rootToken?.path).toEqual(['a', 'two', 'end']);
    expect(play(flow, { script: () => gives({ n: 9 }) }).state.rootToken?.path).toEqual(['a', 'one', 'end']);
    expect(play(flow, { script: () => gives({ n: 0 }) }).state.rootToken?.path).toEqual([
      'a',
      'three',
      'end',
    ]);
  });

  test('a guard that throws is `error`, `expr/failed`, never retried', () => {
    const flow = flowOf({
      nodes: { start: { kind: 'start' }, a: look, one: plain('1'), end: { kind: 'end' } },
      edges: ['start > a', ['a > one', { when: '$error("no")' }], 'a > end', 'one > end'],
    });
    const run = play(flow);
    expect(run.calls).toHaveLength(1);
    expect(run.data('step.failed')).toMatchObject([
      { kind: 'error', code: 'expr/failed', routed: 'onFailure' },
    ]);
    expect(run.status).toBe('failed');
  });

  test('a spent bound fails the source with `loop_limit`; its effect stays recorded', () => {
    const flow = flowOf({
      nodes: { start: { kind: 'start' }, a: look, pay: { kind: 'tool', tool: 'pay' }, end: { kind: 'end' } },
      edges: ['start > a', 'a > pay', ['pay > a', { when: 'true', maxTraversals: 1 }], 'pay > end'],
    });
    const run = play(flow);
    const [failed] = run.data('step.failed');
    expect(failed).toMatchObject({
      kind: 'loop_limit',
      code: 'loop/limit',
      attempts: 1,
      routed: 'onFailure',
    });
    expect(failed?.effects).toHaveLength(1);
    expect(run.last).toMatchObject({ type: 'run.failed', data: { notUndone: ['pay', 'pay#2'] } });
  });

  test('several edges into a node are a plain merge: each token runs it', () => {
    const flow = flowOf({
      nodes: {
        start: { kind: 'start' },
        b: { kind: 'branch', cases: [{ port: 'yes', when: 'true' }] },
        meet: look,
        end: { kind: 'end' },
      },
      edges: ['start > b', 'b.yes > meet', 'b.else > meet', 'meet > end'],
    });
    expect(play(flow).calls).toHaveLength(1);
  });
});

describe('handoffs', () => {
  const schema = { type: 'object', required: ['n'], properties: { n: { type: 'number' } } };
  const fixed = (payload?: object) =>
    flowOf({
      policies: { default: { retry: { maxAttempts: 1 } } },
      agents: { giver: { role: 'Gives', model: 'main', output: schema } },
      nodes: {
        start: { kind: 'start' },
        give: { kind: 'agent', agent: 'giver' },
        take: { kind: 'transform', output: { got: { $: 'handoff' } } },
        end: { kind: 'end', output: { $: 'steps.take' } },
      },
      edges: [
        'start > give',
        [
          'give.handoff > take',
          { handoff: { name: 'over', schema, ...(payload ? { payload: payload as never } : {}) } },
        ],
        'take > end',
      ],
    });

  test('a fixed one without a payload hands over the output and offers no tool', () => {
    const run = play(fixed(), { script: () => say({ n: 4 }) });
    expect(run.calls[0]).toMatchObject({ tools: [] });
    expect(run.data('step.committed', 'give')[0]).toMatchObject({
      handoff: { name: 'over', payload: { n: 4 } },
      routes: [{ port: 'handoff', to: 'take' }],
      usage: { handoffs: 1 },
    });
    expect(run.last.data).toMatchObject({ output: { got: { n: 4 } } });
  });

  test('a payload mapping sees the output; one that does not fit is `invalid_output` of the sender', () => {
    const run = play(fixed({ n: { $: 'output.n * 2' } }), { script: () => say({ n: 4 }) });
    expect(run.last.data).toMatchObject({ output: { got: { n: 8 } } });
    const bad = play(fixed({ n: 'x' }), { script: () => say({ n: 4 }), unchecked: true });
    expect(bad.data('step.failed')[0]).toMatchObject({ kind: 'invalid_output' });
    expect(bad.of('step.started', 'take')).toEqual([]);
  });

  test('an agent without a schema is asked for its final text when it hands over', () => {
    const flow = flowOf({
      nodes: {
        start: { kind: 'start' },
        give: { kind: 'agent', agent: 'worker' },
        take: { kind: 'transform', output: { $: 'steps.give' } },
        end: { kind: 'end', output: { $: 'steps.take' } },
      },
      edges: [
        'start > give',
        'give > end',
        ['give.handoff > take', { handoff: { name: 'over', schema } }],
        'take > end',
      ],
    });
    const handing = (output: Json) =>
      play(flow, { script: () => say('', asks('transfer_to_over', { output, payload: { n: 1 } })) });
    expect(handing('Done.').last.data).toMatchObject({ output: 'Done.' });
    expect(handing({ not: 'a text' }).last.data).toMatchObject({ output: '{"not":"a text"}' });
    const [call] = handing('Done.').calls;
    expect(call?.type === 'model' ? call.tools[0]?.input : undefined).toMatchObject({
      required: ['output', 'payload'],
      properties: { output: { type: 'string' } },
    });
  });

  test('each branch of a parallel is given the handoff of its own edge, counted and recorded', () => {
    const handing = (branch: object) =>
      flowOf({
        nodes: {
          start: { kind: 'start' },
          fork: { kind: 'parallel' },
          a: { kind: 'transform', output: { $: 'handoff' } },
          b: { kind: 'transform', output: { $: '$exists(handoff)' } },
          join: { kind: 'join' },
          end: { kind: 'end', output: { $: 'steps.join' } },
        },
        edges: [
          ['start > fork', { handoff: { name: 'before', schema: true } }],
          ['fork.branch > a', { handoff: { name: 'own', schema, ...branch } }],
          'fork.branch > b',
          'a > join',
          'b > join',
          'join > end',
        ],
      });
    const run = play(handing({ payload: { n: { $: '$count(output.branches)' } } }), { unchecked: true });
    expect(run.last.data).toMatchObject({ output: { a: { n: 2 }, b: false }, usage: { handoffs: 2 } });
    expect(run.data('step.committed', 'fork')).toMatchObject([
      { handoffs: [{ to: 'a', name: 'own', payload: { n: 2 } }], usage: { handoffs: 1 } },
    ]);
    expect(
      play(handing({ payload: { n: 'x' } }), { unchecked: true }).data('step.failed', 'fork'),
    ).toMatchObject([{ kind: 'invalid_output', code: 'output/handoff' }]);
    const spent = play(
      { ...handing({ payload: { n: 1 } }), budget: { handoffs: 1, onExceeded: 'fail' } },
      { unchecked: true },
    );
    expect(spent.data('budget.exceeded')).toMatchObject([{ metric: 'handoffs', action: 'fail' }]);
    expect(spent.of('step.started', 'a')).toEqual([]);
  });

  test('the receiver of an edge without a handoff sees none', () => {
    const run = play(
      flowOf({
        agents: { giver: { role: 'Gives', model: 'main', output: schema } },
        nodes: {
          start: { kind: 'start' },
          give: { kind: 'agent', agent: 'giver' },
          take: plain('x'),
          after: { kind: 'transform', output: { has: { $: '$exists(handoff)' } } },
          end: { kind: 'end', output: { $: 'steps.after' } },
        },
        edges: [
          'start > give',
          ['give.handoff > take', { handoff: { name: 'over', schema } }],
          'take > after',
          'after > end',
        ],
      }),
      { script: () => say({ n: 1 }), unchecked: true },
    );
    expect(run.last.data).toMatchObject({ output: { has: false } });
  });

  const choosing = () =>
    flowOf({
      policies: { default: { retry: { maxAttempts: 1 } } },
      agents: { giver: { role: 'Gives', model: 'main', output: schema } },
      nodes: {
        start: { kind: 'start' },
        give: { kind: 'agent', agent: 'giver' },
        left: { kind: 'transform', output: { $: 'handoff' } },
        right: { kind: 'transform', output: { $: 'handoff' } },
        end: { kind: 'end' },
      },
      edges: [
        'start > give',
        ['give.handoff > left', { handoff: { name: 'left', schema } }],
        ['give.handoff > right', { handoff: { name: 'right', schema, payload: { n: 1 } } }],
        'left > end',
        'right > end',
      ],
    });

  test('several are offered as tools; a payload is asked for only where no mapping is drawn', () => {
    const run = play(choosing(), {
      script: () => say('', asks('transfer_to_left', { output: { n: 2 }, payload: { n: 3 } })),
    });
    const [call] = run.calls;
    expect(
      call?.type === 'model'
        ? call.tools.map((tool) => [tool.name, (tool.input as { required: string[] }).required])
        : [],
    ).toEqual([
      ['transfer_to_left', ['output', 'payload']],
      ['transfer_to_right', ['output']],
    ]);
    expect(run.data('step.committed', 'give')[0]).toMatchObject({
      output: { n: 2 },
      handoff: { name: 'left', payload: { n: 3 } },
    });
  });

  test('a chosen payload that never fits is re-asked once by each model, then `invalid_output`', () => {
    const run = play(choosing(), {
      script: () => say('', asks('transfer_to_left', { output: { n: 2 }, payload: {} })),
    });
    expect(run.data('step.failed')[0]).toMatchObject({ kind: 'invalid_output', code: 'output/handoff' });
    expect(run.of('step.started', 'left')).toEqual([]);
  });

  test('of two transfers the first counts, and each gets an answer when it cannot be made', () => {
    const two = [asks('transfer_to_left', {}, 'a'), asks('transfer_to_right', { output: { n: 2 } }, 'b')];
    const run = play(choosing(), {
      script: (_call, nth) =>
        nth === 1 ? say('', ...two) : say('', asks('transfer_to_right', { output: { n: 2 } })),
    });
    const second = run.calls[1];
    const answers =
      second?.type === 'model' ? second.messages.filter((message) => message.role === 'tool') : [];
    expect(answers).toMatchObject([
      { callId: 'a', isError: true },
      { callId: 'b', isError: true },
    ]);
    expect(run.data('step.committed', 'give')[0]?.handoff?.name).toBe('right');
  });

  test('an agent that must hand over and does not is told so', () => {
    const run = play(choosing(), {
      script: (_call, nth) =>
        nth === 1 ? say({ n: 1 }) : say('', asks('transfer_to_right', { output: { n: 2 } })),
    });
    expect(run.data('attempt.rejected')).toMatchObject([{ kind: 'invalid_output', check: 'handoff' }]);
    expect(run.status).toBe('completed');
  });

  test('a transfer nobody offered is a call that is not listed', () => {
    const run = play(choosing(), { script: () => say('', asks('transfer_to_nowhere')) });
    expect(run.data('tool.refused')).toHaveLength(3);
    expect(run.data('step.failed')[0]).toMatchObject({ kind: 'denied', code: 'tool/not-listed' });
  });
});
