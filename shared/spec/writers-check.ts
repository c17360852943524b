/**
 * E308: two branches of a parallel, or two items of a map, that write the same `replace` field. It is an error where the
 * document alone makes it certain, and the warning W451 where it depends on the way taken.
 *
 * W1. The work is bounded: in a document drawn to be slow, what is left over is judged as "depends".
 */
import { type Digraph, reach } from './digraph';
import type { Findings } from './findings';
import type { FlowIndex, GraphEntry, NodeEntry } from './flow-index';
import { numberGraph } from './graph-numbers';
import type { Frame, Stacks } from './stack-check';
import { WriteSets } from './write-sets';

const MAX_WORK = 5_000_000;
const ADVICE = 'Give the field the merge rule "append" or "merge", or let only one of them write it.';

export function checkWriters(
  index: FlowIndex,
  stacks: ReadonlyMap<GraphEntry, Stacks>,
  findings: Findings,
  maxWork = MAX_WORK,
): void {
  const check = new WritersCheck(new WriteSets(index), findings, maxWork);
  for (const [graph, found] of stacks) check.parallels(graph, found);
  for (const graph of index.graphs) for (const entry of graph.nodes.values()) check.map(entry);
}

/** For each field and parallel: the first writer in each branch. */
type Writers = Map<string, Map<NodeEntry, Map<Frame, NodeEntry>>>;

class WritersCheck {
  private work = 0;

  constructor(
    private readonly sets: WriteSets,
    private readonly findings: Findings,
    private readonly maxWork: number,
  ) {}

  parallels(graph: GraphEntry, stacks: Stacks): void {
    const ways = new Ways(graph);
    for (const [field, parallels] of this.writersIn(graph, stacks)) {
      for (const [parallel, branches] of parallels) {
        const join = stacks.joinOf.get(parallel.id);
        if (branches.size > 1 && join && !countsOnlyOne(join))
          this.conflict(field, parallel, join, branches, ways);
      }
    }
  }

  private writersIn(graph: GraphEntry, stacks: Stacks): Writers {
    const writers: Writers = new Map();
    for (const entry of graph.nodes.values()) {
      const fields = this.sets.all(entry);
      if (fields.size === 0) continue;
      for (let frame = stacks.stackOf.get(entry.id); frame && this.work < this.maxWork; frame = frame.under) {
        for (const field of fields) note(writers, field, frame, entry);
        this.work += fields.size;
      }
    }
    return writers;
  }

  private conflict(
    field: string,
    parallel: NodeEntry,
    join: NodeEntry,
    branches: ReadonlyMap<Frame, NodeEntry>,
    ways: Ways,
  ): void {
    const sure = [...branches].filter(([frame, writer]) => {
      const isAsked = frame.edge.edge?.when === undefined && this.sets.own(writer).has(field);
      return isAsked && this.isUnavoidable(ways, frame.edge.to, join, writer);
    });
    const isCertain = sure.length > 1 && waitsForAll(join);
    // at least two, or there is no conflict
    const [first, second] = (isCertain ? sure : [...branches]).map(([, writer]) => writer) as [
      NodeEntry,
      NodeEntry,
    ];
    const who = `"${first.id}" and "${second.id}" stand in two branches of the parallel "${parallel.id}" and both write "${field}"`;
    if (isCertain)
      this.findings.error(
        'E308',
        this.place(second, field),
        `${who}, so the join fails with a conflict. ${ADVICE}`,
      );
    else
      this.findings.warn(
        'W451',
        this.place(second, field),
        `${who}. When both do, the join fails with a conflict. ${ADVICE}`,
      );
  }

  /** Items of one map are like branches; how many there are is known only for a list written into the document. */
  map(entry: NodeEntry): void {
    const { node } = entry;
    const body = this.sets.body(entry);
    if (node?.kind !== 'map' || !body) return;
    const ways = new Ways(body);
    const starts = [...body.nodes.values()].filter((inner) => inner.kind === 'start');
    const ends = [...body.nodes.values()].filter((inner) => inner.kind === 'end');
    const isMany = listsSeveral(node.items) && starts.length === 1 && body.complete;
    for (const writer of body.nodes.values()) {
      const own = this.sets.own(writer);
      for (const field of this.sets.all(writer)) {
        const isCertain =
          isMany &&
          own.has(field) &&
          ends.every((end) => starts[0] && this.isUnavoidable(ways, starts[0].id, end, writer));
        const who = `"${writer.id}" in the body of map "${entry.id}" writes "${field}" for every item`;
        if (isCertain)
          this.findings.error(
            'E308',
            this.place(writer, field),
            `${who}, so the map fails with a conflict. ${ADVICE}`,
          );
        else
          this.findings.warn(
            'W451',
            this.place(writer, field),
            `${who}. When two items do, the map fails with a conflict. ${ADVICE}`,
          );
      }
    }
  }

  private isUnavoidable(ways: Ways, from: string, to: NodeEntry, through: NodeEntry): boolean {
    if (this.work >= this.maxWork) return false;
    this.work += ways.size;
    return !ways.leadsAround(from, to.id, through.id);
  }

  private place(writer: NodeEntry, field: string): string {
    return this.sets.own(writer).has(field) ? `${writer.pointer}/writes/${field}` : writer.pointer;
  }
}

function note(writers: Writers, field: string, frame: Frame, entry: NodeEntry): void {
  let parallels = writers.get(field);
  if (!parallels) writers.set(field, (parallels = new Map()));
  let branches = parallels.get(frame.parallel);
  if (!branches) parallels.set(frame.parallel, (branches = new Map()));
  if (!branches.has(frame)) branches.set(frame, entry);
}

/** Ways through one graph. */
class Ways {
  private readonly digraph: Digraph;
  private readonly numberOf: ReadonlyMap<string, number>;

  constructor(graph: GraphEntry) {
    const { digraph, numberOf } = numberGraph(graph);
    this.digraph = digraph;
    this.numberOf = numberOf;
  }

  get size(): number {
    return this.digraph.size;
  }

  /** True when one gets from one node to another without passing a third. */
  leadsAround(from: string, to: string, around: string): boolean {
    const [start, goal, wall] = [from, to, around].map((id) => this.numberOf.get(id));
    if (start === undefined || goal === undefined || wall === undefined || start === wall || goal === wall)
      return false;
    const next = this.digraph.next.map((list, i) => (i === wall ? [] : list));
    return reach({ size: this.size, next }, [start]).includes(goal);
  }
}

/** With "any" or a count of 1, only one branch is merged: nothing can clash. */
function countsOnlyOne(join: NodeEntry): boolean {
  const wait = join.node?.kind === 'join' ? join.node.wait : undefined;
  return wait === 'any' || (typeof wait === 'object' && wait.count === 1);
}

function waitsForAll(join: NodeEntry): boolean {
  return join.node?.kind === 'join' && (join.node.wait === undefined || join.node.wait === 'all');
}

/** True for a list with two or more entries written into the document, such as `[1, 2]`. */
function listsSeveral(items: string): boolean {
  try {
    const value: unknown = JSON.parse(items);
    return Array.isArray(value) && value.length > 1;
  } catch {
    return false; // an expression: how many items it gives is known only at run time
  }
}
