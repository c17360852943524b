import { type GraphRef, nodeAt } from '../../shared/editing/graphs';
import type { Flow } from '../../shared/spec/flow';

/** Whether a graph is the catalogue of a planner: nodes without order, so nothing is connected in it. */
export function isCatalogue(doc: Flow, ref: GraphRef): boolean {
  return ref.type === 'inside' && nodeAt(doc, ref.node)?.kind === 'planner';
}
