/**
 * The failure-mode table: for every node and every way it can fail, where that ends. Computed from the document alone.
 *
 * F1. The order is the engine's: retry, next model, fallback edge, outward level by level, the flow's `onFailure`.
 * F2. `handled` means something drawn takes the failure; otherwise it ends the run.
 */
import { sortEdges } from './canonical';
import { failureKindsOf, fallbackModelsOf, retriesOf } from './failure-kinds';
import type { Flow } from './flow';
import type { FlowNode, Graph } from './nodes';
import type { Edge } from './parts';
import { factsOf } from './ports-of';
import type { FailureKind } from './values';

export interface FailureMode {
  readonly node: string;
  readonly kind: FailureKind;
  readonly retries: number;
  readonly models: readonly string[];
  readonly ends: 'port' | 'fallback' | 'left-out' | 'replan' | 'person' | 'undo' | 'run';
  /** Node it goes on with, where one is drawn. */
  readonly to?: string;
  /** Containers and joins that failed with it on the way out. */
  readonly through: readonly string[];
  readonly handled: boolean;
  readonly sentence: string;
}

interface Place {
  readonly graph: Pick<Graph, 'nodes' | 'edges'>;
  /** Node that holds this graph, or the nodes that call this subflow. */
  readonly owners: readonly string[];
  /** Join at which the branch a node stands in ends. */
  readonly joinOf: ReadonlyMap<string, string>;
}

type Ending = Pick<FailureMode, 'ends' | 'to' | 'through' | 'handled'>;

export function failureModes(flow: Flow): readonly FailureMode[] {
  const places = placesOf(flow);
  return [...places.keys()].flatMap((id) => modesAt(flow, places, id));
}

/** The ways one node can fail; empty for one that is switched off or gone. */
export function failureModesOf(flow: Flow, id: string): readonly FailureMode[] {
  return modesAt(flow, placesOf(flow), id);
}

function modesAt(flow: Flow, places: ReadonlyMap<string, Place>, id: string): readonly FailureMode[] {
  const place = places.get(id);
  const node = place?.graph.nodes[id];
  if (!place || !node || node.disabled) return [];
  return failureKindsOf(flow, id, node, place.graph.edges).map((kind) =>
    modeOf(flow, places, id, node, kind),
  );
}

function modeOf(
  flow: Flow,
  places: ReadonlyMap<string, Place>,
  id: string,
  node: FlowNode,
  kind: FailureKind,
): FailureMode {
  const retries = retriesOf(flow, node, kind);
  const models = fallbackModelsOf(flow, node, kind);
  const ending = endOf(flow, places, id, kind, []);
  return { node: id, kind, retries, models, ...ending, sentence: sentenceOf(retries, models, ending) };
}

function endOf(
  flow: Flow,
  places: ReadonlyMap<string, Place>,
  id: string,
  kind: FailureKind,
  through: readonly string[],
): Ending {
  const place = places.get(id);
  const node = place?.graph.nodes[id];
  if (!place || !node || through.length > 64) return { ends: 'run', through, handled: false };
  const edges = sortEdges(place.graph.edges).filter((edge) => edge.from === id);
  const port = portInstead(node, kind, edges);
  if (port) return { ends: 'port', to: port.to, through, handled: true };
  const fallback = factsOf(node.kind).fallback ? edges.find((edge) => takes(edge, kind)) : undefined;
  if (fallback) return { ends: 'fallback', to: fallback.to, through, handled: true };
  return outward(flow, places, id, place, kind, through);
}

/** Some failures are ordinary ways on when their port is drawn: a rejection, a deadline, a spent loop. */
function portInstead(node: FlowNode, kind: FailureKind, edges: readonly Edge[]): Edge | undefined {
  const onDeadline = node.kind === 'human' ? (node.onDeadline ?? 'expired') : 'expired';
  const port =
    node.kind === 'human' && kind === 'rejected'
      ? 'rejected'
      : node.kind === 'human' && kind === 'expired'
        ? onDeadline
        : (node.kind === 'loop' || node.kind === 'chat') && kind === 'loop_limit'
          ? 'exhausted'
          : undefined;
  return port === undefined ? undefined : edges.find((edge) => edge.port === port);
}

/** A guarded edge may or may not take it, so it does not count. */
function takes(edge: Edge, kind: FailureKind): boolean {
  if (edge.port !== 'fallback' || edge.when !== undefined) return false;
  return edge.on ? edge.on.includes(kind) : kind !== 'cancelled';
}

function outward(
  flow: Flow,
  places: ReadonlyMap<string, Place>,
  id: string,
  place: Place,
  kind: FailureKind,
  through: readonly string[],
): Ending {
  const joinId = place.joinOf.get(id);
  const join = joinId === undefined ? undefined : place.graph.nodes[joinId];
  if (joinId !== undefined && join?.kind === 'join') {
    if (join.onBranchFailure === 'skip') return { ends: 'left-out', to: joinId, through, handled: true };
    return endOf(flow, places, joinId, kind, [...through, joinId]);
  }
  const [owner] = place.owners;
  if (owner !== undefined) return fromInside(flow, places, owner, kind, through);
  const rule = flow.onFailure;
  if (rule?.do === 'escalate' && rule.to !== undefined)
    return { ends: 'person', to: rule.to, through, handled: true };
  return { ends: rule?.do === 'compensate' ? 'undo' : 'run', through, handled: false };
}

function fromInside(
  flow: Flow,
  places: ReadonlyMap<string, Place>,
  owner: string,
  kind: FailureKind,
  through: readonly string[],
): Ending {
  const node = places.get(owner)?.graph.nodes[owner];
  if (node?.kind === 'map' && (node.onItemFailure === 'skip' || node.onItemFailure === 'collect')) {
    return { ends: 'left-out', to: owner, through, handled: true };
  }
  if (node?.kind === 'planner' && (node.maxReplans ?? 2) > 0)
    return { ends: 'replan', to: owner, through, handled: true };
  return endOf(flow, places, owner, kind, [...through, owner]);
}

function sentenceOf(retries: number, models: readonly string[], ending: Ending): string {
  const tries = retries > 0 ? [`tried again up to ${retries === 1 ? 'once' : `${retries} times`}`] : [];
  const chain =
    models.length > 0 ? [`then asked of ${models.map((name) => `“${name}”`).join(', then ')}`] : [];
  const out =
    ending.through.length > 0 ? [`fails ${ending.through.map((id) => `“${id}”`).join(', then ')}`] : [];
  const all = [...tries, ...chain, ...out, endWords(ending)];
  const text = all.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function endWords({ ends, to }: Ending): string {
  switch (ends) {
    case 'port':
      return `goes on with “${to}”`;
    case 'fallback':
      return `takes the fallback to “${to}”`;
    case 'left-out':
      return `is left out; “${to}” goes on without it`;
    case 'replan':
      return `“${to}” plans again`;
    case 'person':
      return `goes to the person at “${to}”`;
    case 'undo':
      return 'what was done is undone, then the run fails';
    case 'run':
      return 'the run fails';
  }
}

/** Every node of the document with the graph it stands in. Who calls a subflow is known only when all graphs are. */
function placesOf(flow: Flow): ReadonlyMap<string, Place> {
  return collectPlaces(flow, callersOf(collectPlaces(flow, new Map())));
}

function collectPlaces(
  flow: Flow,
  callers: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const add = (graph: Pick<Graph, 'nodes' | 'edges'>, owners: readonly string[]): void => {
    const place: Place = { graph, owners, joinOf: joinsOf(graph) };
    for (const [id, node] of Object.entries(graph.nodes)) {
      places.set(id, place);
      if (node.kind === 'map' || node.kind === 'loop') add(node.body, [id]);
      if (node.kind === 'planner') add({ nodes: node.catalogue.nodes, edges: [] }, [id]);
    }
  };
  add(flow, []);
  for (const [name, subflow] of Object.entries(flow.subflows ?? {})) add(subflow, callers.get(name) ?? []);
  return places;
}

function callersOf(places: ReadonlyMap<string, Place>): ReadonlyMap<string, readonly string[]> {
  const callers = new Map<string, string[]>();
  for (const [id, place] of places) {
    const node = place.graph.nodes[id];
    if (node?.kind === 'subflow') callers.set(node.flow, [...(callers.get(node.flow) ?? []), id]);
  }
  return callers;
}

function targetsOf(edges: Graph['edges']): ReadonlyMap<string, readonly string[]> {
  const targets = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const known = targets.get(from);
    if (known) known.push(to);
    else targets.set(from, [to]);
  }
  return targets;
}

/** Walks from start with the stack of open parallels, as the engine does: inside one, a node's branch ends in its join. */
function joinsOf(graph: Pick<Graph, 'nodes' | 'edges'>): ReadonlyMap<string, string> {
  const stacks = new Map<string, readonly string[]>();
  const joinOfParallel = new Map<string, string>();
  const after = targetsOf(graph.edges);
  const start = Object.entries(graph.nodes).find(([, node]) => node.kind === 'start')?.[0];
  const todo: { id: string; stack: readonly string[] }[] =
    start === undefined ? [] : [{ id: start, stack: [] }];
  for (let next = todo.pop(); next; next = todo.pop()) {
    const { id } = next;
    const node = graph.nodes[id];
    if (stacks.has(id) || !node) continue;
    let { stack } = next;
    const innermost = stack.at(-1);
    if (node.kind === 'join' && innermost !== undefined) {
      joinOfParallel.set(innermost, id);
      stack = stack.slice(0, -1);
    }
    stacks.set(id, stack);
    const inside = node.kind === 'parallel' ? [...stack, id] : stack;
    for (const to of after.get(id) ?? []) todo.push({ id: to, stack: inside });
  }
  const joins = new Map<string, string>();
  for (const [id, stack] of stacks) {
    const join = joinOfParallel.get(stack.at(-1) ?? '');
    if (join !== undefined) joins.set(id, join);
  }
  return joins;
}
