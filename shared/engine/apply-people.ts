/** What tasks and timers do to the state. */
import type { Json } from '../base/json';
import { present } from '../base/present';
import type { DataOf, RunEvent } from '../events/event';
import { type Applying, setStepTimer, stepOf } from './apply-steps';
import type { RunState, Step, Task } from './state';
import { setStatus } from './status';
import { cancelEverything } from './tokens';
import { answerCall } from './apply-calls';
import { setPause, startAsking, stopAsking } from './waiting';
import type { Budget } from '../spec/parts';

export const PEOPLE: Applying<
  'human.asked' | 'human.decided' | 'human.expired' | 'human.withdrawn' | 'timer.set' | 'timer.fired'
> = {
  'human.asked': asked,
  'human.decided': decided,
  'human.expired': (state, { data }) => {
    closed(state, data.task).expired = data.port;
  },
  'human.withdrawn': (state, { data }) => {
    closed(state, data.task).withdrawn = true;
  },
  'timer.set': timerSet,
  'timer.fired': (state, { data }) => fired(state, data.timer),
};

function asked(state: RunState, event: RunEvent<'human.asked'>): void {
  const data = event.data;
  const task: Task = {
    id: data.task,
    type: data.type,
    asked: data,
    step: event.step ?? null,
    askedAt: event.at,
    decision: null,
    expired: null,
    withdrawn: false,
  };
  state.openTasks.set(task.id, task);
  if (data.type === 'budget') {
    state.budgetTasks++;
    state.budgetTask = task.id;
    return;
  }
  const step = stepOf(state, event.step);
  step.tasks.set(task.id, task);
  setStatus(state, step, 'waiting');
  startAsking(state, step);
  if (data.deadlineAt !== undefined) setStepTimer(state, step, `${task.id}:deadline`, data.deadlineAt);
}

function close(state: RunState, task: Task): void {
  state.openTasks.delete(task.id);
  state.closedTasks.add(task.id);
}

/** A task that ends without an answer. */
function closed(state: RunState, id: string): Task {
  const task = present(state.openTasks.get(id), 'open task', id);
  close(state, task);
  if (task.step === null) closeBudget(state);
  else resumeStep(state, stepOf(state, task.step), task);
  return task;
}

function resumeStep(state: RunState, step: Step, task: Task): void {
  const timer = `${task.id}:deadline`;
  step.timers.delete(timer);
  state.timers.delete(timer);
  stopAsking(state, step);
  const open = [...step.tasks.values()].some((other) => state.openTasks.has(other.id));
  if (!open) setStatus(state, step, 'running');
  state.dirty.add(step.token);
}

function decided(state: RunState, event: RunEvent<'human.decided'>): void {
  const data = event.data;
  const task = state.openTasks.get(data.task);
  if (!task) return;
  task.decision = { ...data, at: event.at };
  close(state, task);
  if (task.step === null) return decideBudget(state, task, data);
  const step = stepOf(state, task.step);
  resumeStep(state, step, task);
  if (task.type === 'uncertain') settleUncertain(state, step, data);
  if (task.type === 'approval' && data.choice === 'approved') rememberApproval(state, step, data.task);
}

/** `approval: first` asks once a run. */
function rememberApproval(state: RunState, step: Step, task: string): void {
  const call = Number(task.slice(task.lastIndexOf(':') + 1));
  const { node } = step.plan;
  const pending = step.conversation.pending.find((candidate) => candidate.call === call);
  state.approvedTools.add(node.kind === 'tool' ? node.tool : present(pending, 'call', call).name);
}

/** The question about the run's budget is no more; a pause that a person asked for stays. */
function closeBudget(state: RunState): void {
  state.budgetHit = null;
  state.budgetTask = null;
  if (state.pause?.reason === 'budget') setPause(state, null);
}

function decideBudget(state: RunState, task: Task, data: DataOf<'human.decided'>): void {
  const hit = state.budgetHit;
  closeBudget(state);
  if (data.choice === 'raise') {
    // Values left out mean the proposed ones; both have the shape of a budget, the task's form.
    state.limits = { ...state.limits, ...((data.values ?? task.asked.proposed) as Budget) };
    for (const token of state.tokens.values()) state.dirty.add(token);
    return;
  }
  const message = `The run's budget for ${hit?.metric ?? 'this run'} is used up and ${data.by} stopped the run.`;
  state.runFailure = { kind: 'budget', code: 'budget/exceeded', message };
  state.budgetsOff = true;
  cancelEverything(state, 'the budget is used up');
}

/** A person said what became of a `once` call that got no definite answer. */
function settleUncertain(state: RunState, step: Step, data: DataOf<'human.decided'>): void {
  const call = step.uncertain;
  if (call === null) return; // a fork makes the call anew: what became of the old one is no longer the question
  step.uncertain = null;
  step.callStarted = null;
  const pending = step.conversation.pending.find((candidate) => candidate.call === call);
  step.issued.clear();
  if (data.choice === 'happened') {
    const value: Json = data.values ?? null;
    if (pending) answerCall(step, call, value, false);
    else step.result = { value };
  } else if (data.choice === 'not_happened') {
    // Called again under the same key, in an attempt of its own.
    if (pending) {
      pending.state = 'new';
      pending.attempts--;
    }
    step.attemptOpen = false;
    setStatus(state, step, step.status);
  } else {
    const message = `${data.by} gave up on a call that may have happened.`;
    step.failure = { kind: 'uncertain', code: 'tool/uncertain', message, noRetry: true, final: true };
    step.attemptOpen = false;
  }
}

function timerSet(state: RunState, event: RunEvent<'timer.set'>): void {
  const { timer, dueAt } = event.data;
  const step = event.step === undefined ? undefined : state.steps.get(event.step);
  if (step) setStepTimer(state, step, timer, dueAt);
  else state.timers.set(timer, { id: timer, dueAt, step: null });
}

function fired(state: RunState, id: string): void {
  const timer = state.timers.get(id);
  state.timers.delete(id);
  if (timer?.step) {
    const step = stepOf(state, timer.step);
    step.timers.delete(id);
    step.fired.add(id);
    if (step.backoff && id.startsWith(`${step.key}:retry:`)) {
      step.backoff = false;
      setStatus(state, step, 'running');
    }
    state.dirty.add(step.token);
    return;
  }
  for (const token of state.tokens.values()) {
    if (token.fork && `${token.fork.step}:join` === id) {
      token.fork.late = true;
      state.dirty.add(token);
    }
  }
}
