import { describe, expect, test } from 'vitest';
import { failureKindsOf } from '../../../../shared/spec/failure-kinds';
import type { Flow } from '../../../../shared/spec/flow';
import type { FlowNode } from '../../../../shared/spec/nodes';
import type { Edge } from '../../../../shared/spec/parts';
import { calling, CODE, edge, flowOf, HTTP, mode } from './failing-flows';

describe('how a node can fail', () => {
  const kinds = (node: object, more: Partial<Flow> = {}, edges: Edge[] = []): readonly string[] =>
    failureKindsOf(flowOf({}, [], more), 'n', node as FlowNode, edges);

  test.each<[string, object, Partial<Flow>, string[]]>([
    ['start', { kind: 'start' }, {}, []],
    ['parallel', { kind: 'parallel' }, {}, []],
    ['a silent end', { kind: 'end' }, {}, []],
    ['an end with output', { kind: 'end', output: 1 }, { output: true }, ['invalid_output', 'error']],
    ['an unknown tool', { kind: 'tool', tool: 'x' }, {}, ['error']],
    [
      'a code tool',
      { kind: 'tool', tool: 't' },
      { tools: { t: { ...CODE, output: true, effect: 'once', approval: 'always' } } as never },
      ['timeout', 'invalid_output', 'rejected', 'uncertain', 'error'],
    ],
    [
      'a remote tool',
      { kind: 'tool', tool: 't' },
      { tools: { t: { ...HTTP, approval: 'never' } } as never },
      ['timeout', 'rate_limited', 'unavailable', 'circuit_open', 'error'],
    ],
    [
      'an mcp tool',
      { kind: 'tool', tool: 't' },
      { tools: { t: { ...CODE, kind: 'mcp' } } as never },
      ['timeout', 'rate_limited', 'unavailable', 'circuit_open', 'error'],
    ],
    ['a form', { kind: 'human', mode: 'form', title: '' }, {}, ['error']],
    ['code', { kind: 'code', source: 'x', output: true }, {}, ['timeout', 'invalid_output', 'error']],
    ['plain code', { kind: 'code', source: 'x' }, {}, ['timeout', 'error']],
    ['a wait', { kind: 'wait', for: 'PT1S' }, {}, []],
    ['a computed wait', { kind: 'wait', until: 'x' }, {}, ['error']],
    ['a branch', { kind: 'branch', cases: [] }, {}, ['error']],
    ['a join with a deadline', { kind: 'join', deadline: 'PT1S' }, {}, ['timeout', 'error']],
    [
      'a subflow',
      { kind: 'subflow', flow: 's', policy: { timeout: 'PT1S' } },
      { subflows: { s: { nodes: {}, edges: [], output: true } } },
      ['timeout', 'invalid_output', 'error'],
    ],
    [
      'a plain subflow',
      { kind: 'subflow', flow: 's', policy: 'fast' },
      { policies: { fast: { concurrency: 1 } } },
      ['error'],
    ],
    [
      'a loop',
      { kind: 'loop', while: 'x', maxIterations: 1, body: { nodes: {}, edges: [] }, policy: 'slow' },
      { policies: { slow: { timeout: 'PT1S' } } },
      ['timeout', 'loop_limit', 'error'],
    ],
    [
      'a map whose items write one field',
      {
        kind: 'map',
        items: 'x',
        body: { nodes: { a: { kind: 'transform', output: 1, writes: { f: 'output' } } }, edges: [] },
      },
      { context: { f: { schema: true, merge: 'replace' } } },
      ['conflict', 'error'],
    ],
    [
      'a map whose items add up',
      {
        kind: 'map',
        items: 'x',
        body: { nodes: { a: { kind: 'transform', output: 1, writes: { f: 'output' } } }, edges: [] },
      },
      { context: { f: { schema: true, merge: 'sum' } } },
      ['error'],
    ],
    [
      'a supervisor',
      { kind: 'supervisor', model: 'm', instructions: '', workers: ['a'] },
      {},
      ['timeout', 'rate_limited', 'unavailable', 'circuit_open', 'invalid_output', 'loop_limit', 'error'],
    ],
    [
      'a planner',
      { kind: 'planner', model: 'm', goal: '', catalogue: { nodes: {} } },
      {},
      ['timeout', 'rate_limited', 'unavailable', 'circuit_open', 'invalid_output', 'loop_limit', 'error'],
    ],
    ['a kind of a newer version', { kind: 'dream' }, {}, []],
    ['a node with a budget', { kind: 'transform', output: 1, budget: { steps: 1 } }, {}, ['budget', 'error']],
    [
      'a node with gates',
      { kind: 'code', source: 'x', gate: { minConfidence: 1, checks: [{ expr: 'x', message: 'm' }] } },
      {},
      ['timeout', 'invalid_output', 'low_confidence', 'error'],
    ],
    [
      'a reader of something that must be fresh',
      { kind: 'transform', output: 1, reads: ['f'] },
      { context: { f: { schema: true, merge: 'replace', freshFor: 'PT1S' } } },
      ['stale_context', 'error'],
    ],
    [
      'a reader that is only warned',
      { kind: 'transform', output: 1, reads: ['f'] },
      { context: { f: { schema: true, merge: 'replace', freshFor: 'PT1S', onStale: 'warn' } } },
      ['error'],
    ],
  ])('%s', (_name, node, more, expected) => {
    expect(kinds(node, more)).toEqual(expected);
  });

  test('an agent fails with its tools, its gate and its budget', () => {
    const more: Partial<Flow> = {
      agents: {
        a: {
          role: 'r',
          model: 'm',
          tools: ['t', 'gone'],
          gate: { judge: { model: 'm', instructions: 'i', minScore: 1 } },
          budget: { turns: 1 },
        },
      },
      tools: { t: { ...CODE, effect: 'once' } } as never,
    };
    expect(kinds({ kind: 'agent', agent: 'a' }, more)).toEqual([
      'timeout',
      'rate_limited',
      'unavailable',
      'circuit_open',
      'invalid_output',
      'low_confidence',
      'uncertain',
      'loop_limit',
      'denied',
      'budget',
      'error',
    ]);
    expect(kinds({ kind: 'agent', agent: 'unknown' })).not.toContain('denied');
  });

  test('the source of an edge with a bound can spend it', () => {
    expect(kinds({ kind: 'wait', for: 'PT1S' }, {}, [edge('n.next>x', { maxTraversals: 2 })])).toEqual([
      'loop_limit',
    ]);
  });
});

describe('retries', () => {
  const retries = (
    tool: object,
    kind: string,
    more: Partial<Flow> = {},
    node: object = {},
  ): number | undefined => {
    const flow = calling(['call.fallback>ask'], { tools: { api: { ...HTTP, ...tool } } as never, ...more });
    Object.assign(flow.nodes['call'] as object, node);
    return mode(flow, 'call', kind)?.retries;
  };

  test('follow the policy of the node, then of the tool, then the default, then what is built in', () => {
    expect(retries({}, 'timeout', {}, { policy: { retry: { maxAttempts: 5 } } })).toBe(4);
    expect(
      retries({ policy: 'twice' }, 'timeout', { policies: { twice: { retry: { maxAttempts: 2 } } } }),
    ).toBe(1);
    expect(retries({}, 'timeout', { policies: { default: { retry: { maxAttempts: 6 } } } })).toBe(5);
    expect(retries({ effect: 'once' }, 'timeout')).toBe(0);
    expect(retries({}, 'error')).toBe(0);
    expect(retries({}, 'error', {}, { policy: { retry: { maxAttempts: 3, on: ['error'] } } })).toBe(2);
  });

  test('an invalid answer of an agent is asked for again, other kinds of nodes have none', () => {
    const flow = flowOf(
      {
        start: { kind: 'start' },
        a: { kind: 'agent', agent: 'x' },
        c: { kind: 'code', source: '1' },
        t: { kind: 'transform', output: 1 },
        e: { kind: 'end' },
      },
      ['start.next>a', 'a.next>c', 'c.next>t', 't.next>e'],
      {
        agents: { x: { role: 'r', model: 'm' } },
        models: { m: { provider: 'p', model: 'm' } },
      },
    );
    expect([
      mode(flow, 'a', 'invalid_output')?.retries,
      mode(flow, 'c', 'timeout')?.retries,
      mode(flow, 't', 'error')?.retries,
    ]).toEqual([2, 0, 0]);
  });
});
