/**
 * Goes through every graph of a document, bodies, catalogues and subflows included, without trusting its shape. The one
 * place that knows where graphs can be.
 */
import { escapePointerToken } from '../base/json-pointer';
import { isRecord } from './schema-walk';

type Members = Readonly<Record<string, unknown>>;

export type GraphRole = 'root' | 'body' | 'catalogue' | 'subflow';

export interface RawGraph {
  readonly role: GraphRole;
  readonly pointer: string;
  readonly graph: Members;
  /** Container node of a body or catalogue. */
  readonly owner?: string;
  /** Pointer of the graph the container stands in. */
  readonly parent?: string;
  /** Name of a subflow. */
  readonly subflow?: string;
}

/** Every graph, a graph before those inside it. Not recursive: the depth of a hostile document costs nothing. */
export function* everyGraph(flow: Members): Generator<RawGraph> {
  yield* graphsFrom({ role: 'root', pointer: '', graph: flow });
  const subflows = flow['subflows'];
  if (!isRecord(subflows)) return;
  for (const [name, graph] of Object.entries(subflows)) {
    if (isRecord(graph)) {
      yield* graphsFrom({
        role: 'subflow',
        pointer: `/subflows/${escapePointerToken(name)}`,
        graph,
        subflow: name,
      });
    }
  }
}

function* graphsFrom(first: RawGraph): Generator<RawGraph> {
  const pending: RawGraph[] = [first];
  for (let current = pending.pop(); current; current = pending.pop()) {
    yield current;
    const inner: RawGraph[] = [];
    for (const { id, node, pointer } of nodesIn(current)) {
      const key = graphKeyOf(node);
      const graph = key ? node[key] : undefined;
      if (!key || !isRecord(graph)) continue;
      const role = key === 'catalogue' ? 'catalogue' : 'body';
      inner.push({ role, pointer: `${pointer}/${key}`, graph, owner: id, parent: current.pointer });
    }
    pending.push(...inner.reverse());
  }
}

/** The member of a container node that holds its inner graph. */
export function graphKeyOf(node: Members): 'body' | 'catalogue' | undefined {
  if (node['kind'] === 'planner') return 'catalogue';
  return node['kind'] === 'map' || node['kind'] === 'loop' ? 'body' : undefined;
}

export interface RawNode {
  readonly id: string;
  readonly node: Members;
  readonly pointer: string;
}

/** The nodes of one graph that are objects at all. */
export function* nodesIn(graph: RawGraph): Generator<RawNode> {
  const nodes = graph.graph['nodes'];
  if (!isRecord(nodes)) return;
  for (const [id, node] of Object.entries(nodes)) {
    if (isRecord(node)) yield { id, node, pointer: `${graph.pointer}/nodes/${escapePointerToken(id)}` };
  }
}

export interface RawEdge {
  readonly index: number;
  readonly edge: Members;
  readonly pointer: string;
}

/** The edges of one graph that are objects at all. */
export function* edgesIn(graph: RawGraph): Generator<RawEdge> {
  const edges = graph.graph['edges'];
  if (!Array.isArray(edges)) return;
  for (const [index, edge] of edges.entries()) {
    if (isRecord(edge)) yield { index, edge, pointer: `${graph.pointer}/edges/${index}` };
  }
}

/** Every node of the document. */
export function* everyNode(flow: Members): Generator<RawNode> {
  for (const graph of everyGraph(flow)) yield* nodesIn(graph);
}

/** Every edge of the document. */
export function* everyEdge(flow: Members): Generator<RawEdge> {
  for (const graph of everyGraph(flow)) yield* edgesIn(graph);
}
