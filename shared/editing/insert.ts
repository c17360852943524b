/** Putting a new node into a connection: it goes on by its first ordinary way out. */
import type { Flow } from '../spec/flow';
import type { NodeKind } from '../spec/nodes';
import { portsOf } from '../spec/ports-of';
import { connect, findEdge, reconnect, type Wire } from './edges';
import { type GraphRef, graphAt, nodeAt } from './graphs';
import { place, placesOf } from './layout';
import { type Added, addNode } from './nodes';

const STEP = 304;

/** Where nothing can follow (an end) or the connection is gone, the node is added without being connected. */
export function insertOnEdge(doc: Flow, ref: GraphRef, wire: Wire, kind: NodeKind): Added {
  const graph = graphAt(doc, ref);
  const edge = graph ? findEdge(graph, wire) : undefined;
  const places = placesOf(doc, ref);
  const at = places.get(wire.to) ?? { x: 0, y: 0 };
  const added = addNode(doc, ref, kind, { at });
  if (!edge || added.id === '') return added;
  const into = reconnect(added.doc, ref, wire, { from: wire.from, port: wire.port, to: added.id });
  const node = nodeAt(added.doc, added.id);
  const out = node ? portsOf(node).out.find((port) => port.required) : undefined;
  if (!into.ok || !out) return added;
  const onward = connect(into.value, ref, { from: added.id, port: out.name, to: wire.to });
  if (!onward.ok) return added;
  return { doc: makeRoom(onward.value, ref, added.id, at.x), id: added.id };
}

/** Moves what stands at or right of a column one step to the right, except the new node. */
function makeRoom(doc: Flow, ref: GraphRef, id: string, fromX: number): Flow {
  const moved: Record<string, { x: number; y: number }> = {};
  for (const [other, { x, y }] of placesOf(doc, ref)) {
    if (other !== id && x >= fromX) moved[other] = { x: x + STEP, y };
  }
  return place(doc, moved);
}
