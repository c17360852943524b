import { describe, expect, test } from 'vitest';
import { extract } from '../../../../shared/editing/extract';
import { graphAt, nodeAt, ROOT } from '../../../../shared/editing/graphs';
import { Flow } from '../../../../shared/spec/flow';
import type { Flow as FlowType } from '../../../../shared/spec/flow';
import { nestedFlow, smallFlow } from '../../../fakes/small-flows';

const chain: FlowType = {
  ...nestedFlow,
  nodes: {
    start: { kind: 'start' },
    a: { kind: 'transform', output: { x: { $: 'input.x' } } },
    b: { kind: 'transform', output: { y: { $: 'steps.a.x + input.y' } } },
    c: { kind: 'transform', output: { z: { $: 'steps.b.y + steps.a.x' } } },
    help: { kind: 'human', mode: 'form', title: 'Help' },
    end: { kind: 'end', output: { $: 'steps.c.z + steps.b.y' } },
  },
  edges: [
    { from: 'a', port: 'next', to: 'b' },
    { from: 'b', port: 'fallback', to: 'help' },
    { from: 'b', port: 'next', to: 'c' },
    { from: 'c', port: 'fallback', to: 'help' },
    { from: 'c', port: 'next', to: 'end' },
    { from: 'help', port: 'approved', to: 'end' },
    { from: 'start', port: 'next', to: 'a' },
  ],
};

describe('to a subflow', () => {
  const result = extract(chain, ROOT, ['b', 'c'], 'subflow', 'Part');
  const doc = result.ok ? result.value.doc : chain;

  test('the container takes the place of the group, with its fallback', () => {
    expect(Flow.safeParse(doc).error).toBeUndefined();
    expect(doc.edges).toEqual([
      { from: 'help', port: 'approved', to: 'end' },
      { from: 'start', port: 'next', to: 'a' },
      { from: 'a', port: 'next', to: 'part' },
      { from: 'part', port: 'next', to: 'end' },
      { from: 'part', port: 'fallback', to: 'help' },
    ]);
  });

  test('what the group reads becomes its input', () => {
    expect(nodeAt(doc, 'part')).toEqual({
      kind: 'subflow',
      flow: 'part',
      input: { flow: { $: 'input' }, a: { $: 'steps.a' } },
    });
    expect(nodeAt(doc, 'b')).toEqual({ kind: 'transform', output: { y: { $: 'input.a.x + input.flow.y' } } });
    expect(nodeAt(doc, 'c')).toEqual({ kind: 'transform', output: { z: { $: 'steps.b.y + input.a.x' } } });
  });

  test('what others read of it becomes its output', () => {
    expect(nodeAt(doc, 'end')).toEqual({ kind: 'end', output: { $: 'steps.part.c.z + steps.part.b.y' } });
    expect(nodeAt(doc, 'part_end')).toMatchObject({ output: { c: { $: 'steps.c' }, b: { $: 'steps.b' } } });
  });
});

describe('into a loop', () => {
  test('the steps around stay visible, so nothing inside changes', () => {
    const result = extract(chain, ROOT, ['b'], 'loop', 'Again');
    const doc = result.ok ? result.value.doc : chain;
    expect(nodeAt(doc, 'b')).toEqual(chain.nodes['b']);
    expect(nodeAt(doc, 'c')).toEqual({
      kind: 'transform',
      output: { z: { $: 'steps.again.b.y + steps.a.x' } },
    });
    expect(Object.keys(graphAt(doc, { type: 'inside', node: 'again' })?.nodes ?? {})).toEqual([
      'again_start',
      'b',
      'again_end',
    ]);
  });
});

describe('refused with a sentence', () => {
  test.each([
    [['start'], 'has to stay'],
    [[], 'Select the nodes'],
    [['a', 'help'], 'one way in'],
    [['b'], 'A map gives a list'],
  ])('%j', (ids, words) => {
    const result = extract(chain, ROOT, ids, 'map', 'Each');
    expect(!result.ok && result.error).toContain(words);
  });

  test('a group with two ways out', () => {
    const result = extract(smallFlow, ROOT, ['check'], 'subflow', 'Part');
    expect(!result.ok && result.error).toContain('several places');
  });
});
