/**
 * Where a node lives. A document holds many graphs: the root, the bodies of maps and loops, the catalogues of planners,
 * and the subflows. Node ids are unique over all of them, so an id is enough to find its graph.
 *
 * An edit never changes what it is given: it gives a new document that shares the untouched parts, and gives the very
 * same document when there is nothing to do (so that undo has no empty steps).
 */
import type { Flow } from '../spec/flow';
import type { FlowNode, Graph } from '../spec/nodes';

/** The root, the graph inside a container node, or a subflow. */
export type GraphRef =
  | { readonly type: 'root' }
  | { readonly type: 'inside'; readonly node: string }
  | { readonly type: 'subflow'; readonly name: string };

export const ROOT: GraphRef = { type: 'root' };

export function sameGraph(a: GraphRef, b: GraphRef): boolean {
  return graphKey(a) === graphKey(b);
}

export function graphKey(ref: GraphRef): string {
  if (ref.type === 'root') return 'root';
  return ref.type === 'inside' ? `inside:${ref.node}` : `subflow:${ref.name}`;
}

/** The graph inside a container; a catalogue has no edges. Undefined for other nodes. */
export function innerGraph(node: FlowNode): Graph | undefined {
  if (node.kind === 'map' || node.kind === 'loop') return node.body;
  return node.kind === 'planner' ? { nodes: node.catalogue.nodes, edges: [] } : undefined;
}

function withInner(node: FlowNode, graph: Graph): FlowNode {
  if (node.kind === 'map' || node.kind === 'loop') return { ...node, body: graph };
  return node.kind === 'planner' ? { ...node, catalogue: { nodes: graph.nodes } } : node;
}

interface Found {
  readonly ref: GraphRef;
  readonly graph: Graph;
}

/** Every graph of the document, outer before inner. */
export function allGraphs(doc: Flow): readonly Found[] {
  const found: Found[] = [{ ref: ROOT, graph: doc }];
  for (const [name, subflow] of Object.entries(doc.subflows ?? {}))
    found.push({ ref: { type: 'subflow', name }, graph: subflow });
  for (let i = 0; i < found.length; i++) {
    for (const [id, node] of Object.entries((found[i] as Found).graph.nodes)) {
      const inner = innerGraph(node);
      if (inner) found.push({ ref: { type: 'inside', node: id }, graph: inner });
    }
  }
  return found;
}

export function graphAt(doc: Flow, ref: GraphRef): Graph | undefined {
  if (ref.type === 'root') return doc;
  if (ref.type === 'subflow')
    return Object.hasOwn(doc.subflows ?? {}, ref.name) ? doc.subflows?.[ref.name] : undefined;
  const container = nodeAt(doc, ref.node);
  return container ? innerGraph(container) : undefined;
}

/** The node with this id, in whichever graph. */
export function nodeAt(doc: Flow, id: string): FlowNode | undefined {
  if (Object.hasOwn(doc.nodes, id)) return doc.nodes[id];
  return allGraphs(doc).find(({ graph }) => Object.hasOwn(graph.nodes, id))?.graph.nodes[id];
}

/** The graph a node stands in. */
export function graphOf(doc: Flow, id: string): GraphRef | undefined {
  if (Object.hasOwn(doc.nodes, id)) return ROOT;
  return allGraphs(doc).find(({ graph }) => Object.hasOwn(graph.nodes, id))?.ref;
}

/** From the root to a graph: what the breadcrumb shows. */
export function pathTo(doc: Flow, ref: GraphRef): readonly GraphRef[] {
  if (ref.type !== 'inside') return ref.type === 'root' ? [ROOT] : [ROOT, ref];
  const outer = graphOf(doc, ref.node);
  return outer ? [...pathTo(doc, outer), ref] : [ROOT];
}

export function allNodeIds(doc: Flow): ReadonlySet<string> {
  return new Set(allGraphs(doc).flatMap(({ graph }) => Object.keys(graph.nodes)));
}

/** Ids of a node and of everything inside it. */
export function idsWithin(id: string, node: FlowNode): readonly string[] {
  const inner = innerGraph(node);
  return inner
    ? [id, ...Object.entries(inner.nodes).flatMap(([innerId, child]) => idsWithin(innerId, child))]
    : [id];
}

/** Replaces one graph. The same document when `change` gives back the same graph or there is no such graph. */
export function editGraph(doc: Flow, ref: GraphRef, change: (graph: Graph) => Graph): Flow {
  if (ref.type === 'root') {
    const next = change({ nodes: doc.nodes, edges: doc.edges });
    return next.nodes === doc.nodes && next.edges === doc.edges
      ? doc
      : { ...doc, nodes: next.nodes, edges: next.edges };
  }
  if (ref.type === 'subflow') {
    const subflow = graphAt(doc, ref) as NonNullable<Flow['subflows']>[string] | undefined; // a subflow ref gives a subflow
    if (!subflow) return doc;
    const next = change({ nodes: subflow.nodes, edges: subflow.edges });
    if (next.nodes === subflow.nodes && next.edges === subflow.edges) return doc;
    return {
      ...doc,
      subflows: { ...doc.subflows, [ref.name]: { ...subflow, nodes: next.nodes, edges: next.edges } },
    };
  }
  return editNode(doc, ref.node, (container) => {
    const inner = innerGraph(container);
    if (!inner) return container;
    const next = change(inner);
    return next.nodes === inner.nodes && next.edges === inner.edges ? container : withInner(container, next);
  });
}

/** Replaces one node, wherever it stands. */
export function editNode(doc: Flow, id: string, change: (node: FlowNode) => FlowNode): Flow {
  const ref = graphOf(doc, id);
  if (!ref) return doc;
  return editGraph(doc, ref, (graph) => {
    const node = graph.nodes[id] as FlowNode; // graphOf found it there
    const next = change(node);
    return next === node ? graph : { ...graph, nodes: { ...graph.nodes, [id]: next } };
  });
}

/** Replaces every node and edge list of the document, inner graphs first. */
export function mapGraphs(doc: Flow, change: (graph: Graph) => Graph): Flow {
  const deep = (graph: Graph): Graph => {
    const nodes = Object.fromEntries(
      Object.entries(graph.nodes).map(([id, node]) => {
        const inner = innerGraph(node);
        return [id, inner ? withInner(node, deep(inner)) : node];
      }),
    );
    return change({ nodes, edges: graph.edges });
  };
  const root = deep(doc);
  const subflows = doc.subflows
    ? {
        subflows: Object.fromEntries(
          Object.entries(doc.subflows).map(([name, s]) => [name, { ...s, ...deep(s) }]),
        ),
      }
    : {};
  return { ...doc, ...root, ...subflows };
}

/** JSON Pointer of a graph in the document; where its problems are reported. */
export function graphPointer(doc: Flow, ref: GraphRef): string {
  if (ref.type === 'root') return '';
  if (ref.type === 'subflow') return `/subflows/${ref.name}`;
  return `${nodePointer(doc, ref.node) ?? ''}/${nodeAt(doc, ref.node)?.kind === 'planner' ? 'catalogue' : 'body'}`;
}

/** JSON Pointer of a node; ids need no escaping. */
export function nodePointer(doc: Flow, id: string): string | undefined {
  const ref = graphOf(doc, id);
  return ref ? `${graphPointer(doc, ref)}/nodes/${id}` : undefined;
}
