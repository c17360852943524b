/**
 * The drawing of one graph as React Flow wants it. A projection: React Flow owns nothing of it.
 *
 * P1. A node or edge that looks as it did is the same object as last time, so that only changed cards are drawn.
 * P2. A list in which nothing changed is the same list: React Flow then does nothing at all.
 */
import { type Edge, MarkerType, type Node, Position } from '@xyflow/react';
import { wireKey } from '../../shared/editing/edges';
import { type GraphRef, graphAt } from '../../shared/editing/graphs';
import { placesOf } from '../../shared/editing/layout';
import { definitionOf, nameOf, summaryOf } from '../../shared/nodes/lookup';
import type { Flow } from '../../shared/spec/flow';
import type { FlowNode, Graph } from '../../shared/spec/nodes';
import type { Edge as FlowEdge } from '../../shared/spec/parts';
import { portOf } from '../../shared/spec/ports-of';
import { defined, sayDefined } from '../i18n/define-words';
import { t } from '../i18n/t';
import { type CardGeometry, PORT } from './geometry';
import { type Mark, marksOf } from './marks';
import { readable, sizeOf } from './readable';
import { type Lane, Lanes, MAX_ROUTED, type NamedBox, wayOf } from './lanes';

export interface ProblemCount {
  readonly errors: number;
  readonly warnings: number;
}

export interface CardData extends Record<string, unknown> {
  readonly kind: string;
  readonly title: string;
  readonly summary: string;
  readonly marks: readonly Mark[];
  readonly geometry: CardGeometry;
  readonly problems: ProblemCount | undefined;
  readonly disabled: boolean;
  readonly container: boolean;
  /** Ports that have an edge. */
  readonly connected: ReadonlySet<string>;
  readonly readOnly: boolean;
}
export type CardNode = Node<CardData, 'card'>;

export interface WireData extends Record<string, unknown> {
  readonly edge: FlowEdge;
  readonly look: 'normal' | 'handoff' | 'fallback';
  readonly back: boolean;
  /** The free lane it goes along, when cards stand in its way. */
  readonly lane: Lane | undefined;
}
export type WireEdge = Edge<WireData, 'wire'>;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface ProjectInput {
  readonly doc: Flow;
  readonly graph: GraphRef;
  readonly selectedNodes: readonly string[];
  readonly selectedEdges: readonly string[];
  /** Places of a drag in progress. */
  readonly dragged: Readonly<Record<string, Point>> | undefined;
  readonly problems: ReadonlyMap<string, ProblemCount>;
  readonly readOnly: boolean;
}

const CONTAINERS: ReadonlySet<string> = new Set(['map', 'loop', 'planner', 'subflow']);

interface CachedNode {
  readonly key: readonly unknown[];
  readonly node: CardNode;
}

interface Survey {
  readonly doc: Flow;
  readonly graph: Graph;
  readonly places: ReadonlyMap<string, Point>;
  readonly ports: ReadonlyMap<string, string>;
}

/** Projects again and again with the least that is new. */
export class Projector {
  private surveyed: Survey | undefined;
  private drawn: { readonly nodes: CardNode[]; readonly edges: WireEdge[] } = { nodes: [], edges: [] };
  private nodes = new Map<string, CachedNode>();
  private readonly ids = new WeakMap<FlowEdge, string>();
  private edges = new Map<string, { readonly key: readonly unknown[]; readonly edge: WireEdge }>();

  project(input: ProjectInput): { nodes: CardNode[]; edges: WireEdge[] } {
    const graph = graphAt(input.doc, input.graph);
    if (!graph) return { nodes: [], edges: [] };
    const { places, ports } = this.survey(input.doc, graph, input.graph);
    const selected = new Set(input.selectedNodes);
    const nodes = new Map<string, CachedNode>();
    for (const [id, node] of Object.entries(graph.nodes)) {
      const dragged = input.dragged && Object.hasOwn(input.dragged, id) ? input.dragged[id] : undefined;
      const at = dragged ?? places.get(id) ?? { x: 0, y: 0 };
      nodes.set(id, this.projectNode(id, node, input, at, selected.has(id), ports.get(id) ?? ''));
    }
    this.nodes = nodes;
    const edges = this.projectEdges(graph.edges, graph.nodes, input);
    this.drawn = {
      nodes: keepSame(
        this.drawn.nodes,
        [...nodes.values()].map((cached) => cached.node),
      ),
      edges: keepSame(this.drawn.edges, edges),
    };
    return this.drawn;
  }

  private idOf(edge: FlowEdge): string {
    const known = this.ids.get(edge);
    if (known !== undefined) return known;
    const id = wireKey(edge);
    this.ids.set(edge, id);
    return id;
  }

  /** What of the document the projection needs as a whole; a drag in progress does not change it. */
  private survey(doc: Flow, graph: Graph, ref: GraphRef): Survey {
    if (this.surveyed?.doc !== doc || this.surveyed.graph !== graph) {
      this.surveyed = { doc, graph, places: placesOf(doc, ref), ports: connectedPorts(graph.edges) };
    }
    return this.surveyed;
  }

  private projectNode(
    id: string,
    node: FlowNode,
    input: ProjectInput,
    at: Point,
    selected: boolean,
    ports: string,
  ): CachedNode {
    const { doc } = input;
    const problems = input.problems.get(id);
    const parts = [
      doc.agents,
      doc.tools,
      doc.policies,
      doc.subflows,
      id === 'start' || node.kind === 'start' ? doc.input : undefined,
    ];
    const counts = problems ? `${problems.errors}/${problems.warnings}` : '';
    const key = [node, at.x, at.y, selected, ports, counts, input.readOnly, ...parts];
    const cached = this.nodes.get(id);
    if (cached && sameKey(cached.key, key)) return cached;
    const data =
      cached && cached.key[0] === node && sameKey(cached.key.slice(4), key.slice(4))
        ? cached.node.data
        : sameLooking(cached?.node.data, cardData(id, node, input, ports));
    const stays = cached?.node.data === data && sameKey(cached.key.slice(1, 4), key.slice(1, 4));
    return { key, node: stays ? cached.node : cardNode(id, at, selected, data) };
  }

  private projectEdges(
    edges: readonly FlowEdge[],
    nodes: Readonly<Record<string, FlowNode>>,
    input: ProjectInput,
  ): WireEdge[] {
    const selected = new Set(input.selectedEdges);
    const next: typeof this.edges = new Map();
    const isRouted = this.nodes.size <= MAX_ROUTED;
    const boxes = isRouted ? [...this.nodes.values()].map(({ node }) => boxOf(node)) : [];
    const lanes = new Lanes(boxes);
    for (const edge of edges) {
      const id = this.idOf(edge);
      const from = this.nodes.get(edge.from)?.node;
      const to = this.nodes.get(edge.to)?.node;
      if (!from || !to) continue;
      const back = to.position.x + 40 < from.position.x + (from.measured?.width ?? 0);
      const lane = isRouted ? laneOf(edge, from, to, lanes) : undefined;
      const key = [edge, selected.has(id), back, lane?.y, lane?.turn, input.readOnly];
      const cached = this.edges.get(id);
      if (cached && sameKey(cached.key, key)) {
        next.set(id, cached);
        continue;
      }
      const data = { edge, look: lookOf(edge, nodes), back, lane };
      next.set(id, { key, edge: wireEdge(id, data, nodes, selected.has(id), input.readOnly) });
    }
    this.edges = next;
    const drawn = [...next.values()].map((cached) => cached.edge);
    if (selected.size === 0) return drawn;
    // Above the others: where several lead to one node, the end of the selected one is what a hand takes.
    return [...drawn.filter((edge) => !edge.selected), ...drawn.filter((edge) => edge.selected)];
  }
}

function keepSame<T>(before: T[], next: T[]): T[] {
  return sameKey(before, next) ? before : next;
}

/** Most of what is typed into a node, a prompt above all, is not seen on its card. */
function sameLooking(before: CardData | undefined, next: CardData): CardData {
  return before && textOf(before) === textOf(next) ? before : next;
}

function textOf({ connected, ...rest }: CardData): string {
  return JSON.stringify([[...connected], rest]);
}

function sameKey(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function connectedPorts(edges: readonly FlowEdge[]): ReadonlyMap<string, string> {
  const ports = new Map<string, string>();
  for (const { from, port, to } of edges) {
    ports.set(from, `${ports.get(from) ?? ''} ${port}`);
    ports.set(to, `${ports.get(to) ?? ''} <in`);
  }
  return ports;
}

function cardData(id: string, node: FlowNode, input: ProjectInput, ports: string): CardData {
  const marks = readable(() => marksOf(node, input.doc), []);
  return {
    kind: node.kind,
    title: nameOf(id, node),
    summary: summaryOf(node, input.doc, sayDefined),
    marks,
    geometry: sizeOf(node, marks.length > 0),
    problems: input.problems.get(id),
    disabled: node.disabled === true,
    container: CONTAINERS.has(node.kind),
    connected: new Set(ports.split(' ').filter(Boolean)),
    readOnly: input.readOnly,
  };
}

function cardNode(id: string, at: Point, selected: boolean, data: CardData): CardNode {
  const { width, height, inY, ports } = data.geometry;
  const handle = { width: PORT, height: PORT };
  const inHandle =
    inY === undefined
      ? []
      : [
          {
            ...handle,
            id: 'in',
            type: 'target' as const,
            position: Position.Left,
            x: -PORT / 2,
            y: inY - PORT / 2,
          },
        ];
  return {
    id,
    type: 'card',
    position: { x: at.x, y: at.y },
    selected,
    data,
    measured: { width, height },
    handles: [
      ...inHandle,
      ...ports.map(({ port, side, x, y }) => ({
        ...handle,
        id: port.name,
        type: 'source' as const,
        position: side === 'right' ? Position.Right : Position.Bottom,
        x: x - PORT / 2,
        y: y - PORT / 2,
      })),
    ],
    focusable: false,
    ariaLabel: `${defined(definitionOf(data.kind)?.title ?? data.kind)}: ${data.title}. ${data.summary}`,
  };
}

export function boxOf(node: CardNode): NamedBox {
  return {
    id: node.id,
    ...node.position,
    width: node.measured?.width ?? 0,
    height: node.measured?.height ?? 0,
  };
}

function laneOf(edge: FlowEdge, from: CardNode, to: CardNode, lanes: Lanes): Lane | undefined {
  const placed = (card: CardNode) => ({ ...card.position, geometry: card.data.geometry });
  const way = wayOf(edge, placed(from), placed(to));
  return way && lanes.find(way);
}

function lookOf(edge: FlowEdge, nodes: Readonly<Record<string, FlowNode>>): WireData['look'] {
  const from = nodes[edge.from];
  if (from && portOf(from, edge.port)?.kind === 'fallback') return 'fallback';
  return edge.handoff ? 'handoff' : 'normal';
}

function wireEdge(
  id: string,
  data: WireData,
  nodes: Readonly<Record<string, FlowNode>>,
  selected: boolean,
  readOnly: boolean,
): WireEdge {
  const { edge } = data;
  const from = nodes[edge.from];
  const to = nodes[edge.to];
  return {
    id,
    type: 'wire',
    source: edge.from,
    sourceHandle: edge.port,
    target: edge.to,
    targetHandle: 'in',
    selected,
    data,
    reconnectable: !readOnly,
    focusable: false,
    markerEnd: {
      type: MarkerType.ArrowClosed,
      width: 16,
      height: 16,
      markerUnits: 'userSpaceOnUse',
      color: `var(--edge-${data.look})`,
    },
    ariaLabel: t('canvas.edge.label', {
      from: from ? nameOf(edge.from, from) : edge.from,
      to: to ? nameOf(edge.to, to) : edge.to,
      port: edge.port,
    }),
  };
}
