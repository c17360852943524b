import { type GraphRef, graphAt, innerGraph, nodeAt } from '../../shared/editing/graphs';
import type { Flow } from '../../shared/spec/flow';

/** The drawing a container stands for: its own body, or the subflow it runs. */
export function innerRef(doc: Flow, id: string): GraphRef | undefined {
  const node = nodeAt(doc, id);
  if (!node) return undefined;
  if (innerGraph(node)) return { type: 'inside', node: id };
  const subflow: GraphRef | undefined =
    node.kind === 'subflow' ? { type: 'subflow', name: node.flow } : undefined;
  return subflow && graphAt(doc, subflow) ? subflow : undefined;
}
