/**
 * Audit replay: the interpreter is driven by the recorded facts, without any effect, and must derive every consequence
 * again. The first difference is told with both sides.
 */
import { type Json, jsonEquals } from '../../shared/base/json';
import { apply } from '../../shared/engine/apply';
import { decide } from '../../shared/engine/decide';
import { createPlan } from '../../shared/engine/plan';
import { createState, type RunState } from '../../shared/engine/state';
import { isFact, type RunEvent } from '../../shared/events/event';
import type { Pure } from '../../shared/ports/pure';
import type { Flow } from '../../shared/spec/flow';
import type { ReplayReport } from './api';
import { whatIf } from './what-if';

export function replayRun(
  pure: Pure,
  runId: string,
  flow: Flow,
  events: readonly RunEvent[],
  other?: Flow,
): ReplayReport {
  return other ? whatIf(pure, runId, other, events) : auditReplay(pure, runId, flow, events);
}

/** Derives what the facts of a record led to under a flow. What would follow after its last event counts as a difference. */
function auditReplay(pure: Pure, runId: string, flow: Flow, events: readonly RunEvent[]): ReplayReport {
  const { state, difference } = deriveAll(pure, runId, flow, events);
  if (difference) return { runId, verdict: 'different', events: events.length, firstDifference: difference };
  // A decision written down while nobody drove the run waits at the end of the record for its consequences.
  const left = events.at(-1)?.type === 'human.decided' ? undefined : decide(state).events[0];
  if (left) {
    const firstDifference = {
      seq: left.seq,
      step: left.step ?? null,
      recorded: null,
      derived: essence(left),
    };
    return { runId, verdict: 'different', events: events.length, firstDifference };
  }
  return { runId, verdict: 'identical', events: events.length, firstDifference: null };
}

/** Where a record first says something else than a flow derives from its facts; null when it never does. */
export function firstDifference(
  pure: Pure,
  runId: string,
  flow: Flow,
  events: readonly RunEvent[],
): Difference | null {
  return deriveAll(pure, runId, flow, events).difference;
}

function deriveAll(
  pure: Pure,
  runId: string,
  flow: Flow,
  events: readonly RunEvent[],
): { readonly state: RunState; readonly difference: Difference | null } {
  const state = createState(createPlan(flow, pure), runId);
  const first = events[0];
  const forked = first?.type === 'run.started' ? first.data.forkedFrom : undefined;
  // What a fork inherited was derived under its parent's id, perhaps from another flow: the parent's record proves it.
  const trusted = forked?.seq ?? 0;
  let at = 0;
  while (at < events.length) {
    const event = events[at] as RunEvent; // at is inside
    if (isFact(event) || event.seq <= trusted) {
      apply(state, event);
      at++;
      continue;
    }
    const difference = deriveNext(state, events, at);
    if (typeof difference !== 'number') return { state, difference };
    at = difference;
  }
  return { state, difference: null };
}

type Difference = NonNullable<ReplayReport['firstDifference']>;

/** Derives the consequences due now and compares them one by one; the place after them, or the first difference. */
function deriveNext(state: RunState, events: readonly RunEvent[], from: number): number | Difference {
  const derived = decide(state).events;
  let at = from;
  for (const mine of derived) {
    const recorded = events[at];
    if (!recorded || isFact(recorded) || !jsonEquals(essence(recorded), essence(mine))) {
      return {
        seq: mine.seq,
        step: mine.step ?? recorded?.step ?? null,
        recorded: recorded ? essence(recorded) : null,
        derived: essence(mine),
      };
    }
    at++;
  }
  const recorded = events[at];
  if (derived.length === 0 && recorded) {
    return { seq: recorded.seq, step: recorded.step ?? null, recorded: essence(recorded), derived: null };
  }
  return at;
}

/** All of an event but its place and time. */
function essence(event: RunEvent): Json {
  const { type, step, attempt, data } = event;
  return {
    type,
    ...(step === undefined ? {} : { step }),
    ...(attempt === undefined ? {} : { attempt }),
    data: data as unknown as Json,
  }; // events hold JSON only
}
