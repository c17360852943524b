import { describe, expect, test } from 'vitest';
import { chain, edge, edit, errors, found, sentence, small } from './sample-flows';

const transform = { kind: 'transform', output: 1 };

/** start → fork → (a | b) → meet → done */
function forked(): Record<string, unknown> {
  return {
    ...small(),
    nodes: {
      start: { kind: 'start' },
      fork: { kind: 'parallel' },
      a: transform,
      b: transform,
      meet: { kind: 'join' },
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
}

describe('E208 parallel and join', () => {
  test('branches that come together in one join are fine', () => expect(found(forked())).toEqual([]));

  test('so are parallels inside branches, and a branch that goes straight to the join', () => {
    const nested = edit(forked(), {
      '/nodes/a': { kind: 'parallel' },
      '/nodes/c': transform,
      '/nodes/inner': { kind: 'join' },
      '/edges/3': edge('a', 'branch', 'c'),
      '/edges/-': edge('a', 'branch', 'inner'),
    });
    const flow = {
      ...nested,
      edges: [...(nested['edges'] as object[]), edge('c', 'next', 'inner'), edge('inner', 'next', 'meet')],
    };
    expect(found(flow)).toEqual([]);
  });

  test('a failure that comes back to the join is fine, one that leaves the branch is not', () => {
    expect(found(edit(forked(), { '/edges/-': edge('a', 'fallback', 'meet') }))).toEqual([]);
    const flow = edit(forked(), { '/edges/-': edge('a', 'fallback', 'done') });
    expect(found(flow)).toEqual(['E208 /nodes/done']);
    expect(sentence(flow, 'E208')).toMatch(
      /^Node "done" is reached (inside the branch "a" of the parallel "fork" and also outside of any parallel|outside of any parallel and also inside the branch "a" of the parallel "fork")\./,
    );
  });

  test('the join itself may fail to the outside', () => {
    expect(found(edit(forked(), { '/edges/-': edge('meet', 'fallback', 'done') }))).toEqual([]);
  });

  test('a join without a parallel', () => {
    const flow = chain({ j: { kind: 'join' } });
    expect(found(flow)).toEqual(['E208 /nodes/j']);
    expect(sentence(flow, 'E208')).toContain('reached without a parallel before it');
  });

  test('a branch that ends inside', () => {
    const flow = edit(forked(), { '/nodes/e': { kind: 'end' }, '/edges/3': edge('a', 'next', 'e') });
    expect(errors(flow)).toEqual(['E208 /nodes/e', 'E208 /nodes/fork']);
    expect(sentence(flow, 'E208')).toContain('The end "e" is inside a branch of the parallel "fork"');
  });

  test('an end that fails the flow may stand in a branch, beside a way to the join', () => {
    const flow = edit(forked(), {
      '/nodes/e': { kind: 'end', outcome: 'failed' },
      '/edges/-': edge('a', 'fallback', 'e'),
    });
    expect(found(flow)).toEqual([]);
    const only = edit(forked(), {
      '/nodes/e': { kind: 'end', outcome: 'failed' },
      '/edges/3': edge('a', 'next', 'e'),
    });
    expect(errors(only)).toEqual(['E208 /nodes/fork']);
    expect(sentence(only, 'E208')).toBe(
      'The branch of "fork" that begins with "a" never comes to a join. All branches of a parallel end in the same join.',
    );
  });

  test('branches of one parallel in two joins', () => {
    const flow = edit(forked(), {
      '/nodes/other': { kind: 'join' },
      '/edges/4': edge('b', 'next', 'other'),
      '/edges/-': edge('other', 'next', 'done'),
    });
    expect(errors(flow)).toEqual([expect.stringMatching(/^E208 \/nodes\/(meet|other)$/), 'E208 /nodes/fork']);
    expect(sentence(flow, 'E208')).toContain('end in two joins');
  });

  test('branches of two parallels in one join', () => {
    const nested = edit(forked(), {
      '/nodes/a': { kind: 'parallel' },
      '/edges/3': edge('a', 'branch', 'meet'),
      '/nodes/c': transform,
    });
    const flow = {
      ...nested,
      edges: [...(nested['edges'] as object[]), edge('a', 'branch', 'c'), edge('c', 'next', 'meet')],
    };
    expect(errors(flow)).toContain('E208 /nodes/meet');
    expect(sentence(flow, 'E208')).toContain('branches of two parallels');
  });

  test('two branches that meet before the join', () => {
    const flow = edit(forked(), {
      '/nodes/x': transform,
      '/edges/3/to': 'x',
      '/edges/4/to': 'x',
      '/edges/-': edge('x', 'next', 'meet'),
    });
    expect(errors(flow)).toContain('E208 /nodes/x');
  });

  test('a way back inside a branch is fine, one out of it is not', () => {
    expect(found(edit(forked(), { '/edges/-': edge('a', 'fallback', 'a', { maxTraversals: 2 }) }))).toEqual(
      [],
    );
    expect(
      errors(edit(forked(), { '/edges/-': edge('a', 'fallback', 'fork', { maxTraversals: 2 }) })),
    ).toContain('E208 /nodes/fork');
  });

  test('a person failures escalate to stands outside of branches', () => {
    const person = { kind: 'human', mode: 'approve', title: 'x', deadline: 'P1D' };
    const flow = edit(forked(), {
      '/nodes/a': person,
      '/edges/3/port': 'approved',
      '/onFailure': { do: 'escalate', to: 'a' },
    });
    expect(errors(flow)).toContain('E208 /nodes/a');
  });

  test('is not judged in a graph that cannot be read', () => {
    expect(errors(edit(forked(), { '/edges/3': 5 }))).toEqual(['E104 /edges/3']);
  });

  test('edges to nodes that do not exist are told once', () => {
    expect(errors(edit(forked(), { '/edges/1/to': 'q' }))).toEqual(['E205 /edges/1/to']);
  });
});
