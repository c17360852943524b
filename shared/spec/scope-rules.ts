/** What exists where: which steps can have run before a node, and which scope variables it has. */
import { precedence } from './digraph';
import type { FlowIndex, GraphEntry, NodeEntry } from './flow-index';
import { escalationTarget, type Numbered, numberGraph } from './graph-numbers';
import type { Extra } from './sites';

export type StepSight = 'visible' | 'unknown' | 'later' | 'itself' | 'elsewhere';

interface Order {
  readonly numbered: Numbered;
  precedes(a: number, b: number): boolean;
}

export class ScopeRules {
  private readonly orders = new Map<GraphEntry, Order>();
  private readonly bases = new Map<NodeEntry, ReadonlySet<string>>();

  constructor(private readonly index: FlowIndex) {}

  /** Whether `steps.<id>` can have a value at a node. Only what can never be is refused. */
  stepSight(id: string, at: NodeEntry): StepSight {
    const step = this.index.nodes.get(id);
    if (!step) return 'unknown';
    for (let place: NodeEntry | undefined = at; place; place = outward(place)) {
      if (place.graph !== step.graph) continue;
      if (!place.graph.complete || place.graph.role === 'catalogue') return 'visible';
      if (this.precedes(step, place)) return 'visible';
      return step === place ? 'itself' : 'later';
    }
    return 'elsewhere';
  }

  private precedes(step: NodeEntry, place: NodeEntry): boolean {
    const order = this.orderOf(place.graph);
    const [a, b] = [order.numbered.numberOf.get(step.id), order.numbered.numberOf.get(place.id)];
    return a !== undefined && b !== undefined && order.precedes(a, b);
  }

  private orderOf(graph: GraphEntry): Order {
    let order = this.orders.get(graph);
    if (!order) {
      const numbered = numberGraph(graph);
      const escalation = graph === this.index.root ? escalationTarget(this.index) : undefined;
      const target = escalation && numbered.numberOf.get(escalation.id);
      // any step of the root can fail, and then the next one is the person failures escalate to
      const next =
        target === undefined ? numbered.digraph.next : numbered.digraph.next.map((list) => [...list, target]);
      order = { numbered, precedes: precedence({ size: numbered.digraph.size, next }) };
      this.orders.set(graph, order);
    }
    return order;
  }

  /** The scope variables of an expression at a node. */
  variables(at: NodeEntry, extra: readonly Extra[]): ReadonlySet<string> {
    let base = this.bases.get(at);
    if (!base) this.bases.set(at, (base = this.baseVariables(at)));
    if (extra.length === 0) return base;
    return new Set([...base, ...extra.flatMap((name) => (name === 'loop' ? ['iteration', 'last'] : [name]))]);
  }

  private baseVariables(at: NodeEntry): ReadonlySet<string> {
    const names = new Set<string>(['input', 'run', 'context', 'steps']);
    const into = at.graph.edgesInto(at.id);
    const isOpen = !at.graph.complete || at.graph.role === 'catalogue';
    if (isOpen || into.some(({ edge }) => !edge || edge.handoff)) names.add('handoff');
    if (isOpen || into.some((edge) => edge.port === 'fallback') || escalationTarget(this.index) === at)
      names.add('error');
    for (let owner = outward(at); owner; owner = outward(owner)) {
      if (owner.kind === 'map') names.add('item').add('index');
      if (owner.kind === 'loop') names.add('iteration').add('last');
    }
    return names;
  }
}

/** The container a node stands in. */
function outward(entry: NodeEntry): NodeEntry | undefined {
  return entry.graph.owner;
}

const WHERE: Readonly<Record<string, string>> = {
  handoff: 'no edge into this node carries a handoff',
  error: 'it is known only after a "fallback" edge and to the person failures escalate to',
  item: 'it exists only inside the body of a map',
  index: 'it exists only inside the body of a map',
  iteration: 'it exists only inside a loop',
  last: 'it exists only inside a loop',
  output: "it is known only in gates, writes, conditions and handoffs of the node's own edges",
  branches: 'it is known only in what a join collects',
  messages: 'it is known only in "until" of a chat',
  args: 'it is known only inside tool definitions',
};

/** Why a scope variable is not known somewhere, or undefined when there is no variable of that name at all. */
export function whyUnknown(variable: string): string | undefined {
  return Object.hasOwn(WHERE, variable) ? WHERE[variable] : undefined;
}
