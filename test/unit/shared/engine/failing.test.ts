import { describe, expect, test } from 'vitest';
import type { FlowNode } from '../../../../shared/spec/nodes';
import { fails, flowOf, graph, play, rowOf } from '../../../fakes/small-flow';

const look: FlowNode = { kind: 'tool', tool: 'look' };
const plain = (value: string): FlowNode => ({ kind: 'transform', output: { value } });

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
      data: { error: { kind: 'invalid_output', code: 'flow/output-mismatch', node: 'end', step: 'end' } },
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
