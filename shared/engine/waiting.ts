/** Time in which people are waited for: it stands still for the bounds of the steps around. */
import type { RunState, Step } from './state';

/** A task was asked in this step: it and every container around it wait for a person. */
export function startAsking(state: RunState, step: Step): void {
  for (let inner: Step | null = step; inner; inner = inner.token.frame.container) holdClock(state, inner);
}

export function stopAsking(state: RunState, step: Step): void {
  for (let inner: Step | null = step; inner; inner = inner.token.frame.container) releaseClock(state, inner);
}

/** A paused run waits for a person too. */
export function setPause(state: RunState, pause: RunState['pause']): void {
  if (pause !== null && state.pause === null) for (const step of state.steps.values()) holdClock(state, step);
  if (pause === null && state.pause !== null)
    for (const step of state.steps.values()) releaseClock(state, step);
  state.pause = pause;
}

function holdClock(state: RunState, step: Step): void {
  if (step.asking === 0) step.askingSince = state.at;
  step.asking++;
}

function releaseClock(state: RunState, step: Step): void {
  step.asking--;
  if (step.asking > 0) return;
  step.waitedMs += state.at - step.askingSince;
  state.dirty.add(step.token);
}
