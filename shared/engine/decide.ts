/**
 * From the state of a run to what happens next. `decide` is called after the facts of a turn have been applied and
 * gives the consequences, in token order, until nothing more follows.
 *
 * D1. It depends on the state alone. Looking at a token twice gives nothing the second time, so a recovered run may
 *     look at more tokens than the one that crashed and still comes to the same consequences.
 */
import { present } from '../base/present';
import type { RunEvent } from '../events/event';
import type { Call } from '../ports/calls';
import { decideArrival, decideJoin } from './arrive';
import { exceedDuration, takeBack, warnDuration } from './budget';
import { decideCancelling } from './cancel';
import type { Decider } from './decider';
import { emit } from './decider';
import { decideEnd } from './ending';
import { askBudget, withdrawBudget } from './people';
import type { RunState, Token } from './state';
import { statusOf } from './status';
import { decideStep } from './step';

export interface Turn {
  readonly events: readonly RunEvent[];
  readonly calls: readonly Call[];
  /** Ids of calls in flight nobody waits for any more. */
  readonly aborts: readonly string[];
  /** True when the limit was reached: decide again after these are committed. */
  readonly more: boolean;
}

/** A turn is cut here so that a long chain of steps without calls neither blocks the process nor makes one huge commit. */
export const TURN_LIMIT = 400;

export function decide(state: RunState, limit: number = TURN_LIMIT): Turn {
  const d: Decider = { state, events: [], calls: [] };
  lookAtBlocked(state);
  let more = false;
  for (;;) {
    if (d.events.length >= limit) {
      more = true;
      break;
    }
    if (decideRun(d)) continue;
    const token = state.dirty.take();
    if (token) decideToken(d, token);
    else if (takeBack(state)) lookAtBlocked(state);
    else if (!decideEnd(d)) break;
  }
  const aborts = state.aborts;
  state.aborts = [];
  if (!state.ended) state.status = statusOf(state);
  return { events: d.events, calls: d.calls, aborts, more };
}

/** Who waits for reserved tokens looks again. */
function lookAtBlocked(state: RunState): void {
  for (const token of state.blocked) state.dirty.add(token);
  state.blocked.clear();
}

function decideToken(d: Decider, token: Token): void {
  if (token.phase === 'gone' || d.state.ended) return;
  if (token.cancelling !== null)
    decideCancelling(d, present(token.step, 'step of token', token.id), token.cancelling);
  else if (token.step) decideStep(d, token.step);
  else if (token.phase === 'forked') decideJoin(d, token);
  else if (token.phase === 'arrived') decideArrival(d, token);
}

/** What concerns the run as a whole comes before any token. True when something was recorded. */
function decideRun(d: Decider): boolean {
  const { state } = d;
  if (!state.budgetHit && withdrawBudget(d, 'the run was cancelled')) return true;
  if (state.ended || state.cancel || state.runFailure) return false;
  if (state.budgetHit) return decideBudgetHit(d, state.budgetHit.metric);
  if (warnDuration(d) || exceedDuration(d)) return true;
  if (!state.pause && isStepDone(state)) {
    emit(d, { type: 'run.paused', data: { reason: 'step' } });
    return true;
  }
  return false;
}

function decideBudgetHit(d: Decider, metric: string): boolean {
  const { state } = d;
  if (!state.pause) {
    emit(d, { type: 'run.paused', data: { reason: 'budget' } });
    return true;
  }
  if (state.budgetTask !== null) return false;
  askBudget(d, metric);
  return true;
}

/** The one step that stepping let through has ended, opened what is inside it, or waits for a person. */
function isStepDone(state: RunState): boolean {
  const started = state.stepping?.started;
  if (started === undefined || started === null) return false;
  const step = state.steps.get(started);
  return !step || step.status === 'waiting' || step.opened > 0;
}
