/** A step that is to be cancelled: its tasks are withdrawn, its calls aborted; a started `once` call is awaited first. */
import { type Decider, emit } from './decider';
import type { Step } from './state';

export function decideCancelling(d: Decider, step: Step, reason: string): void {
  const { state } = d;
  if (hasLiveInside(step)) return;
  for (const task of step.tasks.values()) {
    if (state.openTasks.has(task.id))
      emit(d, { type: 'human.withdrawn', step: step.key, data: { task: task.id, reason } });
  }
  const answered = step.uncertain !== null || step.result !== null || step.failure !== null;
  if (step.callStarted !== null && !answered) return;
  emit(d, { type: 'step.cancelled', step: step.key, data: { reason } });
}

function hasLiveInside(step: Step): boolean {
  return [...step.frames.values()].some((frame) => frame.tokens.size > 0);
}
