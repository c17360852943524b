/**
 * Putting a group of nodes into a graph of its own: a subflow, or the body of a loop or map.
 *
 * The group must have one way in; all its ordinary ways out must lead to one place. Failures that leave it by
 * `fallback` go to the container's own fallback. Values cross the border by the container's input and output, and every
 * expression on either side is rewritten, so the flow means the same as before (with a map: once for each item).
 */
import type { Json } from '../base/json';
import { err, ok, type Result } from '../base/result';
import { nameOf } from '../nodes/lookup';
import type { Flow } from '../spec/flow';
import type { FlowNode, Graph } from '../spec/nodes';
import type { Edge } from '../spec/parts';
import { stepsRead } from './clipboard';
import { changeExpressions, changeGraph, changeMember, changeRoot, membersOf } from './expressions';
import { allGraphs, allNodeIds, editGraph, type GraphRef, graphAt, idsWithin, innerGraph } from './graphs';
import { freeId, idFromName } from './ids';
import { place, placesOf } from './layout';

export type ContainerKind = 'subflow' | 'map' | 'loop';

export interface Extracted {
  readonly doc: Flow;
  /** Id of the container that took the group's place. */
  readonly id: string;
}

interface Border {
  readonly inner: Graph;
  readonly entry: string;
  readonly incoming: readonly Edge[];
  readonly exits: readonly Edge[];
  readonly exitTo: string | undefined;
  readonly fallbackTo: string | undefined;
}

/** Moves nodes into a new container, which takes their place. */
export function extract(
  doc: Flow,
  ref: GraphRef,
  ids: readonly string[],
  kind: ContainerKind,
  name: string,
): Result<Extracted, string> {
  const graph = graphAt(doc, ref);
  if (!graph) return err('This part of the flow no longer exists.');
  const border = findBorder(graph, new Set(ids));
  if (!border.ok) return border;
  const taken = new Set(allNodeIds(doc));
  const id = take(taken, idFromName(name, kind));
  const ends = { start: take(taken, `${id}_start`), end: take(taken, `${id}_end`) };
  const inside = new Set(
    Object.entries(border.value.inner.nodes).flatMap(([inner, node]) => idsWithin(inner, node)),
  );
  const readOutside = readsFromOutside(doc, inside);
  if (kind === 'map' && readOutside.size > 0) {
    return err(
      `“${[...readOutside][0]}” is read outside the group. A map gives a list, so that expression would no longer fit.`,
    );
  }
  const body = makeBody(border.value, ends, [...readOutside]);
  const container = kind === 'subflow' ? asSubflow(doc, id, body, inside) : { doc, node: asBody(kind, body) };
  const without = editGraph(container.doc, ref, (g) => replaceGroup(g, border.value, id, container.node));
  const rewritten = rewriteOutside(without, id, inside, readOutside);
  return ok({ doc: placeAll(rewritten, doc, ref, ids, id, ends), id });
}

function take(taken: Set<string>, base: string): string {
  const id = freeId(base.slice(0, 58), taken);
  taken.add(id);
  return id;
}

function findBorder(graph: Graph, ids: ReadonlySet<string>): Result<Border, string> {
  const chosen = Object.entries(graph.nodes).filter(([id]) => ids.has(id));
  const end = chosen.find(([, node]) => node.kind === 'start' || node.kind === 'end');
  if (chosen.length === 0) return err('Select the nodes to put together first.');
  if (end) return err(`“${nameOf(end[0], end[1])}” has to stay: select the nodes between start and end.`);
  const within = (id: string) => ids.has(id);
  const incoming = graph.edges.filter((e) => !within(e.from) && within(e.to));
  const leaving = graph.edges.filter((e) => within(e.from) && !within(e.to));
  const exits = leaving.filter((e) => e.port !== 'fallback');
  const fallbacks = leaving.filter((e) => e.port === 'fallback');
  const entries = new Set(incoming.map((e) => e.to));
  if (entries.size !== 1)
    return err(
      entries.size === 0
        ? 'Nothing leads into this group.'
        : 'A group needs one way in; this one has several.',
    );
  const handedOver = [...incoming, ...exits].find((e) => e.handoff);
  if (handedOver)
    return err(
      `The handoff “${handedOver.handoff?.name}” crosses the border of the group; a payload cannot.`,
    );
  const targets = new Set(exits.map((e) => e.to));
  if (targets.size > 1) return err('The group leads to several places. Include them, or let it lead to one.');
  if (exits.length === 0) return err('Nothing leads out of this group.');
  const rescues = new Set(fallbacks.map((e) => e.to));
  if (rescues.size > 1)
    return err('The fallback paths of the group lead to several places; a container has one.');
  const nodes = Object.fromEntries(chosen);
  const edges = graph.edges.filter((e) => within(e.from) && within(e.to));
  return ok({
    inner: { nodes, edges },
    entry: [...entries][0] as string,
    incoming,
    exits,
    exitTo: [...targets][0],
    fallbackTo: [...rescues][0],
  });
}

/** Steps of the group that something outside of it reads. */
function readsFromOutside(doc: Flow, inside: ReadonlySet<string>): ReadonlySet<string> {
  const read = new Set<string>();
  for (const { ref, graph } of allGraphs(doc)) {
    if (ref.type === 'inside' && inside.has(ref.node)) continue;
    const nodes = Object.fromEntries(
      Object.entries(graph.nodes)
        .filter(([id]) => !inside.has(id))
        .map(([id, node]) => [id, shallow(node)]),
    );
    const edges = graph.edges.filter((edge) => !inside.has(edge.from));
    for (const step of stepsRead({ nodes, edges })) if (inside.has(step)) read.add(step);
  }
  return read;
}

/** The node without its inner graph, which `allGraphs` visits by itself. */
function shallow(node: FlowNode): FlowNode {
  if (node.kind === 'map' || node.kind === 'loop') return { ...node, body: { nodes: {}, edges: [] } };
  return node.kind === 'planner' ? { ...node, catalogue: { nodes: {} } } : node;
}

function makeBody(border: Border, ends: { start: string; end: string }, results: readonly string[]): Graph {
  const output: Record<string, Json> = {};
  for (const step of results) output[step] = { $: `steps.${step}` };
  const end: FlowNode =
    results.length > 0 ? { kind: 'end', name: 'End', output } : { kind: 'end', name: 'End' };
  return {
    nodes: { [ends.start]: { kind: 'start', name: 'Start' }, ...border.inner.nodes, [ends.end]: end },
    edges: [
      ...border.inner.edges,
      { from: ends.start, port: 'next', to: border.entry },
      ...border.exits.map((edge) => ({ ...edge, to: ends.end })),
    ],
  };
}

function asBody(kind: 'map' | 'loop', body: Graph): FlowNode {
  return kind === 'map'
    ? { kind, items: 'input.items', body }
    : { kind, while: 'iteration <= 3', maxIterations: 3, body };
}

/** A subflow sees nothing of the caller: what the group reads becomes its input. */
function asSubflow(
  doc: Flow,
  id: string,
  body: Graph,
  inside: ReadonlySet<string>,
): { doc: Flow; node: FlowNode } {
  const name = freeId(id, new Set(Object.keys(doc.subflows ?? {})));
  const wanted = [...stepsRead(body)].filter((step) => !inside.has(step));
  const usesInput = readsInput(body);
  const inputKey = freeId('flow', new Set(wanted));
  const change = (source: string) => {
    const renamed = usesInput ? changeRoot(source, 'input', `input.${inputKey}`) : source;
    return changeMember(renamed, 'steps', (step) => (inside.has(step) ? undefined : `input.${step}`));
  };
  const input: Record<string, Json> = usesInput ? { [inputKey]: { $: 'input' } } : {};
  for (const step of wanted) input[step] = { $: `steps.${step}` };
  return {
    doc: { ...doc, subflows: { ...doc.subflows, [name]: deepChange(body, change) } },
    node: { kind: 'subflow', flow: name, ...(Object.keys(input).length > 0 ? { input } : {}) },
  };
}

function readsInput(graph: Graph): boolean {
  let found = false;
  deepChange(graph, (source) => {
    if (membersOf(source, 'input').size > 0 || changeRoot(source, 'input', '') !== source) found = true;
    return source;
  });
  return found;
}

function deepChange(graph: Graph, change: (source: string) => string): Graph {
  const changed = changeGraph(graph, change);
  const nodes = Object.fromEntries(
    Object.entries(changed.nodes).map(([id, node]) => {
      const inner = innerGraph(node);
      if (!inner) return [id, node];
      const next = deepChange(inner, change);
      return [
        id,
        node.kind === 'planner' ? { ...node, catalogue: { nodes: next.nodes } } : { ...node, body: next },
      ];
    }),
  ) as Graph['nodes'];
  return { nodes, edges: changed.edges };
}

function replaceGroup(graph: Graph, border: Border, id: string, node: FlowNode): Graph {
  const gone = new Set(Object.keys(border.inner.nodes));
  const nodes = {
    ...Object.fromEntries(Object.entries(graph.nodes).filter(([other]) => !gone.has(other))),
    [id]: node,
  };
  const edges = graph.edges.filter((edge) => !gone.has(edge.from) && !gone.has(edge.to));
  edges.push(...border.incoming.map((edge) => ({ ...edge, to: id })));
  if (border.exitTo !== undefined) edges.push({ from: id, port: 'next', to: border.exitTo });
  if (border.fallbackTo !== undefined) edges.push({ from: id, port: 'fallback', to: border.fallbackTo });
  return { nodes, edges };
}

/** Outside the group `steps.<inner>` becomes `steps.<container>.<inner>`. */
function rewriteOutside(
  doc: Flow,
  id: string,
  inside: ReadonlySet<string>,
  results: ReadonlySet<string>,
): Flow {
  if (results.size === 0) return doc;
  const outside = changeExpressions(doc, (source) =>
    changeMember(source, 'steps', (step) => (results.has(step) ? `steps.${id}.${step}` : undefined)),
  );
  // The group itself goes on reading its own steps.
  return restoreInside(outside, doc, inside);
}

function restoreInside(changed: Flow, before: Flow, inside: ReadonlySet<string>): Flow {
  let next = changed;
  for (const { ref, graph } of allGraphs(before)) {
    const isGroup = Object.keys(graph.nodes).some((id) => inside.has(id));
    if (isGroup) next = editGraph(next, ref, () => ({ nodes: graph.nodes, edges: graph.edges }));
  }
  return next;
}

function placeAll(
  doc: Flow,
  before: Flow,
  ref: GraphRef,
  ids: readonly string[],
  id: string,
  ends: { start: string; end: string },
): Flow {
  const places = placesOf(before, ref);
  const points = ids.map((inner) => places.get(inner) ?? { x: 0, y: 0 });
  const left = Math.min(...points.map((p) => p.x));
  const right = Math.max(...points.map((p) => p.x));
  const top = Math.min(...points.map((p) => p.y));
  return place(doc, {
    [id]: { x: left, y: top },
    [ends.start]: { x: left - 300, y: top },
    [ends.end]: { x: right + 300, y: top },
  });
}
