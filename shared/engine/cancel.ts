/** A step that is to be cancelled: its tasks are withdrawn, its calls aborted; a started `once` call is awaited first. */
import { type Decider, emit } from './decider';
import { withdrawTasks } from './people';
import type { Step } from './state';

export function decideCancelling(d: Decider, step: Step, reason: string): void {
  if (hasLiveInside(step)) return;
  withdrawTasks(d, step, reason);
  const answered = step.uncertain !== null || step.result !== null || step.failure !== null;
  if (step.callStarted !== null && !answered) return;
  emit(d, { type: 'step.cancelled', step: step.key, data: { reason } });
}

function hasLiveInside(step: Step): boolean {
  return [...step.frames.values()].some((frame) => frame.tokens.size > 0);
}
