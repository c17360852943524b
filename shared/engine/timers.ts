/** What the run waits for in time. */
import { durationDueAt } from './budget';
import type { RunState } from './state';

export const DURATION_TIMER = 'run:duration';

/** When the host has to look next, or undefined. A run that has ended has no timer and its clock stands still. */
export function nextDueAt(state: RunState): number | undefined {
  let least = durationDueAt(state);
  for (const timer of state.timers.values())
    if (least === undefined || timer.dueAt < least) least = timer.dueAt;
  return least;
}

/** Ids of timers that are due, earliest first. */
export function dueTimers(state: RunState, nowMs: number): string[] {
  const due = [...state.timers.values()]
    .filter((timer) => timer.dueAt <= nowMs)
    .sort((a, b) => a.dueAt - b.dueAt);
  const spentAt = durationDueAt(state);
  return [
    ...due.map((timer) => timer.id),
    ...(spentAt !== undefined && spentAt <= nowMs ? [DURATION_TIMER] : []),
  ];
}
