/**
 * What a run has done so far, beside the drawing. It lives in a store of its own so that an event draws one card or one
 * edge again, never the whole graph.
 */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { VisualState } from '../ui/states';

export interface NodeOverlay {
  readonly state: VisualState;
  /** Instead of the state's own word, for example "Retry 2/3". */
  readonly word?: string;
  /** Behind the word: "2 s", "$0.003". */
  readonly detail?: string;
  /** How often it ran, shown from 2. */
  readonly visits?: number;
}

export interface EdgeOverlay {
  /** How often the edge was taken. */
  readonly taken: number;
  /** Another value lets a token travel along the edge once. */
  readonly token?: number;
}

export interface RunOverlay {
  /** By node id. */
  readonly nodes: Readonly<Record<string, NodeOverlay>>;
  /** By `wireKey` of the edge. */
  readonly edges: Readonly<Record<string, EdgeOverlay>>;
}
export type NodeStates = StoreApi<RunOverlay>;

export function createNodeStates(initial: RunOverlay = { nodes: {}, edges: {} }): NodeStates {
  return createStore<RunOverlay>()(() => initial);
}

const NO_RUN = createNodeStates();
export const NodeStatesContext = createContext<NodeStates>(NO_RUN);

export function useNodeOverlay(id: string): NodeOverlay | undefined {
  // A foreign file may call a node `constructor`: only own entries count.
  return useStore(useContext(NodeStatesContext), (s) =>
    Object.hasOwn(s.nodes, id) ? s.nodes[id] : undefined,
  );
}

export function useEdgeOverlay(key: string): EdgeOverlay | undefined {
  return useStore(useContext(NodeStatesContext), (s) => s.edges[key]);
}
