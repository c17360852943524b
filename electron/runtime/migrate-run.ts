/**
 * Moving an unfinished run to an edited flow. Allowed only where the edited flow derives all that has happened, event by
 * event, from the same facts: nothing is skipped, nothing is done twice, and the record still replays from its start.
 */
import { AppError } from '../../shared/base/app-error';
import type { RunEvent } from '../../shared/events/event';
import type { Pure } from '../../shared/ports/pure';
import type { Flow } from '../../shared/spec/flow';
import { firstDifference } from './replay';

/** @throws AppError `run/migration` with the first thing that would have gone otherwise. */
export function checkMigration(pure: Pure, runId: string, flow: Flow, events: readonly RunEvent[]): void {
  const difference = differenceOf(pure, runId, flow, events);
  if (difference === null) return;
  const { seq, step } = difference;
  const where = step === null ? `event ${seq}` : `"${step}" (event ${seq})`;
  throw new AppError(
    'run/migration',
    `The run cannot go on with the edited flow: ${where} would have gone another way. Nothing was changed.`,
    { details: { ...difference }, hint: 'Fork the run from before that, with the edited flow.' },
  );
}

function differenceOf(
  pure: Pure,
  runId: string,
  flow: Flow,
  events: readonly RunEvent[],
): ReturnType<typeof firstDifference> {
  const reached = missingNode(flow, events);
  if (reached) return { seq: reached.seq, step: reached.step ?? null, recorded: reached.type, derived: null };
  try {
    return firstDifference(pure, runId, flow, events);
  } catch (error) {
    // The fold met something the edited flow has no place for: an edge, a join, a tool.
    const message = error instanceof Error ? error.message : String(error);
    return { seq: events.length, step: null, recorded: null, derived: message };
  }
}

/** The first step whose node the flow has no more, or has with another kind. */
function missingNode(flow: Flow, events: readonly RunEvent[]): RunEvent | undefined {
  const kinds = kindsOf(flow);
  return events.find(
    (event) =>
      event.type === 'step.started' &&
      event.step?.endsWith('~undo') !== true &&
      kinds.get(event.data.node) !== event.data.kind &&
      !(event.data.kind === 'agent' && Object.hasOwn(flow.agents ?? {}, event.data.node)), // a member of a team
  );
}

function kindsOf(flow: Flow): Map<string, string> {
  const kinds = new Map<string, string>();
  const visit = (nodes: Flow['nodes']): void => {
    for (const [id, node] of Object.entries(nodes)) {
      kinds.set(id, node.kind);
      if (node.kind === 'map' || node.kind === 'loop') visit(node.body.nodes);
      if (node.kind === 'planner') visit(node.catalogue.nodes);
    }
  };
  for (const graph of [flow, ...Object.values(flow.subflows ?? {})]) visit(graph.nodes);
  return kinds;
}
