/** Events about people: what was asked, what was decided, with the values before and after. */
import { assertNever } from '../base/assert-never';
import type { RunEvent } from './event';
import type { Trace, TraceTask } from './trace-model';
import { setStepStatus, touch } from './trace-steps';

type TaskEvent = Extract<
  RunEvent,
  { type: 'human.asked' | 'human.decided' | 'human.expired' | 'human.withdrawn' }
>;
type Closing = Exclude<TaskEvent, { type: 'human.asked' }>;

export function applyTaskEvent(trace: Trace, event: TaskEvent): void {
  if (event.type === 'human.asked') return ask(trace, event);
  const task = trace.tasks.get(event.data.task);
  if (!task || task.status !== 'open') return; // a late answer is on the record and changes nothing
  trace.tasks.set(task.task, { ...task, ...closing(event), closedSeq: event.seq, closedAt: event.at });
  trace.openTasks.delete(task.task);
  if (task.type === 'budget' && trace.run.status === 'paused' && trace.run.reason === 'budget') {
    const { reason: _, ...run } = trace.run;
    trace.run = { ...run, status: 'running' };
  }
  if (task.step === undefined || !trace.active.has(task.step)) return;
  if ([...trace.openTasks.values()].includes(task.step)) return;
  const step = touch(trace, task.step);
  if (step) setStepStatus(step, event.seq, 'running');
}

function ask(trace: Trace, event: Extract<TaskEvent, { type: 'human.asked' }>): void {
  const step = touch(trace, event.step);
  const { task } = event.data;
  trace.tasks.set(task, {
    ...event.data,
    ...(event.step === undefined ? {} : { step: event.step }),
    ...(step === undefined ? {} : { node: step.node }),
    askedSeq: event.seq,
    askedAt: event.at,
    status: 'open',
  });
  trace.openTasks.set(task, event.step);
  if (!step) return;
  step.tasks = [...step.tasks, task];
  if (trace.active.has(step.key)) setStepStatus(step, event.seq, 'waiting');
}

function closing(event: Closing): Partial<TraceTask> {
  switch (event.type) {
    case 'human.decided': {
      const { choice, values, comment, by, via } = event.data;
      return {
        status: 'decided',
        choice,
        ...(values === undefined ? {} : { values }),
        ...(comment === undefined ? {} : { comment }),
        by,
        channel: via,
      };
    }
    case 'human.expired':
      return { status: 'expired', choice: event.data.port };
    case 'human.withdrawn':
      return { status: 'withdrawn', reason: event.data.reason };
    default:
      return assertNever(event, 'task event');
  }
}
