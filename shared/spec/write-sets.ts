/** Which `replace` fields each node writes: by its own `writes`, and by the steps inside it. */
import type { FlowIndex, GraphEntry, NodeEntry } from './flow-index';

const NONE: ReadonlySet<string> = new Set();

export class WriteSets {
  private readonly replaced: ReadonlySet<string>;
  private readonly bodies: ReadonlyMap<NodeEntry, GraphEntry>;
  private readonly inside = new Map<GraphEntry, Set<string>>();

  constructor(private readonly index: FlowIndex) {
    this.replaced = new Set(
      [...index.parts('context')].filter(([, field]) => field?.merge === 'replace').map(([name]) => name),
    );
    this.bodies = new Map(
      index.graphs.flatMap((graph) => (graph.owner ? [[graph.owner, graph] as const] : [])),
    );
  }

  own(entry: NodeEntry): ReadonlySet<string> {
    if (!entry.node?.writes || this.replaced.size === 0) return NONE;
    return new Set(Object.keys(entry.node.writes).filter((field) => this.replaced.has(field)));
  }

  body(entry: NodeEntry): GraphEntry | undefined {
    return this.bodies.get(entry);
  }

  all(entry: NodeEntry): ReadonlySet<string> {
    const { node } = entry;
    const graph = node?.kind === 'subflow' ? this.index.subflow(node.flow) : this.bodies.get(entry);
    return graph ? new Set([...this.own(entry), ...this.inGraph(graph)]) : this.own(entry);
  }

  private inGraph(graph: GraphEntry): ReadonlySet<string> {
    const known = this.inside.get(graph);
    if (known) return known;
    const fields = new Set<string>();
    this.inside.set(graph, fields); // a subflow that calls itself (E210) meets itself here
    for (const entry of graph.nodes.values()) for (const field of this.all(entry)) fields.add(field);
    return fields;
  }
}
