import { describe, expect, test } from 'vitest';
import { neighbour } from '../../../renderer/canvas/keyboard';
import { Projector } from '../../../renderer/canvas/project';
import { searchKinds, addableKinds } from '../../../renderer/canvas/quick-add';
import { ROOT } from '../../../shared/editing/graphs';
import { place } from '../../../shared/editing/layout';
import { setField } from '../../../shared/editing/nodes';
import { smallFlow } from '../../fakes/small-flows';

const input = {
  doc: smallFlow,
  graph: ROOT,
  selectedNodes: [],
  selectedEdges: [],
  dragged: undefined,
  problems: new Map(),
  readOnly: false,
};

describe('the projection', () => {
  test('what did not change is the same object as before', () => {
    const projector = new Projector();
    const before = projector.project(input);
    const after = projector.project({ ...input, doc: setField(smallFlow, 'check', ['title'], 'Fine?') });
    const changed = after.nodes.filter((node, i) => node !== before.nodes[i]).map((node) => node.id);
    expect(changed).toEqual(['check']);
  });

  test('what is typed into a prompt is on no card: the lists stay the same', () => {
    const projector = new Projector();
    const before = projector.project(input);
    const after = projector.project({
      ...input,
      doc: setField(smallFlow, 'write', ['prompt'], 'Write less.'),
    });
    expect(after.nodes).toBe(before.nodes);
    expect(after.edges).toBe(before.edges);
  });

  test('a drag changes only the card that is dragged, and no edge', () => {
    const projector = new Projector();
    const before = projector.project(input);
    const after = projector.project({ ...input, dragged: { write: { x: 4, y: 4 } } });
    expect(after.nodes.filter((node, i) => node !== before.nodes[i]).map(({ id }) => id)).toEqual(['write']);
    expect(after.nodes.every((node, i) => node.data === before.nodes[i]?.data)).toBe(true);
  });

  test('moving a card keeps what is on it', () => {
    const projector = new Projector();
    const before = projector.project(input).nodes.find((node) => node.id === 'write');
    const after = projector
      .project({ ...input, doc: place(smallFlow, { write: { x: 8, y: 8 } }) })
      .nodes.find((node) => node.id === 'write');
    expect(after?.position).toEqual({ x: 8, y: 8 });
    expect(after?.data).toBe(before?.data);
  });

  test('a selected connection lies above the others, so that its end can be taken where several meet', () => {
    const projector = new Projector();
    const ids = projector.project(input).edges.map(({ id }) => id);
    const [first = ''] = ids;
    const after = projector.project({ ...input, selectedEdges: [first] }).edges.map(({ id }) => id);
    expect(after).toEqual([...ids.slice(1), first]);
    expect(projector.project(input).edges.map(({ id }) => id)).toEqual(ids);
  });

  test('sizes and ports are given, so that nothing has to be measured', () => {
    const [start, write] = new Projector().project(input).nodes;
    expect(start?.handles?.map((handle) => handle.id)).toEqual(['next']);
    expect(write?.measured?.width).toBe(232);
    expect(write?.handles?.map((handle) => handle.id)).toEqual(['in', 'next', 'handoff', 'fallback']);
  });

  test('an edge back is known to go back', () => {
    const back = new Projector()
      .project(input)
      .edges.filter((edge) => edge.data?.back)
      .map((edge) => edge.id);
    expect(back).toEqual(['check:again:write']);
  });
});

test('arrow keys go along a row', () => {
  const box = (id: string, x: number, y: number) => ({ id, x, y, width: 100, height: 40 });
  const boxes = [box('a', 0, 0), box('b', 300, 10), box('c', 150, 200)];
  expect(neighbour(boxes, box('a', 0, 0), 'right')?.id).toBe('b');
  expect(neighbour(boxes, box('a', 0, 0), 'left')).toBeUndefined();
});

test('kinds are found by their words, titles first', () => {
  expect(searchKinds(addableKinds(), 'hum')[0]?.kind).toBe('human');
  expect(searchKinds(addableKinds(), 'approve person')[0]?.kind).toBe('human');
  expect(searchKinds(addableKinds(), 'teleport')).toEqual([]);
});
