import { expect, test } from 'vitest';
import { insertPiece } from '../../../renderer/designer/clipboard';
import { createEditorStore } from '../../../renderer/editor/editor-store';
import type { CanvasHandle } from '../../../renderer/canvas/canvas-types';
import { ROOT } from '../../../shared/editing/graphs';
import { placesOf } from '../../../shared/editing/layout';
import { triageFlow } from '../../fakes/history-writer';
import { smallFlow } from '../../fakes/small-flows';

const SIZE = { width: 232, height: 80 };

test('a template as a piece goes below the drawing, never over it', () => {
  const editor = createEditorStore({
    path: '/small.json',
    document: smallFlow,
    fileHash: 'h1',
    savedAt: 0,
    recovered: false,
    report: { valid: true, problems: [] },
  });
  const before = placesOf(smallFlow, ROOT);
  const canvas = {
    boxes: (ids: readonly string[]) =>
      ids.map((id) => ({ id, ...SIZE, ...(before.get(id) ?? { x: 0, y: 0 }) })),
    centre: () => ({ x: 0, y: 0 }),
    show: () => undefined,
  } as unknown as CanvasHandle; // what a piece asks of it
  insertPiece(editor, canvas, triageFlow);
  const { history, selection } = editor.getState();
  const after = placesOf(history.present, ROOT);
  const lowest = Math.max(...[...before.values()].map(({ y }) => y + SIZE.height));
  expect(selection.nodes.length).toBeGreaterThan(2);
  expect(selection.nodes.filter((id) => (after.get(id)?.y ?? 0) <= lowest)).toEqual([]);
});
