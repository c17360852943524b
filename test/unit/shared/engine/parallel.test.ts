import { describe, expect, test } from 'vitest';
import type { FlowNode } from '../../../../shared/spec/nodes';
import type { Call } from '../../../../shared/ports/calls';
import {
  at,
  cancelling,
  fails,
  flowOf,
  gives,
  graph,
  play,
  type PlayOptions,
  rowOf,
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

describe('maps', () => {
  const body = (
    node: FlowNode = { kind: 'tool', tool: 'look', args: { item: { $: 'item' }, index: { $: 'index' } } },
  ) =>
    graph(
      { s: { kind: 'start' }, work: node, e: { kind: 'end', output: { $: 'steps.work' } } },
      's > work',
      'work > e',
    );
  type MapParts = Partial<Omit<Extract<FlowNode, { kind: 'map' }>, 'kind'>>;
  const mapped = (parts: MapParts, more: Partial<Parameters<typeof flowOf>[0]> = {}) =>
    rowOf(
      { m: { kind: 'map', items: '[10,20,30,40]', body: body(), ...parts } },
      { policies: oneTry, ...more },
    );

  test('a missing or null value is no item, a single one a list of one', () => {
    expect(play(mapped({ items: 'input.no' })).last.data).toMatchObject({ output: [] });
    expect(play(mapped({ items: 'null' })).last.data).toMatchObject({ output: [] });
    expect(play(mapped({ items: '7' })).last.data).toMatchObject({ output: [{ n: 1 }] });
  });

  test('items start in order, at most `concurrency` at a time, and come out in item order', () => {
    const script = (call: Call) => [gives(call.item ?? -1), 100 - 20 * (call.item ?? 0)] as const;
    const run = play(mapped({ concurrency: 2 }), { script });
    expect(run.calls.map((call) => call.item)).toEqual([0, 1, 2, 3]);
    let open = 0;
    let most = 0;
    for (const event of run.events) {
      if (event.type === 'tool.started') most = Math.max(most, ++open);
      if (event.type === 'tool.completed') open--;
    }
    expect(most).toBe(2);
    expect(run.last.data).toMatchObject({ output: [0, 1, 2, 3] });
  });

  test('`fail`: no new item starts, running ones finish, the kind of the lowest failed index', () => {
    const script = (call: Call) =>
      call.item === 1 ? fails('error') : call.item === 0 ? ([fails('timeout'), 800] as const) : gives(1);
    const run = play(mapped({ concurrency: 2 }), { script });
    expect(run.calls.map((call) => call.item)).toEqual([0, 1]);
    expect(run.data('step.failed', 'm')).toMatchObject([{ kind: 'timeout' }]);
  });

  test('`skip` leaves failed items out, `collect` tells of each', () => {
    const script = (call: Call) => (call.item === 1 ? fails('error') : gives(call.item ?? 0));
    expect(play(mapped({ onItemFailure: 'skip' }), { script }).last.data).toMatchObject({
      output: [0, 2, 3],
    });
    expect(play(mapped({ onItemFailure: 'collect' }), { script }).last.data).toMatchObject({
      output: [
        { index: 0, ok: true, output: 0 },
        { index: 1, ok: false, error: { kind: 'error', code: 'test/error' } },
        { index: 2, ok: true },
        { index: 3, ok: true },
      ],
    });
  });

  test('writes of the items that count are merged in item order; a failed map writes nothing', () => {
    const context = { log: { schema: { type: 'array' }, merge: 'append' as const } };
    const writing = body({ kind: 'tool', tool: 'look', writes: { log: 'item' } });
    const script = (call: Call) =>
      call.item === 2 ? fails('error') : ([gives(1), 100 - 20 * (call.item ?? 0)] as const);
    expect(
      play(mapped({ body: writing, onItemFailure: 'skip' }, { context }), { script }).state.root.ctx.own.get(
        'log',
      )?.value,
    ).toEqual([10, 20, 40]);
    expect(
      play(mapped({ body: writing }, { context }), { script }).state.root.ctx.own.get('log')?.value,
    ).toEqual([]);
  });

  test('two items that replace one field are a `conflict` at the end of the map', () => {
    const context = { x: { schema: {}, merge: 'replace' as const } };
    const run = play(
      mapped({ body: body({ kind: 'tool', tool: 'look', writes: { x: 'item' } }) }, { context }),
      { unchecked: true },
    );
    expect(run.data('step.failed', 'm')).toMatchObject([{ kind: 'conflict' }]);
  });

  test('the innermost item wins', () => {
    const inner = graph(
      {
        s2: { kind: 'start' },
        see: { kind: 'transform', output: { item: { $: 'item' }, index: { $: 'index' } } },
        e2: { kind: 'end', output: { $: 'steps.see' } },
      },
      's2 > see',
      'see > e2',
    );
    const run = play(
      mapped({ items: '[1,2]', body: body({ kind: 'map', items: '["x","y"]', body: inner }) }),
    );
    expect(run.last.data).toMatchObject({
      output: [
        [
          { item: 'x', index: 0 },
          { item: 'y', index: 1 },
        ],
        [
          { item: 'x', index: 0 },
          { item: 'y', index: 1 },
        ],
      ],
    });
  });

  test('ten thousand items cost what they must, and finished ones leave nothing behind', {
    timeout: 60_000,
  }, () => {
    const plain = graph(
      {
        s: { kind: 'start' },
        work: { kind: 'transform', output: { $: 'item' } },
        e: { kind: 'end', output: { $: 'steps.work' } },
      },
      's > work',
      'work > e',
    );
    const flow = rowOf(
      { m: { kind: 'map', items: '[1..10000]', concurrency: 5000, body: plain } },
      { budget: { steps: 100_000 } },
    );
    const run = play(flow, { maxEvents: 1_000_000 });
    expect(run.status).toBe('completed');
    expect(run.state.frames.size).toBe(1);
  });
});

describe('loops', () => {
  const body = (node: FlowNode) =>
    graph(
      { s: { kind: 'start' }, work: node, e: { kind: 'end', output: { $: 'steps.work' } } },
      's > work',
      'work > e',
    );
  const looped = (parts: Partial<Omit<Extract<FlowNode, { kind: 'loop' }>, 'kind'>>, ways: Way[] = []) =>
    rowOf(
      {
        l: {
          kind: 'loop',
          while: 'iteration <= 3',
          maxIterations: 5,
          body: body({ kind: 'transform', output: { i: { $: 'iteration' }, last: { $: 'last.i' } } }),
          ...parts,
        },
      },
      { ways },
    );

  test('`while` is asked before every pass, `iteration` counts from 1, `last` is the previous output', () => {
    expect(play(looped({})).last.data).toMatchObject({ output: { i: 3, last: 2 } });
    expect(play(looped({ while: 'last.i < 2 or iteration = 1' })).last.data).toMatchObject({
      output: { i: 2 },
    });
  });

  test('no pass gives null', () => {
    expect(play(looped({ while: 'false' })).last.data).toMatchObject({ output: null });
  });

  test('past its bound it leaves by `exhausted`, or fails with `loop_limit`', () => {
    expect(play(looped({ while: 'true', maxIterations: 2 })).data('step.failed')).toMatchObject([
      { kind: 'loop_limit', code: 'loop/limit' },
    ]);
    const flow = looped({ while: 'true', maxIterations: 2 }, ['l.exhausted > end']);
    expect(play(flow).data('step.committed', 'l')).toMatchObject([
      { output: { i: 2 }, routes: [{ port: 'exhausted', to: 'end' }] },
    ]);
    expect(play(looped({ maxIterations: 3 })).status).toBe('completed');
  });

  test('each pass begins without steps of the body; it keeps two passes at most', () => {
    const fresh = play(
      looped({ body: body({ kind: 'transform', output: { has: { $: '$exists(steps.work)' } } }) }),
      { unchecked: true },
    );
    expect(fresh.last.data).toMatchObject({ output: { has: false } });
    const long = play(looped({ while: 'true', maxIterations: 50 }), {
      onTurn: () => true,
      facts: (_events, state) => {
        for (const step of state.steps.values())
          expect(step.closed.size + step.frames.size).toBeLessThanOrEqual(2);
        return [];
      },
    });
    expect(long.data('step.failed', 'l')).toHaveLength(1);
  });

  test('a failing body fails the loop; a `while` that throws too', () => {
    expect(
      play(looped({ body: body({ kind: 'transform', output: { $: '$error("x")' } }) })).data(
        'step.failed',
        'l',
      ),
    ).toMatchObject([{ kind: 'error', code: 'expr/failed' }]);
    expect(play(looped({ while: '$error("x")' })).data('step.failed', 'l')).toMatchObject([
      { code: 'expr/failed' },
    ]);
  });

  test('writes of a body go through at once and `while` sees them', () => {
    const flow = rowOf(
      {
        l: {
          kind: 'loop',
          while: 'context.n < 3',
          maxIterations: 9,
          reads: ['n'],
          body: body({ kind: 'tool', tool: 'look', writes: { n: '1' } }),
        },
      },
      { context: { n: { schema: { type: 'number' }, merge: 'sum' } } },
    );
    expect(play(flow).calls).toHaveLength(3);
  });
});

describe('subflows', () => {
  const sub = (nodes: Record<string, FlowNode>, more: object = {}) => ({
    sub: {
      ...graph(
        { s: { kind: 'start' }, ...nodes, e: { kind: 'end', output: { $: 'steps.work' } } },
        's > work',
        'work > e',
      ),
      ...more,
    },
  });

  test('sees its own input and nothing of its caller', () => {
    const work: FlowNode = {
      kind: 'transform',
      output: {
        input: { $: 'input' },
        steps: { $: '$exists(steps.before)' },
        item: { $: '$exists(item)' },
        handoff: { $: '$exists(handoff)' },
      },
    };
    const run = play(
      rowOf(
        { before: look, call: { kind: 'subflow', flow: 'sub', input: { x: { $: 'steps.before.n' } } } },
        { subflows: sub({ work }) },
      ),
      { unchecked: true },
    );
    expect(run.last.data).toMatchObject({
      output: { input: { x: 1 }, steps: false, item: false, handoff: false },
    });
  });

  test('without a mapping it gets the input of its caller', () => {
    const run = play(
      rowOf(
        { call: { kind: 'subflow', flow: 'sub' } },
        { subflows: sub({ work: { kind: 'transform', output: { $: 'input' } } }) },
      ),
      { input: { a: 1 } },
    );
    expect(run.last.data).toMatchObject({ output: { a: 1 } });
  });

  test('its input is checked before anything in it runs, its output when it is done', () => {
    const work: FlowNode = { kind: 'transform', output: { n: 'x' } };
    const wants = { input: { type: 'object', required: ['id'] } };
    const bad = play(
      rowOf({ call: { kind: 'subflow', flow: 'sub', input: {} } }, { subflows: sub({ work }, wants) }),
      { unchecked: true },
    );
    expect(bad.data('step.failed')).toMatchObject([{ kind: 'error', code: 'input/invalid' }]);
    expect(bad.of('step.started', 'call/s')).toEqual([]);
    const gives2 = { output: { type: 'object', properties: { n: { type: 'number' } } } };
    const wrong = play(
      rowOf({ call: { kind: 'subflow', flow: 'sub' } }, { subflows: sub({ work }, gives2) }),
    );
    expect(wrong.data('step.failed')).toMatchObject([
      { kind: 'invalid_output', code: 'output/shape', attempts: 0 },
    ]);
    expect(wrong.of('attempt.rejected')).toEqual([]);
  });

  test('an input mapping that throws fails the call', () => {
    const run = play(
      rowOf(
        { call: { kind: 'subflow', flow: 'sub', input: { $: '$error("x")' } } },
        { subflows: sub({ work: look }) },
      ),
    );
    expect(run.data('step.failed')).toMatchObject([{ kind: 'error', code: 'expr/failed' }]);
  });
});
