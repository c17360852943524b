/**
 * The stack rule of parallels and joins (E208), checked as a byte-code verifier does: walk from the start with an empty
 * stack; a parallel pushes its branch, a join pops it, and every way to a node must bring the same stack.
 *
 * K1. A node is walked once, with the first stack that reached it; another stack is a fault, reported once per node.
 * K2. So every branch edge is walked once and makes one frame: comparing stacks is `===`.
 */
import type { Findings } from './findings';
import type { EdgeEntry, FlowIndex, GraphEntry, NodeEntry } from './flow-index';
import { entryPoints } from './graph-numbers';

export interface Frame {
  readonly parallel: NodeEntry;
  readonly edge: EdgeEntry;
  readonly under: Frame | undefined;
}

export interface Stacks {
  /** The branch a node stands in, innermost first by `under`; missing for what is not reached. */
  readonly stackOf: ReadonlyMap<string, Frame | undefined>;
  /** The join a parallel's branches end in. */
  readonly joinOf: ReadonlyMap<string, NodeEntry>;
}

export function checkStacks(index: FlowIndex, findings: Findings): ReadonlyMap<GraphEntry, Stacks> {
  const result = new Map<GraphEntry, Stacks>();
  for (const graph of index.graphs) {
    if (graph.role !== 'catalogue' && graph.complete)
      result.set(graph, new Verifier(graph, findings).run(entryPoints(index, graph)));
  }
  return result;
}

class Verifier {
  private readonly stackOf = new Map<string, Frame | undefined>();
  private readonly joinOf = new Map<string, NodeEntry>();
  private readonly parallelOf = new Map<string, string>();
  private readonly arrived = new Set<EdgeEntry>();
  private readonly faulty = new Set<string>();
  private readonly pending: NodeEntry[] = [];

  constructor(
    private readonly graph: GraphEntry,
    private readonly findings: Findings,
  ) {}

  run(starts: readonly NodeEntry[]): Stacks {
    for (const start of starts) this.enter(start, undefined);
    for (let entry = this.pending.pop(); entry; entry = this.pending.pop()) this.leave(entry);
    for (const id of this.stackOf.keys()) this.checkBranches(this.graph.nodes.get(id));
    return { stackOf: this.stackOf, joinOf: this.joinOf };
  }

  /** A token arrives with the stack of the edge it came by. */
  private enter(entry: NodeEntry, stack: Frame | undefined): void {
    const inner = entry.kind === 'join' ? this.pop(entry, stack) : { stack };
    if (!inner) return;
    if (!this.stackOf.has(entry.id)) {
      this.stackOf.set(entry.id, inner.stack);
      this.pending.push(entry);
      return;
    }
    const known = this.stackOf.get(entry.id);
    if (known !== inner.stack)
      this.fault(
        entry,
        `Node "${entry.id}" is reached ${where(known)} and also ${where(inner.stack)}. The branches of a parallel must come together in one join before they meet.`,
      );
  }

  private pop(join: NodeEntry, stack: Frame | undefined): { readonly stack: Frame | undefined } | undefined {
    if (!stack) {
      this.fault(
        join,
        `The join "${join.id}" is reached without a parallel before it, so it would wait for branches that were never started.`,
      );
      return undefined;
    }
    const known = this.joinOf.get(stack.parallel.id);
    if (known && known !== join) {
      this.fault(
        join,
        `The branches of the parallel "${stack.parallel.id}" end in two joins, "${known.id}" and "${join.id}". They must all end in the same one.`,
      );
      return undefined;
    }
    const other = this.parallelOf.get(join.id);
    if (other !== undefined && other !== stack.parallel.id) {
      this.fault(
        join,
        `The join "${join.id}" is reached by branches of two parallels, "${other}" and "${stack.parallel.id}". Each parallel needs a join of its own.`,
      );
      return undefined;
    }
    this.joinOf.set(stack.parallel.id, join);
    this.parallelOf.set(join.id, stack.parallel.id);
    this.arrived.add(stack.edge);
    return { stack: stack.under };
  }

  private leave(entry: NodeEntry): void {
    const stack = this.stackOf.get(entry.id);
    for (const edge of this.graph.edgesOut(entry.id)) {
      const to = this.graph.nodes.get(edge.to);
      if (to) this.enter(to, entry.kind === 'parallel' ? { parallel: entry, edge, under: stack } : stack);
    }
    const { node } = entry;
    if (node?.kind === 'end' && node.outcome !== 'failed' && stack) {
      this.fault(
        entry,
        `The end "${entry.id}" is inside a branch of the parallel "${stack.parallel.id}". Lead the branch to a join first, or let the end fail the flow.`,
      );
    }
  }

  private checkBranches(entry: NodeEntry | undefined): void {
    if (entry?.kind !== 'parallel') return;
    for (const edge of this.graph.edgesOut(entry.id)) {
      if (this.arrived.has(edge) || !this.graph.nodes.has(edge.to)) continue;
      this.fault(
        entry,
        `The branch of "${entry.id}" that begins with "${edge.to}" never comes to a join. All branches of a parallel end in the same join.`,
      );
    }
  }

  private fault(entry: NodeEntry, message: string): void {
    if (this.faulty.has(entry.id)) return;
    this.faulty.add(entry.id);
    this.findings.error('E208', entry.pointer, message);
  }
}

function where(stack: Frame | undefined): string {
  return stack
    ? `inside the branch "${stack.edge.to}" of the parallel "${stack.parallel.id}"`
    : 'outside of any parallel';
}
