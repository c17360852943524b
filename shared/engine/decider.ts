/** One turn in the making: the consequences found so far and what the host is asked to do. */
import type { EventType, NewEvent, RunEvent } from '../events/event';
import type { Call } from '../ports/calls';
import { apply } from './apply';
import type { RunState, Step } from './state';

export interface Decider {
  readonly state: RunState;
  readonly events: RunEvent[];
  readonly calls: Call[];
}

/** Records a consequence: it has its place and its effect at once. */
export function emit<T extends EventType>(d: Decider, event: NewEvent<T>): void {
  const { state } = d;
  // The spread keeps type and data together; the compiler cannot follow that through the union.
  const placed = { ...event, runId: state.runId, seq: state.seq + 1, at: state.at } as unknown as RunEvent;
  apply(state, placed);
  d.events.push(placed);
}

/** Nothing new starts while the run is paused, out of budget or being cancelled. */
export function isHeld(state: RunState): boolean {
  return state.pause !== null || state.budgetHit !== null;
}

/** Hands a call to the host once; it stays wanted until an event answers it. */
export function want(d: Decider, step: Step, call: Call): void {
  step.issued.add(call.id);
  d.calls.push(call);
}
