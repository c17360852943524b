import { createContext, useContext } from 'react';
import type { GraphRef } from '../../shared/editing/graphs';

/** Shows another graph of the flow on the canvas. */
export const OpenGraphContext = createContext<(graph: GraphRef) => void>(() => undefined);

export function useOpenGraph(): (graph: GraphRef) => void {
  return useContext(OpenGraphContext);
}
