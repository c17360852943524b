/** The status of a step and of the run. */
import type { RunStatus, StepStatus } from '../events/event';
import type { RunState, Step } from './state';

const CONTAINERS: ReadonlySet<string> = new Set(['map', 'loop', 'subflow', 'supervisor', 'planner', 'chat']);
const BUSY: ReadonlySet<StepStatus> = new Set<StepStatus>(['ready', 'queued', 'running', 'retrying']);

export function isContainer(step: Step): boolean {
  return CONTAINERS.has(step.plan.node.kind) && !step.undoes;
}

/** A container is busy through what is inside it; a team is busy by itself while its own model is asked. */
function counts(step: Step, status: StepStatus): boolean {
  return BUSY.has(status) && (!isContainer(step) || step.attemptOpen || step.backoff || status === 'queued');
}

export function setStatus(state: RunState, step: Step, status: StepStatus): void {
  const before = step.busy;
  const after = counts(step, status);
  step.status = status;
  step.busy = after;
  state.busy += Number(after) - Number(before);
}

/** What a run that has not ended is doing, from its state alone. */
export function statusOf(state: RunState): RunStatus {
  if (state.pause) return 'paused';
  if (state.undo && !state.undo.done) return 'compensating';
  return state.busy === 0 && state.openTasks.size > 0 ? 'waiting' : 'running';
}
