import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canonicalFlow, serializeFlow, sortEdges } from '../../../../shared/spec/canonical';

const example = () =>
  JSON.parse(readFileSync('test/fixtures/flows/v1/support-triage.json', 'utf8')) as Record<string, unknown>;

describe('canonicalFlow', () => {
  test('puts the keys of every part in the order of the schema', () => {
    const document = {
      edges: [],
      nodes: {
        m: { body: { edges: [], nodes: { s: { name: 'S', kind: 'start' } } }, items: 'input', kind: 'map' },
        p: { catalogue: { nodes: { t: { output: 1, kind: 'transform' } } }, kind: 'planner' },
      },
      mcpServers: { s: { env: { A: { secret: 'X' } }, command: 'c', transport: 'stdio' } },
      format: 'baton.flow/1',
    };
    expect(JSON.stringify(canonicalFlow(document))).toBe(
      JSON.stringify({
        format: 'baton.flow/1',
        mcpServers: { s: { transport: 'stdio', command: 'c', env: { A: { secret: 'X' } } } },
        nodes: {
          m: { kind: 'map', items: 'input', body: { nodes: { s: { kind: 'start', name: 'S' } }, edges: [] } },
          p: { kind: 'planner', catalogue: { nodes: { t: { kind: 'transform', output: 1 } } } },
        },
        edges: [],
      }),
    );
  });

  test('sorts edges by source and port and keeps the order within a port', () => {
    const edge = (from: string, port: string, to: string) => ({ from, port, to });
    const sorted = sortEdges([
      edge('b', 'next', 'z'),
      edge('a', 'next', 'y'),
      edge('a', 'next', 'x'),
      edge('a', 'else', 'q'),
    ]);
    expect(sorted).toEqual([
      edge('a', 'else', 'q'),
      edge('a', 'next', 'y'),
      edge('a', 'next', 'x'),
      edge('b', 'next', 'z'),
    ]);
    expect(sortEdges(sorted)).toBe(sorted);
  });

  test('keeps what it does not know: kinds, keys, extensions, mappings and schemas', () => {
    const document = {
      zeta: 1,
      nodes: {
        n: { extra: { b: 1, a: 2 }, kind: 'teleport' },
        t: { output: { b: 1, a: 2 }, kind: 'transform' },
      },
      edges: ['odd', null, { from: 5 }],
      input: { type: 'object', properties: { b: {}, a: {} } },
      extensions: { b: { from: 'x' }, a: [] },
    };
    const canonical = canonicalFlow(document);
    expect(canonical).toEqual(document);
    expect(Object.keys(canonical)).toEqual(['input', 'nodes', 'edges', 'extensions', 'zeta']);
    expect(JSON.stringify(canonical.nodes)).toBe(
      JSON.stringify({
        n: { extra: { b: 1, a: 2 }, kind: 'teleport' },
        t: { kind: 'transform', output: { b: 1, a: 2 } },
      }),
    );
  });

  test('is total: values that are no flow come back as they are', () => {
    for (const value of [null, 1, 'x', [], [{}]]) expect(canonicalFlow(value)).toEqual(value);
    expect(canonicalFlow({ nodes: [], edges: {}, tools: 3, tests: [null] })).toEqual({
      nodes: [],
      edges: {},
      tools: 3,
      tests: [null],
    });
    expect(canonicalFlow({ nodes: { j: { kind: 'join', wait: [1] } } })).toEqual({
      nodes: { j: { kind: 'join', wait: [1] } },
    });
  });

  test('a key called __proto__ survives', () => {
    const document = JSON.parse('{"nodes":{"__proto__":{"kind":"start"}},"__proto__":1}') as object;
    expect(JSON.stringify(canonicalFlow(document))).toBe(
      '{"nodes":{"__proto__":{"kind":"start"}},"__proto__":1}',
    );
  });

  test('the same document gives the same bytes however its keys were shuffled', () => {
    const expected = serializeFlow(example());
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(serializeFlow(shuffleParts(example(), seed))).toBe(expected);
      }),
      { seed: 2, numRuns: 50 },
    );
  });

  test('saving twice gives the same bytes', () => {
    const once = serializeFlow(example());
    expect(serializeFlow(JSON.parse(once))).toBe(once);
    expect(once.endsWith('}\n')).toBe(true);
  });
});

/** Turns the keys of the document and of its nodes round; keys inside mappings and by-id objects keep their order. */
function shuffleParts(document: Record<string, unknown>, seed: number): unknown {
  const rotate = <T>(list: T[]): T[] => list.map((_, i) => list[(i + Math.abs(seed)) % list.length] as T);
  const nodes = Object.entries(document['nodes'] as Record<string, object>).map(([id, node]) => [
    id,
    Object.fromEntries(rotate(Object.entries(node))),
  ]);
  return Object.fromEntries(
    rotate(Object.entries({ ...document, nodes: Object.fromEntries(nodes) as unknown })),
  );
}
