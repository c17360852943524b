/**
 * A flow made ready to run: every node with its graph, its edges by port and its policies resolved. Built once per run
 * from the document alone, so it is never part of the record.
 */
import { present } from '../base/present';
import type { Pure } from '../ports/pure';
import type { Flow } from '../spec/flow';
import type { FlowNode } from '../spec/nodes';
import type { Edge, Handoff } from '../spec/parts';
import type { JsonSchema } from '../spec/values';
import { resolveAgentPolicy, type ResolvedPolicy, policyResolver } from './policy';

export interface PlanEdge extends Edge {
  /** Place in the graph's list: what traversals are counted by. */
  readonly index: number;
}

export interface PlanNode {
  readonly id: string;
  readonly node: FlowNode;
  readonly graph: PlanGraph;
  readonly edges: ReadonlyMap<string, readonly PlanEdge[]>;
  readonly policy: ResolvedPolicy;
  readonly reads: readonly string[];
  readonly body?: PlanGraph;
}

export interface PlanGraph {
  readonly id: string;
  readonly kind: 'root' | 'body' | 'subflow' | 'catalogue';
  readonly nodes: ReadonlyMap<string, PlanNode>;
  /** Id of the start node; empty for a catalogue. */
  readonly start: string;
  /** Node that ends each parallel's branches. */
  readonly joinOf: ReadonlyMap<string, string>;
  readonly input?: JsonSchema;
  readonly output?: JsonSchema;
}

export interface Plan {
  readonly flow: Flow;
  readonly pure: Pure;
  readonly root: PlanGraph;
  readonly subflows: ReadonlyMap<string, PlanGraph>;
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** Every node of the document by id; ids are unique in it. */
  readonly nodes: ReadonlyMap<string, PlanNode>;
  /** A member of a team as a node of its own: an agent without edges. */
  worker(agent: string, container: PlanNode): PlanNode;
}

interface Source {
  readonly nodes: Record<string, FlowNode>;
  readonly edges: readonly Edge[];
}

/** @throws nothing for a valid flow; the document must have passed validation. */
export function createPlan(flow: Flow, pure: Pure): Plan {
  const nodes = new Map<string, PlanNode>();
  const policyOf = policyResolver(flow);
  const build = (
    id: string,
    kind: PlanGraph['kind'],
    source: Source,
    more: Partial<PlanGraph> = {},
  ): PlanGraph => {
    const byId = new Map<string, PlanNode>();
    const start = Object.keys(source.nodes).find((key) => source.nodes[key]?.kind === 'start') ?? '';
    const edgesOf = groupEdges(source.edges);
    const graph: PlanGraph = { ...more, id, kind, nodes: byId, start, joinOf: findJoins(source) };
    for (const [key, node] of Object.entries(source.nodes)) {
      const body = bodyOf(key, node, build);
      const planned: PlanNode = {
        id: key,
        node,
        graph,
        edges: edgesOf.get(key) ?? new Map(),
        policy: policyOf(node),
        reads: node.reads ?? [],
        ...(body ? { body } : {}),
      };
      byId.set(key, planned);
      nodes.set(key, planned);
    }
    return graph;
  };
  const root = build('', 'root', flow, flow.output === undefined ? {} : { output: flow.output });
  const subflows = new Map<string, PlanGraph>();
  for (const [name, subflow] of Object.entries(flow.subflows ?? {})) {
    const { input, output } = subflow;
    subflows.set(
      name,
      build(name, 'subflow', subflow, {
        ...(input === undefined ? {} : { input }),
        ...(output === undefined ? {} : { output }),
      }),
    );
  }
  const worker = (agent: string, container: PlanNode): PlanNode => ({
    id: agent,
    node: { kind: 'agent', agent },
    graph: container.graph,
    edges: new Map(),
    policy: resolveAgentPolicy(flow, agent),
    reads: container.reads,
  });
  return { flow, pure, root, subflows, schemas: flow.schemas ?? {}, nodes, worker };
}

type Build = (id: string, kind: PlanGraph['kind'], source: Source) => PlanGraph;

function bodyOf(id: string, node: FlowNode, build: Build): PlanGraph | undefined {
  if (node.kind === 'map' || node.kind === 'loop') return build(id, 'body', node.body);
  if (node.kind === 'planner') return build(id, 'catalogue', { nodes: node.catalogue.nodes, edges: [] });
  return undefined;
}

function groupEdges(edges: readonly Edge[]): Map<string, Map<string, PlanEdge[]>> {
  const grouped = new Map<string, Map<string, PlanEdge[]>>();
  edges.forEach((edge, index) => {
    const ports = grouped.get(edge.from) ?? new Map<string, PlanEdge[]>();
    grouped.set(edge.from, ports);
    const list = ports.get(edge.port) ?? [];
    ports.set(edge.port, list);
    list.push({ ...edge, index });
  });
  return grouped;
}

/** Walks each branch of each parallel to the join on its own level; the stack rule promises there is exactly one. */
function findJoins(source: Source): Map<string, string> {
  const out = new Map<string, string[]>();
  for (const edge of source.edges) out.set(edge.from, [...(out.get(edge.from) ?? []), edge.to]);
  const joins = new Map<string, string>();
  for (const [id, node] of Object.entries(source.nodes)) {
    if (node.kind === 'parallel') {
      joins.set(id, present(joinAfter(id, source, out), 'join of', id));
    }
  }
  return joins;
}

function joinAfter(
  parallel: string,
  source: Source,
  out: ReadonlyMap<string, readonly string[]>,
): string | undefined {
  const seen = new Set<string>();
  const queue: { id: string; depth: number }[] = present(out.get(parallel), 'branches of', parallel).map(
    (id) => ({ id, depth: 1 }),
  );
  for (let item = queue.shift(); item; item = queue.shift()) {
    const mark = `${item.id}@${item.depth}`;
    if (seen.has(mark)) continue;
    seen.add(mark);
    const kind = source.nodes[item.id]?.kind;
    if (kind === 'join' && item.depth === 1) return item.id;
    const step = kind === 'parallel' ? 1 : kind === 'join' ? -1 : 0;
    for (const next of out.get(item.id) ?? []) queue.push({ id: next, depth: item.depth + step });
  }
  return undefined;
}

/**
 * Handoffs an agent chooses among: several, or one beside `next`. A single one is fixed and offered to nobody.
 */
export function offeredHandoffs(node: PlanNode): readonly Handoff[] {
  const edges = edgesAt(node, 'handoff');
  if (edges.length < 2 && edgesAt(node, 'next').length === 0) return [];
  return edges.map((edge) => present(edge.handoff, 'handoff to', edge.to));
}

/** Outgoing edges of a port in drawn order. */
export function edgesAt(node: PlanNode, port: string): readonly PlanEdge[] {
  return node.edges.get(port) ?? [];
}
