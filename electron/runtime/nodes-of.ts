import type { Flow } from '../../shared/spec/flow';
import type { FlowNode } from '../../shared/spec/nodes';

type Nodes = Readonly<Record<string, FlowNode>>;

/** A node anywhere in the document: ids are unique in it. */
export function nodeById(flow: Flow, id: string): FlowNode | undefined {
  for (const graph of [flow, ...Object.values(flow.subflows ?? {})]) {
    const found = inGraph(graph.nodes, id);
    if (found) return found;
  }
  return undefined;
}

function inGraph(nodes: Nodes, id: string): FlowNode | undefined {
  if (Object.hasOwn(nodes, id)) return nodes[id];
  for (const node of Object.values(nodes)) {
    const inner =
      node.kind === 'map' || node.kind === 'loop'
        ? node.body.nodes
        : node.kind === 'planner'
          ? node.catalogue.nodes
          : undefined;
    const found = inner && inGraph(inner, id);
    if (found) return found;
  }
  return undefined;
}
