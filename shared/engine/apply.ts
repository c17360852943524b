/**
 * The fold: what each event does to the state of a run.
 *
 * A1. Total and deterministic: any prefix of a history makes a state `decide` can go on from.
 * A2. `apply` never evaluates an expression and never asks anyone; what it needs is in the event or in the plan.
 */
import type { Json } from '../base/json';
import type { DataOf, EventType, RunEvent } from '../events/event';
import { applyCall } from './apply-calls';
import { applyPeople } from './apply-people';
import { applyStep } from './apply-steps';
import { lastSegment } from '../events/step-key';
import { isInterrupted } from './interrupted';
import { setStatus } from './status';
import { setPause } from './waiting';
import { initialValue, setStep, valueHash, writeContext } from './scope';
import type { RunState } from './state';
import { cancelEverything, createToken } from './tokens';

const STEP_EVENTS: ReadonlySet<EventType> = new Set<EventType>([
  'step.started',
  'step.committed',
  'step.failed',
  'step.cancelled',
  'step.skipped',
]);
const CALL_EVENTS: ReadonlySet<EventType> = new Set<EventType>([
  'attempt.started',
  'attempt.completed',
  'attempt.failed',
  'attempt.rejected',
  'retry.scheduled',
  'model.completed',
  'tool.started',
  'tool.completed',
  'tool.failed',
  'tool.refused',
  'governor.refused',
  'governor.queued',
  'plan.proposed',
]);
const PEOPLE_EVENTS: ReadonlySet<EventType> = new Set<EventType>([
  'human.asked',
  'human.decided',
  'human.expired',
  'human.withdrawn',
  'timer.set',
  'timer.fired',
]);

export function apply(state: RunState, event: RunEvent): void {
  state.seq = event.seq;
  state.at = event.at;
  if (STEP_EVENTS.has(event.type)) applyStep(state, event);
  else if (CALL_EVENTS.has(event.type)) applyCall(state, event);
  else if (PEOPLE_EVENTS.has(event.type)) applyPeople(state, event);
  else applyRun(state, event);
  if (event.seq === state.inheritedSeq) startAfresh(state);
  tick(state);
}

/** Where a fork leaves its parent: calls that were in flight there are made anew, with keys of their own. */
function startAfresh(state: RunState): void {
  for (const step of state.steps.values()) {
    step.attemptOpen = false;
    step.callStarted = null;
    step.uncertain = null; // its task is withdrawn by the next look at the step
    for (const call of step.conversation.pending) if (call.state === 'started') call.state = 'new';
    setStatus(state, step, step.status);
  }
  for (const token of state.tokens.values()) state.dirty.add(token);
  // What the parent undid it has undone: a fork made at the start of one undo does this one and no other.
  const { undo, forkedAt } = state;
  if (undo)
    state.undo = {
      ...undo,
      queue: undo.queue.filter((done) => `${done.step}~undo` === forkedAt),
      undone: [],
      notUndone: [],
    };
}

/** Time counts as running while any step works; steps that wait for people stand still. */
function tick(state: RunState): void {
  const active = !state.ended && !state.pause && state.busy > 0;
  if (active && state.activeSince === null) state.activeSince = state.at;
  if (!active && state.activeSince !== null) {
    state.activeMs += state.at - state.activeSince;
    state.activeSince = null;
  }
}

/** How long the run has been running, waits for people left out, in milliseconds. */
export function durationOf(state: RunState): number {
  return state.activeMs + (state.activeSince === null ? 0 : state.at - state.activeSince);
}

function applyRun(state: RunState, event: RunEvent): void {
  switch (event.type) {
    case 'run.started':
      return start(state, event.data, event.at);
    case 'run.paused':
      setPause(state, { reason: event.data.reason });
      if (event.data.reason === 'step') state.stepping = null;
      if (event.data.reason === 'breakpoint') passBreakpoint(state, event.data.node);
      return;
    case 'run.resumed':
      setPause(state, null);
      state.stepping = event.data.step ? { started: null } : null;
      for (const token of state.tokens.values()) state.dirty.add(token);
      return;
    case 'run.recovered':
      return recover(state);
    case 'run.cancelRequested':
      state.cancel = { compensate: event.data.compensate };
      state.budgetHit = null; // its task is withdrawn by the next look at the run
      setPause(state, null);
      return cancelEverything(state, 'the run was cancelled');
    case 'run.completed':
    case 'run.failed':
    case 'run.cancelled':
      state.ended = true;
      return;
    case 'budget.warned':
      state.warned.add(`${event.data.scope}:${event.data.metric}`);
      return;
    case 'budget.exceeded':
      return exceed(state, event.data);
    case 'budget.raised':
      state.limits = { ...state.limits, ...event.data.limits };
      return;
    case 'compensation.started': {
      const known = new Map(state.committed.map((done) => [done.step, done]));
      const queue = event.data.steps.flatMap((key) => known.get(key) ?? []);
      state.undo = { queue, undone: [], notUndone: [], started: true, done: false };
      return;
    }
    case 'compensation.completed':
      if (state.undo) state.undo.done = true;
      return;
    case 'context.set':
      return setContext(state, event.data.field, event.data.value, event.data.by);
    case 'output.set':
      return setOutput(state, event.data.node, event.data.value);
    case 'breaker.changed':
      if (event.data.to === 'open') state.openBreakers.add(event.data.subject);
      else state.openBreakers.delete(event.data.subject);
      return;
    case 'context.stale':
    case 'deadletter.added':
    case 'deadletter.closed':
    case 'run.migrated':
      return;
    default:
      throw new Error(`event ${event.type} is not the run's own`);
  }
}

const DEFAULT_LIMITS = { steps: 10_000, handoffs: 100, duration: 'P1D' } as const;

function start(state: RunState, data: DataOf<'run.started'>, at: number): void {
  const flow = state.plan.flow;
  state.startedAt = at;
  state.mode = data.mode;
  state.seed = data.seed;
  state.input = data.input;
  state.overrides = data.overrides ?? {};
  state.forked = data.forkedFrom !== undefined;
  state.inheritedSeq = data.forkedFrom?.seq ?? 0;
  state.forkedAt = data.forkedFrom?.at ?? null;
  state.limits = { ...(flow.budget ?? DEFAULT_LIMITS), ...data.overrides?.budget };
  const currency = state.limits.cost?.currency;
  if (currency !== undefined) state.usage.cost = { ...state.usage.cost, currency };
  if (data.overrides?.stepping) state.stepping = { started: null };
  state.root.input = { value: data.input };
  for (const [field, declared] of Object.entries(flow.context ?? {})) {
    const value = initialValue(declared);
    if (value !== undefined) {
      const hash = valueHash(value, state.plan.pure.sha256);
      state.root.ctx.own.set(field, { version: 0, value, writer: 'run', at, hash });
    }
  }
  const first = state.plan.root.nodes.get(state.plan.root.start);
  if (!first) throw new Error('a valid flow has a start node');
  createToken(state, state.root, first);
}

/** A breakpoint stops the same arrival once. */
function passBreakpoint(state: RunState, node: string | undefined): void {
  for (const token of state.tokens.values()) {
    const { phase, fork } = token;
    const stopped =
      phase === 'arrived'
        ? token.node.id === node || token.via?.from === node
        : fork?.join === node || (fork?.branches.some((branch) => branch.token.via?.from === node) ?? false);
    if (stopped) token.passedBreakpoint = true;
  }
}

/** An output edited in a fork: it replaces what is seen of that step, in its branch or body when it is in one. */
function setOutput(state: RunState, key: string, value: Json): void {
  const cut = key.lastIndexOf('/');
  const frame = state.frames.get(cut < 0 ? '' : key.slice(0, cut));
  if (!frame) return; // the body it was in is over: nobody can see it any more
  const { node } = lastSegment(key);
  const scopes = new Set([frame.scope, ...Array.from(frame.tokens, (token) => token.scope)]);
  const own = [...scopes].filter((scope) => scope.own.has(node));
  for (const scope of own.length > 0 ? own : [frame.scope])
    setStep(scope, node, value, state.plan.pure.sha256);
}

const CRASH_LOOP = 5;

/** Calls in flight died with the process: a started `once` call may have had its effect, everything else is done again. */
function recover(state: RunState): void {
  for (const step of state.steps.values()) {
    step.issued.clear();
    if (!isInterrupted(state, step)) continue;
    step.interruptions++;
    if (step.callStarted !== null) step.uncertain = step.callStarted;
    for (const call of step.conversation.pending) {
      if (call.state !== 'started' || call.call === step.callStarted) continue;
      call.state = 'new';
      call.attempts--;
    }
    if (step.interruptions >= CRASH_LOOP) {
      const message = `This step was interrupted ${step.interruptions} times by the end of the program; it is not tried again.`;
      step.failure = { kind: 'error', code: 'engine/crash-loop', message, noRetry: true, final: true };
      step.attemptOpen = false;
    }
  }
  for (const token of state.tokens.values()) state.dirty.add(token);
}

function exceed(state: RunState, data: DataOf<'budget.exceeded'>): void {
  if (data.scope !== 'run') return;
  if (data.action === 'pause') {
    state.budgetHit = { metric: data.metric };
    return;
  }
  state.runFailure = {
    kind: 'budget',
    code: 'budget/exceeded',
    message: `The run's budget for ${data.metric} is used up (${data.used} of ${data.limit}).`,
  };
  state.budgetsOff = true;
  cancelEverything(state, 'the budget is used up');
}

function setContext(state: RunState, field: string, value: Json, by: string): void {
  const ctx = state.root.ctx;
  writeContext(ctx, 'replace', { field, value, step: by }, state.at, state.plan.pure.sha256);
}
