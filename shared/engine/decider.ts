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
  const placed = placeEvent(d.state, event as unknown as NewEvent, d.state.at); // one of the union's members, which T hides
  apply(d.state, placed);
  d.events.push(placed);
}

/** Gives an event its place in the run. */
export function placeEvent(state: RunState, event: NewEvent, at: number): RunEvent {
  const { type, step, attempt, data } = event;
  const seq = state.seq + 1;
  // Type and data are taken from one event; the compiler cannot follow that through the union. The members are written
  // out in a fixed order because events are made by the ten thousand: one shape each is kept small and quick.
  if (step === undefined) return { runId: state.runId, seq, type, at, data } as unknown as RunEvent;
  if (attempt === undefined) return { runId: state.runId, seq, type, at, step, data } as unknown as RunEvent;
  return { runId: state.runId, seq, type, at, step, attempt, data } as unknown as RunEvent;
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
