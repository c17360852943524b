import { expect, test } from 'vitest';
import { designerCommands } from '../../../renderer/designer/designer-commands';
import { createEditorStore } from '../../../renderer/editor/editor-store';
import { menuCommands } from '../../../shared/ipc/menu-commands';
import { smallFlow } from '../../fakes/small-flows';

/** Offered by the system's own items, which mean the text that has the focus as well. */
const NATIVE = ['edit.copy', 'edit.cut', 'edit.paste', 'edit.selectAll'];

test('whatever one does with a drawing is in the menu too, but for the lists of what can be added and gone to', () => {
  const editor = createEditorStore({
    path: '/small.json',
    document: smallFlow,
    fileHash: 'h',
    savedAt: 0,
    recovered: false,
    report: { valid: true, problems: [] },
  });
  const commands = designerCommands({
    editor,
    canvas: () => null,
    goToNode: () => undefined,
    openFind: () => undefined,
    nodes: [],
    parts: [],
  });
  const ids = commands.map(({ id }) => id).filter((id) => !id.startsWith('add.'));
  expect(ids.filter((id) => !Object.hasOwn(menuCommands, id)).toSorted()).toEqual(NATIVE.toSorted());
});
