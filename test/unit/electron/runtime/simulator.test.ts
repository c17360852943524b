import { expect, test } from 'vitest';
import { simulate } from '../../../../electron/runtime/simulator';
import type { Flow } from '../../../../shared/spec/flow';
import { flowOf, pure } from '../../../fakes/small-flow';

const look = { kind: 'tool', tool: 'look' } as const;

/** `a` falls back to `b`; the edge names kinds or means all of them. */
function fallingBack(on?: Flow['edges'][number]['on']): Flow {
  const nodes: Flow['nodes'] = {
    start: { kind: 'start' },
    a: look,
    b: { kind: 'transform', output: 1 },
    end: { kind: 'end' },
  };
  const flow = flowOf({ nodes, edges: ['start > a', 'a > end', 'b > end'] });
  return { ...flow, edges: [...flow.edges, { from: 'a', port: 'fallback', to: 'b', ...(on ? { on } : {}) }] };
}

const kindsOf = (flow: Flow) => {
  const faults = [{ node: 'a', attempt: '*', kind: 'timeout' }] as const;
  return simulate({ pure, document: flow, runs: 1, faults, input: {} }).coverage.kinds;
};

test('the kinds a fallback edge names are covered as they happen', () => {
  expect(kindsOf(fallingBack(['timeout', 'error']))).toEqual({ hit: 1, total: 2, missed: ['a:error'] });
});

test('an edge that names none is there for all the ways its node can fail', () => {
  const { hit, total, missed } = kindsOf(fallingBack());
  expect([hit, total - missed.length, missed.includes('a:timeout')]).toEqual([1, 1, false]);
  expect(missed).toEqual(expect.arrayContaining(['a:error']));
});
