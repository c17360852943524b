/**
 * Nodes on the clipboard: JSON that carries the nodes, the edges between them and the parts they use, so that a copy
 * works in another flow too. Pasting gives every node a new id and lets the copies refer to each other.
 */
import { err, ok, type Result } from '../base/result';
import { Flow, type Layout } from '../spec/flow';
import { Graph } from '../spec/nodes';
import { z } from '../spec/zod';
import { changeGraph, changeMember, membersOf } from './expressions';
import { allNodeIds, editGraph, type GraphRef, graphAt, idsWithin, innerGraph } from './graphs';
import { freeId } from './ids';
import { type PlacePoint, place, placesOf } from './layout';
import type { PartSection } from './rename';

export const CLIP_TYPE = 'baton.nodes/1';
const CLIP_SECTIONS = [
  'context',
  'models',
  'mcpServers',
  'tools',
  'agents',
  'policies',
  'schemas',
  'subflows',
] as const;

const Place = z.strictObject({ x: z.number(), y: z.number() });
export const Clip = z.strictObject({
  type: z.literal(CLIP_TYPE),
  nodes: Graph,
  places: z.record(z.string(), Place),
  /** The parts the nodes use, with all they use in turn. */
  parts: Flow.pick({
    context: true,
    models: true,
    mcpServers: true,
    tools: true,
    agents: true,
    policies: true,
    schemas: true,
    subflows: true,
  }),
});
export type Clip = z.infer<typeof Clip>;

/** What the selected nodes need to live elsewhere; a start stays behind. */
export function copyNodes(doc: Flow, ref: GraphRef, ids: readonly string[]): Clip | undefined {
  const graph = graphAt(doc, ref);
  if (!graph) return undefined;
  const chosen = ids.filter((id) => graph.nodes[id] !== undefined && graph.nodes[id]?.kind !== 'start');
  if (chosen.length === 0) return undefined;
  const inside = new Set(chosen);
  const nodes = Object.fromEntries(Object.entries(graph.nodes).filter(([id]) => inside.has(id)));
  const edges = graph.edges.filter((edge) => inside.has(edge.from) && inside.has(edge.to));
  const places = placesOf(doc, ref);
  const points: Record<string, PlacePoint> = {};
  for (const id of chosen) points[id] = places.get(id) ?? { x: 0, y: 0 };
  Object.assign(points, innerPlaces(doc.layout, nodes));
  return { type: CLIP_TYPE, nodes: { nodes, edges }, places: points, parts: partsUsed(doc, nodes) };
}

function innerPlaces(layout: Layout | undefined, nodes: Graph['nodes']): Record<string, PlacePoint> {
  const points: Record<string, PlacePoint> = {};
  for (const [id, node] of Object.entries(nodes)) {
    for (const inner of idsWithin(id, node).slice(1)) {
      const own = layout?.nodes?.[inner];
      if (own) points[inner] = { x: own.x, y: own.y };
    }
  }
  return points;
}

/** Every part whose name occurs as a value somewhere in what is copied; a name too many does no harm. */
function partsUsed(doc: Flow, nodes: unknown): Clip['parts'] {
  const parts: Record<string, Record<string, unknown>> = {};
  let pending: unknown[] = [nodes];
  while (pending.length > 0) {
    const words = wordsIn(pending);
    pending = [];
    for (const section of CLIP_SECTIONS) {
      for (const [name, part] of Object.entries(doc[section] ?? {})) {
        if (parts[section]?.[name] !== undefined || !words.has(name)) continue;
        parts[section] = { ...parts[section], [name]: part };
        pending.push(part);
      }
    }
  }
  return parts as Clip['parts']; // each section holds entries of the same section of a flow
}

function wordsIn(values: readonly unknown[]): ReadonlySet<string> {
  const words = new Set<string>();
  for (const word of JSON.stringify(values).matchAll(/[A-Za-z]\w*/g)) words.add(word[0]);
  return words;
}

/** Text of a clipboard as nodes, or a sentence why it holds none. */
export function parseClip(text: string): Result<Clip, string> {
  if (!text.includes(CLIP_TYPE)) return err('The clipboard holds no nodes of a flow.');
  try {
    const parsed = Clip.safeParse(JSON.parse(text));
    return parsed.success
      ? ok(parsed.data)
      : err('The nodes on the clipboard come from a newer version or were changed.');
  } catch {
    return err('The text on the clipboard is cut off. Copy the nodes again.');
  }
}

export interface Pasted {
  readonly doc: Flow;
  /** Ids of the new nodes in the graph they were pasted into. */
  readonly ids: readonly string[];
}

/** Adds copies of the nodes, their top left corner at a point. Parts that exist are kept; missing ones come along. */
export function pasteNodes(doc: Flow, ref: GraphRef, clip: Clip, at: PlacePoint): Pasted {
  const taken = new Set(allNodeIds(doc));
  const ids = new Map<string, string>();
  for (const [id, node] of Object.entries(clip.nodes.nodes)) {
    for (const old of idsWithin(id, node)) {
      const fresh = freeId(old.replace(/\d+$/, '') || old, taken);
      taken.add(fresh);
      ids.set(old, fresh);
    }
  }
  const renamed = renameGraph(clip.nodes, ids);
  const withParts = addClipParts(doc, clip.parts, taken);
  const added = editGraph(withParts, ref, (graph) => ({
    nodes: { ...graph.nodes, ...renamed.nodes },
    edges: [...graph.edges, ...renamed.edges],
  }));
  return {
    doc: place(added, newPlaces(clip, ids, at)),
    ids: Object.keys(clip.nodes.nodes).map((id) => ids.get(id) ?? id),
  };
}

/** Gives nodes and edges their new ids, bodies included, and lets expressions follow. */
function renameGraph(graph: Graph, ids: ReadonlyMap<string, string>): Graph {
  const name = (id: string) => ids.get(id) ?? id;
  const nodes = Object.fromEntries(
    Object.entries(graph.nodes).map(([id, node]) => {
      const inner = innerGraph(node);
      if (!inner) return [name(id), node];
      const renamed = renameGraph(inner, ids);
      return [
        name(id),
        node.kind === 'planner'
          ? { ...node, catalogue: { nodes: renamed.nodes } }
          : { ...node, body: renamed },
      ];
    }),
  ) as Graph['nodes'];
  const edges = graph.edges.map((edge) => ({ ...edge, from: name(edge.from), to: name(edge.to) }));
  return changeGraph({ nodes, edges }, (source) =>
    changeMember(source, 'steps', (step) => (ids.has(step) ? `steps.${name(step)}` : undefined)),
  );
}

function newPlaces(clip: Clip, ids: ReadonlyMap<string, string>, at: PlacePoint): Record<string, PlacePoint> {
  const outer = Object.keys(clip.nodes.nodes).map((id) => clip.places[id] ?? { x: 0, y: 0 });
  const left = Math.min(...outer.map((p) => p.x));
  const top = Math.min(...outer.map((p) => p.y));
  const isOuter = new Set(Object.keys(clip.nodes.nodes));
  const points: Record<string, PlacePoint> = {};
  for (const [old, p] of Object.entries(clip.places)) {
    const id = ids.get(old);
    if (id !== undefined) points[id] = isOuter.has(old) ? { x: at.x + p.x - left, y: at.y + p.y - top } : p;
  }
  return points;
}

/** Adds the parts that are missing. A subflow whose node ids are taken stays out: the validator then names it. */
function addClipParts(doc: Flow, parts: Clip['parts'], taken: ReadonlySet<string>): Flow {
  let next = doc;
  for (const section of CLIP_SECTIONS satisfies readonly PartSection[]) {
    const missing = Object.entries(parts[section] ?? {}).filter(([name, part]) => {
      if (Object.hasOwn(next[section] ?? {}, name)) return false;
      return section !== 'subflows' || !clashes(part as Graph, taken);
    });
    if (missing.length > 0)
      next = { ...next, [section]: { ...next[section], ...Object.fromEntries(missing) } };
  }
  return next;
}

function clashes(graph: Graph, taken: ReadonlySet<string>): boolean {
  return Object.entries(graph.nodes).some(([id, node]) =>
    idsWithin(id, node).some((inner) => taken.has(inner)),
  );
}

/** Copies nodes beside themselves. */
export function duplicateNodes(doc: Flow, ref: GraphRef, ids: readonly string[]): Pasted {
  const clip = copyNodes(doc, ref, ids);
  if (!clip) return { doc, ids: [] };
  const outer = Object.keys(clip.nodes.nodes).map((id) => clip.places[id] ?? { x: 0, y: 0 });
  const at = { x: Math.min(...outer.map((p) => p.x)) + 32, y: Math.min(...outer.map((p) => p.y)) + 48 };
  return pasteNodes(doc, ref, clip, at);
}

/** Ids of the steps the expressions of a graph refer to. */
export function stepsRead(graph: Graph): ReadonlySet<string> {
  const names = new Set<string>();
  const look = (inner: Graph): void => {
    changeGraph(inner, (source) => {
      for (const name of membersOf(source, 'steps')) names.add(name);
      return source;
    });
    for (const node of Object.values(inner.nodes)) {
      const deeper = innerGraph(node);
      if (deeper) look(deeper);
    }
  };
  look(graph);
  return names;
}
