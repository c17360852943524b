/** Going along connections with the keyboard: `E` from a node to its connections, arrows from one to the next. */
import { wireKey } from '../../shared/editing/edges';
import type { Graph } from '../../shared/spec/nodes';
import type { Selection } from '../editor/editor-store';
import type { Direction } from './keyboard';

type Wires = Graph['edges'];

/** Connections of a node: those that leave it first, then those that reach it. */
export function wiresOf(edges: Wires, id: string): readonly string[] {
  const keys = [
    ...edges.filter((edge) => edge.from === id),
    ...edges.filter((edge) => edge.to === id && edge.from !== id),
  ].map(wireKey);
  return [...new Set(keys)];
}

/** The next connection of the selected node, or of the node the selected connection leaves; undefined without any. */
export function nextWire(edges: Wires, selection: Selection, by: 1 | -1 = 1): string | undefined {
  const [only] = selection.edges;
  const node = selection.nodes.length === 1 ? selection.nodes[0] : undefined;
  if (node !== undefined) return wiresOf(edges, node)[0];
  const selected = edges.find((edge) => wireKey(edge) === only);
  if (!selected || only === undefined) return edges[0] ? wireKey(edges[0]) : undefined;
  const wires = wiresOf(edges, selected.from);
  return wires[(wires.indexOf(only) + by + wires.length) % wires.length];
}

/** From the one selected connection: left to where it comes from, right to where it leads, up and down to the others. */
export function alongWire(
  edges: Wires,
  selection: Selection,
  direction: Direction,
): Partial<Selection> | undefined {
  const selected =
    selection.edges.length === 1 && selection.nodes.length === 0
      ? edges.find((edge) => wireKey(edge) === selection.edges[0])
      : undefined;
  if (!selected) return undefined;
  if (direction === 'left') return { nodes: [selected.from] };
  if (direction === 'right') return { nodes: [selected.to] };
  const next = nextWire(edges, selection, direction === 'down' ? 1 : -1);
  return next === undefined ? undefined : { edges: [next] };
}
