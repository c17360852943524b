/** E207: every circle has an edge that bounds it. E210 and E107: subflows do not call themselves, nothing nests too deep. */
import { components, isCircle, reach } from './digraph';
import type { Findings } from './findings';
import type { EdgeEntry, FlowIndex, GraphEntry, NodeEntry } from './flow-index';
import { entryPoints, numberGraph } from './graph-numbers';
import { LIMITS } from './limits';

/** Without the edges that have `maxTraversals` no graph may have a circle. */
export function checkCycles(index: FlowIndex, findings: Findings): void {
  for (const graph of index.graphs) {
    // an edge that cannot be read may have a bound: it is not judged
    const unbounded = graph.edges.filter((edge) => edge.edge && edge.edge.maxTraversals === undefined);
    const { entries, numberOf, digraph } = numberGraph(graph, unbounded);
    const circles = components(digraph).filter((group) => isCircle(digraph, group));
    if (circles.length === 0) continue;
    const order = walkOrder(index, graph);
    for (const circle of circles) {
      const members = new Set(circle.map((i) => (entries[i] as NodeEntry).id));
      const edges = unbounded.filter(
        (edge) => members.has(edge.from) && members.has(edge.to) && numberOf.has(edge.to),
      );
      report(edges, members, order, findings);
    }
  }
}

/** When each node is first met from the start, so that the edge that goes back can be told from those that go on. */
function walkOrder(index: FlowIndex, graph: GraphEntry): ReadonlyMap<string, number> {
  const { entries, numberOf, digraph } = numberGraph(graph);
  const starts = entryPoints(index, graph).map((entry) => numberOf.get(entry.id) as number); // it is a node of this graph
  return new Map(reach(digraph, starts).map((node, at) => [(entries[node] as NodeEntry).id, at]));
}

function report(
  edges: readonly EdgeEntry[],
  members: ReadonlySet<string>,
  order: ReadonlyMap<string, number>,
  findings: Findings,
): void {
  const at = (id: string) => order.get(id) ?? Number.MAX_SAFE_INTEGER;
  const back = edges.reduce((best, edge) => (at(edge.to) < at(best.to) ? edge : best));
  const names = [...members].slice(0, 5).map((id) => `"${id}"`);
  const list =
    members.size > names.length
      ? `${names.join(', ')} and ${members.size - names.length} more`
      : names.join(', ');
  const message =
    members.size === 1
      ? `Node ${list} leads back to itself without a bound. Give the edge "maxTraversals", the number of times it may be taken.`
      : `The nodes ${list} form a circle without a bound. Give one of its edges "maxTraversals", the number of times it may be taken; ${back.from} → ${back.to} is the one that leads back.`;
  const fix = {
    title: 'Allow it 3 times',
    patch: [{ op: 'add' as const, path: `${back.pointer}/maxTraversals`, value: 3 }],
  };
  findings.error('E207', back.pointer, message, fix);
}

/** Which graph contains or calls which, as one graph of graphs. True when nothing nests too deep: then one may recurse. */
export function checkNesting(index: FlowIndex, findings: Findings): boolean {
  const numbers = new Map(index.graphs.map((graph, i) => [graph, i]));
  const number = (graph: GraphEntry) => numbers.get(graph) as number; // all graphs are numbered
  const calls: { readonly caller: NodeEntry; readonly from: number; readonly to: number }[] = [];
  for (const entry of everyEntry(index)) {
    const called = entry.node?.kind === 'subflow' ? index.subflow(entry.node.flow) : undefined;
    if (called) calls.push({ caller: entry, from: number(entry.graph), to: number(called) });
  }
  const inside = index.graphs.flatMap((graph) =>
    graph.owner ? [{ from: number(graph.owner.graph), to: number(graph) }] : [],
  );
  const next: number[][] = index.graphs.map(() => []);
  for (const { from, to } of [...calls, ...inside]) next[from]?.push(to);
  const digraph = { size: next.length, next: next.map((list) => [...new Set(list)]) };
  const groups = components(digraph);
  const circles = groups.filter((group) => isCircle(digraph, group)).map((group) => new Set(group));
  for (const { caller, from, to } of calls) {
    if (!circles.some((circle) => circle.has(from) && circle.has(to))) continue;
    const message = `Node "${caller.id}" calls a subflow that leads back to this node, so the flow would call itself for ever. Use a loop instead.`;
    findings.error('E210', `${caller.pointer}/flow`, message);
  }
  return circles.length === 0 && checkDepth(index, digraph.next, groups, findings);
}

function* everyEntry(index: FlowIndex): Generator<NodeEntry> {
  for (const graph of index.graphs) yield* graph.nodes.values();
}

/** Groups come after those they lead to, so from back to front every graph is met after all that contain it. */
function checkDepth(
  index: FlowIndex,
  next: readonly (readonly number[])[],
  groups: readonly number[][],
  findings: Findings,
): boolean {
  const depth = new Int32Array(next.length);
  for (const [graph] of groups.toReversed()) {
    const own = depth[graph as number] as number; // without circles every group is one graph
    for (const inner of next[graph as number] as readonly number[])
      depth[inner] = Math.max(depth[inner] as number, own + 1);
  }
  index.graphs.forEach((graph, i) => {
    if (depth[i] !== LIMITS.nesting + 1) return;
    const message = `${LIMITS.nesting + 1} bodies and subflow calls stand inside each other here; ${LIMITS.nesting} are the most. Flatten the flow or split it.`;
    findings.error('E107', graph.pointer, message);
  });
  return depth.every((level) => level <= LIMITS.nesting);
}
