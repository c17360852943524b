import { useMediaQuery } from '@mantine/hooks';
import { type RefObject, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { wireKey } from '../../shared/editing/edges';
import type { FoundText } from '../../shared/editing/find';
import { graphAt, type GraphRef } from '../../shared/editing/graphs';
import type { NodeKind } from '../../shared/spec/nodes';
import { factsOf } from '../../shared/spec/ports-of';
import type { Problem } from '../../shared/spec/problem';
import { Breadcrumb } from '../canvas/breadcrumb';
import type { CanvasHandle } from '../canvas/canvas-types';
import { isCatalogue } from '../canvas/catalogue';
import { FlowCanvas } from '../canvas/flow-canvas';
import { designerHighlights, HighlightContext } from '../canvas/highlight';
import type { EditorStore } from '../editor/editor-store';
import { applyFix } from '../inspector/hosts';
import { useRemembered } from '../ui/use-remembered';
import { BOTTOM_TABS, BottomPanel, type BottomTab } from './bottom-panel';
import { insertPiece } from './clipboard';
import { ConflictNotice } from './conflict-notice';
import { DesignerBar } from './designer-bar';
import { EmptyCanvas } from './empty-canvas';
import { InspectorPanel } from './inspector-panel';
import { focusInspector, useFocusOnOpen } from './keep-focus';
import { Palette } from './palette';
import { placeOf, problemCounts, type ProblemPlace } from './problems';
import { onRefused } from './refused';
import { TabStrip } from './tab-strip';
import { useWorkspace } from './use-workspace';
import { VersionsDialog } from './versions/versions-dialog';
import './narrow.css';

interface Props {
  readonly editor: EditorStore;
  /** A node to show first. */
  readonly goTo: string | undefined;
}

const canBeInCatalogue = (kind: NodeKind) => factsOf(kind).catalogue;

/** Palette, canvas, inspector and bottom panel around one editor. Each listens itself: a key typed draws none of the rest. */
export function DesignerWorkspace({ editor, goTo }: Props) {
  const inCatalogue = useStore(editor, (s) => isCatalogue(s.history.present, s.graph));
  const canvas = useRef<CanvasHandle>(null);
  const [zoom] = useState(() => createStore<number>(() => 1));
  const [collapsed, setCollapsed] = usePaletteFolded();
  const [bottom, setBottom] = useRemembered<BottomTab | null>('bottom.tab', null);
  useFocusOnOpen(editor);
  const goToNode = useWorkspace({ editor, canvas, goTo, setBottom });
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
          onPiece={(template) => insertPiece(editor, canvas.current, template)}
          only={inCatalogue ? canBeInCatalogue : undefined}
        />
        <div className="designer-middle">
          <Drawing editor={editor} canvas={canvas} zoom={zoom} />
          <Bottom editor={editor} tab={bottom} onTab={setBottom} goToNode={goToNode} />
        </div>
        <InspectorPanel editor={editor} />
      </div>
    </div>
  );
}

interface DrawingProps {
  readonly editor: EditorStore;
  readonly canvas: RefObject<CanvasHandle | null>;
  readonly zoom: StoreApi<number>;
}

function Drawing({ editor, canvas, zoom }: DrawingProps) {
  const doc = useStore(editor, (s) => s.history.present);
  const graph = useStore(editor, (s) => s.graph);
  const selection = useStore(editor, (s) => s.selection);
  const report = useStore(editor, (s) => s.report);
  const problems = useMemo(() => problemCounts(doc, report.problems), [doc, report]);
  const { edit, select, show } = editor.getState();
  return (
    <HighlightContext.Provider value={designerHighlights}>
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
        onOpenEdge={focusInspector}
        onRefused={onRefused}
        handle={canvas}
        onZoom={(factor) => zoom.setState(factor, true)}
      >
        <Breadcrumb doc={doc} graph={graph} onShowGraph={show} />
        <EmptyCanvas doc={doc} graph={graph} canvas={canvas} />
      </FlowCanvas>
    </HighlightContext.Provider>
  );
}

/** As it was left; in a narrow window folded until it is wanted. */
function usePaletteFolded(): readonly [boolean, (folded: boolean) => void] {
  const isNarrow = useMediaQuery('(max-width: 900px)');
  const [folded, setFolded] = useRemembered<boolean>('palette.collapsed', false);
  const [foldedNarrow, setFoldedNarrow] = useState(true);
  return isNarrow ? [foldedNarrow, setFoldedNarrow] : [folded, setFolded];
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
  const graph = useStore(editor, (s) => s.graph);
  const { edit, select, setFocus, show } = editor.getState();
  const onGoFound = ({ place }: Pick<FoundText, 'place'> | { readonly place: ProblemPlace }) => {
    if (place.type === 'node') goToNode(place.id);
    else if (place.type === 'part') setFocus({ type: 'part', section: place.section, name: place.name });
    else if (place.type === 'edge') {
      const edge = graphAt(doc, place.graph)?.edges[place.index];
      show(place.graph);
      if (edge) select({ edges: [wireKey(edge)] });
    } else select({});
  };
  const onGo = (problem: Problem) => onGoFound({ place: placeOf(doc, problem) });
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
      graph={graph}
      edit={edit}
      onGoFound={onGoFound}
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
