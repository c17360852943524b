/** Problems of a document, counted by node and put in the order a person mends them. */
import { allGraphs, graphOf, graphPointer, type GraphRef } from '../../shared/editing/graphs';
import { PART_SECTIONS, type PartSection } from '../../shared/editing/rename';
import type { Flow } from '../../shared/spec/flow';
import type { Problem } from '../../shared/spec/problem';
import type { ProblemCount } from '../canvas/project';

/** Warnings `W4xx` are about readiness: the flow runs, but is it safe? */
export function isReadiness(problem: Problem): boolean {
  return problem.code.startsWith('W4');
}

/** Errors first, then in the order of the document. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
}

/** How many problems each node has; a container counts what is inside it too. */
export function problemCounts(doc: Flow, problems: readonly Problem[]): ReadonlyMap<string, ProblemCount> {
  const counts = new Map<string, ProblemCount>();
  const owners = new Map<string, string>();
  for (const { ref, graph } of allGraphs(doc)) {
    if (ref.type === 'inside') for (const id of Object.keys(graph.nodes)) owners.set(id, ref.node);
  }
  for (const problem of problems) {
    for (let id = problem.node; id !== undefined; id = owners.get(id)) {
      const before = counts.get(id) ?? { errors: 0, warnings: 0 };
      const isError = problem.severity === 'error';
      counts.set(id, {
        errors: before.errors + Number(isError),
        warnings: before.warnings + Number(!isError),
      });
    }
  }
  return counts;
}

/** Where a problem can be seen: a node, an edge, or a named part. */
export type ProblemPlace =
  | { readonly type: 'node'; readonly graph: GraphRef; readonly id: string }
  | { readonly type: 'edge'; readonly graph: GraphRef; readonly index: number }
  | { readonly type: 'part'; readonly section: PartSection; readonly name: string }
  | { readonly type: 'flow' };

export function placeOf(doc: Flow, problem: Problem): ProblemPlace {
  const graph = problem.node === undefined ? undefined : graphOf(doc, problem.node);
  if (graph && problem.node !== undefined) return { type: 'node', graph, id: problem.node };
  const edge = edgeOf(doc, problem.pointer);
  if (edge) return edge;
  const [, first, name = ''] = problem.pointer.split('/');
  const section = PART_SECTIONS.find((known) => known === first);
  return section && Object.hasOwn(doc[section] ?? {}, name)
    ? { type: 'part', section, name }
    : { type: 'flow' };
}

function edgeOf(doc: Flow, pointer: string): ProblemPlace | undefined {
  const [, before, index] = /^(.*)\/edges\/(\d+)(?:\/|$)/.exec(pointer) ?? [];
  const found = allGraphs(doc).find(({ ref }) => graphPointer(doc, ref) === before);
  return found ? { type: 'edge', graph: found.ref, index: Number(index) } : undefined;
}
