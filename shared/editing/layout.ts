/** Places on the canvas. They are looks: moving a node never changes what the flow means. */
import type { Flow, Layout } from '../spec/flow';
import type { GraphRef } from './graphs';
import { graphAt } from './graphs';

export interface PlacePoint {
  readonly x: number;
  readonly y: number;
}
export interface PlaceSize {
  readonly width: number;
  readonly height: number;
}

type NodeLayouts = NonNullable<Layout['nodes']>;

/** Distance of columns and rows where no place is known yet. */
const COLUMN = 300;
const ROW = 150;
/** Places snap to this grid. */
export const GRID = 4;

export function snap(value: number): number {
  return Math.round(value / GRID) * GRID;
}

/** Puts nodes at places, keeping whatever else their layout says. */
export function place(doc: Flow, points: Readonly<Record<string, PlacePoint>>): Flow {
  const before = doc.layout?.nodes ?? {};
  const moved = Object.entries(points).filter(([id, p]) => before[id]?.x !== p.x || before[id]?.y !== p.y);
  if (moved.length === 0) return doc;
  const nodes: NodeLayouts = { ...before };
  for (const [id, { x, y }] of moved) nodes[id] = { ...before[id], x, y };
  return { ...doc, layout: { ...doc.layout, nodes } };
}

/** Takes away what the document remembers of nodes that are gone: their places and their rehearsal. */
export function forgetNodes(doc: Flow, ids: ReadonlySet<string>): Flow {
  let next = doc;
  if (next.layout?.nodes)
    next = { ...next, layout: { ...next.layout, nodes: without(next.layout.nodes, ids) } };
  if (next.rehearsal?.nodes)
    next = { ...next, rehearsal: { ...next.rehearsal, nodes: without(next.rehearsal.nodes, ids) } };
  return next;
}

function without<T>(record: Readonly<Record<string, T>>, ids: ReadonlySet<string>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([id]) => !ids.has(id)));
}

/** A place for every node of a graph: its own, else by its distance from the start. */
export function placesOf(doc: Flow, ref: GraphRef): ReadonlyMap<string, PlacePoint> {
  const graph = graphAt(doc, ref);
  const places = new Map<string, PlacePoint>();
  if (!graph) return places;
  const known = doc.layout?.nodes ?? {};
  const isPlaced = Object.keys(graph.nodes).every((id) => Object.hasOwn(known, id));
  // Finding columns walks the whole graph: only for those that need it.
  const columns = isPlaced ? new Map<string, number>() : columnsOf(graph);
  const rows = new Map<number, number>();
  for (const id of Object.keys(graph.nodes)) {
    const own = Object.hasOwn(known, id) ? known[id] : undefined;
    const column = columns.get(id) ?? 0;
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    places.set(id, own ? { x: own.x, y: own.y } : { x: column * COLUMN, y: row * ROW });
  }
  return places;
}

function columnsOf(graph: {
  readonly nodes: object;
  readonly edges: readonly { from: string; to: string; maxTraversals?: number | undefined }[];
}) {
  const columns = new Map<string, number>(Object.keys(graph.nodes).map((id) => [id, 0]));
  const forward = graph.edges.filter((edge) => edge.maxTraversals === undefined);
  // Longest path by repeated relaxation; the number of rounds is bounded so that a cycle cannot hang it.
  for (let round = 0; round < Math.min(columns.size, 200); round++) {
    let changed = false;
    for (const { from, to } of forward) {
      const next = (columns.get(from) ?? 0) + 1;
      if (next > (columns.get(to) ?? 0) && next <= columns.size) {
        columns.set(to, next);
        changed = true;
      }
    }
    if (!changed) break;
  }
  return columns;
}

export interface PlacedBox extends PlacePoint, PlaceSize {
  readonly id: string;
}
export type AlignTo = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom';

/** Lines boxes up at one edge or middle. */
export function align(boxes: readonly PlacedBox[], to: AlignTo): Record<string, PlacePoint> {
  const left = Math.min(...boxes.map((b) => b.x));
  const right = Math.max(...boxes.map((b) => b.x + b.width));
  const top = Math.min(...boxes.map((b) => b.y));
  const bottom = Math.max(...boxes.map((b) => b.y + b.height));
  const target: Record<AlignTo, (b: PlacedBox) => PlacePoint> = {
    left: (b) => ({ x: left, y: b.y }),
    centre: (b) => ({ x: snap((left + right - b.width) / 2), y: b.y }),
    right: (b) => ({ x: right - b.width, y: b.y }),
    top: (b) => ({ x: b.x, y: top }),
    middle: (b) => ({ x: b.x, y: snap((top + bottom - b.height) / 2) }),
    bottom: (b) => ({ x: b.x, y: bottom - b.height }),
  };
  return Object.fromEntries(boxes.map((box) => [box.id, target[to](box)]));
}

/** Gives boxes equal gaps along one axis; the outer two stay. */
export function distribute(boxes: readonly PlacedBox[], axis: 'x' | 'y'): Record<string, PlacePoint> {
  const size = axis === 'x' ? 'width' : 'height';
  const sorted = boxes.toSorted((a, b) => a[axis] - b[axis]);
  const first = sorted[0];
  const last = sorted.at(-1);
  if (!first || !last || sorted.length < 3) return {};
  const used = sorted.reduce((sum, box) => sum + box[size], 0);
  const gap = (last[axis] + last[size] - first[axis] - used) / (sorted.length - 1);
  let at = first[axis];
  const result: Record<string, PlacePoint> = {};
  for (const box of sorted) {
    result[box.id] = { x: box.x, y: box.y, [axis]: snap(at) };
    at += box[size] + gap;
  }
  return result;
}
