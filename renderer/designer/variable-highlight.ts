/** Marks on the canvas who writes and who reads a piece of shared state. */
import { graphOf, type GraphRef, sameGraph } from '../../shared/editing/graphs';
import { variableUses } from '../../shared/editing/parts';
import type { Flow } from '../../shared/spec/flow';
import { designerHighlights, type Highlight, NO_HIGHLIGHTS } from '../canvas/highlight';

/** The node of the shown graph that is or holds a node. */
export function shownHolder(flow: Flow, shown: GraphRef, id: string): string | undefined {
  let at: string | undefined = id;
  for (let depth = 0; at !== undefined && depth < 16; depth++) {
    const ref = graphOf(flow, at);
    if (!ref) return undefined;
    if (sameGraph(ref, shown)) return at;
    at = ref.type === 'inside' ? ref.node : undefined;
  }
  return undefined;
}

export function fieldHighlights(
  flow: Flow,
  shown: GraphRef,
  field: string,
): Readonly<Record<string, Highlight>> {
  const use = variableUses(flow).find((known) => known.field === field);
  const marks: Record<string, Highlight> = {};
  const add = (ids: readonly string[], mark: 'writes' | 'reads') => {
    for (const id of ids) {
      const holder = shownHolder(flow, shown, id);
      if (holder === undefined) continue;
      marks[holder] = marks[holder] === undefined || marks[holder] === mark ? mark : 'both';
    }
  };
  add(use?.writers ?? [], 'writes');
  add(use?.readers ?? [], 'reads');
  return marks;
}

export function highlightField(flow: Flow, shown: GraphRef, field: string): void {
  designerHighlights.setState({ nodes: fieldHighlights(flow, shown, field), edges: {} });
}

export function clearHighlights(): void {
  designerHighlights.setState(NO_HIGHLIGHTS);
}
