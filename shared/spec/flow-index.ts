/**
 * The document as the checks look at it: every graph with its nodes and edges, every named part.
 *
 * I1. A part whose shape is broken is known by name but cannot be looked into: its value is undefined.
 * I2. A graph is `complete` when all its nodes and edges can be read well enough to walk along them.
 */
import { toPointer } from '../base/json-pointer';
import type { Flow } from './flow';
import type { FlowNode } from './nodes';
import type { Agent, Edge, Model, Policy, TestCase, Tool } from './parts';
import { type Ports, portsOf } from './ports-of';
import { isRecord } from './schema-walk';
import { edgesIn, everyGraph, type GraphRole, nodesIn, type RawGraph } from './walk-document';

type Members = Readonly<Record<string, unknown>>;

export interface NodeEntry {
  readonly id: string;
  readonly pointer: string;
  readonly graph: GraphEntry;
  /** What it says it is, even when it is broken. */
  readonly kind: string;
  /** The node, or undefined when its shape is broken or its kind unknown. */
  readonly node: FlowNode | undefined;
  readonly ports: Ports;
}

export interface EdgeEntry {
  readonly pointer: string;
  readonly from: string;
  readonly port: string;
  readonly to: string;
  /** The edge, or undefined when its shape is broken. */
  readonly edge: Edge | undefined;
}

export interface GraphEntry {
  readonly role: GraphRole;
  readonly pointer: string;
  readonly owner: NodeEntry | undefined;
  readonly subflow: string | undefined;
  readonly nodes: ReadonlyMap<string, NodeEntry>;
  /** In the order of the document; only those whose ends and port can be read. */
  readonly edges: readonly EdgeEntry[];
  readonly complete: boolean;
  edgesOut(id: string): readonly EdgeEntry[];
  edgesInto(id: string): readonly EdgeEntry[];
}

export interface NamedParts {
  readonly context: NonNullable<Flow['context']>[string];
  readonly models: Model;
  readonly mcpServers: NonNullable<Flow['mcpServers']>[string];
  readonly tools: Tool;
  readonly agents: Agent;
  readonly policies: Policy;
  readonly schemas: NonNullable<Flow['schemas']>[string];
  readonly subflows: NonNullable<Flow['subflows']>[string];
}
export type PartGroup = keyof NamedParts;

export interface FlowIndex {
  readonly document: Members;
  readonly graphs: readonly GraphEntry[];
  /** First node of each id; a repeated id is reported elsewhere. */
  readonly nodes: ReadonlyMap<string, NodeEntry>;
  readonly root: GraphEntry;
  subflow(name: string): GraphEntry | undefined;
  /** Names of a group with their values; undefined for one whose shape is broken. */
  parts<G extends PartGroup>(group: G): ReadonlyMap<string, NamedParts[G] | undefined>;
  /** The test cases in order; undefined for one whose shape is broken. */
  readonly tests: readonly (TestCase | undefined)[];
  /** A top-level value, undefined when it is missing or broken. */
  top<K extends 'budget' | 'onFailure' | 'input' | 'output' | 'rehearsal'>(key: K): Flow[K] | undefined;
}

/** Builds the index; `broken` are the pointers the shape check found. */
export function indexFlow(document: Members, broken: ReadonlySet<string>): FlowIndex {
  const graphs: Indexed[] = [];
  const byPointer = new Map<string, Indexed>();
  const subflows = new Map<string, GraphEntry>();
  const nodes = new Map<string, NodeEntry>();
  for (const raw of everyGraph(document)) {
    const parent = raw.parent === undefined ? undefined : byPointer.get(raw.parent);
    const owner = raw.owner === undefined ? undefined : parent?.nodes.get(raw.owner);
    const graph = new Indexed(raw, owner, broken);
    graphs.push(graph);
    byPointer.set(raw.pointer, graph);
    if (raw.subflow !== undefined && raw.role === 'subflow') subflows.set(raw.subflow, graph);
    for (const entry of graph.nodes.values()) if (!nodes.has(entry.id)) nodes.set(entry.id, entry);
  }
  const groups = new Map<PartGroup, ReadonlyMap<string, unknown>>();
  return {
    document,
    graphs,
    nodes,
    root: graphs[0] as GraphEntry, // everyGraph gives the root first, always
    tests: Array.isArray(document['tests'])
      ? document['tests'].map((test: unknown, i) =>
          broken.has(`/tests/${i}`) ? undefined : (test as TestCase),
        ) // it has passed its schema
      : [],
    subflow: (name) => subflows.get(name),
    parts<G extends PartGroup>(group: G) {
      let parts = groups.get(group);
      if (!parts) groups.set(group, (parts = namedParts(document, group, broken)));
      return parts as ReadonlyMap<string, NamedParts[G] | undefined>; // sound parts have passed the schema of their group
    },
    top<K extends 'budget' | 'onFailure' | 'input' | 'output' | 'rehearsal'>(key: K) {
      return broken.has(`/${key}`) ? undefined : (document[key] as Flow[K] | undefined); // it has passed its schema
    },
  };
}

function namedParts(
  document: Members,
  group: PartGroup,
  broken: ReadonlySet<string>,
): ReadonlyMap<string, unknown> {
  const parts = document[group];
  if (!isRecord(parts)) return new Map();
  return new Map(
    Object.entries(parts).map(([name, part]) => [
      name,
      broken.has(toPointer([group, name])) ? undefined : part,
    ]),
  );
}

const NO_EDGES: readonly EdgeEntry[] = [];

class Indexed implements GraphEntry {
  readonly role: GraphRole;
  readonly pointer: string;
  readonly subflow: string | undefined;
  readonly nodes: ReadonlyMap<string, NodeEntry>;
  readonly edges: readonly EdgeEntry[];
  readonly complete: boolean;
  private readonly out = new Map<string, EdgeEntry[]>();
  private readonly into = new Map<string, EdgeEntry[]>();

  constructor(
    raw: RawGraph,
    readonly owner: NodeEntry | undefined,
    broken: ReadonlySet<string>,
  ) {
    this.role = raw.role;
    this.pointer = raw.pointer;
    this.subflow = raw.subflow;
    this.nodes = new Map([...nodesIn(raw)].map((node) => [node.id, this.entry(node, broken)]));
    this.edges = [...edgesIn(raw)].flatMap((edge) => readEdge(edge.edge, edge.pointer, broken));
    for (const edge of this.edges) {
      push(this.out, edge.from, edge);
      push(this.into, edge.to, edge);
    }
    const hasEdges = this.edges.length === sizeOf(raw.graph['edges']) || raw.role === 'catalogue';
    this.complete = this.nodes.size === sizeOf(raw.graph['nodes']) && hasEdges;
  }

  edgesOut(id: string): readonly EdgeEntry[] {
    return this.out.get(id) ?? NO_EDGES;
  }

  edgesInto(id: string): readonly EdgeEntry[] {
    return this.into.get(id) ?? NO_EDGES;
  }

  private entry(raw: { id: string; node: Members; pointer: string }, broken: ReadonlySet<string>): NodeEntry {
    const { id, pointer, node } = raw;
    const kind = typeof node['kind'] === 'string' ? node['kind'] : '';
    // A node that is not in `broken` has passed its schema.
    const sound = broken.has(pointer) ? undefined : (node as unknown as FlowNode);
    return { id, pointer, graph: this, kind, node: sound, ports: portsOf({ ...node, kind }) };
  }
}

function readEdge(edge: Members, pointer: string, broken: ReadonlySet<string>): EdgeEntry[] {
  const { from, port, to } = edge;
  if (typeof from !== 'string' || typeof port !== 'string' || typeof to !== 'string') return [];
  // An edge that is not in `broken` has passed its schema.
  return [{ pointer, from, port, to, edge: broken.has(pointer) ? undefined : (edge as unknown as Edge) }];
}

/** How many nodes or edges the document has; -1 (never equal) when they are missing or cannot be read at all. */
function sizeOf(list: unknown): number {
  if (Array.isArray(list)) return list.length;
  if (isRecord(list)) return Object.keys(list).length;
  return -1;
}

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
