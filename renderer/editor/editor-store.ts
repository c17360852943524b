/**
 * One flow that is being edited.
 *
 * D1. The document changes only through `edit`, `undo`, `redo` and `travel`; every screen reads it from here.
 * D2. Selection, the graph shown and hover are view state: not saved, not undone. They are mended after each change so
 *     that they never name something that is gone.
 * D3. `history.present` is the same object as `savedDocument` exactly when there is nothing to save.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { graphAt, type GraphRef, ROOT, sameGraph } from '../../shared/editing/graphs';
import { wireKey } from '../../shared/editing/edges';
import { type History, record, redo, startHistory, travel, undo } from '../../shared/editing/history';
import type { OpenedFlow } from '../../shared/ipc/contract';
import type { Flow } from '../../shared/spec/flow';
import type { ValidationReport } from '../../shared/spec/problem';

export interface Selection {
  readonly nodes: readonly string[];
  /** Keys of edges (`wireKey`). */
  readonly edges: readonly string[];
}
export const NOTHING: Selection = { nodes: [], edges: [] };

/** What the inspector shows when nothing is selected, or instead of the selected node's own fields. */
export type FlowFocus =
  | { readonly type: 'flow' }
  | {
      readonly type: 'part';
      readonly section:
        | 'agents'
        | 'tools'
        | 'models'
        | 'context'
        | 'policies'
        | 'schemas'
        | 'mcpServers'
        | 'subflows';
      readonly name: string;
    };

export interface EditorState {
  readonly path: string;
  readonly history: History<Flow>;
  readonly fileHash: string;
  readonly savedDocument: Flow;
  readonly savedAt: number;
  readonly recovered: boolean;
  readonly report: ValidationReport;
  /** The report is about this document; another one is being checked while they differ. */
  readonly checkedDocument: Flow;
  /** The file was changed by someone else since it was read. */
  readonly conflict: boolean;
  readonly saving: boolean;
  readonly graph: GraphRef;
  readonly selection: Selection;
  readonly focus: FlowFocus;

  readonly edit: (label: string, change: (doc: Flow) => Flow, mergeKey?: string) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly travel: (index: number) => void;
  readonly select: (selection: Partial<Selection>) => void;
  readonly show: (graph: GraphRef) => void;
  readonly setFocus: (focus: FlowFocus) => void;
}
export type EditorStore = StoreApi<EditorState>;

const FLOW_FOCUS: FlowFocus = { type: 'flow' };

export interface EditorOptions {
  /** ISO 8601 UTC of now; written to `meta.updatedAt` by an edit. */
  readonly now?: () => string;
}

export function createEditorStore(opened: OpenedFlow, options: EditorOptions = {}): EditorStore {
  const now = options.now ?? (() => new Date().toISOString());
  return createStore<EditorState>()((set, get) => {
    const move = (history: History<Flow>) => {
      if (history !== get().history) set({ history, ...mendView(get(), history.present) });
    };
    return {
      path: opened.path,
      history: startHistory(opened.document),
      fileHash: opened.fileHash,
      // A recovered document is not what the file holds: it has to be saved.
      savedDocument: opened.recovered ? ({ ...opened.document } as Flow) : opened.document,
      savedAt: opened.savedAt,
      recovered: opened.recovered,
      report: opened.report,
      checkedDocument: opened.document,
      conflict: false,
      saving: false,
      graph: ROOT,
      selection: NOTHING,
      focus: FLOW_FOCUS,
      edit: (label, change, mergeKey) => {
        const { history } = get();
        const next = change(history.present);
        if (next === history.present) return;
        move(record(history, label, { ...next, meta: { ...next.meta, updatedAt: now() } }, mergeKey));
      },
      undo: () => move(undo(get().history)),
      redo: () => move(redo(get().history)),
      travel: (index) => move(travel(get().history, index)),
      select: (selection) => {
        const next = { ...NOTHING, ...selection };
        if (!sameSelection(next, get().selection)) set({ selection: next, focus: FLOW_FOCUS });
      },
      show: (graph) => {
        if (!sameGraph(graph, get().graph)) set({ graph, selection: NOTHING, focus: FLOW_FOCUS });
      },
      setFocus: (focus) => set({ focus, selection: NOTHING }),
    };
  });
}

function sameSelection(a: Selection, b: Selection): boolean {
  const same = (x: readonly string[], y: readonly string[]) =>
    x.length === y.length && x.every((id, i) => id === y[i]);
  return same(a.nodes, b.nodes) && same(a.edges, b.edges);
}

/** Selection and graph without what the document no longer has. */
function mendView(state: EditorState, doc: Flow): Partial<EditorState> {
  const shown = graphAt(doc, state.graph);
  const graph = shown ? state.graph : ROOT;
  const present = shown ?? doc;
  const wires = new Set(present.edges.map(wireKey));
  const nodes = state.selection.nodes.filter((id) => Object.hasOwn(present.nodes, id));
  const edges = state.selection.edges.filter((key) => wires.has(key));
  const kept = nodes.length === state.selection.nodes.length && edges.length === state.selection.edges.length;
  return { graph, ...(kept ? {} : { selection: { nodes, edges } }), ...mendFocus(state.focus, doc) };
}

function mendFocus(focus: FlowFocus, doc: Flow): Partial<EditorState> {
  if (focus.type === 'flow') return {};
  return Object.hasOwn(doc[focus.section] ?? {}, focus.name) ? {} : { focus: FLOW_FOCUS };
}

export function isDirty(state: EditorState): boolean {
  return state.history.present !== state.savedDocument;
}
