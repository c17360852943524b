/**
 * What the drawing can do, apart from drawing. Made once for a canvas; it always works on the newest props.
 */
import type {
  Connection,
  EdgeChange,
  FinalConnectionState,
  NodeChange,
  ReactFlowInstance,
} from '@xyflow/react';
import type { DragEvent, KeyboardEvent, MouseEvent } from 'react';
import { connect, legalTargets, likelyPort, reconnect, type Wire, wireKey } from '../../shared/editing/edges';
import { graphAt, graphOf, innerGraph, nodeAt, ROOT } from '../../shared/editing/graphs';
import { insertOnEdge } from '../../shared/editing/insert';
import { type PlacedBox, place, snap } from '../../shared/editing/layout';
import { addNode } from '../../shared/editing/nodes';
import { addNote, NOTE_SIZE, notesOf } from '../../shared/editing/notes';
import { definitionOf } from '../../shared/nodes/lookup';
import type { NodeKind } from '../../shared/spec/nodes';
import type { Selection } from '../editor/editor-store';
import { defined } from '../i18n/define-words';
import { t } from '../i18n/t';
import { type CanvasHandle, type FlowCanvasProps, KIND_MIME } from './canvas-types';
import { startConnecting, stopConnecting, wireOf } from './connecting';
import { alongWire, nextWire } from './edge-keys';
import { directionOf, type Direction, neighbour } from './keyboard';
import { isCatalogue } from './catalogue';
import { boxOf, type CardNode, type Point, type WireEdge } from './project';
import { tidyPlaces } from './tidy';
import { firstViewport, freeSpot, inFrame, isInView, SMALL } from './viewport';

const FIT = { padding: 0.1, minZoom: 0.05, maxZoom: 1 } as const;
const NUDGE = 20;
const QUICK_ADD_SIZE = { width: 336, height: 376 };

export interface FromPort {
  readonly id: string;
  readonly port: string;
}
/** Where a node is about to be added. */
export interface AddAt {
  readonly screen: Point;
  readonly flow: Point;
  readonly from?: FromPort;
  /** Into the selected connection or behind the selected node, if there is one. */
  readonly bySelection?: boolean;
}

interface CanvasView {
  props: FlowCanvasProps;
  nodes: readonly CardNode[];
  flow: ReactFlowInstance<CardNode, WireEdge> | null;
  frame: HTMLDivElement | null;
  readonly setAdding: (at: AddAt | undefined) => void;
  readonly setConnecting: (id: string | undefined) => void;
}

export class CanvasActions {
  private readonly view: CanvasView;

  constructor(
    props: FlowCanvasProps,
    setAdding: CanvasView['setAdding'],
    setConnecting: CanvasView['setConnecting'],
  ) {
    this.view = { props, nodes: [], flow: null, frame: null, setAdding, setConnecting };
  }

  /** After each render: what the next action works on. */
  update(props: FlowCanvasProps, nodes: readonly CardNode[]): void {
    this.view.props = props;
    this.view.nodes = nodes;
  }

  readonly setFrame = (frame: HTMLDivElement | null): void => {
    this.view.frame = frame;
  };

  readonly onInit = (flow: ReactFlowInstance<CardNode, WireEdge>): void => {
    this.view.flow = flow;
    this.showFirst();
  };

  readonly handle: CanvasHandle = {
    showFirst: () => requestAnimationFrame(() => this.showFirst()),
    fit: () => void this.view.flow?.fitView({ ...FIT, duration: 150 }),
    zoomBy: (factor) =>
      void this.view.flow?.zoomTo((this.view.flow?.getZoom() ?? 1) * factor, { duration: 120 }),
    zoom: () => this.view.flow?.getZoom() ?? 1,
    reveal: (id) => this.reveal(id),
    show: (id) => {
      const box = this.boxes([id])[0];
      if (box) this.ensureVisible(box);
    },
    openQuickAdd: () => this.openQuickAdd(this.middle(), undefined, true),
    openConnect: () => {
      const { selection, edit } = this.view.props;
      if (edit && selection.nodes.length === 1) this.view.setConnecting(selection.nodes[0]);
    },
    tidy: () => this.tidy(),
    add: (kind) => this.add(kind),
    insert: (kind, wire) => this.insert(kind, wire),
    boxes: (ids) => this.boxes(ids),
    centre: () => this.toFlow(this.middle()),
    addNote: () => this.addNote(),
  };

  /** After a move of the drawing. */
  zoomed(zoom: number): void {
    // An attribute: the cards change their looks without being drawn again.
    this.view.frame?.toggleAttribute('data-small', zoom < SMALL);
    this.view.props.onZoom?.(zoom);
  }

  readonly centreOn = ({ x, y }: Point): void => {
    void this.view.flow?.setCenter(x, y, { zoom: this.view.flow.getZoom() });
  };

  private showFirst(): void {
    const { flow, frame } = this.view;
    const rect = frame?.getBoundingClientRect();
    const boxes = this.boxes();
    if (flow && rect && boxes.length > 0)
      void flow.setViewport(firstViewport(boxes, rect, this.view.props.mode));
  }

  tryConnect = (wire: Wire, maxTraversals?: number): void => {
    const { doc, graph, edit, onRefused, onSelect } = this.view.props;
    const result = connect(doc, graph, wire, maxTraversals === undefined ? {} : { maxTraversals });
    if (!result.ok) {
      const { offer } = result.error;
      onRefused?.(result.error, offer ? () => this.tryConnect(wire, offer.maxTraversals) : undefined);
      return;
    }
    edit?.(t('canvas.edit.connect'), () => result.value);
    onSelect({ edges: [wireKey(wire)] });
  };

  addAt = (kind: NodeKind, at: Point, from?: FromPort): void => {
    const { doc, graph, edit } = this.view.props;
    const added = addNode(doc, graph, kind, { at: freeSpot(this.boxes(), at) });
    const wired = from
      ? connect(added.doc, graph, { from: from.id, port: from.port, to: added.id })
      : undefined;
    edit?.(t('canvas.edit.add', { what: defined(definitionOf(kind)?.title ?? kind) }), () =>
      wired?.ok ? wired.value : added.doc,
    );
    this.showNew(added.id);
  };

  /** Opens a container; for any other node the inspector. */
  open = (id: string): void => {
    const { doc, onShowGraph, onOpenNode } = this.view.props;
    const node = nodeAt(doc, id);
    if (!node) return;
    if (innerGraph(node)) onShowGraph({ type: 'inside', node: id });
    else if (node.kind === 'subflow' && doc.subflows?.[node.flow])
      onShowGraph({ type: 'subflow', name: node.flow });
    else onOpenNode?.(id);
  };

  private readonly onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const onDrawing =
      event.target === event.currentTarget || (event.target as Element).closest('.react-flow__node') !== null;
    if (!onDrawing || event.ctrlKey || event.metaKey || event.altKey || !this.doKey(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  private doKey(event: KeyboardEvent): boolean {
    const { selection, onSelect, graph, doc, onShowGraph } = this.view.props;
    const direction = directionOf(event.key);
    const one = selection.nodes.length === 1 ? selection.nodes[0] : undefined;
    const edges = graphAt(doc, graph)?.edges ?? [];
    const along = direction && !event.shiftKey ? alongWire(edges, selection, direction) : undefined;
    if (along) this.goAlong(along);
    else if (event.key === 'e' || event.key === 'E') this.goToWire(event.shiftKey ? -1 : 1);
    else if (direction && event.shiftKey) this.nudge(direction);
    else if (direction) this.goTo(direction);
    else if (event.key === 'Enter' && one !== undefined) this.open(one);
    else if (event.key === 'Enter' && selection.edges.length === 1) this.view.props.onOpenEdge?.();
    else if (event.key === 'Escape' && selection.nodes.length + selection.edges.length > 0) onSelect({});
    else if (event.key === 'Escape' && graph.type !== 'root')
      onShowGraph(graph.type === 'inside' ? (graphOf(doc, graph.node) ?? ROOT) : ROOT);
    else return false;
    return true;
  }

  private readonly onDoubleClick = (event: MouseEvent<HTMLDivElement>): void => {
    if ((event.target as Element).classList.contains('react-flow__pane'))
      this.openQuickAdd({ x: event.clientX, y: event.clientY });
  };

  private readonly onDragOver = (event: DragEvent): void => {
    if (!this.view.props.edit || !event.dataTransfer.types.includes(KIND_MIME)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
  };

  private readonly onDrop = (event: DragEvent): void => {
    const kind = event.dataTransfer.getData(KIND_MIME);
    if (!definitionOf(kind)) return;
    event.preventDefault();
    event.stopPropagation();
    const at = this.toFlow({ x: event.clientX, y: event.clientY });
    this.addAt(kind as NodeKind, { x: at.x - 32, y: at.y - 16 }); // definitionOf knows it, so it is a node kind
  };

  /** Of several that are selected, the one that is clicked stays; React Flow itself would leave them all. */
  readonly onNodeClick = (event: MouseEvent, node: CardNode): void => {
    const { selection, onSelect } = this.view.props;
    if (event.shiftKey || event.ctrlKey || event.metaKey) return;
    if (selection.nodes.length > 1) onSelect({ nodes: [node.id] });
  };

  readonly onNodeDoubleClick = (event: MouseEvent, node: CardNode): void => {
    event.stopPropagation();
    this.open(node.id);
  };

  private readonly onConnect = (connection: Connection): void => this.tryConnect(wireOf(connection));

  private readonly onConnectStart = (
    _event: unknown,
    start: { nodeId: string | null; handleId: string | null; handleType: string | null },
  ): void => {
    const { doc, graph } = this.view.props;
    if (start.nodeId && start.handleId && start.handleType === 'source') {
      startConnecting(start.nodeId, legalTargets(doc, graph, start.nodeId, start.handleId));
    }
  };

  /** Anywhere on a card counts as its way in, and empty canvas asks what should come next. */
  private readonly onConnectEnd = (
    event: globalThis.MouseEvent | TouchEvent,
    state: FinalConnectionState,
  ): void => {
    stopConnecting();
    if (state.isValid || !state.fromNode || state.fromHandle?.type !== 'source') return;
    const at = 'changedTouches' in event ? event.changedTouches[0] : event;
    if (!at) return;
    const from = { id: state.fromNode.id, port: state.fromHandle.id ?? 'next' };
    const under = document.elementFromPoint(at.clientX, at.clientY);
    const target = under?.closest('.react-flow__node')?.getAttribute('data-id');
    if (target && target !== from.id) this.tryConnect({ from: from.id, port: from.port, to: target });
    else if (!target && under?.closest('.react-flow__pane'))
      this.openQuickAdd({ x: at.clientX, y: at.clientY }, from);
  };

  private readonly onReconnect = (edge: WireEdge, connection: Connection): void => {
    const { doc, graph, edit, onRefused, onSelect } = this.view.props;
    const before: Wire = { from: edge.source, port: edge.sourceHandle ?? 'next', to: edge.target };
    const wire = wireOf(connection);
    if (wireKey(before) === wireKey(wire)) return;
    const result = reconnect(doc, graph, before, wire);
    if (!result.ok) {
      onRefused?.(result.error, undefined);
      return;
    }
    edit?.(t('canvas.edit.reconnect'), () => result.value);
    onSelect({ edges: [wireKey(wire)] });
  };

  /** Drawing and moving connections. */
  readonly wiring = {
    onConnect: this.onConnect,
    onConnectStart: this.onConnectStart,
    onConnectEnd: this.onConnectEnd,
    onReconnect: this.onReconnect,
  };

  /** What makes the frame of the drawing a thing one can use with keys and drop on. */
  readonly frameProps = {
    tabIndex: 0,
    onKeyDown: this.onKeyDown,
    onDoubleClick: this.onDoubleClick,
    onDragOver: this.onDragOver,
    onDrop: this.onDrop,
  };

  /** Selection goes to the editor, a drag in progress back to the drawing; sizes are known and need no answer. */
  takeNodeChanges(changes: readonly NodeChange<CardNode>[]): Readonly<Record<string, Point>> {
    const moved: Record<string, Point> = {};
    const { selection, onSelect } = this.view.props;
    const selected = new Set(selection.nodes);
    for (const change of changes) {
      if (change.type === 'position' && change.position)
        moved[change.id] = { x: snap(change.position.x), y: snap(change.position.y) };
      if (change.type === 'select' && change.selected) selected.add(change.id);
      if (change.type === 'select' && !change.selected) selected.delete(change.id);
    }
    if (changes.some((change) => change.type === 'select'))
      this.select({ nodes: [...selected], edges: selection.edges }, onSelect);
    return moved;
  }

  /** A drag has ended: one step that can be undone. */
  move(points: Readonly<Record<string, Point>>): void {
    const count = Object.keys(points).length;
    if (count > 0) this.view.props.edit?.(t('canvas.edit.move', { count }), (doc) => place(doc, points));
  }

  readonly onEdgesChange = (changes: readonly EdgeChange<WireEdge>[]): void => {
    const { selection, onSelect } = this.view.props;
    const selected = new Set(selection.edges);
    for (const change of changes) {
      if (change.type !== 'select') continue;
      if (change.selected) selected.add(change.id);
      else selected.delete(change.id);
    }
    this.select({ nodes: selection.nodes, edges: [...selected] }, onSelect);
  };

  /** React Flow tells of nodes and of edges one after the other, before anything is drawn again. */
  private select(selection: Selection, onSelect: FlowCanvasProps['onSelect']): void {
    this.view.props = { ...this.view.props, selection };
    onSelect(selection);
  }

  /** Into the selected connection, behind the one selected node when it has a way out that is free, else in the middle. */
  add = (kind: NodeKind): void => {
    const { doc, graph: ref, selection } = this.view.props;
    const graph = graphAt(doc, ref);
    const wire =
      selection.edges.length === 1
        ? graph?.edges.find((edge) => wireKey(edge) === selection.edges[0])
        : undefined;
    if (wire && selection.nodes.length === 0) return this.insert(kind, wire);
    const id = selection.nodes.length === 1 ? (selection.nodes[0] as string) : '';
    const node = graph?.nodes[id];
    const box = this.boxes([id])[0];
    if (!graph || !node || !box) return this.addAt(kind, this.toFlow(this.middle()));
    const used = (name: string) => graph.edges.find((edge) => edge.from === id && edge.port === name);
    const port = likelyPort(graph, id, node);
    // With its ways out in use a new step goes between, and a person is who takes over when it fails.
    const between = port === 'fallback' && kind !== 'human' ? used('next') : undefined;
    if (between) return this.insert(kind, between);
    const from = port !== undefined && !used(port) && !isCatalogue(doc, ref) ? { id, port } : undefined;
    this.addAt(kind, { x: box.x + box.width + 72, y: box.y }, from);
  };

  /** Into a connection. */
  private insert(kind: NodeKind, wire: Wire): void {
    const { doc, graph, edit } = this.view.props;
    const added = insertOnEdge(doc, graph, wire, kind);
    edit?.(t('canvas.edit.add', { what: defined(definitionOf(kind)?.title ?? kind) }), () => added.doc);
    this.showNew(added.id);
  }

  private showNew(id: string): void {
    this.view.props.onSelect({ nodes: [id] });
    this.focus();
    // Its card is there after the next render.
    requestAnimationFrame(() => {
      const box = this.boxes([id])[0];
      if (box) this.ensureVisible(box);
    });
  }

  private addNote(): void {
    const { doc, graph, edit } = this.view.props;
    if (!edit || graph.type !== 'root') return;
    const notes = notesOf(doc).map((note) => ({ ...NOTE_SIZE, ...note }));
    const at = freeSpot([...this.boxes(), ...notes], this.toFlow(this.middle()), NOTE_SIZE);
    const added = addNote(doc, at);
    edit(t('canvas.note.add'), () => added.doc);
    this.ensureVisible({ id: added.id, ...at, ...NOTE_SIZE });
    // It is there after the next render.
    requestAnimationFrame(() =>
      this.view.frame?.querySelector<HTMLElement>(`[data-note="${added.id}"] textarea`)?.focus(),
    );
  }

  private async tidy(): Promise<void> {
    const { doc, graph } = this.view.props;
    const rect = this.view.frame?.getBoundingClientRect();
    const points = await tidyPlaces(doc, graph, rect);
    this.view.props.edit?.(t('canvas.edit.tidy'), (d) => place(d, points));
    requestAnimationFrame(() => this.showFirst());
  }

  private openQuickAdd(screen: Point, from?: FromPort, bySelection = false): void {
    if (!this.view.props.edit) return;
    this.view.setAdding({
      screen: inFrame(screen, this.view.frame?.getBoundingClientRect(), QUICK_ADD_SIZE),
      flow: this.toFlow(screen),
      ...(from ? { from } : {}),
      bySelection,
    });
  }

  private reveal(id: string): void {
    const box = this.boxes([id])[0];
    const { flow } = this.view;
    if (!box || !flow) return;
    void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, {
      zoom: Math.max(flow.getZoom(), 0.6),
      duration: 150,
    });
    this.focus();
  }

  private goTo(direction: Direction): void {
    const { selection, onSelect } = this.view.props;
    const all = this.boxes();
    const from = all.find((box) => box.id === selection.nodes.at(-1));
    const next = from ? neighbour(all, from, direction) : all.toSorted((a, b) => a.x - b.x || a.y - b.y)[0];
    if (!next) return;
    onSelect({ nodes: [next.id] });
    this.ensureVisible(next);
  }

  /** From a node to its connections, and on to the next one. */
  private goToWire(by: 1 | -1): void {
    const { doc, graph, selection } = this.view.props;
    const wire = nextWire(graphAt(doc, graph)?.edges ?? [], selection, by);
    if (wire !== undefined) this.goAlong({ edges: [wire] });
  }

  private goAlong(selection: Partial<Selection>): void {
    this.view.props.onSelect(selection);
    const { doc, graph } = this.view.props;
    const wire = graphAt(doc, graph)?.edges.find((edge) => wireKey(edge) === selection.edges?.[0]);
    const box = this.boxes([selection.nodes?.[0] ?? wire?.to ?? ''])[0];
    if (box) this.ensureVisible(box);
  }

  private nudge(direction: Direction): void {
    const { selection, edit } = this.view.props;
    if (!edit || selection.nodes.length === 0) return;
    const dx = { left: -NUDGE, right: NUDGE, up: 0, down: 0 }[direction];
    const dy = { left: 0, right: 0, up: -NUDGE, down: NUDGE }[direction];
    const points = Object.fromEntries(
      this.boxes(selection.nodes).map(({ id, x, y }) => [id, { x: x + dx, y: y + dy }]),
    );
    edit(
      t('canvas.edit.move', { count: selection.nodes.length }),
      (d) => place(d, points),
      `nudge:${selection.nodes.join()}`,
    );
  }

  private ensureVisible(box: PlacedBox): void {
    const { flow, frame } = this.view;
    const rect = frame?.getBoundingClientRect();
    if (!flow || !rect || isInView(box, flow.getViewport(), rect)) return;
    void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, {
      zoom: flow.getZoom(),
      duration: 120,
    });
  }

  private boxes(ids?: readonly string[]): PlacedBox[] {
    return this.view.nodes.filter((node) => !ids || ids.includes(node.id)).map(boxOf);
  }

  private focus(): void {
    this.view.frame?.focus({ preventScroll: true });
  }

  private toFlow(point: Point): Point {
    const at = this.view.flow?.screenToFlowPosition(point) ?? point;
    return { x: snap(at.x), y: snap(at.y) };
  }

  private middle(): Point {
    const rect = this.view.frame?.getBoundingClientRect();
    return rect ? { x: rect.left + rect.width / 2, y: rect.top + rect.height / 2 } : { x: 0, y: 0 };
  }
}
