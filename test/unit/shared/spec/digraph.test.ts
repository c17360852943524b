import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  components,
  type Digraph,
  isCircle,
  precedence,
  reach,
  reversed,
} from '../../../../shared/spec/digraph';

const graph = (...next: number[][]): Digraph => ({ size: next.length, next });
const anyGraph = fc
  .integer({ min: 1, max: 9 })
  .chain((size) =>
    fc
      .array(fc.array(fc.nat(size - 1), { maxLength: 4 }), { minLength: size, maxLength: size })
      .map((next) => graph(...next)),
  );

describe('reach', () => {
  test('finds all there is to find, nearest first, each once', () => {
    expect(reach(graph([1, 2], [3], [3], [0], [0]), [0, 0])).toEqual([0, 1, 2, 3]);
  });
});

describe('precedence', () => {
  test('says what a walk along the edges says, for every pair', () => {
    fc.assert(
      fc.property(anyGraph, (digraph) => {
        const precedes = precedence(digraph);
        for (let a = 0; a < digraph.size; a++) {
          const after = new Set(reach(digraph, digraph.next[a] ?? []));
          for (let b = 0; b < digraph.size; b++) expect(precedes(a, b)).toBe(after.has(b));
        }
      }),
      { seed: 10, numRuns: 500 },
    );
  });
});

describe('components', () => {
  test('puts together exactly what leads to one another, later ones first', () => {
    fc.assert(
      fc.property(anyGraph, (digraph) => {
        const groups = components(digraph);
        expect(groups.flat().toSorted()).toEqual(digraph.next.map((_, i) => i).toSorted());
        const place = new Map(groups.flatMap((group, i) => group.map((node) => [node, i] as const)));
        digraph.next.forEach((list, from) => {
          for (const to of list) expect(place.get(to)).toBeLessThanOrEqual(place.get(from) ?? -1);
        });
        for (const group of groups) {
          for (const node of group) {
            const both = reach(digraph, [node]).filter((other) => reach(digraph, [other]).includes(node));
            expect(both.toSorted()).toEqual(group.toSorted());
          }
        }
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  test('a long row does not overflow the stack', () => {
    const size = 200_000;
    const row = { size, next: Array.from({ length: size }, (_, i) => (i + 1 < size ? [i + 1] : [0])) };
    expect(components(row)).toHaveLength(1);
  });
});

test('a circle is several nodes, or one that leads to itself', () => {
  const digraph = graph([0], [2], [1], []);
  expect(components(digraph).map((group) => isCircle(digraph, group))).toEqual([true, true, false]);
});

test('turning round twice changes nothing that can be reached', () => {
  const digraph = graph([1], [2], []);
  expect(reversed(digraph).next).toEqual([[], [0], [1]]);
  expect(reversed(reversed(digraph))).toEqual(digraph);
});
