/**
 * Which nodes and edges stand out for a reason other than selection or a run: who writes and reads a variable, what
 * differs between two versions. A store beside the drawing, so that a change draws only the cards it concerns.
 */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';

export type Highlight = 'added' | 'removed' | 'changed' | 'writes' | 'reads' | 'both' | 'found';

export interface Highlights {
  readonly nodes: Readonly<Record<string, Highlight>>;
  /** By `wireKey`. */
  readonly edges: Readonly<Record<string, Highlight>>;
}
export type HighlightStore = StoreApi<Highlights>;

export const NO_HIGHLIGHTS: Highlights = { nodes: {}, edges: {} };

export function createHighlights(initial: Highlights = NO_HIGHLIGHTS): HighlightStore {
  return createStore<Highlights>()(() => initial);
}

/** What stands out on the designer's canvas. */
export const designerHighlights = createHighlights();
const none = createHighlights();
export const HighlightContext = createContext<HighlightStore>(none);

export function useNodeHighlight(id: string): Highlight | undefined {
  return useStore(useContext(HighlightContext), (s) =>
    Object.hasOwn(s.nodes, id) ? s.nodes[id] : undefined,
  );
}

export function useEdgeHighlight(key: string): Highlight | undefined {
  return useStore(useContext(HighlightContext), (s) => s.edges[key]);
}
