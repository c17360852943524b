import type { ReactNode, Ref } from 'react';
import type { Refusal, Wire } from '../../shared/editing/edges';
import type { GraphRef } from '../../shared/editing/graphs';
import type { PlacedBox } from '../../shared/editing/layout';
import type { Flow } from '../../shared/spec/flow';
import type { NodeKind } from '../../shared/spec/nodes';
import type { Selection } from '../editor/editor-store';
import type { NodeStates } from './overlay';
import type { Point, ProblemCount } from './project';

/** The MIME type a palette entry is dragged with; its data is the node kind. */
export const KIND_MIME = 'application/x-baton-kind';

export type Edit = (label: string, change: (doc: Flow) => Flow, mergeKey?: string) => void;

/** What commands and panels outside can ask of the drawing. */
export interface CanvasHandle {
  readonly fit: () => void;
  /** The whole drawing when it can be read at that size, else its beginning. */
  readonly showFirst: () => void;
  readonly zoomBy: (factor: number) => void;
  readonly zoom: () => number;
  /** Brings a node into view and gives it the keyboard focus. */
  readonly reveal: (id: string) => void;
  /** Brings a node into view if it is not; the focus stays where it is. */
  readonly show: (id: string) => void;
  readonly openQuickAdd: () => void;
  readonly openConnect: () => void;
  readonly tidy: () => Promise<void>;
  /** Adds a node into the selected connection, behind the selected node, or in the middle of what is visible. */
  readonly add: (kind: NodeKind) => void;
  /** Puts a node into a connection. */
  readonly insert: (kind: NodeKind, wire: Wire) => void;
  readonly boxes: (ids: readonly string[]) => readonly PlacedBox[];
  /** The point of the drawing in the middle of what is visible. */
  readonly centre: () => Point;
  /** A note in the middle of what is visible, ready to be written. */
  readonly addNote: () => void;
}

export interface FlowCanvasProps {
  readonly doc: Flow;
  readonly graph: GraphRef;
  readonly mode: 'edit' | 'run';
  readonly selection: Selection;
  readonly onSelect: (selection: Partial<Selection>) => void;
  /** A container was opened. */
  readonly onShowGraph: (graph: GraphRef) => void;
  /** Enter or a double-click on a node that is no container. */
  readonly onOpenNode?: (id: string) => void;
  /** Enter on a connection. */
  readonly onOpenEdge?: () => void;
  /** A connection was refused; with an offer the person can choose it. */
  readonly onRefused?: (refusal: Refusal, accept: (() => void) | undefined) => void;
  readonly edit?: Edit;
  readonly nodeStates?: NodeStates;
  readonly problems?: ReadonlyMap<string, ProblemCount>;
  readonly handle?: Ref<CanvasHandle>;
  readonly minimap?: boolean;
  readonly onZoom?: (zoom: number) => void;
  /** Floats over the drawing: a control bar, a breadcrumb. */
  readonly children?: ReactNode;
}
