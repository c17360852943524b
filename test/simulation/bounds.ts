/** What no run may ever do, read from its record alone: go over a bound, write or read outside its scope, try too often. */
import { lastSegment, parentOf } from '../../shared/events/step-key';
import type { RunEvent } from '../../shared/events/event';
import type { Flow } from '../../shared/spec/flow';
import type { FlowNode } from '../../shared/spec/nodes';
import type { Edge } from '../../shared/spec/parts';
import { everyFlowNode } from '../../shared/spec/readiness-parts';

const MINUTE_MS = 60_000;
const RETRY_SHARE = 0.2;
const RETRY_FLOOR = 10;
const MAX_TURNS = 10;

export function boundsBroken(flow: Flow, events: readonly RunEvent[]): string[] {
  const nodes = new Map(everyFlowNode(flow).map(({ id, node }) => [id, node]));
  return [
    ...passes(nodes, events),
    ...traversals(flow, events),
    ...attempts(flow, events),
    ...budgets(flow, nodes, events),
    ...scopes(nodes, events),
    ...retries(events),
    ...refusals(events),
  ];
}

type Nodes = ReadonlyMap<string, FlowNode>;

/** Passes of loops, rounds of teams, plans. */
function passes(nodes: Nodes, events: readonly RunEvent[]): string[] {
  const proposed = new Map<string, number>();
  return events.flatMap((event) => {
    const { type, step } = event;
    if (type === 'plan.proposed' && step !== undefined) {
      const node = nodes.get(lastSegment(step).node);
      const count = (proposed.get(step) ?? 0) + 1;
      proposed.set(step, count);
      const most = 1 + (node?.kind === 'planner' ? (node.maxReplans ?? 2) : 0);
      return count > most ? [`${step} made ${count} plans, ${most} are allowed`] : [];
    }
    const parent = type === 'step.started' && step !== undefined ? parentOf(step) : undefined;
    if (parent?.index === undefined) return [];
    const node = nodes.get(lastSegment(parent.key).node);
    const most =
      node?.kind === 'loop'
        ? node.maxIterations
        : node?.kind === 'supervisor'
          ? (node.maxRounds ?? 8)
          : node?.kind === 'chat'
            ? node.maxRounds
            : Number.POSITIVE_INFINITY;
    return parent.index > most ? [`${step} is in pass ${parent.index} of ${most}`] : [];
  });
}

/** Drawn ways back, by instance of their graph. */
function traversals(flow: Flow, events: readonly RunEvent[]): string[] {
  const bounds = new Map<string, number>();
  const visit = (graph: { nodes: Flow['nodes']; edges: readonly Edge[] }): void => {
    for (const { from, port, to, maxTraversals } of graph.edges)
      if (maxTraversals !== undefined) bounds.set(`${from}.${port}>${to}`, maxTraversals);
    for (const node of Object.values(graph.nodes))
      if (node.kind === 'map' || node.kind === 'loop') visit(node.body);
  };
  for (const graph of [flow, ...Object.values(flow.subflows ?? {})]) visit(graph);
  const taken = new Map<string, number>();
  return events.flatMap((event) => {
    if (event.type !== 'step.committed' || event.step === undefined) return [];
    const cut = event.step.lastIndexOf('/');
    return event.data.routes.flatMap(({ port, to }) => {
      const edge = `${lastSegment(event.step ?? '').node}.${port}>${to}`;
      const bound = bounds.get(edge);
      if (bound === undefined) return [];
      const place = `${event.step?.slice(0, Math.max(0, cut))} ${edge}`;
      const count = (taken.get(place) ?? 0) + 1;
      taken.set(place, count);
      return count > bound ? [`${place} was taken ${count} times, ${bound} are allowed`] : [];
    });
  });
}

/** Attempts of a step by model, turns of an agent. A call that was in doubt and did not happen is made once more. */
function attempts(flow: Flow, events: readonly RunEvent[]): string[] {
  const most = flow.policies?.['default']?.retry?.maxAttempts ?? 3;
  const tried = new Map<string, number>();
  const turns = new Map<string, number>();
  const found: string[] = [];
  const count = (counts: Map<string, number>, key: string, bound: number, what: string): void => {
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if ((counts.get(key) ?? 0) > bound) found.push(`${key} has more than ${bound} ${what}`);
  };
  for (const event of events) {
    const { step = '' } = event;
    if (event.type === 'attempt.failed' && event.data.kind !== 'uncertain') {
      const model = events.findLast(
        (other) => other.seq < event.seq && other.step === step && other.type === 'attempt.started',
      );
      const name = model?.type === 'attempt.started' ? (model.data.model ?? '') : '';
      count(tried, `${step} ${name}`, most, 'failed attempts');
    }
    if (event.type === 'model.completed' && event.data.purpose === 'turn')
      count(turns, step, MAX_TURNS, 'turns');
  }
  return found;
}

/** Of the flow and of nodes: what was used is never more than was allowed at that time. */
function budgets(flow: Flow, nodes: Nodes, events: readonly RunEvent[]): string[] {
  const limits: Record<string, number> = { ...numbers(flow.budget) };
  const used: Record<string, number> = { steps: 0, tokens: 0, turns: 0, handoffs: 0 };
  const inside = new Map<string, number>();
  const found: string[] = [];
  let counts = true;
  for (const event of events) {
    if (event.type === 'budget.raised') Object.assign(limits, numbers(event.data.limits));
    // Where the budget is spent for good, undoing and what a person takes over are outside it.
    if (event.type === 'compensation.started' || event.type === 'budget.exceeded')
      counts &&= event.type === 'budget.exceeded' && event.data.scope !== 'run';
    if (!counts) break;
    if (event.type === 'step.started' && !/^(start|end)$/.test(event.data.kind)) {
      used['steps'] = (used['steps'] ?? 0) + 1;
      for (let outer = parentOf(event.step ?? ''); outer; outer = parentOf(outer.key)) {
        const within = (inside.get(outer.key) ?? 0) + 1;
        inside.set(outer.key, within);
        const most = nodes.get(lastSegment(outer.key).node)?.budget?.steps;
        // A container is a step of its own budget too.
        if (most !== undefined && within + 1 > most)
          found.push(`${outer.key} has ${within + 1} steps of ${most}`);
      }
    }
    if (event.type === 'model.completed') {
      used['turns'] = (used['turns'] ?? 0) + 1;
      used['tokens'] = (used['tokens'] ?? 0) + event.data.usage.in + event.data.usage.out;
    }
    if (event.type === 'step.committed' && event.data.handoff) used['handoffs'] = (used['handoffs'] ?? 0) + 1;
    for (const [metric, limit] of Object.entries(limits))
      if ((used[metric] ?? 0) > limit) found.push(`${used[metric]} ${metric} with a budget of ${limit}`);
  }
  return [...new Set(found)];
}

function numbers(budget: Flow['budget']): Record<string, number> {
  return Object.fromEntries(
    Object.entries(budget ?? {}).flatMap(([key, value]) => (typeof value === 'number' ? [[key, value]] : [])),
  );
}

/** A step reads what it declares and writes what it declares; a join or a map what is inside it. */
function scopes(nodes: Nodes, events: readonly RunEvent[]): string[] {
  const merged = new Set([...nodes.values()].flatMap((node) => Object.keys(node.writes ?? {})));
  return events.flatMap((event) => {
    if (event.step === undefined) return [];
    const { node: id, undo } = lastSegment(event.step);
    const node = nodes.get(id);
    if (event.type === 'step.started') {
      const declared = new Set<string>(node?.reads ?? []);
      return Object.keys(event.data.reads)
        .filter((field) => !declared.has(field))
        .map((field) => `${event.step} read ${field}, which is not among its reads`);
    }
    if (event.type !== 'step.committed') return [];
    const declared = new Set(undo === true ? [] : Object.keys(node?.writes ?? {}));
    const merges = node?.kind === 'join' || node?.kind === 'map';
    return event.data.writes
      .filter(({ field }) => !declared.has(field) && !(merges && merged.has(field)))
      .map(({ field }) => `${event.step} wrote ${field}, which is not among its writes`);
  });
}

/** In any minute the retries of a dependency are at most a fifth of its calls, and ten. */
function retries(events: readonly RunEvent[]): string[] {
  const calls = new Map<string, { readonly first: number[]; readonly again: number[] }>();
  const scheduled = new Set<string>();
  const dependencyOf = new Map<string, string>();
  const found: string[] = [];
  for (const event of events) {
    const { step = '', at } = event;
    if (event.type === 'retry.scheduled' && event.data.model === undefined) scheduled.add(step);
    if (event.type === 'attempt.started') dependencyOf.set(step, event.data.dependency ?? '');
    if (event.type !== 'attempt.started' && event.type !== 'model.completed') continue;
    const dependency = dependencyOf.get(step) ?? '';
    const known = calls.get(dependency) ?? { first: [], again: [] };
    calls.set(dependency, known);
    const isRetry = event.type === 'attempt.started' && scheduled.delete(step);
    (isRetry ? known.again : known.first).push(at);
    if (!isRetry) continue;
    const within = (times: readonly number[]): number =>
      times.filter((time) => time > at - MINUTE_MS - 1000).length;
    const most = within(known.first) * RETRY_SHARE + RETRY_FLOOR + 1;
    const again = known.again.filter((time) => time > at - MINUTE_MS + 1000).length;
    if (again > most) found.push(`${again} retries of ${dependency} in a minute at event ${event.seq}`);
  }
  return found;
}

/** Refused because a breaker is open: its own, and it is open. */
function refusals(events: readonly RunEvent[]): string[] {
  const open = new Set<string>();
  return events.flatMap((event) => {
    if (event.type === 'breaker.changed') {
      const subject = event.data.subject.replace(/#\d+\/\d+\/\d+\/\d+$/, '');
      if (event.data.to === 'closed') open.delete(subject);
      else open.add(subject);
    }
    if (event.type !== 'governor.refused' || event.data.reason !== 'circuit_open') return [];
    return open.has(event.data.dependency)
      ? []
      : [`${event.data.dependency} was refused at event ${event.seq} though its breaker is closed`];
  });
}
