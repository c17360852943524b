import { describe, expect, test } from 'vitest';
import type { FlowNode } from '../../../../shared/spec/nodes';
import type { Call } from '../../../../shared/ports/calls';
import {
  at,
  cancelling,
  fails,
  flowOf,
  gives,
  play,
  type PlayOptions,
  steering,
  type Way,
} from '../../../fakes/small-flow';

const look: FlowNode = { kind: 'tool', tool: 'look' };
const once: FlowNode = { kind: 'tool', tool: 'pay' };
type JoinParts = Omit<Extract<FlowNode, { kind: 'join' }>, 'kind'>;
const oneTry = { default: { retry: { maxAttempts: 1 } } };
/** Branches `a`, `b`, `c` of one node each. */
function fan(
  join: JoinParts,
  legs: Record<string, FlowNode> = { a: look, b: look, c: look },
  more: Way[] = [],
  parts: Partial<Parameters<typeof flowOf>[0]> = {},
) {
  return flowOf({
    policies: oneTry,
    ...parts,
    nodes: {
      start: { kind: 'start' },
      fork: { kind: 'parallel' },
      ...legs,
      join: { kind: 'join', ...join },
      end: { kind: 'end', output: { $: 'steps.join' } },
      ...parts.nodes,
    },
    edges: [
      'start > fork',
      ...Object.keys(legs).flatMap((id): Way[] => [`fork.branch > ${id}`, `${id} > join`]),
      'join > end',
      ...more,
    ],
  });
}
const byNode = (answers: Record<string, ReturnType<NonNullable<PlayOptions['script']>>>) => (call: Call) =>
  answers[call.node];

describe('joins', () => {
  test('`all` waits for each branch; without `collect` the output names the first node of each branch', () => {
    const run = play(fan({}), { script: byNode({ a: [gives(1), 500], b: gives(2), c: gives(3) }) });
    expect(run.last.data).toMatchObject({
      output: { a: 1, b: 2, c: 3 },
      path: ['fork', 'a', 'b', 'c', 'join', 'end'],
    });
    expect(run.data('step.committed', 'fork')[0]?.routes.map((route) => route.to)).toEqual(['a', 'b', 'c']);
  });

  test('the output of a parallel is the list of branches started; those whose guard is false are not', () => {
    const flow = flowOf({
      nodes: {
        start: { kind: 'start' },
        fork: { kind: 'parallel' },
        a: look,
        b: look,
        join: { kind: 'join' },
        see: { kind: 'transform', output: { $: 'steps.fork' } },
        end: { kind: 'end', output: { $: 'steps.see' } },
      },
      edges: [
        'start > fork',
        ['fork.branch > a', { when: 'false' }],
        'fork.branch > b',
        'a > join',
        'b > join',
        'join > see',
        'see > end',
      ],
    });
    expect(play(flow).last.data).toMatchObject({ output: { branches: ['b'] } });
  });

  test('no branch started: `all` commits {}, `any` and count fail with `error`', () => {
    const none = (wait: JoinParts['wait']) =>
      flowOf({
        nodes: {
          start: { kind: 'start' },
          fork: { kind: 'parallel' },
          a: look,
          b: look,
          join: { kind: 'join', ...(wait ? { wait } : {}) },
          end: { kind: 'end', output: { $: 'steps.join' } },
        },
        edges: [
          'start > fork',
          ['fork.branch > a', { when: 'false' }],
          ['fork.branch > b', { when: 'false' }],
          'a > join',
          'b > join',
          'join > end',
        ],
      });
    expect(play(none(undefined)).last.data).toMatchObject({ output: {} });
    expect(play(none('any')).data('step.failed')).toMatchObject([{ kind: 'error', code: 'join/too-few' }]);
    expect(play(none({ count: 2 })).data('step.failed')).toMatchObject([{ kind: 'error' }]);
  });

  test('`any` commits at the first and cancels the rest', () => {
    const run = play(fan({ wait: 'any' }), {
      script: byNode({ a: [gives(1), 500], b: gives(2), c: [gives(3), 900] }),
    });
    expect(run.last.data).toMatchObject({ output: { b: 2 }, path: ['fork', 'b', 'join', 'end'] });
    expect(run.of('step.cancelled').map((event) => event.step)).toEqual(['a', 'c']);
  });

  test('a count commits at that many, in drawn order; it fails as soon as it cannot be reached', () => {
    const run = play(fan({ wait: { count: 2 } }), {
      script: byNode({ a: [gives(1), 50], b: [gives(2), 500], c: gives(3) }),
    });
    expect(run.last.data).toMatchObject({ output: { a: 1, c: 3 } });
    const failed = play(fan({ wait: { count: 2 } }), {
      script: byNode({ a: fails('error'), b: fails('timeout'), c: [gives(3), 500] }),
    });
    expect(failed.data('step.failed', 'join')).toMatchObject([{ kind: 'error' }]);
    expect(failed.data('step.cancelled', 'c')).toHaveLength(1);
  });

  test('`fail`: siblings finish, then the join fails with the kind of the first failed branch in drawn order', () => {
    const run = play(fan({}), {
      script: byNode({ a: [fails('timeout'), 500], b: fails('error'), c: [gives(3), 900] }),
    });
    expect(run.data('step.failed', 'join')).toMatchObject([{ kind: 'timeout' }]);
    expect(run.data('step.committed', 'c')).toHaveLength(1);
    expect(run.data('deadletter.added').map((letter) => letter.step)).toEqual(['b', 'a', 'join']);
    expect(run.last.data).toMatchObject({ path: ['fork', 'a', 'b', 'c', 'join'] });
  });

  test('`cancel`: the first failure cancels the siblings', () => {
    const run = play(fan({ onBranchFailure: 'cancel' }), {
      script: byNode({ a: [gives(1), 500], b: fails('error'), c: [gives(3), 900] }),
    });
    expect(run.of('step.cancelled').map((event) => event.step)).toEqual(['a', 'c']);
    expect(run.data('step.failed', 'join')).toMatchObject([{ kind: 'error' }]);
  });

  test('`skip`: failed branches do not count; none left fails', () => {
    expect(
      play(fan({ onBranchFailure: 'skip' }), {
        script: byNode({ b: fails('error'), a: gives(1), c: gives(3) }),
      }).last.data,
    ).toMatchObject({ output: { a: 1, c: 3 } });
    const none = play(fan({ onBranchFailure: 'skip' }), { script: () => fails('unavailable') });
    expect(none.data('step.failed', 'join')).toMatchObject([{ kind: 'unavailable' }]);
  });

  test('a join that fails may take its own fallback', () => {
    const run = play(
      fan({}, undefined, ['join.fallback > spare', 'spare > end'], {
        nodes: { spare: { kind: 'transform', output: { kind: { $: 'error.kind' } } } },
      }),
      {
        script: byNode({ a: fails('error') }),
      },
    );
    expect(run.last.data).toMatchObject({ path: ['fork', 'a', 'b', 'c', 'join', 'spare', 'end'] });
  });

  test('`deadline` runs from the fork: late branches are cancelled and failed with `timeout`', () => {
    const script = byNode({ a: gives(1), b: [gives(2), 20_000], c: gives(3) });
    const failed = play(fan({ deadline: 'PT5S' }), { script });
    expect(failed.data('step.failed', 'join')).toMatchObject([{ kind: 'timeout', code: 'join/deadline' }]);
    expect(failed.data('timer.set')).toMatchObject([{ timer: 'fork:join', why: 'deadline of join' }]);
    const skipped = play(fan({ deadline: 'PT5S', onBranchFailure: 'skip' }), { script });
    expect(skipped.last.data).toMatchObject({ output: { a: 1, c: 3 } });
    expect(skipped.data('step.cancelled', 'b')[0]?.reason).toContain('deadline');
  });

  test('a cancelled parallel drops the timer of its join', () => {
    const run = play(fan({ deadline: 'PT1H' }), {
      script: () => [gives(1), 60_000],
      facts: steering([at('timer.set'), cancelling(false)]),
    });
    expect(run.status).toBe('cancelled');
    expect(run.state.timers.size).toBe(0);
  });

  test('`collect` sees the branches that count', () => {
    const run = play(
      fan({
        collect: { sum: { $: 'branches.a + branches.c' }, b: { $: '$exists(branches.b)' } },
        onBranchFailure: 'skip',
      }),
      {
        script: byNode({ a: gives(1), b: fails('error'), c: gives(3) }),
      },
    );
    expect(run.last.data).toMatchObject({ output: { sum: 4, b: false } });
  });

  test('a started `once` call of a cancelled branch is awaited and recorded, and its effect is told', () => {
    const run = play(fan({ wait: 'any' }, { a: once, b: look }), {
      script: byNode({ a: [gives(1), 5_000], b: gives(2) }),
    });
    const done = run.of('tool.completed', 'a')[0]?.seq ?? 0;
    expect(run.of('step.cancelled', 'a')[0]?.seq).toBeGreaterThan(done);
    expect(run.last.seq).toBeGreaterThan(done);
    expect(run.last.data).toMatchObject({ path: ['fork', 'b', 'join', 'end'] });
    const failed = play(
      fan({ wait: 'any' }, { a: once, b: look }, [], { nodes: { end: { kind: 'end', outcome: 'failed' } } }),
      {
        script: byNode({ a: [gives(1), 5_000], b: gives(2) }),
      },
    );
    expect(failed.last).toMatchObject({ type: 'run.failed', data: { notUndone: ['a'] } });
  });

  test('tasks of a cancelled branch are withdrawn', () => {
    const human: FlowNode = { kind: 'human', mode: 'approve', title: 'x', deadline: 'PT1H' };
    const flow = flowOf({
      nodes: {
        start: { kind: 'start' },
        fork: { kind: 'parallel' },
        h: human,
        a: look,
        join: { kind: 'join', wait: 'any' },
        end: { kind: 'end' },
      },
      edges: [
        'start > fork',
        'fork.branch > h',
        'fork.branch > a',
        'h.approved > join',
        'h.rejected > join',
        'a > join',
        'join > end',
      ],
    });
    const run = play(flow, { decide: () => undefined });
    expect(run.data('human.withdrawn')).toMatchObject([{ task: 'h' }]);
    expect(run.state.openTasks.size).toBe(0);
    expect(run.status).toBe('completed');
  });

  test('parallels nest: the inner join is part of its branch', () => {
    const flow = flowOf({
      nodes: {
        start: { kind: 'start' },
        fork: { kind: 'parallel' },
        inner: { kind: 'parallel' },
        a: look,
        b: look,
        c: look,
        meet: { kind: 'join' },
        join: { kind: 'join' },
        end: { kind: 'end', output: { $: 'steps.join' } },
      },
      edges: [
        'start > fork',
        'fork.branch > inner',
        'fork.branch > c',
        'inner.branch > a',
        'inner.branch > b',
        'a > meet',
        'b > meet',
        'meet > join',
        'c > join',
        'join > end',
      ],
    });
    const run = play(flow, { script: byNode({ a: gives(1), b: gives(2), c: gives(3) }) });
    expect(run.last.data).toMatchObject({
      output: { inner: { a: 1, b: 2 }, c: 3 },
      path: ['fork', 'inner', 'a', 'b', 'meet', 'c', 'join', 'end'],
    });
    const cancelled = play(flow, {
      script: () => [gives(1), 60_000],
      facts: steering([at('tool.started', 'c'), cancelling(false)]),
    });
    expect(cancelled.of('step.cancelled')).toHaveLength(3);
  });

  test('a parallel that is walked again forks anew', () => {
    const flow = flowOf({
      nodes: {
        start: { kind: 'start' },
        fork: { kind: 'parallel' },
        a: look,
        b: look,
        join: { kind: 'join' },
        end: { kind: 'end' },
      },
      edges: [
        'start > fork',
        'fork.branch > a',
        'fork.branch > b',
        'a > join',
        'b > join',
        ['join > fork', { when: 'true', maxTraversals: 1 }],
        'join > end',
      ],
    });
    expect(play(flow).data('step.failed', 'join#2')).toMatchObject([{ kind: 'loop_limit' }]);
  });
});

describe('isolation', () => {
  const context = {
    log: { schema: { type: 'array' }, merge: 'append' as const },
    best: { schema: { type: 'number' }, merge: 'max' as const },
  };
  const writer = (id: string): FlowNode =>
    ({
      ...look,
      reads: ['log'],
      writes: { log: `"${id}"` },
      args: { seen: { $: '$count(context.log)' } },
    }) as FlowNode;

  test('siblings never see each other; writes are merged in drawn order, whatever came first', () => {
    const flow = fan({}, { a: writer('a'), b: writer('b'), c: writer('c') }, [], { context });
    const run = play(flow, { script: byNode({ a: [gives(1), 900], b: [gives(2), 300], c: gives(3) }) });
    expect(run.calls.map((call) => (call.type === 'tool' ? call.args : null))).toEqual([
      { seen: 0 },
      { seen: 0 },
      { seen: 0 },
    ]);
    expect(run.data('step.committed', 'join')[0]?.writes).toEqual([
      { field: 'log', version: 1, value: 'a' },
      { field: 'log', version: 2, value: 'b' },
      { field: 'log', version: 3, value: 'c' },
    ]);
    expect(run.state.root.ctx.own.get('log')?.value).toEqual(['a', 'b', 'c']);
  });

  test('what does not count is dropped', () => {
    const flow = fan({ onBranchFailure: 'skip' }, { a: writer('a'), b: writer('b') }, ['b > b2'], {
      context,
    });
    const chained = {
      ...flow,
      nodes: { ...flow.nodes, b2: look },
      edges: [
        ...flow.edges.filter((edge) => edge.from !== 'b'),
        { from: 'b', port: 'next', to: 'b2' },
        { from: 'b2', port: 'next', to: 'join' },
      ],
    };
    const run = play(chained, { script: byNode({ b2: fails('error') }) });
    expect(run.state.root.ctx.own.get('log')?.value).toEqual(['a']);
    expect(run.data('step.committed', 'join')[0]?.output).toEqual({ a: { n: 1 } });
  });

  test('steps of the branches that count are visible after the join', () => {
    const flow = flowOf({
      nodes: {
        start: { kind: 'start' },
        fork: { kind: 'parallel' },
        a: look,
        b: look,
        join: { kind: 'join' },
        sum: { kind: 'transform', output: { $: 'steps.a.n + steps.b.n' } },
        end: { kind: 'end', output: { $: 'steps.sum' } },
      },
      edges: [
        'start > fork',
        'fork.branch > a',
        'fork.branch > b',
        'a > join',
        'b > join',
        'join > sum',
        'sum > end',
      ],
    });
    expect(play(flow).last.data).toMatchObject({ output: 2 });
  });

  test('two branches that replaced one field: the join fails with `conflict`', () => {
    const replace = { x: { schema: {}, merge: 'replace' as const } };
    const w: FlowNode = { ...look, writes: { x: '1' } } as FlowNode;
    const run = play(fan({}, { a: w, b: w }, [], { context: replace }), { unchecked: true });
    expect(run.data('step.failed', 'join')).toMatchObject([{ kind: 'conflict', code: 'context/conflict' }]);
    const one = play(
      fan({}, { a: { ...w, writes: { x: '1' } } as FlowNode, b: look }, [], { context: replace }),
    );
    expect(one.state.root.ctx.own.get('x')).toMatchObject({ value: 1, version: 1 });
  });
});
