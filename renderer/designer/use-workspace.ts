/** What goes on around a drawing that is being edited: commands, clipboard, what is shown first. */
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useStore } from 'zustand';
import { allGraphs, graphAt, graphOf } from '../../shared/editing/graphs';
import { PART_SECTIONS, partNames } from '../../shared/editing/rename';
import { nameOf } from '../../shared/nodes/lookup';
import { useCommands } from '../app/commands';
import { act } from '../app/toasts';
import type { CanvasHandle } from '../canvas/canvas-types';
import type { EditorState, EditorStore } from '../editor/editor-store';
import { arrangeIfUnplaced } from './arrange';
import type { BottomTab } from './bottom-panel';
import { listenForClipboard } from './clipboard';
import { designerCommands } from './designer-commands';
import type { NamedNodes, NamedParts } from './go-commands';
import { clearHighlights, highlightField } from './variable-highlight';

interface Workspace {
  readonly editor: EditorStore;
  readonly canvas: { readonly current: CanvasHandle | null };
  /** A node to show first. */
  readonly goTo: string | undefined;
  readonly setBottom: (tab: BottomTab) => void;
}

/** Gives what goes to a node, wherever it is. */
export function useWorkspace({ editor, canvas, goTo, setBottom }: Workspace): (id: string) => void {
  const goToNode = useGoToNode(editor, canvas);
  const openFind = useOpenFind(setBottom);
  useDesignerCommands(editor, canvas, goToNode, openFind);
  useFieldHighlight(editor);
  useClipboard(editor, canvas);
  useOnOpen(editor, canvas, goTo, goToNode);
  return goToNode;
}

/** Tidies what has no places, shows the beginning, then the node that was asked for. */
function useOnOpen(
  editor: EditorStore,
  canvas: { readonly current: CanvasHandle | null },
  goTo: string | undefined,
  goToNode: (id: string) => void,
): void {
  useEffect(() => {
    act(async () => {
      await arrangeIfUnplaced(editor);
      if (goTo === undefined) canvas.current?.showFirst();
      else goToNode(goTo);
    });
  }, [editor, canvas, goTo, goToNode]);
}

function useClipboard(editor: EditorStore, canvas: { readonly current: CanvasHandle | null }): void {
  useEffect(
    () =>
      listenForClipboard(
        () => editor,
        () => canvas.current,
      ),
    [editor, canvas],
  );
}

function useGoToNode(
  editor: EditorStore,
  canvas: { readonly current: CanvasHandle | null },
): (id: string) => void {
  return useMemo(
    () => (id: string) => {
      const state = editor.getState();
      const ref = graphOf(state.history.present, id);
      if (!ref) return;
      state.show(ref);
      state.select({ nodes: [id] });
      // The canvas of another graph has to be there before it can show the node.
      requestAnimationFrame(() => requestAnimationFrame(() => canvas.current?.reveal(id)));
    },
    [editor, canvas],
  );
}

function useOpenFind(setBottom: (tab: BottomTab) => void): () => void {
  const set = useRef(setBottom);
  useEffect(() => {
    set.current = setBottom;
  });
  return useCallback(() => {
    set.current('find');
    requestAnimationFrame(() => document.getElementById('find-query')?.focus());
  }, []);
}

/** While a field of the shared state is in the inspector, the drawing shows who uses it. */
function useFieldHighlight(editor: EditorStore): void {
  const doc = useStore(editor, (s) => s.history.present);
  const graph = useStore(editor, (s) => s.graph);
  const focus = useStore(editor, (s) => s.focus);
  const field = focus.type === 'part' && focus.section === 'context' ? focus.name : undefined;
  useEffect(() => {
    if (field === undefined) return undefined;
    highlightField(doc, graph, field);
    return clearHighlights;
  }, [doc, graph, field]);
}

const MAX_NODE_COMMANDS = 1000;

function partNamesOf({ history }: EditorState): string {
  return JSON.stringify(
    PART_SECTIONS.map((section) => [section, partNames(history.present, section)]) satisfies NamedParts,
  );
}

/** Nodes of the shown graph first, then those of all others. As text, so that it can be compared. */
function nodeNames({ history, graph }: EditorState): string {
  const shown = graphAt(history.present, graph)?.nodes ?? {};
  const all = allGraphs(history.present).flatMap((found) => Object.entries(found.graph.nodes));
  const others = all.filter(([id]) => !Object.hasOwn(shown, id));
  const nodes = [...Object.entries(shown), ...others].slice(0, MAX_NODE_COMMANDS);
  return JSON.stringify(nodes.map(([id, node]) => [id, nameOf(id, node)]) satisfies NamedNodes);
}

function useDesignerCommands(
  editor: EditorStore,
  canvas: { readonly current: CanvasHandle | null },
  goToNode: (id: string) => void,
  openFind: () => void,
): void {
  // Names of nodes are in the palette: made again when one comes, goes or is renamed, not for every edit.
  const names = useStore(editor, nodeNames);
  const parts = useStore(editor, partNamesOf);
  const commands = useMemo(
    () =>
      designerCommands({
        editor,
        canvas: () => canvas.current,
        goToNode,
        openFind,
        nodes: JSON.parse(names) as NamedNodes,
        parts: JSON.parse(parts) as NamedParts,
      }),
    [editor, canvas, goToNode, openFind, names, parts],
  );
  useCommands(commands);
}
