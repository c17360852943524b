/**
 * What differs between two states of a flow, thing by thing, as a person would tell it: nodes, connections, parts and
 * the flow's own fields. Unlike the semantic difference it also tells of names and looks, and says so.
 */
import type { Json, JsonObject } from '../../../shared/base/json';
import { jsonEquals } from '../../../shared/base/json';
import { wireKey } from '../../../shared/editing/edges';
import { allGraphs, editGraph, graphAt, graphKey, type GraphRef } from '../../../shared/editing/graphs';
import { PART_SECTIONS, type PartSection } from '../../../shared/editing/rename';
import { nameOf } from '../../../shared/nodes/lookup';
import type { Flow } from '../../../shared/spec/flow';
import type { FlowNode, Graph } from '../../../shared/spec/nodes';

export type ChangeOp = 'added' | 'removed' | 'changed';

export interface ThingChange {
  readonly key: string;
  readonly type: 'node' | 'edge' | 'part' | 'field';
  readonly op: ChangeOp;
  /** A node's name, both ends of a connection, a part's name, the name of a field of the flow. */
  readonly name: string;
  readonly section?: PartSection;
  /** The graph it is drawn in, for nodes and connections. */
  readonly graph?: GraphRef;
  /** Node id or key of the connection. */
  readonly id?: string;
  readonly before?: Json;
  readonly after?: Json;
}

const FLOW_FIELDS = [
  'name',
  'version',
  'description',
  'input',
  'output',
  'budget',
  'onFailure',
  'rehearsal',
  'tests',
  'extensions',
] as const;

export function flowChanges(before: Flow, after: Flow): readonly ThingChange[] {
  return [
    ...nodeChanges(before, after),
    ...edgeChanges(before, after),
    ...PART_SECTIONS.flatMap((section) => partChanges(before, after, section)),
    ...FLOW_FIELDS.flatMap((field) =>
      changeOf({ key: `field:${field}`, type: 'field', name: field }, before[field], after[field]),
    ),
    ...layoutChange(before, after),
  ];
}

type Thing = Omit<ThingChange, 'op' | 'before' | 'after'>;

function changeOf(thing: Thing, before: unknown, after: unknown): readonly ThingChange[] {
  // both come from documents, which are JSON
  const [left, right] = [before as Json | undefined, after as Json | undefined];
  if (jsonEquals(left, right)) return [];
  if (left === undefined && right !== undefined) return [{ ...thing, op: 'added', after: right }];
  if (right === undefined && left !== undefined) return [{ ...thing, op: 'removed', before: left }];
  return left === undefined || right === undefined
    ? []
    : [{ ...thing, op: 'changed', before: left, after: right }];
}

interface PlacedNode {
  readonly ref: GraphRef;
  readonly node: FlowNode;
}

function nodesOf(doc: Flow): ReadonlyMap<string, PlacedNode> {
  return new Map(
    allGraphs(doc).flatMap(({ ref, graph }) =>
      Object.entries(graph.nodes).map(([id, node]) => [id, { ref, node }] as const),
    ),
  );
}

/** A container without its graph: the steps inside are things of their own. */
function ownFields(node: FlowNode | undefined): JsonObject | undefined {
  if (!node) return undefined;
  const {
    body: _body,
    catalogue: _catalogue,
    ...own
  } = node as FlowNode & { body?: Graph; catalogue?: Graph };
  return own as unknown as JsonObject; // a node of a document is JSON
}

function nodeChanges(before: Flow, after: Flow): readonly ThingChange[] {
  const left = nodesOf(before);
  const right = nodesOf(after);
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((id) => {
    const old = left.get(id);
    const now = right.get(id);
    const shown = now ?? old;
    if (!shown) return [];
    const thing: Thing = {
      key: `node:${id}`,
      type: 'node',
      name: nameOf(id, shown.node),
      graph: shown.ref,
      id,
    };
    return changeOf(thing, ownFields(old?.node), ownFields(now?.node));
  });
}

function edgeChanges(before: Flow, after: Flow): readonly ThingChange[] {
  const refs = new Map([...allGraphs(before), ...allGraphs(after)].map(({ ref }) => [graphKey(ref), ref]));
  return [...refs.values()].flatMap((ref) => {
    const left = edgesOf(before, ref);
    const right = edgesOf(after, ref);
    return [...new Set([...left.keys(), ...right.keys()])].flatMap((id) => {
      const edge = right.get(id) ?? left.get(id);
      if (!edge) return [];
      const nodes = { ...graphAt(before, ref)?.nodes, ...graphAt(after, ref)?.nodes };
      const named = (node: string) => nameOf(node, nodes[node] ?? { kind: 'start' });
      const name = `${named(edge.from)} → ${named(edge.to)}`;
      const thing: Thing = { key: `edge:${graphKey(ref)}:${id}`, type: 'edge', name, graph: ref, id };
      return changeOf(thing, left.get(id), right.get(id));
    });
  });
}

function edgesOf(doc: Flow, ref: GraphRef): ReadonlyMap<string, Graph['edges'][number]> {
  return new Map((graphAt(doc, ref)?.edges ?? []).map((edge) => [wireKey(edge), edge]));
}

function partChanges(before: Flow, after: Flow, section: PartSection): readonly ThingChange[] {
  const left: Readonly<Record<string, unknown>> = before[section] ?? {};
  const right: Readonly<Record<string, unknown>> = after[section] ?? {};
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((name) =>
    changeOf(
      { key: `part:${section}:${name}`, type: 'part', section, name },
      partFields(section, left[name]),
      partFields(section, right[name]),
    ),
  );
}

/** Of a subflow only what its callers see; its steps are things of their own. */
function partFields(section: PartSection, part: unknown): unknown {
  if (section !== 'subflows' || part === undefined) return part;
  const { nodes: _nodes, edges: _edges, ...signature } = part as NonNullable<Flow['subflows']>[string];
  return signature;
}

function layoutChange(before: Flow, after: Flow): readonly ThingChange[] {
  return jsonEquals((before.layout ?? {}) as Json, (after.layout ?? {}) as Json)
    ? []
    : [{ key: 'field:layout', type: 'field', op: 'changed', name: 'layout' }];
}

/** The later state with what was taken away still in it, so that one drawing shows both. */
export function mergedFlow(before: Flow, after: Flow): Flow {
  const removed = flowChanges(before, after).filter(({ op }) => op === 'removed');
  let merged = after;
  const gone = removed.filter((change) => change.type === 'node');
  for (const { graph, id } of gone) {
    const node = graph && id !== undefined ? graphAt(before, graph)?.nodes[id] : undefined;
    if (!graph || id === undefined || !node) continue;
    merged = editGraph(merged, graph, (shown) => ({ ...shown, nodes: { ...shown.nodes, [id]: node } }));
  }
  for (const { type, graph, before: edge } of removed) {
    if (type !== 'edge' || !graph || edge === undefined) continue;
    merged = editGraph(merged, graph, (shown) => ({
      ...shown,
      edges: [...shown.edges, edge as unknown as Graph['edges'][number]], // it was an edge of `before`
    }));
  }
  const places = Object.fromEntries(
    gone.flatMap(({ id }) => {
      const place = id === undefined ? undefined : before.layout?.nodes?.[id];
      return id !== undefined && place ? [[id, place] as const] : [];
    }),
  );
  return { ...merged, layout: { ...merged.layout, nodes: { ...merged.layout?.nodes, ...places } } };
}
