import { useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { graphAt, graphOf, type GraphRef } from '../../shared/editing/graphs';
import { nameOf } from '../../shared/nodes/lookup';
import type { NodeKind } from '../../shared/spec/nodes';
import { factsOf } from '../../shared/spec/ports-of';
import type { Problem } from '../../shared/spec/problem';
import { useCommands } from '../app/commands';
import { act } from '../app/toasts';
import { Breadcrumb } from '../canvas/breadcrumb';
import type { CanvasHandle } from '../canvas/canvas-types';
import { isCatalogue } from '../canvas/catalogue';
import { FlowCanvas } from '../canvas/flow-canvas';
import type { EditorState, EditorStore } from '../editor/editor-store';
import { applyFix } from '../inspector/hosts';
import { useRemembered } from '../ui/use-remembered';
import { arrangeIfUnplaced } from './arrange';
import { BOTTOM_TABS, BottomPanel, type BottomTab } from './bottom-panel';
import { listenForClipboard } from './clipboard';
import { ConflictNotice } from './conflict-notice';
import { DesignerBar } from './designer-bar';
import { designerCommands, type NamedNodes } from './designer-commands';
import { EmptyCanvas } from './empty-canvas';
import { InspectorPanel } from './inspector-panel';
import { Palette } from './palette';
import { placeOf, problemCounts } from './problems';
import { onRefused } from './refused';
import { TabStrip } from './tab-strip';
import { VersionsDialog } from './versions/versions-dialog';

interface Props {
  readonly editor: EditorStore;
  /** A node to show first. */
  readonly goTo: string | undefined;
}

const canBeInCatalogue = (kind: NodeKind) => factsOf(kind).catalogue;

/** Palette, canvas, inspector and bottom panel around one editor. */
export function DesignerWorkspace({ editor, goTo }: Props) {
  const doc = useStore(editor, (s) => s.history.present);
  const graph = useStore(editor, (s) => s.graph);
  const selection = useStore(editor, (s) => s.selection);
  const report = useStore(editor, (s) => s.report);
  const canvas = useRef<CanvasHandle>(null);
  const [zoom, setZoom] = useState(1);
  const [collapsed, setCollapsed] = useRemembered<boolean>('palette.collapsed', false);
  const [bottom, setBottom] = useRemembered<BottomTab | null>('bottom.tab', null);
  const problems = useMemo(() => problemCounts(doc, report.problems), [doc, report]);
  const { edit, select, show } = editor.getState();
  const goToNode = useGoToNode(editor, canvas);
  useDesignerCommands(editor, canvas, goToNode);
  useClipboard(editor, canvas);
  useOnOpen(editor, canvas, goTo, goToNode);
  return (
    <div className="designer">
      <DesignerBar
        editor={editor}
        zoom={zoom}
        onProblems={() => setBottom(bottom === 'problems' ? null : 'problems')}
      />
      <TabStrip />
      <ConflictNotice editor={editor} />
      <VersionsDialog editor={editor} />
      <div className="designer-row">
        <Palette
          collapsed={collapsed}
          onCollapse={setCollapsed}
          onAdd={(kind) => canvas.current?.add(kind)}
          only={isCatalogue(doc, graph) ? canBeInCatalogue : undefined}
        />
        <div className="designer-middle">
          <FlowCanvas
            key={keyOf(graph)}
            mode="edit"
            doc={doc}
            graph={graph}
            selection={selection}
            problems={problems}
            edit={edit}
            onSelect={select}
            onShowGraph={show}
            onOpenNode={focusInspector}
            onRefused={onRefused}
            handle={canvas}
            onZoom={setZoom}
          >
            <Breadcrumb doc={doc} graph={graph} onShowGraph={show} />
            <EmptyCanvas doc={doc} graph={graph} canvas={canvas} />
          </FlowCanvas>
          <Bottom editor={editor} tab={bottom} onTab={setBottom} goToNode={goToNode} />
        </div>
        <InspectorPanel editor={editor} />
      </div>
    </div>
  );
}

interface BottomProps {
  readonly editor: EditorStore;
  readonly tab: BottomTab | null;
  readonly onTab: (tab: BottomTab | null) => void;
  readonly goToNode: (id: string) => void;
}

function Bottom({ editor, tab, onTab, goToNode }: BottomProps) {
  const doc = useStore(editor, (s) => s.history.present);
  const report = useStore(editor, (s) => s.report);
  const checking = useStore(editor, (s) => s.checkedDocument !== s.history.present);
  const { edit, select, setFocus } = editor.getState();
  const onGo = (problem: Problem) => {
    const place = placeOf(doc, problem);
    if (place.type === 'node') goToNode(place.id);
    else if (place.type === 'part') setFocus({ type: 'part', section: place.section, name: place.name });
    else select({});
  };
  return (
    <BottomPanel
      flow={doc}
      problems={report.problems}
      checking={checking}
      open={BOTTOM_TABS.find((name) => name === tab)}
      onOpen={(name) => onTab(name ?? null)}
      onGo={onGo}
      onFix={(problem) => applyFix(edit, problem)}
      onGoNode={goToNode}
      onGoField={(name) => setFocus({ type: 'part', section: 'context', name })}
    />
  );
}

/** A graph is drawn by a canvas of its own, so that each keeps and fits its own view. */
function keyOf(graph: GraphRef): string {
  return graph.type === 'root'
    ? 'root'
    : graph.type === 'inside'
      ? `inside:${graph.node}`
      : `subflow:${graph.name}`;
}

/** Enter on a node: the first field of the inspector. */
function focusInspector(): void {
  requestAnimationFrame(() =>
    document
      .querySelector<HTMLElement>('#inspector input, #inspector textarea, #inspector .cm-content')
      ?.focus(),
  );
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

const MAX_NODE_COMMANDS = 300;

/** As text, so that it can be compared. */
function nodeNames({ history, graph }: EditorState): string {
  const nodes = Object.entries(graphAt(history.present, graph)?.nodes ?? {}).slice(0, MAX_NODE_COMMANDS);
  return JSON.stringify(nodes.map(([id, node]) => [id, nameOf(id, node)]) satisfies NamedNodes);
}

function useDesignerCommands(
  editor: EditorStore,
  canvas: { readonly current: CanvasHandle | null },
  goToNode: (id: string) => void,
): void {
  // Names of nodes are in the palette: made again when one comes, goes or is renamed, not for every edit.
  const names = useStore(editor, nodeNames);
  const commands = useMemo(
    () =>
      designerCommands({
        editor,
        canvas: () => canvas.current,
        goToNode,
        nodes: JSON.parse(names) as NamedNodes,
      }),
    [editor, canvas, goToNode, names],
  );
  useCommands(commands);
}
