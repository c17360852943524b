/**
 * The fold: what each event does to the state of a run.
 *
 * A1. Total and deterministic: any prefix of a history makes a state `decide` can go on from.
 * A2. `apply` never evaluates an expression and never asks anyone; what it needs is in the event or in the plan.
 */
import type { Json } from '../base/json';
import { present } from '../base/present';
import type { DataOf, EventType, RunEvent } from '../events/event';
import { CALLS } from './apply-calls';
import { PEOPLE } from './apply-people';
import { type Applying, STEPS } from './apply-steps';
import { lastSegment } from '../events/step-key';
import { isInterrupted } from './interrupted';
import { setStatus } from './status';
import { setPause } from './waiting';
import { initialValue, setStep, valueHash, writeContext } from './scope';
import type { RunState } from './state';
import { cancelEverything, createToken } from './tokens';

export function apply(state: RunState, event: RunEvent): void {
  state.seq = event.seq;
  state.at = event.at;
  const work = TABLE[event.type] as (state: RunState, event: RunEvent) => void; // each takes the events of its own type
  work(state, event);
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
  lookAtAll(state);
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

/** What happens to the run as a whole. The compiler asks for every type of event. */
const TABLE: Applying<EventType> = {
  ...STEPS,
  ...CALLS,
  ...PEOPLE,
  'run.started': (state, { data, at }) => start(state, data, at),
  'run.paused': (state, { data }) => {
    setPause(state, { reason: data.reason });
    if (data.reason === 'step') state.stepping = null;
    if (data.reason === 'breakpoint') passBreakpoint(state, data.node);
  },
  'run.resumed': (state, { data }) => {
    setPause(state, null);
    state.stepping = data.step ? { started: null } : null;
    lookAtAll(state);
  },
  'breakpoints.set': (state, { data }) => {
    state.overrides = { ...state.overrides, breakpoints: data.breakpoints };
  },
  'run.recovered': (state, { data }) => recover(state, data),
  'run.cancelRequested': (state, { data }) => {
    state.cancel = { compensate: data.compensate };
    state.budgetHit = null; // its task is withdrawn by the next look at the run
    setPause(state, null);
    cancelEverything(state, 'the run was cancelled');
  },
  'run.completed': end,
  'run.failed': end,
  'run.cancelled': end,
  'run.migrated': lookAtAll, // what stood still under the flow before may go on under this one
  'budget.warned': (state, { data }) => {
    state.warned.add(`${data.scope}:${data.metric}`);
  },
  'budget.exceeded': (state, { data }) => exceed(state, data),
  'budget.raised': (state, { data }) => {
    state.limits = { ...state.limits, ...data.limits };
  },
  'compensation.started': (state, { data }) => {
    // A fork may have another flow, with fewer undos than its parent began.
    const begun = new Set(data.steps);
    const queue = state.committed
      .filter((done) => begun.has(done.step) && done.node.node.compensate !== undefined)
      .reverse();
    state.undo = { queue, undone: [], notUndone: [], started: true, done: false };
  },
  'compensation.completed': (state) => {
    present(state.undo, 'compensation').done = true;
  },
  'context.set': (state, { data }) => setContext(state, data.field, data.value, data.by),
  'output.set': (state, { data }) => setOutput(state, data.node, data.value),
  'breaker.changed': (state, { data }) => {
    if (data.to === 'open') state.openBreakers.add(data.subject);
    else state.openBreakers.delete(data.subject);
  },
  'context.stale': recordOnly,
  'deadletter.added': recordOnly,
  'deadletter.closed': recordOnly,
};

/** Said for the record: nothing follows from it. */
function recordOnly(): void {}

function end(state: RunState): void {
  state.ended = true;
}

function lookAtAll(state: RunState): void {
  for (const token of state.tokens.values()) state.dirty.add(token);
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
  const { nodes, start: first } = state.plan.root;
  createToken(state, state.root, present(nodes.get(first), 'start node'));
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
function recover(state: RunState, { stoppedExpressions }: DataOf<'run.recovered'>): void {
  if (stoppedExpressions) state.overrides = { ...state.overrides, stoppedExpressions };
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
  lookAtAll(state);
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
