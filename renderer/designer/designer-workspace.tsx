import { useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { graphAt, graphOf, type GraphRef } from '../../shared/editing/graphs';
import type { NodeKind } from '../../shared/spec/nodes';
import { factsOf } from '../../shared/spec/ports-of';
import type { Problem } from '../../shared/spec/problem';
import { useCommands } from '../app/commands';
import { Breadcrumb } from '../canvas/breadcrumb';
import type { CanvasHandle } from '../canvas/canvas-types';
import { isCatalogue } from '../canvas/catalogue';
import { FlowCanvas } from '../canvas/flow-canvas';
import type { EditorStore } from '../editor/editor-store';
import { useLanguage } from '../i18n/t';
import { applyFix } from '../inspector/hosts';
import type { PartSectionWithEditor } from '../inspector/open-part';
import { useRemembered } from '../ui/use-remembered';
import { BOTTOM_TABS, BottomPanel, type BottomTab } from './bottom-panel';
import { listenForClipboard } from './clipboard';
import { ConflictNotice } from './conflict-notice';
import { DesignerBar } from './designer-bar';
import { designerCommands } from './designer-commands';
import { EmptyCanvas } from './empty-canvas';
import { InspectorPanel } from './inspector-panel';
import { Palette } from './palette';
import { placeOf, problemCounts } from './problems';
import { onRefused } from './refused';
import { TabStrip } from './tab-strip';

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
  const checking = useStore(editor, (s) => s.checkedDocument !== s.history.present);
  const canvas = useRef<CanvasHandle>(null);
  const [zoom, setZoom] = useState(1);
  const [collapsed, setCollapsed] = useRemembered<boolean>('palette.collapsed', false);
  const [bottom, setBottom] = useRemembered<BottomTab | null>('bottom.tab', null);
  const problems = useMemo(() => problemCounts(doc, report.problems), [doc, report]);
  const { edit, select, show, setFocus } = editor.getState();
  const goToNode = useGoToNode(editor, canvas);
  useDesignerCommands(editor, canvas, goToNode);
  useEffect(() => listenForClipboard(() => editor, () => canvas.current), [editor]);
  useEffect(() => {
    if (goTo !== undefined) goToNode(goTo);
  }, [goTo, goToNode]);
  const onGo = (problem: Problem) => {
    const place = placeOf(doc, problem);
    if (place.type === 'node') goToNode(place.id);
    else if (place.type === 'part') setFocus({ type: 'part', section: place.section as PartSectionWithEditor, name: place.name }); // a section of the document
    else select({});
  };
  return (
    <div className="designer">
      <DesignerBar editor={editor} zoom={zoom} onProblems={() => setBottom(bottom === 'problems' ? null : 'problems')} />
      <TabStrip />
      <ConflictNotice editor={editor} />
      <div className="designer-row">
        <Palette collapsed={collapsed} onCollapse={setCollapsed} onAdd={(kind) => canvas.current?.add(kind)} only={isCatalogue(doc, graph) ? canBeInCatalogue : undefined} />
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
          <BottomPanel
            flow={doc}
            problems={report.problems}
            checking={checking}
            open={BOTTOM_TABS.find((tab) => tab === bottom)}
            onOpen={(tab) => setBottom(tab ?? null)}
            onGo={onGo}
            onFix={(problem) => applyFix(edit, problem)}
            onGoNode={goToNode}
            onGoField={(name) => setFocus({ type: 'part', section: 'context', name })}
          />
        </div>
        <InspectorPanel editor={editor} />
      </div>
    </div>
  );
}

/** A graph is drawn by a canvas of its own, so that each keeps and fits its own view. */
function keyOf(graph: GraphRef): string {
  return graph.type === 'root' ? 'root' : graph.type === 'inside' ? `inside:${graph.node}` : `subflow:${graph.name}`;
}

/** Enter on a node: the first field of the inspector. */
function focusInspector(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('#inspector input, #inspector textarea, #inspector .cm-content')?.focus());
}

function useGoToNode(editor: EditorStore, canvas: { readonly current: CanvasHandle | null }): (id: string) => void {
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

function useDesignerCommands(editor: EditorStore, canvas: { readonly current: CanvasHandle | null }, goToNode: (id: string) => void): void {
  const language = useLanguage();
  // Names of nodes are in the palette: made again when nodes come, go or are shown, not for every edit.
  const names = useStore(editor, (s) => Object.keys(graphAt(s.history.present, s.graph)?.nodes ?? {}).join());
  // biome-ignore lint/correctness/useExhaustiveDependencies: titles depend on the language and the nodes
  const commands = useMemo(
    () => designerCommands({ editor, canvas: () => canvas.current, goToNode }),
    [editor, canvas, goToNode, language, names],
  );
  useCommands(commands);
}

