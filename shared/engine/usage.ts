/** What is used up: counted for the step, for every container around it and for the run. */
import type { Usage } from '../events/event';
import type { Mutable, RunState, Step } from './state';

export function usagesOf(state: RunState, step: Step): Mutable<Usage>[] {
  // An undo happens after its container has ended.
  if (step.undoes) return [state.usage, step.usage];
  const all: Mutable<Usage>[] = [state.usage];
  for (let inner: Step | null = step; inner; inner = inner.token.frame.container) all.push(inner.usage);
  return all;
}
