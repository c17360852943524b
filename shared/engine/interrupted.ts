/** Which steps had a call in flight when the process died, as far as the record tells. */
import { talks } from './apply-calls';
import type { RunState, Step } from './state';

/** Steps that wait for a person, for time or for their turn were not interrupted: they go on as if nothing had been. */
export function isInterrupted(state: RunState, step: Step): boolean {
  if (!step.attemptOpen || step.uncertain !== null || step.failure || step.result) return false;
  if (!talks(step)) return true;
  const open = step.conversation.pending.filter((call) => call.state !== 'done');
  if (open.length > 0) return open.some((call) => call.state === 'started');
  return state.pause === null; // a model is asked as soon as nothing else is open, but not while the run is paused
}

/** Keys of the steps a recovery has to name. */
export function interruptedSteps(state: RunState): string[] {
  return [...state.steps.values()].filter((step) => isInterrupted(state, step)).map((step) => step.key);
}
