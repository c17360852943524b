/** What an expression that gives nothing comes to, place by place; and moments to wait for. */
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../../shared/base/json';
import type { FlowNode } from '../../../../shared/spec/nodes';
import {
  at,
  fails,
  flowOf,
  graph,
  play,
  rowOf,
  say,
  steering,
  PAUSE,
  RESUME,
} from '../../../fakes/small-flow';

const NOTHING = { $: 'input.nothing' };
const look: FlowNode = { kind: 'tool', tool: 'look' };
const oneTry = { default: { retry: { maxAttempts: 1 } } };
const output = (run: { last: { data: unknown } }) => (run.last.data as { output: Json }).output;

describe('a mapping that gives nothing', () => {
  test('is null as the output of a transform, as the input of a subflow and as what a join collects', () => {
    expect(output(play(rowOf({ t: { kind: 'transform', output: NOTHING } })))).toBeNull();
    const sub = graph({ s: { kind: 'start' }, e: { kind: 'end', output: { $: '[input]' } } }, 's > e');
    const call: FlowNode = { kind: 'subflow', flow: 'sub', input: NOTHING };
    expect(output(play(rowOf({ call }, { subflows: { sub } })))).toEqual([null]);
    const joined = flowOf({
      nodes: {
        start: { kind: 'start' },
        fork: { kind: 'parallel' },
        a: look,
        b: look,
        join: { kind: 'join', collect: NOTHING },
        end: { kind: 'end', output: { $: '[steps.join]' } },
      },
      edges: ['start > fork', 'fork.branch > a', 'fork.branch > b', 'a > join', 'b > join', 'join > end'],
    });
    expect(output(play(joined))).toEqual([null]);
  });

  test('is an empty object as the arguments of a tool and of an undo, and as a proposal', () => {
    const paid = { kind: 'tool', tool: 'pay', args: NOTHING, compensate: { tool: 'refund', args: NOTHING } };
    const run = play(
      rowOf({ a: paid as FlowNode, b: look }, { onFailure: { do: 'compensate' }, policies: oneTry }),
      {
        script: (call) => (call.node === 'b' ? fails('error') : undefined),
      },
    );
    expect(run.calls.flatMap((call) => (call.type === 'tool' ? [[call.step, call.args]] : []))).toEqual([
      ['a', {}],
      ['b', {}],
      ['a~undo', {}],
    ]);
    const human = {
      kind: 'human',
      mode: 'form',
      title: 't',
      form: {},
      propose: NOTHING,
      deadline: 'PT1M',
      onDeadline: 'approved',
    };
    const late = play(rowOf({ h: human as FlowNode }), { decide: () => undefined });
    expect(output(late)).toMatchObject({ choice: 'approved', values: {} });
  });

  test('is null as the payload of a handoff, drawn or taken after a failure, and where the model gave none', () => {
    const over = (name: string, payload?: Json) => ({
      handoff: { name, schema: {}, ...(payload === undefined ? {} : { payload }) },
    });
    const see: FlowNode = { kind: 'transform', output: { $: '[handoff]' } };
    const drawn = flowOf({
      nodes: { start: { kind: 'start' }, a: look, b: see, end: { kind: 'end', output: { $: 'steps.b' } } },
      edges: ['start > a', ['a > b', over('go', NOTHING)], 'b > end'],
    });
    expect(output(play(drawn))).toEqual([null]);
    const failing = flowOf({
      policies: oneTry,
      nodes: { start: { kind: 'start' }, a: look, b: see, end: { kind: 'end', output: { $: 'steps.b' } } },
      edges: ['start > a', 'a > end', ['a.fallback > b', over('help', NOTHING)], 'b > end'],
    });
    expect(output(play(failing, { script: () => fails('error') }))).toEqual([null]);
    const chosen = rowOf(
      { a: { kind: 'agent', agent: 'worker' }, b: see },
      {
        ways: [
          ['a.handoff > b', over('go')],
          ['a.handoff > end', over('stop')],
        ],
      },
    );
    const run = play(chosen, { script: () => say('', { id: 'x', name: 'transfer_to_go', args: {} }) });
    expect(output(run)).toEqual([null]);
  });
});

test('a fallback edge whose guard does not hold is passed over for the next', () => {
  const flow = flowOf({
    policies: oneTry,
    nodes: {
      start: { kind: 'start' },
      a: look,
      b: { kind: 'transform', output: 'b' },
      c: { kind: 'transform', output: 'c' },
      end: { kind: 'end' },
    },
    edges: [
      'start > a',
      'a > end',
      ['a.fallback > b', { when: "error.kind = 'timeout'" }],
      'a.fallback > c',
      'b > end',
      'c > end',
    ],
  });
  const path = (kind: 'timeout' | 'error') => play(flow, { script: () => fails(kind) }).last.data;
  expect(path('timeout')).toMatchObject({ path: ['a', 'b', 'end'] });
  expect(path('error')).toMatchObject({ path: ['a', 'c', 'end'] });
});

test('a subflow that fails fails its call with the same kind', () => {
  const sub = graph({ s: { kind: 'start' }, t: look, e: { kind: 'end' } }, 's > t', 't > e');
  const flow = rowOf({ call: { kind: 'subflow', flow: 'sub' } }, { subflows: { sub }, policies: oneTry });
  const run = play(flow, { script: () => fails('unavailable') });
  expect(run.data('step.failed').map((failure) => failure.kind)).toEqual(['unavailable', 'unavailable']);
});

describe('waiting until a moment', () => {
  const until = (source: string) => play(rowOf({ w: { kind: 'wait', until: source } }));

  test('is by ISO 8601 or milliseconds; the output says when it was due; a past moment fires at once', () => {
    const due = 1_700_000_060_000;
    for (const source of [`${due}`, `${due}.4`, `'${new Date(due).toISOString()}'`]) {
      const run = until(source);
      expect(run.data('timer.set')).toEqual([{ timer: 'w:due', dueAt: due, why: 'wait' }]);
      expect(output(run)).toEqual({ until: due });
      expect(run.endedAt - run.startedAt).toBe(60_000);
    }
    const past = until('1000');
    expect(past.of('timer.set')).toEqual([]);
    expect(output(past)).toEqual({ until: 1000 });
  });

  test('what is no moment fails the step', () => {
    for (const source of ["'tomorrow'", 'true', 'input.nothing'])
      expect(until(source).data('step.failed')).toMatchObject([{ kind: 'error', code: 'expr/failed' }]);
  });

  test('a moment that comes while the run is paused acts at resume', () => {
    const flow = rowOf({ w: { kind: 'wait', for: 'PT1M' } });
    const paused = play(flow, { facts: steering([at('timer.set'), PAUSE]) });
    expect(paused.of('timer.fired')).toHaveLength(1);
    expect(paused.status).toBe('paused');
    const on = play(flow, { facts: steering([at('timer.set'), PAUSE], [at('timer.fired'), RESUME]) });
    expect(on.status).toBe('completed');
  });
});
