/** What the events of a step's life do: started, committed, failed, cancelled, skipped. */
import type { Json } from '../base/json';
import { present } from '../base/present';
import type { EventType, Failure, RunEvent } from '../events/event';
import { lastSegment } from '../events/step-key';
import { BYPASS_PORTS } from '../spec/ports-of';
import { frameFor } from './frames';
import { edgesAt, type PlanNode } from './plan';
import { noteVerdict } from './gates';
import { resolveToolPolicy } from './policy';
import { setStep, writeContext } from './scope';
import {
  createConversation,
  type Fork,
  type MemberResult,
  type RunState,
  type Step,
  structuredUsage,
  type Token,
} from './state';
import { setStatus } from './status';
import { usagesOf } from './usage';
import {
  cancelBranches,
  cancelFrame,
  createToken,
  edgeTo,
  failToken,
  forkToken,
  moveToken,
  pathOf,
  removeToken,
} from './tokens';

/** What each event of a kind does to the state; the table of `apply` is made of these. */
export type Applying<T extends EventType> = {
  readonly [K in T]: (state: RunState, event: RunEvent<K>) => void;
};

export const STEPS: Applying<
  'step.started' | 'step.committed' | 'step.failed' | 'step.cancelled' | 'step.skipped'
> = {
  'step.started': started,
  'step.committed': (state, event) => committed(state, stepOf(state, event.step), event),
  'step.failed': (state, event) => failed(state, stepOf(state, event.step), event),
  'step.cancelled': (state, event) => cancelled(state, stepOf(state, event.step), event),
  'step.skipped': skipped,
};

/** The step at work an event is about. */
export function stepOf(state: RunState, key: string | undefined): Step {
  return present(state.steps.get(present(key, 'step in an event of a step')), 'step', key);
}

/** The token whose arrival a step key names; opens the frame, or makes the token, where the start of a step does so. */
function tokenFor(state: RunState, key: string, node: string): Token {
  const frame = frameFor(state, key);
  for (const token of frame.tokens) {
    if (token.step) continue;
    if (token.phase === 'arrived' && token.node.id === node) return token;
    if (token.fork?.join === node && token.phase === 'forked') return joinUp(state, token, token.fork);
  }
  const plan = frame.graph?.nodes.get(node) ?? frame.container?.plan.body?.nodes.get(node);
  const error = frame === state.root ? state.runFailure : null;
  if (error) state.escalations++;
  if (error) state.runFailure = null;
  if (plan) {
    const before = error && state.rootToken ? pathOf(state.rootToken) : [];
    const token = createToken(state, frame, plan, { error });
    token.path = before;
    return token;
  }
  const team = present(frame.container, 'node', node);
  return createToken(state, frame, state.plan.worker(node, team.plan));
}

/** The forked token goes on at the join: late branches are cancelled, steps of those that count become visible. */
function joinUp(state: RunState, token: Token, fork: Fork): Token {
  fork.joining = true;
  const late = fork.late;
  state.timers.delete(`${fork.step}:join`);
  for (const branch of fork.branches) {
    if (branch.state === 'running' && late) {
      branch.failure = {
        kind: 'timeout',
        code: 'join/deadline',
        message: 'The branch did not arrive before the deadline of the join.',
      };
    }
  }
  cancelBranches(
    state,
    fork,
    late ? 'the deadline of the join passed' : 'the join did not wait for this branch',
  );
  if (late)
    for (const branch of fork.branches)
      if (branch.failure && branch.state === 'cancelled') branch.state = 'failed';
  for (const branch of fork.branches) {
    if (branch.state !== 'arrived') continue;
    for (const [node, output] of branch.token.scope.own)
      setStep(token.scope, node, output, state.plan.pure.sha256);
    removeToken(state, branch.token);
  }
  token.path = pathOf(token);
  token.node = present(token.frame.graph?.nodes.get(fork.join), 'join', fork.join);
  token.via = null;
  token.handoff = undefined;
  return token;
}

function started(state: RunState, event: RunEvent<'step.started'>): void {
  const key = present(event.step, 'step in', event.type);
  const segment = lastSegment(key);
  const undoes = segment.undo
    ? present(
        state.undo?.queue.find((done) => `${done.step}~undo` === key),
        'step to undo for',
        key,
      )
    : null;
  const token = undoes ? undoToken(state, undoes.token) : tokenFor(state, key, event.data.node);
  const runVisit = (state.nodeVisits.get(token.node.id) ?? 0) + 1;
  state.nodeVisits.set(token.node.id, runVisit);
  const visitName = segment.node;
  token.frame.visits.set(visitName, Math.max(segment.visit, token.frame.visits.get(visitName) ?? 0));
  const step = newStep(state, key, event, token, undoes, segment.visit, runVisit);
  token.step = step;
  token.phase = 'running';
  state.steps.set(key, step);
  if (token.frame.graph === null) token.frame.container?.assigned.push({ key, node: event.data.node });
  if (token.frame === state.root && !undoes && step.plan.node.kind !== 'start')
    token.path.push(token.node.id);
  if (event.data.kind !== 'start' && event.data.kind !== 'end') {
    for (const usage of usagesOf(state, step)) usage.steps++;
  }
  if (state.stepping && state.stepping.started === null) state.stepping.started = key;
  setStatus(state, step, 'running');
  const { stepTimeoutMs, budgetMs } = step.plan.policy;
  if (stepTimeoutMs !== undefined) setStepTimer(state, step, `${key}:timeout`, event.at + stepTimeoutMs);
  if (budgetMs !== undefined) setStepTimer(state, step, `${key}:budget`, event.at + budgetMs);
  state.dirty.add(token);
}

/** An undo is held to the policy of the tool that does it, not to that of the step it undoes. */
function undoPlan(state: RunState, node: PlanNode): PlanNode {
  const { tool } = present(node.node.compensate, 'undo of', node.id);
  return { ...node, policy: resolveToolPolicy(state.plan.flow, tool) };
}

function newStep(
  state: RunState,
  key: string,
  event: RunEvent<'step.started'>,
  token: Token,
  undoes: Step['undoes'],
  visit: number,
  runVisit: number,
): Step {
  return {
    key,
    plan: undoes ? undoPlan(state, undoes.node) : token.node,
    token,
    visit,
    runVisit,
    startedAt: event.at,
    seq: event.seq,
    undoes,
    status: 'ready',
    busy: false,
    attempt: 0,
    attemptOpen: false,
    again: null,
    onModel: 0,
    modelIndex: 0,
    reasked: false,
    backoff: false,
    interruptions: 0,
    failure: null,
    lastFailure: null,
    result: null,
    judged: [],
    uncertain: null,
    callStarted: null,
    calls: 0,
    usage: structuredUsage(),
    effects: [],
    unsent: null,
    conversation: createConversation(),
    replies: [],
    tasks: new Map(),
    timers: new Set(),
    fired: new Set(),
    frames: new Map(),
    closed: new Map(),
    opened: 0,
    latestChild: 0,
    lowestFailed: null,
    members: new Map(),
    assigned: [],
    proposal: null,
    plans: 0,
    timedOut: false,
    memo: new Map(),
    issued: new Set(),
    asking: 0,
    askingSince: event.at,
    waitedMs: 0,
  };
}

export function setStepTimer(state: RunState, step: Step, id: string, dueAt: number): void {
  step.timers.add(id);
  state.timers.set(id, { id, dueAt, step: step.key });
}

/** Undoing happens after everything else: in a token of its own that sees what the undone step saw. */
function undoToken(state: RunState, of: Token): Token {
  const { rootToken } = state;
  const token = createToken(state, state.root, of.node);
  state.rootToken = rootToken;
  state.root.tokens.delete(token); // it belongs to no graph: nothing that happens in one touches it
  return Object.assign(token, {
    frame: of.frame,
    scope: of.scope,
    ctx: of.ctx,
    handoff: of.handoff,
    error: of.error,
  });
}

/** Takes a finished step out of what is live and tells the host which calls nobody waits for any more. */
function finish(state: RunState, step: Step, status: 'committed' | 'failed' | 'cancelled'): void {
  for (const id of step.issued) state.aborts.push(id);
  for (const timer of step.timers) state.timers.delete(timer);
  for (const frame of step.frames.values()) state.frames.delete(frame.key);
  setStatus(state, step, status);
  state.steps.delete(step.key);
  step.token.step = null;
  if (state.stepping?.started === step.key) state.dirty.add(step.token);
}

function committed(state: RunState, step: Step, event: RunEvent<'step.committed'>): void {
  const { token } = step;
  const { output, routes, writes, handoff } = event.data;
  noteVerdict(state, step, true);
  finish(state, step, 'committed');
  for (const write of writes) {
    const merge = state.plan.flow.context?.[write.field]?.merge ?? 'replace';
    writeContext(
      token.ctx,
      merge,
      { field: write.field, value: write.value, step: step.key },
      event.at,
      state.plan.pure.sha256,
    );
  }
  token.lastOutput = output;
  if (step.undoes) {
    state.undo?.undone.push(step.undoes.step);
    return removeUndo(state, token);
  }
  remember(state, step, event.seq, { output });
  const container = token.frame.container;
  if (container && token.frame.graph === null)
    return teamStepDone(state, step, container, { ok: true, output });
  setStep(token.scope, step.plan.id, output, state.plan.pure.sha256);
  if (token.fork?.joining) token.fork = null;
  const { node } = step.plan;
  if (node.kind === 'end') return reachEnd(state, step, output, node.outcome ?? 'completed');
  if (node.kind === 'parallel') return forkToken(state, token, step, event.data);
  const route = present(routes[0], 'route of', step.key);
  moveToken(
    state,
    token,
    edgeTo(step.plan, route.port, route.to),
    handoff ? { handoff: handoff.payload } : {},
  );
}

function removeUndo(state: RunState, token: Token): void {
  token.phase = 'gone';
  state.tokens.delete(token.id);
  state.dirty.delete(token);
}

/** What could be undone, or had an effect that stands: kept for the end of the run. */
function remember(state: RunState, step: Step, seq: number, result: { readonly output: Json } | null): void {
  if (step.undoes) return;
  if (step.effects.length === 0 && !(result && step.plan.node.compensate)) return;
  state.committed.push({
    step: step.key,
    committed: result !== null,
    node: step.plan,
    seq,
    output: result?.output ?? null,
    token: step.token,
    effects: step.effects,
  });
}

function reachEnd(state: RunState, step: Step, output: Json, outcome: 'completed' | 'failed'): void {
  const { token } = step;
  const { frame } = token;
  if (outcome === 'completed') {
    frame.result ??= { ok: true, output, end: step.plan.id, step: step.key };
  } else {
    const message = `The flow ended at "${step.plan.node.name ?? step.plan.id}", which counts as failed.`;
    const failure: Failure = {
      node: step.plan.id,
      step: step.key,
      kind: 'error',
      code: 'flow/ended-failed',
      message,
    };
    frame.result = { ok: false, failure, output };
    cancelFrame(state, frame, 'the graph ended as failed', token);
  }
  removeToken(state, token);
}

/** A step of a team has no edges: its result goes to the container. */
function teamStepDone(state: RunState, step: Step, container: Step, result: MemberResult): void {
  container.members.set(step.key, result);
  removeToken(state, step.token);
}

function failed(state: RunState, step: Step, event: RunEvent<'step.failed'>): void {
  const { token } = step;
  const { kind, code, message, attempts, routed, to, handoff } = event.data;
  const failure: Failure = { node: step.plan.id, step: step.key, kind, code, message, attempts };
  finish(state, step, 'failed');
  remember(state, step, event.seq, null);
  if (step.undoes) {
    state.undo?.notUndone.push(step.undoes.step);
    return removeUndo(state, token);
  }
  const container = token.frame.container;
  if (container && token.frame.graph === null)
    return teamStepDone(state, step, container, { ok: false, failure });
  if (token.fork?.joining) token.fork = null;
  for (const frame of step.frames.values()) cancelFrame(state, frame, 'the step around it failed');
  if (routed === 'fallback' && to !== undefined) {
    return moveToken(state, token, edgeTo(step.plan, 'fallback', to), {
      error: failure,
      ...(handoff ? { handoff: handoff.payload } : {}),
    });
  }
  if (routed === 'onFailure' && to !== undefined) return escalate(state, token, to, failure);
  failToken(state, token, failure);
}

function escalate(state: RunState, token: Token, to: string, failure: Failure): void {
  state.escalations++;
  token.node = present(state.plan.root.nodes.get(to), 'node', to);
  token.phase = 'arrived';
  token.via = null;
  token.handoff = undefined;
  token.error = failure;
  token.passedBreakpoint = false;
  state.dirty.add(token);
}

function cancelled(state: RunState, step: Step, event: RunEvent<'step.cancelled'>): void {
  const { reason } = event.data;
  finish(state, step, 'cancelled');
  remember(state, step, event.seq, null);
  const { token } = step;
  if (token.path[token.path.length - 1] === token.node.id) token.path.pop();
  const container = token.frame.container;
  if (container && token.frame.graph === null) {
    const failure: Failure = {
      node: step.plan.id,
      step: step.key,
      kind: 'cancelled',
      code: 'step/cancelled',
      message: reason,
    };
    return teamStepDone(state, step, container, { ok: false, failure });
  }
  removeToken(state, token);
}

function skipped(state: RunState, event: RunEvent<'step.skipped'>): void {
  const key = present(event.step, 'step in', event.type);
  const { to } = event.data;
  const { node, visit } = lastSegment(key);
  const token = tokenFor(state, key, node);
  token.frame.visits.set(node, visit);
  const edge = BYPASS_PORTS.flatMap((port) => edgesAt(token.node, port)).find((each) => each.to === to);
  moveToken(state, token, present(edge, 'way past', node), { handoff: token.handoff, error: token.error });
}
