/** Connecting nodes. A connection that could never be valid is refused with a sentence that says why. */
import { err, ok, type Result } from '../base/result';
import { nameOf } from '../nodes/lookup';
import type { Flow } from '../spec/flow';
import type { FlowNode, Graph } from '../spec/nodes';
import type { Edge } from '../spec/parts';
import { portOf, portsOf } from '../spec/ports-of';
import { editGraph, type GraphRef, graphAt, nodeAt } from './graphs';
import { freeId } from './ids';

export interface Wire {
  readonly from: string;
  readonly port: string;
  readonly to: string;
}

export interface Refusal {
  readonly message: string;
  /** Connecting closes a circle: it is allowed with a limit, which the person can choose. */
  readonly offer?: { readonly maxTraversals: number };
}

const FIRST_LIMIT = 3;

export function wireKey(wire: Wire): string {
  return `${wire.from}:${wire.port}:${wire.to}`;
}

export function findEdge(graph: Graph, wire: Wire): Edge | undefined {
  return graph.edges.find(
    (edge) => edge.from === wire.from && edge.port === wire.port && edge.to === wire.to,
  );
}

/** Why a wire cannot be drawn; undefined when it can. */
export function refusalOf(doc: Flow, ref: GraphRef, wire: Wire, ignore?: Wire): Refusal | undefined {
  const graph = graphAt(doc, ref);
  if (!graph) return { message: 'This part of the flow no longer exists.' };
  const from = graph.nodes[wire.from];
  const to = graph.nodes[wire.to];
  if (!from || !to) return { message: 'Both ends of a connection must be in the same drawing.' };
  if (isCatalogue(doc, ref))
    return { message: 'A catalogue has no connections: the planner decides the order.' };
  if (!portsOf(to).in)
    return { message: `Nothing can lead into “${nameOf(wire.to, to)}”: a run begins there.` };
  if (!portOf(from, wire.port))
    return { message: `“${nameOf(wire.from, from)}” has no way out called “${wire.port}”.` };
  const others = ignore ? graph.edges.filter((edge) => wireKey(edge) !== wireKey(ignore)) : graph.edges;
  if (others.some((edge) => wireKey(edge) === wireKey(wire))) {
    return { message: `“${nameOf(wire.from, from)}” already leads to “${nameOf(wire.to, to)}” by this way.` };
  }
  return undefined;
}

/** Whether a wire would close a circle that nothing bounds. */
export function closesCircle(graph: Graph, wire: Wire): boolean {
  if (wire.from === wire.to) return true;
  const next = new Map<string, string[]>();
  for (const edge of graph.edges) {
    if (edge.maxTraversals !== undefined) continue;
    next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
  }
  const seen = new Set<string>();
  const pending = [wire.to];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (id === wire.from) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    pending.push(...(next.get(id) ?? []));
  }
  return false;
}

export interface ConnectOptions {
  readonly maxTraversals?: number;
  readonly when?: string;
  readonly label?: string;
}

/** Draws an edge. A wire from a handoff port, or into a node that accepts handoffs, gets a contract to fill in. */
export function connect(
  doc: Flow,
  ref: GraphRef,
  wire: Wire,
  options: ConnectOptions = {},
): Result<Flow, Refusal> {
  const refusal = refusalOf(doc, ref, wire);
  if (refusal) return err(refusal);
  const graph = graphAt(doc, ref) as Graph; // refusalOf found it
  if (options.maxTraversals === undefined && closesCircle(graph, wire)) {
    return err({
      message: 'This closes a circle. It needs a limit, so that a run cannot go round for ever.',
      offer: { maxTraversals: FIRST_LIMIT },
    });
  }
  const edge = newEdge(graph, wire, options);
  return ok(editGraph(doc, ref, (g) => ({ ...g, edges: insertEdge(g.edges, edge) })));
}

function newEdge(graph: Graph, wire: Wire, options: ConnectOptions): Edge {
  const target = graph.nodes[wire.to];
  const accepts = target?.kind === 'agent' ? target.accepts : undefined;
  const needsContract = wire.port === 'handoff' || accepts !== undefined;
  const names = new Set(graph.edges.filter((e) => e.from === wire.from).map((e) => e.handoff?.name ?? ''));
  return {
    from: wire.from,
    port: wire.port,
    to: wire.to,
    ...(options.label ? { label: options.label } : {}),
    ...(options.when ? { when: options.when } : {}),
    ...(needsContract
      ? {
          handoff: {
            name: freeId(`to_${wire.to}`.slice(0, 60), names),
            schema: accepts ?? { type: 'object', properties: {} },
          },
        }
      : {}),
    ...(options.maxTraversals === undefined ? {} : { maxTraversals: options.maxTraversals }),
  };
}

/** At its place in canonical order: behind those of the same port, whose order has a meaning. */
function insertEdge(edges: readonly Edge[], edge: Edge): Edge[] {
  const after = edges.findLastIndex(
    (e) => e.from < edge.from || (e.from === edge.from && e.port <= edge.port),
  );
  return edges.toSpliced(after + 1, 0, edge);
}

export function disconnect(doc: Flow, ref: GraphRef, wires: readonly Wire[]): Flow {
  const gone = new Set(wires.map(wireKey));
  return editGraph(doc, ref, (graph) =>
    graph.edges.some((edge) => gone.has(wireKey(edge)))
      ? { ...graph, edges: graph.edges.filter((edge) => !gone.has(wireKey(edge))) }
      : graph,
  );
}

/** Moves one end of an edge; what the edge says stays with it. */
export function reconnect(doc: Flow, ref: GraphRef, wire: Wire, to: Wire): Result<Flow, Refusal> {
  const graph = graphAt(doc, ref);
  const edge = graph ? findEdge(graph, wire) : undefined;
  if (!graph || !edge) return err({ message: 'This connection no longer exists.' });
  const refusal = refusalOf(doc, ref, to, wire);
  if (refusal) return err(refusal);
  const rest: Graph = { ...graph, edges: graph.edges.filter((e) => e !== edge) };
  if (edge.maxTraversals === undefined && closesCircle(rest, to)) {
    return err({
      message: 'This closes a circle. Draw a new connection instead and give it a limit.',
    });
  }
  const needsContract = to.port === 'handoff' && !edge.handoff;
  const fresh = needsContract ? newEdge(rest, to, {}) : { ...edge, ...to };
  const moved = to.port === 'fallback' || fresh.on === undefined ? fresh : withoutOn(fresh);
  return ok(
    editGraph(doc, ref, (g) => ({
      ...g,
      edges: insertEdge(
        g.edges.filter((e) => e !== edge),
        moved,
      ),
    })),
  );
}

function withoutOn(edge: Edge): Edge {
  const { on: _kinds, ...rest } = edge;
  return rest;
}

/** Changes what an edge says. */
export function editEdge(doc: Flow, ref: GraphRef, wire: Wire, change: (edge: Edge) => Edge): Flow {
  return editGraph(doc, ref, (graph) => {
    const index = graph.edges.findIndex((edge) => wireKey(edge) === wireKey(wire));
    const edge = graph.edges[index];
    if (!edge) return graph;
    const next = change(edge);
    return next === edge ? graph : { ...graph, edges: graph.edges.with(index, next) };
  });
}

/** Moves an edge among those of its port: the first whose guard is true is taken. */
export function moveEdge(doc: Flow, ref: GraphRef, wire: Wire, by: -1 | 1): Flow {
  return editGraph(doc, ref, (graph) => {
    const places = graph.edges.flatMap((e, i) => (e.from === wire.from && e.port === wire.port ? [i] : []));
    const at = places.findIndex((i) => graph.edges[i]?.to === wire.to);
    const here = places[at];
    const there = places[at + by];
    if (here === undefined || there === undefined) return graph;
    const [a, b] = [graph.edges[here] as Edge, graph.edges[there] as Edge]; // both indexes come from the list
    return { ...graph, edges: graph.edges.with(here, b).with(there, a) };
  });
}

/** Nodes a wire from here may end at: what lights up while it is dragged. */
export function legalTargets(doc: Flow, ref: GraphRef, from: string, port: string): ReadonlySet<string> {
  const graph = graphAt(doc, ref);
  if (!graph) return new Set();
  return new Set(
    Object.keys(graph.nodes).filter((to) => to !== from && !refusalOf(doc, ref, { from, port, to })),
  );
}

/** Nodes and ports a wire into a node may come from. */
export function legalSources(
  doc: Flow,
  ref: GraphRef,
  to: string,
): readonly { readonly from: string; readonly port: string }[] {
  const graph = graphAt(doc, ref);
  if (!graph) return [];
  return Object.entries(graph.nodes).flatMap(([from, node]) =>
    from === to
      ? []
      : portsOf(node).out.flatMap(({ name }) =>
          refusalOf(doc, ref, { from, port: name, to }) ? [] : [{ from, port: name }],
        ),
  );
}

function isCatalogue(doc: Flow, ref: GraphRef): boolean {
  return ref.type === 'inside' && nodeAt(doc, ref.node)?.kind === 'planner';
}

/** The way out a new connection from this node most likely means: the first that must be connected and is not yet. */
export function likelyPort(graph: Graph, id: string, node: FlowNode): string | undefined {
  const ports = portsOf(node).out;
  const used = (name: string) => graph.edges.filter((edge) => edge.from === id && edge.port === name).length;
  const wanted = ports.find(
    (p) => p.required && used(p.name) < p.atLeast && !(p.insteadOf && used(p.insteadOf)),
  );
  const free = ports.filter((p) => used(p.name) === 0);
  return (wanted ?? free.find((p) => p.kind === 'fallback') ?? free[0] ?? ports[0])?.name;
}
