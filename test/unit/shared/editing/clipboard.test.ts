import { describe, expect, test } from 'vitest';
import { blankFlow } from '../../../../shared/editing/blank';
import { copyNodes, duplicateNodes, parseClip, pasteNodes } from '../../../../shared/editing/clipboard';
import { allNodeIds, nodeAt, ROOT } from '../../../../shared/editing/graphs';
import { Flow } from '../../../../shared/spec/flow';
import { nestedFlow, smallFlow } from '../../../fakes/small-flows';

const blank = blankFlow('blank', 'Blank', '2026-01-01T00:00:00.000Z');

describe('copying', () => {
  test('a copy carries the edges between its nodes and the parts they use', () => {
    const clip = copyNodes(smallFlow, ROOT, ['write', 'check', 'start']);
    expect(Object.keys(clip?.nodes.nodes ?? {})).toEqual(['write', 'check']);
    expect(clip?.nodes.edges).toHaveLength(3);
    expect(Object.keys(clip?.parts ?? {}).toSorted()).toEqual(['agents', 'context', 'models', 'tools']);
  });

  test('nothing is copied when only a start is selected', () => {
    expect(copyNodes(smallFlow, ROOT, ['start'])).toBeUndefined();
  });
});

describe('pasting', () => {
  test('in another flow the nodes get along with the parts that come with them', () => {
    const clip = copyNodes(smallFlow, ROOT, ['write', 'check']);
    const text = JSON.stringify(clip);
    const parsed = parseClip(text);
    const pasted = parsed.ok ? pasteNodes(blank, ROOT, parsed.value, { x: 100, y: 200 }) : undefined;
    expect(pasted && Flow.safeParse(pasted.doc).error).toBeUndefined();
    expect(pasted?.doc.agents?.['writer']?.model).toBe('local');
    expect(pasted?.doc.layout?.nodes?.['write']).toEqual({ x: 100, y: 200 });
  });

  test('copies refer to each other, not to the originals', () => {
    const { doc, ids } = duplicateNodes(smallFlow, ROOT, ['write', 'check']);
    expect(ids).toEqual(['write2', 'check2']);
    expect(nodeAt(doc, 'check2')).toMatchObject({ title: 'Good? {{ steps.write2.text }}' });
    expect(doc.edges).toContainEqual({ from: 'check2', port: 'again', to: 'write2', maxTraversals: 3 });
  });

  test('nodes inside a copied container get new ids too', () => {
    const { doc } = duplicateNodes(nestedFlow, ROOT, ['repeat']);
    expect(allNodeIds(doc).size).toBe(allNodeIds(nestedFlow).size + 4);
    expect(nodeAt(doc, 'step2')).toEqual({
      kind: 'transform',
      output: { n: { $: 'steps.first.n + iteration' } },
    });
    expect(nodeAt(doc, 'inner_end2')).toEqual({ kind: 'end', output: { $: 'steps.step2' } });
  });

  test.each(['', 'hello', '{"type":"baton.nodes/1"', '{"type":"baton.nodes/1","nodes":1}'])(
    'text that holds no nodes is refused: %s',
    (text) => {
      expect(parseClip(text).ok).toBe(false);
    },
  );
});
