import { describe, expect, test } from 'vitest';
import { Findings } from '../../../../shared/spec/findings';
import { indexFlow } from '../../../../shared/spec/flow-index';
import { checkStacks } from '../../../../shared/spec/stack-check';
import { checkWriters } from '../../../../shared/spec/writers-check';
import { acting, body, chain, edge, edit, errors, found, sentence, small, transform } from './sample-flows';

describe('E308 parallel writers', () => {
  const writer = { kind: 'transform', output: 1, writes: { note: 'output', log: 'output' } };
  const forked = (a: object, b: object, join: object = {}) => ({
    ...small(),
    context: { note: { schema: true, merge: 'replace' }, log: { schema: true, merge: 'append' } },
    nodes: {
      start: { kind: 'start' },
      fork: { kind: 'parallel' },
      a,
      b,
      meet: { kind: 'join', ...join },
      done: { kind: 'end' },
    },
    edges: [
      edge('start', 'next', 'fork'),
      edge('fork', 'branch', 'a'),
      edge('fork', 'branch', 'b'),
      edge('a', 'next', 'meet'),
      edge('b', 'next', 'meet'),
      edge('meet', 'next', 'done'),
    ],
  });

  test('two branches that always write one field', () => {
    const flow = forked(writer, writer);
    expect(found(flow)).toEqual(['E308 /nodes/b/writes/note']);
    expect(sentence(flow, 'E308')).toBe(
      '"a" and "b" stand in two branches of the parallel "fork" and both write "note", so the join fails with a conflict. Give the field the merge rule "append" or "merge", or let only one of them write it.',
    );
    expect(found(forked(writer, transform))).toEqual([]);
  });

  test('a join that takes only one branch cannot clash', () => {
    expect(found(forked(writer, writer, { wait: 'any' }))).toEqual([]);
    expect(found(forked(writer, writer, { wait: { count: 1 } }))).toEqual([]);
    expect(found(forked(writer, writer, { wait: 'all' }))).toEqual(['E308 /nodes/b/writes/note']);
  });

  test('it is a warning where it depends on the way', () => {
    expect(found(forked(writer, writer, { wait: { count: 2 } }))).toEqual(['W451 /nodes/b/writes/note']);
    expect(found(edit(forked(writer, writer), { '/edges/1/when': 'input' }))).toEqual([
      'W451 /nodes/b/writes/note',
    ]);
    const around = edit(forked(transform, writer), {
      '/nodes/c': writer,
      '/edges/3': edge('a', 'next', 'c', { when: 'input' }),
      '/edges/-': edge('a', 'next', 'meet'),
    });
    expect(
      found({ ...around, edges: [...(around['edges'] as object[]), edge('c', 'next', 'meet')] }),
    ).toEqual([expect.stringMatching(/^W451/)]);
  });

  test('a container writes what the steps inside it write', () => {
    const loop = { kind: 'loop', while: 'false', maxIterations: 1, body: body('inner', writer) };
    expect(found(forked(loop, writer))).toEqual(['W451 /nodes/b/writes/note']);
    expect(found(forked(writer, loop))).toEqual(['W451 /nodes/b']);
    const call = { kind: 'subflow', flow: 's' };
    expect(found({ ...forked(writer, call), subflows: { s: body('x', writer) } })).toEqual(['W451 /nodes/b']);
  });

  test('two steps of one branch may write one field', () => {
    const flow = edit(forked(writer, transform), {
      '/nodes/c': writer,
      '/edges/3': edge('a', 'next', 'c'),
      '/edges/-': edge('c', 'next', 'meet'),
    });
    expect(found(flow)).toEqual([]);
  });

  test('the items of a map that lists several are certain to clash, others may', () => {
    const mapped = (items: string, inner: object = writer) => ({
      ...chain({ m: { kind: 'map', items, body: body('x', inner) } }),
      context: forked(writer, writer).context,
    });
    expect(found(mapped('[1, 2]'))).toEqual(['E308 /nodes/m/body/nodes/x/writes/note']);
    expect(found(mapped('[1]'))).toEqual(['W451 /nodes/m/body/nodes/x/writes/note']);
    expect(found(mapped('input.orders'))).toEqual(['W451 /nodes/m/body/nodes/x/writes/note']);
    expect(found(mapped('[1, 2]', { ...writer, writes: { log: 'output' } }))).toEqual([]);
    const around = {
      '/nodes/m/body/edges/-': edge('begin_x', 'next', 'finish_x'),
      '/nodes/m/body/edges/0/when': 'item',
    };
    expect(found(edit(mapped('[1, 2]'), around))).toEqual(['W451 /nodes/m/body/nodes/x/writes/note']);
    const call = edit(mapped('[1, 2]', { kind: 'subflow', flow: 's' }), {
      '/subflows': { s: body('y', writer) },
    });
    expect(found(call)).toEqual(['W451 /nodes/m/body/nodes/x']);
  });

  test('is not looked for in flows that call themselves', () => {
    const call = { kind: 'subflow', flow: 's' };
    expect(errors({ ...forked(call, call), subflows: { s: body('x', call) } })).toEqual([
      'E210 /subflows/s/nodes/x/flow',
    ]);
  });
});

describe('checks that meet other faults', () => {
  test('a circle is looked for among the schemas that exist', () => {
    expect(errors({ ...small(), schemas: { A: { $ref: '#/schemas/Zq' } } })).toEqual([
      'E302 /schemas/A/$ref',
    ]);
  });

  test('an unknown field that is written, without a guess', () => {
    const flow = edit(acting(), { '/nodes/a/writes': { zebra: 'output' } });
    expect(sentence(flow, 'E301')).toBe(
      'In node "a", there is no context field called "zebra". Declare it under "context".',
    );
  });

  test('an edge without its ends is one problem', () => {
    expect(errors(edit(small(), { '/edges/-': { from: 5, port: 'next', to: 'done' } }))).toEqual([
      'E104 /edges/2/from',
    ]);
  });

  test('a join that cannot be read may wait for anything', () => {
    const writer = { ...transform, writes: { note: 'output' } };
    const flow = {
      ...small(),
      context: { note: { schema: true, merge: 'replace' } },
      nodes: {
        start: { kind: 'start' },
        fork: { kind: 'parallel' },
        a: writer,
        b: writer,
        meet: { kind: 'join', wait: 'some' },
        done: { kind: 'end' },
      },
      edges: [
        edge('start', 'next', 'fork'),
        edge('fork', 'branch', 'a'),
        edge('fork', 'branch', 'b'),
        edge('a', 'next', 'meet'),
        edge('b', 'next', 'meet'),
        edge('meet', 'next', 'done'),
      ],
    };
    expect(found(flow)).toEqual(['E104 /nodes/meet/wait', 'W451 /nodes/b/writes/note']);
    const index = indexFlow(edit(flow, { '/nodes/meet/wait': 'all' }), new Set());
    const codesWithin = (maxWork: number) => {
      const findings = new Findings(flow);
      checkWriters(index, checkStacks(index, findings), findings, maxWork);
      return findings.list().map((problem) => problem.code);
    };
    expect(codesWithin(1_000)).toEqual(['E308']);
    expect(codesWithin(3)).toEqual(['W451']);
    expect(codesWithin(0)).toEqual([]);
  });
});
