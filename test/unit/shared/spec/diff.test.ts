import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { diffFlows } from '../../../../shared/spec/diff';
import { semanticHash } from '../../../../shared/spec/hashes';
import { mutate } from './mutations';
import { edge, edit, libs, small } from './sample-flows';

const changes = (after: unknown, before: unknown = small()) => diffFlows(before, after).changes;

describe('diffFlows', () => {
  test('looks, names and tests make no difference', () => {
    const after = edit(small(), {
      '/name': 'X',
      '/layout': { nodes: {} },
      '/nodes/work/name': 'W',
      '/edges/0/label': 'L',
      '/tests': [],
    });
    expect(diffFlows(small(), after)).toEqual({ equal: true, changes: [] });
  });

  test('values that changed, came and went', () => {
    const after = edit(small(), {
      '/nodes/work/output': { a: 1 },
      '/nodes/done/outcome': 'failed',
      '/nodes/new~1one': { kind: 'end' },
      '/budget': { steps: 1 },
    });
    expect(changes(after)).toEqual(
      [
        { pointer: '/budget', op: 'add', after: { steps: 1 } },
        { pointer: '/nodes/work/output/a', op: 'add', after: 1 },
        { pointer: '/nodes/done/outcome', op: 'add', after: 'failed' },
        { pointer: '/nodes/new~1one', op: 'add', after: { kind: 'end' } },
      ].toSorted((a, b) => (a.pointer === '/budget' ? 1 : 0) - (b.pointer === '/budget' ? 1 : 0)),
    );
    expect(changes(small(), after).map(({ op }) => op)).toEqual(['remove', 'remove', 'remove', 'remove']);
    expect(changes(edit(small(), { '/nodes/work/output': [1] }))).toEqual([
      { pointer: '/nodes/work/output', op: 'replace', before: {}, after: [1] },
    ]);
  });

  test('lists are compared place by place', () => {
    const before = edit(small(), { '/nodes/work/output': [1, 2, 3] });
    expect(changes(edit(small(), { '/nodes/work/output': [1, 5] }), before)).toEqual([
      { pointer: '/nodes/work/output/1', op: 'replace', before: 2, after: 5 },
      { pointer: '/nodes/work/output/2', op: 'remove', before: 3 },
    ]);
  });

  test('edges are matched by where they lead', () => {
    const after = edit(small(), { '/edges/-': edge('a', 'next', 'b'), '/edges/0/when': 'input' });
    expect(changes(after)).toEqual([
      { pointer: '/edges/0', op: 'add', after: edge('a', 'next', 'b') },
      { pointer: '/edges/1/when', op: 'add', after: 'input' },
    ]);
    expect(changes(small(), after)).toEqual([
      { pointer: '/edges/0', op: 'remove', before: edge('a', 'next', 'b') },
      { pointer: '/edges/0/when', op: 'remove', before: 'input' },
    ]);
  });

  test('another order within a port is a change, over ports it is none', () => {
    const [x, y, z] = [edge('a', 'p', 'x'), edge('a', 'p', 'y'), edge('b', 'p', 'x')];
    expect(changes({ edges: [z, y, x] }, { edges: [x, y, z] })).toEqual([
      { pointer: '/edges/0', op: 'replace', before: ['x', 'y'], after: ['y', 'x'] },
    ]);
    expect(changes({ edges: [z, x, y] }, { edges: [x, y, z] })).toEqual([]);
    expect(changes({ edges: [x, x] }, { edges: [x] })).toEqual([
      { pointer: '/edges/1', op: 'add', after: x },
    ]);
  });

  test('is total', () => {
    expect(changes(5, null)).toEqual([{ pointer: '', op: 'replace', before: null, after: 5 }]);
    expect(changes({ edges: ['a'] }, { edges: [{ from: 1 }] })).toHaveLength(1);
    expect(changes({ a: undefined }, { b: undefined })).toEqual([]);
    expect(changes({ budget: { steps: Infinity } }, { budget: { steps: 1 } })).toHaveLength(1);
  });

  test('says equal exactly when the semantic hashes are', () => {
    const text = readFileSync('test/fixtures/flows/v1/support-triage.json', 'utf8');
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 2 }), (seed, count) => {
        const [before, after] = [JSON.parse(text) as unknown, mutate(text, seed, count)];
        const same = semanticHash(before, libs.sha256) === semanticHash(after, libs.sha256);
        expect(diffFlows(before, after).equal).toBe(same);
      }),
      { seed: 7, numRuns: 400 },
    );
  });
});
