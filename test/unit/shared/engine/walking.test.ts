import { describe, expect, test } from 'vitest';
import type { FlowNode } from '../../../../shared/spec/nodes';
import { asks, fails, flowOf, gives, graph, play, rowOf, say } from '../../../fakes/small-flow';

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
      ...['start', 'work', 'decide', 'work#2', 'decide#2', 'work#3', 'decide#3', 'end'],
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
      ...['orders[0]/inner', 'orders[1]/inner', 'turns[1]/inner2', 'turns[2]/inner2', 'call/inner3'],
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
        ...['one > end', 'two > end', 'three > end'],
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
        ...['left > end', 'right > end'],
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

describe('failures find their way', () => {
  const withFallback = (...ways: Parameters<typeof flowOf>[0]['edges']) =>
    flowOf({
      policies: { default: { retry: { maxAttempts: 1 } } },
      nodes: {
        start: { kind: 'start' },
        a: look,
        spare: { kind: 'transform', output: { error: { $: 'error' } } },
        other: plain('other'),
        end: { kind: 'end', output: { $: 'steps.spare' } },
      },
      edges: ['start > a', 'a > end', ...ways, 'spare > end', 'other > end'],
    });

  test('the first fallback edge whose `on` has the kind and whose `when` holds takes it; `error` says what happened', () => {
    const flow = withFallback(
      ['a.fallback > other', { on: ['timeout'] }],
      ['a.fallback > spare', { on: ['unavailable'], when: 'error.code = "test/unavailable"' }],
    );
    const run = play(flow, { script: () => fails('unavailable') });
    expect(run.last.data).toMatchObject({
      output: {
        error: {
          node: 'a',
          step: 'a',
          kind: 'unavailable',
          code: 'test/unavailable',
          message: 'it was unavailable',
          attempts: 1,
        },
      },
    });
    expect(run.data('step.failed')[0]).toMatchObject({ routed: 'fallback', to: 'spare' });
    expect(run.of('deadletter.added')).toEqual([]);
    expect(run.state.rootToken?.path).toEqual(['a', 'spare', 'end']);
  });

  test('a guard on a fallback edge that throws does not hold; nobody left: dead letter and the end of the run', () => {
    const flow = withFallback(
      ['a.fallback > spare', { when: '$error("no")' }],
      ['a.fallback > other', { on: ['timeout'] }],
    );
    const run = play(flow, { script: () => fails('error') });
    expect(run.data('deadletter.added')).toEqual([{ step: 'a', kind: 'error' }]);
    expect(run.last).toMatchObject({
      type: 'run.failed',
      data: { error: { kind: 'error', step: 'a' }, path: ['a'], compensation: 'none' },
    });
  });

  test('a fallback edge whose bound is spent is passed over', () => {
    const flow = flowOf({
      policies: { default: { retry: { maxAttempts: 1 } } },
      nodes: { start: { kind: 'start' }, a: look, fix: plain('fix'), end: { kind: 'end' } },
      edges: ['start > a', 'a > end', 'a.fallback > fix', ['fix > a', { maxTraversals: 2 }]],
    });
    const run = play(flow, { script: () => fails('error') });
    expect(run.calls).toHaveLength(3);
    expect(run.last).toMatchObject({ data: { error: { kind: 'loop_limit', step: 'fix#3' } } });
  });

  test('a handoff on a fallback edge carries the error, or what its mapping makes of it; a misfit does not take it', () => {
    const schema = { type: 'object', required: ['kind'], properties: { kind: { type: 'string' } } };
    const over = (payload?: object, more = schema) =>
      flowOf({
        policies: { default: { retry: { maxAttempts: 1 } } },
        nodes: {
          start: { kind: 'start' },
          a: look,
          spare: { kind: 'transform', output: { $: 'handoff' } },
          end: { kind: 'end', output: { $: 'steps.spare' } },
        },
        edges: [
          'start > a',
          'a > end',
          [
            'a.fallback > spare',
            { handoff: { name: 'h', schema: more, ...(payload ? { payload: payload as never } : {}) } },
          ],
          'spare > end',
        ],
      });
    const script = () => fails('error');
    expect(play(over(), { script }).last.data).toMatchObject({ output: { kind: 'error', step: 'a' } });
    expect(play(over({ kind: { $: 'error.code' } }), { script }).last.data).toMatchObject({
      output: { kind: 'test/error' },
    });
    const misfit = { type: 'object', required: ['missing'] } as unknown as typeof schema;
    expect(play(over(undefined, misfit), { script, unchecked: true }).status).toBe('failed');
  });

  test('escalation moves the token to the human node, at most three times a run, then the run fails', () => {
    const flow = flowOf({
      policies: { default: { retry: { maxAttempts: 1 } } },
      onFailure: { do: 'escalate', to: 'help' },
      nodes: {
        start: { kind: 'start' },
        a: look,
        help: { kind: 'human', mode: 'form', title: '{{ error.kind }} of {{ error.step }}', form: {} },
        end: { kind: 'end' },
      },
      edges: [
        'start > a',
        'a > end',
        ['help.approved > a', { when: 'true', maxTraversals: 9 }],
        'help.approved > end',
      ],
    });
    const run = play(flow, { script: () => fails('error') });
    expect(run.data('human.asked').map((task) => task.title)).toEqual([
      'error of a',
      'error of a#2',
      'error of a#3',
    ]);
    expect(run.data('step.failed').map((failed) => failed.routed)).toEqual([
      'onFailure',
      'onFailure',
      'onFailure',
      'onFailure',
    ]);
    expect(run.data('step.failed').map((failed) => failed.to)).toEqual(['help', 'help', 'help', undefined]);
    expect(run.data('deadletter.added')).toHaveLength(4);
    expect(run.last).toMatchObject({
      type: 'run.failed',
      data: { path: ['a', 'help', 'a', 'help', 'a', 'help', 'a'] },
    });
  });

  test('an end with outcome failed ends its graph at once and cancels the other tokens', () => {
    const flow = flowOf({
      nodes: {
        start: { kind: 'start' },
        fork: { kind: 'parallel' },
        slow: look,
        check: { kind: 'branch', cases: [{ port: 'stop', when: 'true' }] },
        stop: { kind: 'end', outcome: 'failed', output: { why: 'enough' } },
        join: { kind: 'join' },
        end: { kind: 'end' },
      },
      edges: [
        'start > fork',
        'fork.branch > slow',
        'fork.branch > check',
        'check.stop > stop',
        'check.else > join',
        'slow > join',
        'join > end',
      ],
    });
    const run = play(flow);
    expect(run.data('step.cancelled', 'slow')).toHaveLength(1);
    expect(run.last).toMatchObject({
      type: 'run.failed',
      data: {
        error: { kind: 'error', code: 'flow/ended-failed', node: 'stop' },
        output: { why: 'enough' },
        path: ['fork', 'check', 'stop'],
      },
    });
  });

  test('an end with outcome failed in a body fails its container, which may use its own fallback', () => {
    const body = graph({ s: { kind: 'start' }, e: { kind: 'end', outcome: 'failed' } }, 's > e');
    const run = play(
      flowOf({
        nodes: {
          start: { kind: 'start' },
          m: { kind: 'map', items: '[1]', body },
          spare: plain('spare'),
          end: { kind: 'end' },
        },
        edges: ['start > m', 'm > end', 'm.fallback > spare', 'spare > end'],
      }),
    );
    expect(run.data('step.failed', 'm')[0]).toMatchObject({
      kind: 'error',
      code: 'flow/ended-failed',
      routed: 'fallback',
    });
    expect(run.status).toBe('completed');
  });

  test('output that does not fit the flow fails the run with `flow/output-mismatch`', () => {
    const run = play(rowOf({ a: look }, { output: { type: 'object', required: ['reply'] } }), {
      unchecked: true,
    });
    expect(run.last).toMatchObject({
      type: 'run.failed',
      data: { error: { kind: 'invalid_output', code: 'flow/output-mismatch' } },
    });
  });

  test('an end without a mapping gives null; a mapping that gives nothing too', () => {
    const flow = flowOf({
      nodes: { start: { kind: 'start' }, end: { kind: 'end' } },
      edges: ['start > end'],
    });
    expect(play(flow).last.data).toMatchObject({ output: null, end: 'end', path: ['end'] });
    const nothing = flowOf({
      nodes: { start: { kind: 'start' }, end: { kind: 'end', output: { $: 'input.no' } } },
      edges: ['start > end'],
    });
    expect(play(nothing).last.data).toMatchObject({ output: null });
  });
});

describe('disabled nodes', () => {
  test('are passed by without an output, are not in the path and are no step', () => {
    const run = play(
      rowOf({
        a: { ...look, disabled: true },
        b: { kind: 'transform', output: { has: { $: '$exists(steps.a)' } } },
      }),
    );
    expect(run.data('step.skipped', 'a')).toEqual([{ to: 'b' }]);
    expect(run.last.data).toMatchObject({ output: { has: false }, path: ['b', 'end'], usage: { steps: 1 } });
  });

  test('a human is passed by `approved`, a branch by `else`', () => {
    const run = play(
      flowOf({
        nodes: {
          start: { kind: 'start' },
          h: { kind: 'human', mode: 'approve', title: 'x', disabled: true },
          b: { kind: 'branch', cases: [{ port: 'yes', when: 'true' }], disabled: true },
          a: look,
          end: { kind: 'end' },
        },
        edges: ['start > h', 'h.approved > b', 'b.yes > a', 'b.else > end', 'a > end'],
      }),
    );
    expect(run.state.rootToken?.path).toEqual(['end']);
  });

  test('guards of the way past are asked, without an output', () => {
    const run = play(
      flowOf({
        nodes: {
          start: { kind: 'start' },
          a: { ...look, disabled: true },
          one: plain('1'),
          two: plain('2'),
          end: { kind: 'end' },
        },
        edges: [
          'start > a',
          ['a > one', { when: 'output.n > 0' }],
          ['a > one', { when: '$error("x")' }],
          'a > two',
          'one > end',
          'two > end',
        ].filter((_way, i) => i !== 2) as never,
      }),
    );
    expect(run.state.rootToken?.path).toEqual(['two', 'end']);
  });

  test('the bound of a way back holds for them too: no endless circle', () => {
    const flow = flowOf({
      nodes: {
        start: { kind: 'start' },
        a: plain('a'),
        b: { ...plain('b'), disabled: true },
        end: { kind: 'end' },
      },
      edges: ['start > a', 'a > b', ['b > a', { when: 'true', maxTraversals: 2 }], 'b > end'],
    });
    const run = play(flow, { maxEvents: 500 });
    expect(run.stopped).toBe(false);
    expect(run.last).toMatchObject({ data: { error: { kind: 'loop_limit', step: 'b#3' } } });
  });
});
