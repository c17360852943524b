/** Every action of the designer, for keys, palette and menu. */
import type { Command } from '../app/commands';
import { act, toast } from '../app/toasts';
import { isExpanded, setExpanded } from '../../shared/editing/expand';
import { type ContainerKind, extract } from '../../shared/editing/extract';
import { graphAt, nodeAt } from '../../shared/editing/graphs';
import { align, type AlignTo, distribute, place } from '../../shared/editing/layout';
import { disconnect, type Wire, wireKey } from '../../shared/editing/edges';
import { canRemove, removeNodes, setDisabled } from '../../shared/editing/nodes';
import { innerRef } from '../canvas/inner-ref';
import { addableKinds } from '../canvas/quick-add';
import type { CanvasHandle } from '../canvas/canvas-types';
import type { EditorStore } from '../editor/editor-store';
import { t } from '../i18n/t';
import { exportCommands, flowCommands } from './flow-commands';
import { goCommands, type NamedNodes, type NamedParts } from './go-commands';
import { copySelection, cutSelection, duplicateSelection, pasteLast } from './clipboard';

export interface DesignerCommandsInput {
  readonly editor: EditorStore;
  readonly canvas: () => CanvasHandle | null;
  readonly goToNode: (id: string) => void;
  readonly openFind: () => void;
  readonly nodes: NamedNodes;
  readonly parts: NamedParts;
}

export function designerCommands(input: DesignerCommandsInput): readonly Command[] {
  return [
    ...historyCommands(input),
    ...clipboardCommands(input),
    ...selectionCommands(input),
    ...canvasCommands(input),
    ...arrangeCommands(input),
    ...groupCommands(input),
    ...flowCommands(input),
    ...exportCommands(input),
    ...addCommands(input),
    ...goCommands(input),
  ];
}

/** Removes what is selected, nodes and connections, as one step. */
export function removeSelection(editor: EditorStore): void {
  const { selection, graph, history, edit } = editor.getState();
  const doc = history.present;
  const shown = graphAt(doc, graph);
  const stays = selection.nodes.find((id) => shown?.nodes[id] && !canRemove(shown.nodes[id]));
  const wires: Wire[] = (shown?.edges ?? []).filter((edge) => selection.edges.includes(wireKey(edge)));
  edit(t('designer.edit.remove', { count: selection.nodes.length + wires.length }), (d) =>
    removeNodes(disconnect(d, graph, wires), selection.nodes),
  );
  if (stays !== undefined && selection.nodes.length === 1) toast(t('designer.startStays'));
}

const EDIT = 'app.group.edit';

const hasNodesIn = (editor: EditorStore) => () => editor.getState().selection.nodes.length > 0;

function historyCommands({ editor }: DesignerCommandsInput): readonly Command[] {
  const state = () => editor.getState();
  const group = EDIT;
  return [
    {
      id: 'edit.undo',
      title: t('designer.undo'),
      group,
      shortcut: 'Mod+Z',
      isEnabled: () => state().history.past.length > 0,
      run: () => state().undo(),
    },
    {
      id: 'edit.redo',
      title: t('designer.redo'),
      group,
      shortcut: 'Mod+Shift+Z Mod+Y',
      isEnabled: () => state().history.future.length > 0,
      run: () => state().redo(),
    },
  ];
}

function clipboardCommands({ editor, canvas }: DesignerCommandsInput): readonly Command[] {
  const hasNodes = hasNodesIn(editor);
  const group = EDIT;
  return [
    {
      id: 'edit.copy',
      title: t('ui.copy'),
      group,
      shortcut: 'Mod+C',
      nativeKeys: true,
      isEnabled: hasNodes,
      run: () => copySelection(editor),
    },
    {
      id: 'edit.cut',
      title: t('designer.cut'),
      group,
      shortcut: 'Mod+X',
      nativeKeys: true,
      isEnabled: hasNodes,
      run: () => cutSelection(editor),
    },
    {
      id: 'edit.paste',
      title: t('designer.paste'),
      group,
      shortcut: 'Mod+V',
      nativeKeys: true,
      run: () => pasteLast(editor, canvas()),
    },
    {
      id: 'edit.duplicate',
      title: t('designer.duplicate'),
      group,
      shortcut: 'Mod+D',
      isEnabled: hasNodes,
      run: () => duplicateSelection(editor),
    },
  ];
}

function selectionCommands({ editor, openFind }: DesignerCommandsInput): readonly Command[] {
  const state = () => editor.getState();
  const hasNodes = hasNodesIn(editor);
  const group = EDIT;
  return [
    {
      id: 'edit.delete',
      title: t('ui.delete'),
      group,
      shortcut: 'Delete Backspace',
      isEnabled: () => hasNodes() || state().selection.edges.length > 0,
      run: () => removeSelection(editor),
    },
    {
      id: 'edit.find',
      title: t('designer.find.everything'),
      group,
      shortcut: 'Mod+F',
      whileTyping: true,
      run: openFind,
    },
    {
      id: 'edit.selectAll',
      title: t('designer.selectAll'),
      group,
      shortcut: 'Mod+A',
      run: () =>
        state().select({ nodes: Object.keys(graphAt(state().history.present, state().graph)?.nodes ?? {}) }),
    },
    {
      id: 'edit.disable',
      title: t('designer.disable'),
      group,
      shortcut: 'Shift+D',
      isEnabled: hasNodes,
      run: () => {
        const { selection, history, edit } = state();
        const off = selection.nodes.every((id) => nodeAt(history.present, id)?.disabled);
        edit(off ? t('designer.edit.enable') : t('designer.edit.disable'), (doc) =>
          setDisabled(doc, selection.nodes, !off),
        );
      },
    },
  ];
}

function canvasCommands({ editor, canvas }: DesignerCommandsInput): readonly Command[] {
  const group = 'app.group.canvas' as const;
  const one = () => editor.getState().selection.nodes.length === 1;
  const selected = () => editor.getState().selection.nodes[0] ?? '';
  return [
    { id: 'canvas.add', title: t('canvas.add'), group, shortcut: '/', run: () => canvas()?.openQuickAdd() },
    {
      id: 'canvas.note',
      title: t('canvas.note.add'),
      group,
      shortcut: 'N',
      isEnabled: () => editor.getState().graph.type === 'root',
      run: () => canvas()?.addNote(),
    },
    {
      id: 'canvas.inner',
      title: t('canvas.inner.toggle'),
      group,
      shortcut: 'O',
      isEnabled: () => one() && innerRef(editor.getState().history.present, selected()) !== undefined,
      run: () =>
        editor
          .getState()
          .edit(t('canvas.inner.toggle'), (doc) =>
            setExpanded(doc, selected(), !isExpanded(doc, selected())),
          ),
    },
    {
      id: 'canvas.connect',
      title: t('designer.connect'),
      group,
      shortcut: 'C',
      isEnabled: one,
      run: () => canvas()?.openConnect(),
    },
    {
      id: 'canvas.tidy',
      title: t('canvas.tidy'),
      group,
      shortcut: 'Shift+T',
      run: () => act(async () => canvas()?.tidy()),
    },
    { id: 'canvas.fit', title: t('canvas.fit'), group, shortcut: 'F', run: () => canvas()?.fit() },
    {
      id: 'canvas.zoomIn',
      title: t('canvas.zoomIn'),
      group,
      shortcut: '+ =',
      run: () => canvas()?.zoomBy(1.25),
    },
    {
      id: 'canvas.zoomOut',
      title: t('canvas.zoomOut'),
      group,
      shortcut: '-',
      run: () => canvas()?.zoomBy(0.8),
    },
  ];
}

function arrangeCommands({ editor, canvas }: DesignerCommandsInput): readonly Command[] {
  const group = 'app.group.canvas' as const;
  const several = (count: number) => () => editor.getState().selection.nodes.length >= count;
  const arrange = (title: string, points: () => Record<string, { x: number; y: number }>) =>
    editor.getState().edit(title, (doc) => place(doc, points()));
  const boxes = () => canvas()?.boxes(editor.getState().selection.nodes) ?? [];
  const aligns: readonly AlignTo[] = ['left', 'centre', 'right', 'top', 'middle', 'bottom'];
  return [
    ...aligns.map(
      (to): Command => ({
        id: `align.${to}`,
        title: t(`designer.align.${to}`),
        group,
        isEnabled: several(2),
        run: () => arrange(t(`designer.align.${to}`), () => align(boxes(), to)),
      }),
    ),
    ...(['x', 'y'] as const).map(
      (axis): Command => ({
        id: `distribute.${axis}`,
        title: t(`designer.distribute.${axis}`),
        group,
        isEnabled: several(3),
        run: () => arrange(t(`designer.distribute.${axis}`), () => distribute(boxes(), axis)),
      }),
    ),
  ];
}

function groupCommands({ editor }: DesignerCommandsInput): readonly Command[] {
  return (['subflow', 'loop', 'map'] as const).map(
    (kind: ContainerKind): Command => ({
      id: `extract.${kind}`,
      title: t(`designer.extract.${kind}`),
      group: 'app.group.edit',
      ...(kind === 'subflow' ? { shortcut: 'Mod+G' } : {}),
      isEnabled: () => editor.getState().selection.nodes.length > 0,
      run: () => {
        const { history, graph, selection, edit, select } = editor.getState();
        const extracted = extract(
          history.present,
          graph,
          selection.nodes,
          kind,
          t(`designer.extract.name.${kind}`),
        );
        if (!extracted.ok) return toast(extracted.error, t('designer.extract.refused'));
        edit(t(`designer.extract.${kind}`), () => extracted.value.doc);
        select({ nodes: [extracted.value.id] });
      },
    }),
  );
}

function addCommands({ canvas }: DesignerCommandsInput): readonly Command[] {
  return addableKinds().map(
    (entry): Command => ({
      id: `add.${entry.kind}`,
      title: t('canvas.edit.add', { what: entry.title }),
      keywords: entry.keywords.join(' '),
      group: 'app.group.add',
      run: () => canvas()?.add(entry.kind),
    }),
  );
}
