import { describe, expect, test } from 'vitest';
import { body, chain, edge, edit, errors, found, sentence, small } from './sample-flows';

const transform = { kind: 'transform', output: 1 };
const output = (expression: string) => ({ kind: 'transform', output: { $: expression } });
const at = (expression: string) =>
  errors(
    chain(
      { a: transform, b: output(expression), c: transform },
      { context: { note: { schema: true, merge: 'replace' } } },
    ),
  );
const models = { models: { m: { provider: 'builtin', model: 'x' } }, budget: { tokens: 1 } };
const loop = (inner: object, more: object = {}) => ({
  kind: 'loop',
  while: 'false',
  maxIterations: 1,
  body: inner,
  ...more,
});

describe('E306 step not before', () => {
  test('a step that comes later, and the step itself', () => {
    expect(at('steps.c')).toEqual(['E306 /nodes/b/output/$']);
    expect(at('steps.b')).toEqual(['E306 /nodes/b/output/$']);
    expect(sentence(chain({ a: output('steps.b'), b: transform }), 'E306')).toBe(
      'In node "a", the expression “steps.b” reads "steps.b", but "b" can never have run before "a".',
    );
    expect(sentence(chain({ a: output('steps.a') }), 'E306')).toContain(
      'that is the node itself. Its own result is "output", where it is known.',
    );
  });

  test('on a way back it may have run', () => {
    const flow = edit(chain({ a: output('[steps.b, steps.a]'), b: transform }), {
      '/edges/-': edge('b', 'fallback', 'a', { maxTraversals: 2 }),
    });
    expect(errors(flow)).toEqual([]);
  });

  test('a step in a sibling branch cannot be seen, after the join it can', () => {
    const flow = {
      ...small(),
      nodes: {
        start: { kind: 'start' },
        fork: { kind: 'parallel' },
        a: transform,
        b: output('steps.a'),
        meet: { kind: 'join' },
        after: output('[steps.a, steps.b]'),
        done: { kind: 'end' },
      },
      edges: [
        edge('start', 'next', 'fork'),
        edge('fork', 'branch', 'a'),
        edge('fork', 'branch', 'b'),
        edge('a', 'next', 'meet'),
        edge('b', 'next', 'meet'),
        edge('meet', 'next', 'after'),
        edge('after', 'next', 'done'),
      ],
    };
    expect(errors(flow)).toEqual(['E306 /nodes/b/output/$']);
  });

  test('a body sees the steps around it, nobody sees into a body', () => {
    const flow = (inner: string, outer: string) =>
      errors(chain({ a: transform, l: loop(body('x', output(inner))), z: output(outer) }));
    expect(flow('[steps.a, steps.begin_x]', 'steps.l')).toEqual([]);
    expect(flow('steps.z', '1')).toEqual(['E306 /nodes/l/body/nodes/x/output/$']);
    expect(flow('steps.l', '1')).toEqual(['E306 /nodes/l/body/nodes/x/output/$']);
    expect(flow('1', 'steps.x')).toEqual(['E306 /nodes/z/output/$']);
    expect(sentence(chain({ l: loop(body('x', transform)), z: output('steps.x') }), 'E306')).toContain(
      'steps inside one cannot be seen from outside',
    );
  });

  test('the person failures escalate to may see any step', () => {
    const person = { kind: 'human', mode: 'approve', title: '{{ steps.work }}', deadline: 'P1D' };
    const flow = edit(small(), {
      '/nodes/p': person,
      '/edges/-': edge('p', 'approved', 'done'),
      '/onFailure': { do: 'escalate', to: 'p' },
    });
    expect(errors(flow)).toEqual([]);
    expect(errors(edit(flow, { '/nodes/work/output': { $: 'steps.p' } }))).toEqual([
      'E306 /nodes/work/output/$',
    ]);
  });

  test('steps of a catalogue may come in any order', () => {
    const planner = {
      kind: 'planner',
      model: 'm',
      goal: 'g',
      catalogue: { nodes: { x: output('[steps.y, steps.a, handoff, error]'), y: transform } },
    };
    expect(errors(chain({ a: transform, p: planner }, models))).toEqual([]);
  });

  test('in a graph that cannot be read any step may be before', () => {
    expect(errors(edit(chain({ a: output('steps.b'), b: transform }), { '/edges/2': 5 }))).toEqual([
      'E104 /edges/2',
    ]);
  });
});

describe('W431 truth of a step', () => {
  test.each([
    'steps.a ? 1 : 2',
    '(steps.a?1:2)',
    'input.x and steps.a ? 1 : 2',
    '"steps.q ?" & (steps.a ? "x" : "y")',
    '{"k": steps.a ? 1 : 2}',
  ])('%s', (expression) => {
    expect(found(chain({ a: transform, b: output(expression) }))).toEqual(['W431 /nodes/b/output/$']);
  });

  test.each([
    '$exists(steps.a) ? 1 : 2',
    'steps.a.ok ? 1 : 2',
    'input.x = steps.a ? 1 : 2',
    '"steps.a ? x"',
    'steps.a',
  ])('%s is fine', (expression) => {
    expect(found(chain({ a: transform, b: output(expression) }))).toEqual([]);
  });
});
