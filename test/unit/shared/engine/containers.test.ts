import { describe, expect, test } from 'vitest';
import type { FlowNode } from '../../../../shared/spec/nodes';
import type { Call } from '../../../../shared/ports/calls';
import { fails, gives, graph, play, rowOf, type Way, type flowOf } from '../../../fakes/small-flow';

const look: FlowNode = { kind: 'tool', tool: 'look' };
const oneTry = { default: { retry: { maxAttempts: 1 } } };

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

  test('before the first pass `last` is missing, in `while` as in the body', () => {
    expect(play(looped({ while: '$not($exists(last)) or last.i < 2' })).last.data).toMatchObject({
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
