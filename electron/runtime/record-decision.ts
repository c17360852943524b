/**
 * Writes down a decision while nobody drives the run: the fact alone. What follows from it is derived when the run is
 * taken up, in the same order as if it had been driven all the time, so nothing happens behind the person's back.
 */
import { AppError } from '../../shared/base/app-error';
import { isoTime } from '../../shared/base/iso-time';
import { placeEvent } from '../../shared/engine/decider';
import { decisionFacts, decisionProblem } from '../../shared/engine/people';
import type { RunState, Task } from '../../shared/engine/state';
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
  const { runId, choice, values, comment, by, via } = decision;
  const { state, task } = checkDecision(log, pure, decision, nowMs);
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
  const sensitive = sensitiveKeys(log.flow(runId), events);
  log.commit([{ runId, events, ...(sensitive ? { sensitive } : {}) }]);
  return at;
}

interface Open {
  readonly state: RunState;
  readonly task: Task;
}

/** Whether a decision could be recorded now, as a process that only reads can see it too. @throws as `recordDecision`. */
export function checkDecision(
  log: Pick<RunLog, 'run' | 'flow' | 'events'>,
  pure: Pure,
  { runId, task: id, choice, values }: DecisionInput,
  nowMs: number,
): Open {
  const run = log.run(runId);
  if (!run)
    throw new AppError('run/unknown', `There is no run "${runId}" in this store.`, { details: { runId } });
  const flow = log.flow(runId);
  const grants = { trust: false, baseFolder: '.', granted: {} }; // nothing is called here
  const { state } = createSession(
    pure,
    { runId, flow, semanticHash: run.semanticHash, grants },
    log.events(runId),
  );
  const open = [...state.openTasks.keys()];
  if (state.closedTasks.has(id)) {
    const message = `"${id}" has been decided or has expired already; nothing was changed.`;
    throw new AppError('task/closed', message, { details: { open } });
  }
  if (ENDED.has(run.status))
    throw new AppError('run/finished', `Run ${runId} has ended (${run.status}); nothing was changed.`);
  const task = state.openTasks.get(id);
  if (!task) throw new AppError('task/unknown', `This run has no task "${id}".`, { details: { open } });
  // The deadline runs on while nobody drives the run: it came first, and the next who takes the run up records it.
  const { deadlineAt } = task.asked;
  if (deadlineAt !== undefined && deadlineAt <= nowMs) {
    const message = `The deadline of "${id}" passed at ${isoTime(deadlineAt)}; nothing was changed.`;
    const hint = `Let the run take the path drawn for that with: baton resume ${runId}`;
    throw new AppError('task/closed', message, { details: { deadlineAt: isoTime(deadlineAt) }, hint });
  }
  const problem = decisionProblem(state, task, choice, values);
  if (problem !== undefined)
    throw new AppError('task/invalid-values', `The decision cannot be used: ${problem}`, {
      details: { problem },
    });
  return { state, task };
}
