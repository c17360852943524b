/**
 * Tokens: made, moved, parked at joins, cancelled and taken away. Called only while an event is applied.
 *
 * T1. A token outside a parallel is alone in its frame; one inside belongs to exactly one branch.
 * T2. A frame is over when it has a result and no live token.
 */
import type { Json } from '../base/json';
import { present } from '../base/present';
import type { DataOf, Failure } from '../events/event';
import { edgesAt, type PlanEdge, type PlanNode } from './plan';
import { createContextScope, createStepScope } from './scope';
import type { Branch, Fork, Frame, RunState, Step, Token } from './state';

export interface TokenParts {
  readonly parent?: Token;
  readonly branch?: number;
  readonly via?: { from: string; port: string } | null;
  readonly handoff?: Json;
  readonly error?: Failure | null;
}

export function createToken(state: RunState, frame: Frame, node: PlanNode, parts: TokenParts = {}): Token {
  const inBranch = parts.parent !== undefined;
  const token: Token = {
    id: state.nextToken++,
    frame,
    parent: parts.parent ?? null,
    branch: parts.branch ?? 0,
    scope: inBranch ? createStepScope(parts.parent.scope, state.plan.pure.sha256) : frame.scope,
    ctx: inBranch ? createContextScope(parts.parent.ctx) : frame.ctx,
    node,
    phase: 'arrived',
    via: parts.via ?? null,
    handoff: parts.handoff,
    error: parts.error ?? null,
    fork: null,
    step: null,
    path: [],
    lastOutput: null,
    passedBreakpoint: false,
    cancelling: null,
  };
  frame.tokens.add(token);
  if (frame === state.root && !inBranch) state.rootToken = token;
  state.tokens.set(token.id, token);
  state.dirty.add(token);
  return token;
}

/** The container that waits for what happens in a frame has something to look at. */
export function wakeContainer(state: RunState, frame: Frame): void {
  if (frame.container) state.dirty.add(frame.container.token);
}

export function removeToken(state: RunState, token: Token): void {
  if (token.phase === 'gone') return;
  token.phase = 'gone';
  token.frame.tokens.delete(token);
  state.tokens.delete(token.id);
  state.dirty.delete(token);
  if (token.parent) state.dirty.add(token.parent);
  closeFrame(state, token.frame);
  wakeContainer(state, token.frame);
}

/** Of a body that is over only the result and its writes are kept: a map of any length holds what is at work. */
function closeFrame(state: RunState, frame: Frame): void {
  const { container, result } = frame;
  if (!container || !result || frame.tokens.size > 0) return;
  const index = frame.index ?? 0;
  container.frames.delete(index);
  state.frames.delete(frame.key);
  container.closed.set(index, { result, ctx: frame.ctx });
  if (!result.ok) container.lowestFailed = Math.min(index, container.lowestFailed ?? index);
}

/** The token goes along an edge; at the join of its own parallel it parks. */
export function moveToken(
  state: RunState,
  token: Token,
  edge: PlanEdge,
  carried: { handoff?: Json; error?: Failure | null },
): void {
  if (edge.maxTraversals !== undefined) {
    token.frame.traversals.set(edge.index, (token.frame.traversals.get(edge.index) ?? 0) + 1);
  }
  if (edge.handoff) {
    state.usage.handoffs++;
    for (let step = token.frame.container; step; step = step.token.frame.container) step.usage.handoffs++;
  }
  token.step = null;
  token.via = { from: edge.from, port: edge.port };
  token.handoff = carried.handoff;
  token.error = carried.error ?? null;
  token.passedBreakpoint = false;
  token.node = present(token.frame.graph?.nodes.get(edge.to), 'node', edge.to);
  if (token.parent?.fork?.join === edge.to) {
    token.phase = 'parked';
    branchOf(token).state = 'arrived';
    state.dirty.add(token.parent);
    return;
  }
  token.phase = 'arrived';
  state.dirty.add(token);
}

export function branchOf(token: Token): Branch {
  return present(token.parent?.fork?.branches[token.branch], 'branch of token', token.id);
}

/** A parallel's token splits; it waits itself, forked, until the join takes it further. Each branch has its own handoff. */
export function forkToken(
  state: RunState,
  token: Token,
  step: Step,
  { routes, handoffs }: Pick<DataOf<'step.committed'>, 'routes' | 'handoffs'>,
): void {
  const join = present(token.frame.graph?.joinOf.get(token.node.id), 'join of', token.node.id);
  const fork: Fork = { step: step.key, join, at: state.at, branches: [], late: false, joining: false };
  token.fork = fork;
  token.phase = 'forked';
  token.step = null;
  routes.forEach(({ port, to }, i) => {
    const edge = edgeTo(step.plan, port, to);
    const child = createToken(state, token.frame, token.node, { parent: token, branch: i });
    fork.branches.push({ edge, token: child, state: 'running', failure: null });
    moveToken(state, child, edge, { handoff: handoffs?.find((given) => given.to === to)?.payload });
  });
  state.dirty.add(token);
}

/** A failure nobody routed ends its token and is handed one level outward. */
export function failToken(state: RunState, token: Token, failure: Failure): void {
  if (!token.parent) token.frame.result ??= { ok: false, failure };
  removeToken(state, token);
  if (token.parent?.fork) {
    const branch = branchOf(token);
    branch.state = 'failed';
    branch.failure = failure;
    const join = token.frame.graph?.nodes.get(token.parent.fork.join)?.node;
    if (join?.kind === 'join' && join.onBranchFailure === 'cancel')
      cancelBranches(state, token.parent.fork, 'a sibling branch failed');
  }
}

export function cancelBranches(state: RunState, fork: Fork, reason: string): void {
  for (const branch of fork.branches) {
    if (branch.state !== 'running') continue;
    branch.state = 'cancelled';
    cancelToken(state, branch.token, reason);
  }
}

/** Marks a token and everything under it for cancelling; what has no step yet goes at once. */
export function cancelToken(state: RunState, token: Token, reason: string): void {
  if (token.phase === 'gone' || token.cancelling !== null) return;
  if (token.fork && token.phase === 'forked') {
    state.timers.delete(`${token.fork.step}:join`);
    for (const branch of token.fork.branches) cancelToken(state, branch.token, reason);
  }
  if (!token.step) {
    removeToken(state, token);
    return;
  }
  token.cancelling = reason;
  state.dirty.add(token);
  for (const frame of token.step.frames.values()) cancelFrame(state, frame, reason);
}

export function cancelFrame(state: RunState, frame: Frame, reason: string, except?: Token): void {
  for (const token of Array.from(frame.tokens)) if (token !== except) cancelToken(state, token, reason);
}

export function cancelEverything(state: RunState, reason: string): void {
  cancelFrame(state, state.root, reason);
}

/** The edge a recorded route took: `(from, port, to)` is unique in a graph. */
export function edgeTo(node: PlanNode, port: string, to: string): PlanEdge {
  const edge = edgesAt(node, port).find((candidate) => candidate.to === to);
  return present(edge, 'edge to', to);
}

/** Node ids of the root graph in token order, branches one after the other. */
export function pathOf(token: Token): string[] {
  // A step that is being cancelled has not gone from the path yet.
  if (!token.fork) return token.cancelling !== null && token.step ? token.path.slice(0, -1) : token.path;
  return [...token.path, ...token.fork.branches.flatMap((branch) => pathOf(branch.token))];
}
