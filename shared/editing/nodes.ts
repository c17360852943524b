/** Adding, removing and changing nodes. */
import type { Flow } from '../spec/flow';
import type { FlowNode, NodeKind } from '../spec/nodes';
import { canDisable, portsOf } from '../spec/ports-of';
import type { NewParts } from '../nodes/define';
import { definitionOf } from '../nodes/lookup';
import {
  allNodeIds,
  editGraph,
  editNode,
  type GraphRef,
  graphAt,
  graphOf,
  idsWithin,
  nodeAt,
} from './graphs';
import { freeId, idFromName } from './ids';
import { forgetNodes, type PlacePoint, place } from './layout';
import { type FieldPath, setIn } from './set-in';

export interface Added {
  readonly doc: Flow;
  readonly id: string;
}

export interface NewNodeOptions {
  readonly name?: string;
  readonly at?: PlacePoint;
  /** Instead of the kind's own start value, for example one made by a paste. */
  readonly node?: FlowNode;
}

/** Adds a node of a kind with what it needs to be valid. Its id comes from its name, else from its kind. */
export function addNode(doc: Flow, ref: GraphRef, kind: NodeKind, options: NewNodeOptions = {}): Added {
  const definition = definitionOf(kind);
  if (!definition || !graphAt(doc, ref)) return { doc, id: '' };
  const taken = allNodeIds(doc);
  const id = freeId(idFromName(options.name ?? kind, kind), taken);
  // Its own id is taken too, so that a body made for it finds other ids.
  const made = definition.create(doc, new Set([...taken, id]));
  const node: FlowNode = options.node ?? made.node;
  const named = options.name ? { ...node, name: options.name } : node;
  const withParts = options.node ? doc : addParts(doc, made.parts);
  const added = editGraph(withParts, ref, (graph) => ({ ...graph, nodes: { ...graph.nodes, [id]: named } }));
  return { doc: options.at ? place(added, { [id]: options.at }) : added, id };
}

/** Adds the parts that are not there yet; never replaces one. */
export function addParts(doc: Flow, parts: NewParts | undefined): Flow {
  let next = doc;
  for (const section of ['models', 'agents', 'tools', 'subflows'] as const) {
    const added = parts?.[section];
    if (added && Object.keys(added).length > 0) next = { ...next, [section]: { ...added, ...next[section] } };
  }
  return next;
}

/** Whether a node may be taken away: the start of a graph stays. */
export function canRemove(node: FlowNode): boolean {
  return node.kind !== 'start';
}

/** Removes nodes with their edges, what is inside them, their places and their rehearsal. A start stays. */
export function removeNodes(doc: Flow, ids: readonly string[]): Flow {
  let next = doc;
  for (const id of ids) {
    const ref = graphOf(next, id);
    const node = ref ? nodeAt(next, id) : undefined;
    if (!ref || !node || !canRemove(node)) continue;
    const gone = new Set(idsWithin(id, node));
    next = editGraph(next, ref, (graph) => {
      const { [id]: _gone, ...nodes } = graph.nodes;
      return { nodes, edges: graph.edges.filter((edge) => edge.from !== id && edge.to !== id) };
    });
    next = forgetNodes(next, gone);
    if (next.onFailure?.to && gone.has(next.onFailure.to)) {
      const { onFailure: _escalation, ...rest } = next;
      next = rest;
    }
  }
  return next;
}

/** Sets one field; edges from ports the node no longer has are removed. */
export function setField(doc: Flow, id: string, path: FieldPath, value: unknown): Flow {
  return dropLostPorts(
    editNode(doc, id, (node) => setIn(node, path, value)),
    id,
  );
}

function dropLostPorts(doc: Flow, id: string): Flow {
  const ref = graphOf(doc, id);
  const node = nodeAt(doc, id);
  if (!ref || !node) return doc;
  const ports = new Set(portsOf(node).out.map((port) => port.name));
  return editGraph(doc, ref, (graph) =>
    graph.edges.some((edge) => edge.from === id && !ports.has(edge.port))
      ? { ...graph, edges: graph.edges.filter((edge) => edge.from !== id || ports.has(edge.port)) }
      : graph,
  );
}

/** Renames a case of a branch or a choice of a person; its edges, deadline and rehearsal follow. */
export function renamePort(doc: Flow, id: string, from: string, to: string): Flow {
  const ref = graphOf(doc, id);
  const node = nodeAt(doc, id);
  if (!ref || !node || from === to || !isNamedPort(node, from)) return doc;
  const rename = <T extends { readonly port: string }>(list: readonly T[] | undefined) =>
    list?.map((entry) => (entry.port === from ? { ...entry, port: to } : entry));
  const renamed = editGraph(doc, ref, (graph) => ({
    nodes: {
      ...graph.nodes,
      [id]: {
        ...node,
        ...(node.kind === 'branch' ? { cases: rename(node.cases) } : {}),
        ...(node.kind === 'human' ? { choices: rename(node.choices) } : {}),
        ...(node.kind === 'human' && node.onDeadline === from ? { onDeadline: to } : {}),
      } as FlowNode, // the same kind with one port renamed
    },
    edges: graph.edges.map((edge) => (edge.from === id && edge.port === from ? { ...edge, port: to } : edge)),
  }));
  const rehearsed = renamed.rehearsal?.nodes?.[id];
  return rehearsed?.choice === from ? setIn(renamed, ['rehearsal', 'nodes', id, 'choice'], to) : renamed;
}

function isNamedPort(node: FlowNode, port: string): boolean {
  const named = node.kind === 'branch' ? node.cases : node.kind === 'human' ? node.choices : undefined;
  return named?.some((entry) => entry.port === port) ?? false;
}

/** Switches nodes off or on again; those that cannot be are left as they are. */
export function setDisabled(doc: Flow, ids: readonly string[], disabled: boolean): Flow {
  return ids.reduce((next, id) => {
    const node = nodeAt(next, id);
    if (!node || (disabled && !canDisable(node))) return next;
    return editNode(next, id, (found) => setIn(found, ['disabled'], disabled ? true : undefined));
  }, doc);
}
