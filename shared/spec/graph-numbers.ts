/** A graph of the document as numbers, for the algorithms. */
import type { Digraph } from './digraph';
import type { EdgeEntry, FlowIndex, GraphEntry, NodeEntry } from './flow-index';

export interface Numbered {
  readonly entries: readonly NodeEntry[];
  readonly numberOf: ReadonlyMap<string, number>;
  readonly digraph: Digraph;
}

/** Numbers the nodes in document order and takes these edges; edges to nodes that do not exist are left out. */
export function numberGraph(graph: GraphEntry, edges: readonly EdgeEntry[] = graph.edges): Numbered {
  const entries = [...graph.nodes.values()];
  const numberOf = new Map(entries.map((entry, i) => [entry.id, i]));
  const next: number[][] = entries.map(() => []);
  for (const edge of edges) {
    const from = numberOf.get(edge.from);
    const to = numberOf.get(edge.to);
    if (from !== undefined && to !== undefined) next[from]?.push(to);
  }
  return { entries, numberOf, digraph: { size: entries.length, next } };
}

/** The node of the root graph a failed flow turns to, if there is one. */
export function escalationTarget(index: FlowIndex): NodeEntry | undefined {
  const onFailure = index.top('onFailure');
  return onFailure?.do === 'escalate' && onFailure.to !== undefined
    ? index.root.nodes.get(onFailure.to)
    : undefined;
}

/** Where tokens of a graph can begin: its starts, and for the root the node failures escalate to. */
export function entryPoints(index: FlowIndex, graph: GraphEntry): NodeEntry[] {
  const starts = [...graph.nodes.values()].filter((entry) => entry.kind === 'start');
  const escalation = graph.role === 'root' ? escalationTarget(index) : undefined;
  return escalation ? [...starts, escalation] : starts;
}
