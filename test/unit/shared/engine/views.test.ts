/** What an expression sees, how context values are merged, and what is a bug rather than the flow's failure. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply } from '../../../../shared/engine/apply';
import { decide } from '../../../../shared/engine/decide';
import { evaluateTemplate, placeOf, wholeScope } from '../../../../shared/engine/evaluate';
import { createPlan } from '../../../../shared/engine/plan';
import {
  contextVersion,
  createContextScope,
  initialValue,
  mergePatch,
  mergeValue,
  writeContext,
} from '../../../../shared/engine/scope';
import { createState } from '../../../../shared/engine/state';
import type { Json } from '../../../../shared/base/json';
import type { RunEvent } from '../../../../shared/events/event';
import type { FlowNode } from '../../../../shared/spec/nodes';
import type { Pure } from '../../../../shared/ports/pure';
import { fails, flowOf, gives, graph, play, pure, rowOf, say, type Way } from '../../../fakes/small-flow';

const look: FlowNode = { kind: 'tool', tool: 'look' };
const oneTry = { default: { retry: { maxAttempts: 1 } } };

describe('what an expression sees', () => {
  test('all of the context it may read, without what was never written; all steps before it', () => {
    const field = { schema: {}, merge: 'replace' as const };
    const flow = rowOf(
      {
        a: look,
        t: {
          kind: 'transform',
          reads: ['set', 'unset'],
          output: { context: { $: '$keys(context)' }, steps: { $: '$keys(steps)' }, any: { $: 'steps.*.n' } },
        },
      },
      { context: { set: { ...field, initial: 1 }, unset: field, other: { ...field, initial: 2 } } },
    );
    expect(play(flow).last.data).toMatchObject({
      output: { context: 'set', steps: ['start', 'a'], any: 1 },
    });
  });

  test('`$` alone and `**` are everything it may read', () => {
    const field = { schema: {}, merge: 'replace' as const, initial: { deep: 1 } };
    const flow = rowOf(
      {
        a: look,
        t: {
          kind: 'transform',
          reads: ['set'],
          output: { all: { $: '$' }, deep: { $: '**.deep' }, n: { $: '*.a.n' } },
        },
      },
      { context: { set: field, other: field } },
    );
    expect(play(flow).last.data).toMatchObject({
      output: {
        all: { input: {}, context: { set: { deep: 1 } }, steps: { start: {}, a: { n: 1 } } },
        deep: 1,
        n: 1,
      },
    });
  });

  test('a join is reached by the first branch in drawn order that counts, and its view holds what they made', () => {
    const legs = { a: look, b: look, c: look };
    const flow = flowOf({
      policies: oneTry,
      nodes: {
        start: { kind: 'start' },
        fork: { kind: 'parallel' },
        ...legs,
        join: { kind: 'join', onBranchFailure: 'skip' },
        end: { kind: 'end' },
      },
      edges: [
        'start > fork',
        ...Object.keys(legs).flatMap((id): Way[] => [`fork.branch > ${id}`, `${id} > join`]),
        'join > end',
      ],
    });
    const joined = (made: number) =>
      play(flow, {
        script: (call) => ({ a: fails('error'), b: [gives(made), 500] as const })[call.node] ?? gives(3),
      }).data('step.started', 'join')[0];
    expect(joined(1)?.via).toEqual({ from: 'b', port: 'next' });
    expect(joined(1)?.viewHash).toBe(joined(1)?.viewHash);
    expect(joined(1)?.viewHash).not.toBe(joined(2)?.viewHash);
  });

  test('the inspector shows the handoff a step was given', () => {
    const flow = flowOf({
      nodes: { start: { kind: 'start' }, a: look, h: { kind: 'wait', for: 'PT1H' }, end: { kind: 'end' } },
      edges: ['start > a', ['a > h', { handoff: { name: 'go', schema: {} } }], 'h > end'],
    });
    const run = play(flow, { onTurn: (events) => !events.some((event) => event.type === 'timer.set') });
    const step = run.state.steps.get('h');
    expect(step && wholeScope(run.state, placeOf(step))).toMatchObject({
      handoff: { n: 1 },
      run: { id: 'run' },
      steps: { a: { n: 1 } },
    });
  });

  test('templates say the same however many were read before them', () => {
    const run = play(rowOf({ w: { kind: 'wait', for: 'PT1H' } }), {
      input: { name: 'Ann' },
      onTurn: (events) => !events.some((event) => event.type === 'timer.set'),
    });
    const step = run.state.steps.get('w');
    if (!step) throw new Error('the wait is at work');
    const read = (text: string) => evaluateTemplate(run.state, placeOf(step), text, 'title');
    const before = read('Hello {{ input.name }}');
    for (let i = 0; i < 2_100; i++) read(`${i} {{ input.name }}`);
    expect([before, read('Hello {{ input.name }}')]).toEqual(['Hello Ann', 'Hello Ann']);
  });
});

describe('merge rules', () => {
  const sha = pure.sha256;

  test('a first value starts from nothing: an empty object, zero, or itself', () => {
    expect([
      mergeValue('merge', undefined, { a: 1 }),
      mergeValue('sum', undefined, 2),
      mergeValue('min', undefined, 2),
      mergeValue('max', undefined, 2),
      mergeValue('replace', undefined, 2),
    ]).toEqual([{ a: 1 }, 2, 2, 2, 2]);
  });

  test('what a list begins with is kept; another value before it is not', () => {
    const written = (before: Json, ...added: Json[]) => {
      const scope = createContextScope(null);
      writeContext(scope, 'replace', { field: 'f', value: before, step: 's' }, 1, sha);
      for (const value of added) writeContext(scope, 'append', { field: 'f', value, step: 's' }, 1, sha);
      return contextVersion(scope, 'f')?.value;
    };
    expect([written([0], 1, [2, 3]), written('no list', 1)]).toEqual([[0, 1, 2, 3], [1]]);
  });

  test('what is no number adds nothing', () => {
    expect([mergeValue('sum', 1, 'x'), mergeValue('min', 1, 'x'), mergeValue('max', 1, null)]).toEqual([
      1, 1, 1,
    ]);
  });

  test('a field has a value before anyone wrote it where its rule has one', () => {
    const rules = ['replace', 'append', 'merge', 'sum', 'min', 'max'] as const;
    expect(rules.map((merge) => initialValue({ schema: {}, merge }))).toEqual([
      undefined,
      [],
      {},
      0,
      undefined,
      undefined,
    ]);
    expect(initialValue({ schema: {}, merge: 'sum', initial: 7 })).toBe(7);
  });

  test('a patch with null takes a member away, one that is no object replaces', () => {
    expect(mergePatch({ a: 1, b: 2 }, { b: null, c: { d: null, e: 3 } })).toEqual({ a: 1, c: { e: 3 } });
    expect([mergePatch({ a: 1 }, [1]), mergePatch('x', { a: 1 })]).toEqual([[1], { a: 1 }]);
  });

  test('appended one by one or all at once, a list and its number of items are the same', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer(), fc.array(fc.integer(), { maxLength: 3 }))), (added) => {
        const scope = createContextScope(null);
        for (const value of added)
          writeContext(scope, 'append', { field: 'f', value: value as Json, step: 's' }, 1, sha);
        const seen = contextVersion(scope, 'f');
        expect(seen?.value ?? []).toEqual(added.flat());
        expect(seen?.version ?? 0).toBe(added.length);
      }),
      { numRuns: 100 },
    );
  });

  test('sums, least and greatest do not depend on the order of the writes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -999, max: 999 }), { minLength: 1 }), (numbers) => {
        const fold = (rule: 'sum' | 'min' | 'max', list: readonly number[]) =>
          list.reduce<Json | undefined>((before, value) => mergeValue(rule, before, value), undefined);
        for (const rule of ['sum', 'min', 'max'] as const)
          expect(fold(rule, numbers)).toBe(fold(rule, numbers.toReversed()));
      }),
      { numRuns: 100 },
    );
  });
});

describe('what the flow did not do', () => {
  /** The expression `input.bug` runs into a bug of ours. */
  const broken: Pure = {
    ...pure,
    expression: (source) =>
      source === 'input.bug'
        ? {
            ...pure.expression(source),
            evaluate: () => {
              throw new TypeError('a bug');
            },
            test: () => {
              throw new TypeError('a bug');
            },
          }
        : pure.expression(source),
  };

  test('a bug in an expression engine is not taken for a failure of the step', () => {
    const mapped = rowOf({ t: { kind: 'transform', output: { $: 'input.bug' } } });
    expect(() => play(mapped, { pure: broken })).toThrow('a bug');
    const gate = { checks: [{ expr: 'input.bug', message: 'm' }] };
    const checked = rowOf({ t: { kind: 'tool', tool: 'look', gate } });
    expect(() => play(checked, { pure: broken })).toThrow('a bug');
  });

  test('a run that has not been started decides nothing', () => {
    const turn = decide(createState(createPlan(rowOf({ a: look }), pure), 'run'));
    expect(turn).toEqual({ events: [], calls: [], aborts: [], more: false });
  });

  test('a turn is cut at its limit, says so, and the next goes on where it stopped', () => {
    const ids = Array.from({ length: 6 }, (_none, i) => `t${i}`);
    const nodes = Object.fromEntries(ids.map((id) => [id, { kind: 'transform', output: 1 } as FlowNode]));
    const run = play(rowOf(nodes));
    const state = createState(createPlan(rowOf(nodes), pure), 'run');
    apply(state, run.events[0] as RunEvent);
    const types: string[] = [];
    for (let more = true; more; ) {
      const turn = decide(state, 4);
      expect(turn.events.length).toBeLessThan(8);
      types.push(...turn.events.map((event) => event.type));
      more = turn.more;
    }
    expect(types).toEqual(run.events.slice(1).map((event) => event.type));
  });

  test('a port whose edges all refuse is `flow/no-route`, not a silent stop', () => {
    const never: Way = ['a > end', { when: 'false' }];
    for (const name of [undefined, 'Look it up']) {
      const flow = flowOf({
        nodes: {
          start: { kind: 'start' },
          a: { ...look, ...(name ? { name } : {}) } as FlowNode,
          end: { kind: 'end' },
        },
        edges: ['start > a', never],
      });
      expect(play(flow, { unchecked: true }).data('step.failed')).toMatchObject([
        {
          code: 'flow/no-route',
          message: `"${name ?? 'a'}" wants to leave by "next", but no edge there can be taken.`,
        },
      ]);
    }
  });

  test('a confidence that a text cannot have is missing', () => {
    const agents = { worker: { role: 'w', model: 'main', gate: { minConfidence: 0.5 } } };
    const run = play(rowOf({ a: { kind: 'agent', agent: 'worker' } }, { agents, policies: oneTry }), {
      script: () => say('plain words'),
    });
    expect(run.data('attempt.rejected')[0]).toMatchObject({
      kind: 'low_confidence',
      message: 'confidence is missing, at least 0.5 is asked for',
    });
  });
});

describe('branches', () => {
  test('ways inside a branch may part and meet again; a way out of the flow is no way to the join', () => {
    const chain = ['c1', 'c2', 'c3', 'c4', 'c5'];
    const flow = flowOf({
      policies: oneTry,
      nodes: {
        start: { kind: 'start' },
        fork: { kind: 'parallel' },
        a: { kind: 'branch', cases: [{ port: 'left', when: 'true' }] },
        l: look,
        r: look,
        m: look,
        inner: { kind: 'parallel' },
        i1: look,
        i2: look,
        meet: { kind: 'join' },
        b: look,
        ...Object.fromEntries(chain.map((id): [string, FlowNode] => [id, { kind: 'transform', output: 1 }])),
        stop: { kind: 'end', outcome: 'failed' },
        join: { kind: 'join' },
        end: { kind: 'end' },
      },
      edges: [
        'start > fork',
        'fork.branch > b',
        'fork.branch > a',
        'b.fallback > stop',
        ...chain.map((id, i) => `${chain[i - 1] ?? 'b'} > ${id}`),
        'c5 > join',
        'a.left > l',
        'a.else > r',
        'l > m',
        'r > m',
        'm > inner',
        'inner.branch > i1',
        'inner.branch > i2',
        'i1 > meet',
        'i2 > meet',
        'meet > join',
        'join > end',
      ],
    });
    expect(play(flow).last.data).toMatchObject({
      path: ['fork', 'b', ...chain, 'a', 'l', 'm', 'inner', 'i1', 'i2', 'meet', 'join', 'end'],
    });
    const failing = play(flow, { script: (call) => (call.node === 'b' ? fails('error') : gives(1)) });
    expect(failing.last).toMatchObject({
      type: 'run.failed',
      data: { error: { code: 'flow/ended-failed' } },
    });
  });

  test('what is inside a body has the policy of its own kind', () => {
    const body = graph(
      { s: { kind: 'start' }, c: { kind: 'code', source: 'return 1' }, e: { kind: 'end' } },
      's > c',
      'c > e',
    );
    const run = play(rowOf({ m: { kind: 'map', items: '[1]', body } }), { script: () => fails('timeout') });
    expect(run.calls).toHaveLength(1);
  });
});
