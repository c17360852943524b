/**
 * Writes down a decision while nobody drives the run: the fact alone. What follows from it is derived when the run is
 * taken up, in the same order as if it had been driven all the time, so nothing happens behind the person's back.
 */
import { AppError } from '../../shared/base/app-error';
import { placeEvent } from '../../shared/engine/decider';
import { decisionFacts, decisionProblem } from '../../shared/engine/people';
import type { RunEvent } from '../../shared/events/event';
import type { Pure } from '../../shared/ports/pure';
import type { RunLog } from '../../shared/ports/run-log';
import type { DecisionInput } from './api';
import { sensitiveKeys } from './notes';
import { createSession } from './session';

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

/**
 * Returns when the decision was made. @throws AppError `run/unknown`, `run/finished`, `task/unknown`, `task/closed`,
 * `task/invalid-values`.
 */
export function recordDecision(log: RunLog, pure: Pure, decision: DecisionInput, nowMs: number): number {
  const { runId, task: id, choice, values, comment, by, via } = decision;
  const run = log.run(runId);
  if (!run)
    throw new AppError('run/unknown', `There is no run "${runId}" in this store.`, { details: { runId } });
  if (ENDED.has(run.status))
    throw new AppError('run/finished', `Run ${runId} has ended (${run.status}); nothing was changed.`);
  const flow = log.flow(runId);
  const grants = { trust: false, baseFolder: '.', granted: {} }; // nothing is called here
  const { state } = createSession(
    pure,
    { runId, flow, semanticHash: run.semanticHash, grants },
    log.events(runId),
  );
  const task = state.openTasks.get(id);
  if (!task) {
    const isClosed = state.closedTasks.has(id);
    const message = isClosed
      ? `"${id}" has been decided or has expired already; nothing was changed.`
      : `This run has no task "${id}".`;
    throw new AppError(isClosed ? 'task/closed' : 'task/unknown', message, {
      details: { open: [...state.openTasks.keys()] },
    });
  }
  const problem = decisionProblem(state, task, choice, values);
  if (problem !== undefined)
    throw new AppError('task/invalid-values', `The decision cannot be used: ${problem}`, {
      details: { problem },
    });
  const at = Math.max(state.at, nowMs);
  const facts = decisionFacts(task, {
    choice,
    ...(values === undefined ? {} : { values }),
    ...(comment === undefined ? {} : { comment }),
    by,
    via,
  });
  const events = facts.map(
    (fact, i): RunEvent => ({ ...placeEvent(state, fact, at), seq: state.seq + 1 + i }),
  );
  const sensitive = sensitiveKeys(flow, events);
  log.commit([{ runId, events, ...(sensitive ? { sensitive } : {}) }]);
  return at;
}
