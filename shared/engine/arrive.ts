/** A token has arrived: the step starts, with its view taken and recorded. */
import { canonicalJson } from '../base/jcs';
import type { Json } from '../base/json';
import { present } from '../base/present';
import type { ContextField } from '../spec/parts';
import { BYPASS_PORTS } from '../spec/ports-of';
import { stepsLeft } from './budget';
import { guardExpressions } from './check';
import { type Decider, emit, isHeld } from './decider';
import { inputOf, localsOf, test } from './evaluate';
import { durationMs } from './duration';
import { edgesAt, type PlanNode } from './plan';
import { failStep, isSpent } from './fail';
import { type ContextVersion, contextVersion, scopeHash, type StepScope, valueHash } from './scope';
import type { Fork, Frame, RunState, Step, Token } from './state';

export function nextKey(frame: Frame, node: string): string {
  const visit = (frame.visits.get(node) ?? 0) + 1;
  return `${frame.key === '' ? '' : `${frame.key}/`}${node}${visit > 1 ? `#${visit}` : ''}`;
}

export function decideArrival(d: Decider, token: Token): void {
  const { state } = d;
  if (isHeld(state) || isSteppedPast(state)) return;
  if (stopsAtBreakpoint(d, token)) return;
  const key = nextKey(token.frame, token.node.id);
  if (token.node.node.disabled) return passBy(d, token, key);
  startStep(d, token, token.node, key);
}

/** A disabled node is left by the first connected of its ways on, without an output; their bounds hold all the same. */
function passBy(d: Decider, token: Token, key: string): void {
  const { state } = d;
  const ways = BYPASS_PORTS.map((name) => edgesAt(token.node, name)).find((edges) => edges.length > 0);
  const place = { token, key, startedAt: state.at, reads: token.node.reads };
  const edge = ways?.find(({ when, index }) => {
    if (when === undefined) return true;
    const guarded = guardExpressions(() => test(state, place, when, `when/${index}`));
    return guarded.ok && guarded.value;
  });
  if (edge && !isSpent(token, edge)) {
    emit(d, { type: 'step.skipped', step: key, data: { to: edge.to } });
    return;
  }
  startStep(d, token, token.node, key);
  const step = state.steps.get(key);
  const message =
    'This node is switched off, and the way past it has been taken as often as its bound allows.';
  if (step) failStep(d, step, { kind: 'loop_limit', code: 'loop/limit', message });
}

/** While stepping, only the first ready step goes; the pause after it is recorded when it is done. */
function isSteppedPast(state: RunState): boolean {
  return (
    state.stepping?.started !== undefined &&
    state.stepping.started !== null &&
    state.steps.has(state.stepping.started)
  );
}

/** A container that stepping has let through goes as far as the first step inside it. */
export function mayOpen(state: RunState, step: Step): boolean {
  return !isSteppedPast(state) || (state.stepping?.started === step.key && step.opened === 0);
}

function stopsAtBreakpoint(d: Decider, token: Token): boolean {
  if (token.passedBreakpoint) return false;
  const next = token.fork?.join ?? token.node.id;
  const from = token.fork ? token.fork.branches.map((branch) => branch.token.via?.from) : [token.via?.from];
  for (const point of d.state.overrides.breakpoints ?? []) {
    const here = point.when === 'before' ? next === point.node : from.includes(point.node);
    if (!here || !isMet(d.state, token, point.if)) continue;
    emit(d, { type: 'run.paused', data: { reason: 'breakpoint', node: point.node } });
    return true;
  }
  return false;
}

/** Whoever set it may look at all of the context. A condition that cannot be evaluated stops: that is seen. */
function isMet(state: RunState, token: Token, condition: string | undefined): boolean {
  if (condition === undefined) return true;
  const reads = Object.keys(state.plan.flow.context ?? {});
  const place = { token, key: token.node.id, startedAt: state.at, reads };
  const guarded = guardExpressions(() => test(state, place, condition, 'breakpoint'));
  return !guarded.ok || guarded.value;
}

/** The step of a node begins: budget, view, record; a field too old to be used fails it at once. */
export function startStep(d: Decider, token: Token, node: PlanNode, key: string): void {
  const { state } = d;
  const counted = node.node.kind !== 'start' && node.node.kind !== 'end';
  if (counted && !stepsLeft(d, token)) return;
  const reads = readVersions(token, node);
  emit(d, {
    type: 'step.started',
    step: key,
    data: {
      kind: node.node.kind,
      node: node.id,
      reads,
      ...viaOf(token),
      viewHash: viewHash(state, token, reads),
    },
  });
  checkFreshness(d, key, node);
}

/** The edge that led here; to a join the first in drawn order of those that brought a branch that counts. */
function viaOf(token: Token): { via?: { from: string; port: string } } {
  const { fork } = token;
  const arrived = fork?.branches.find((branch) => branch.state === 'arrived')?.token;
  const via = fork ? (arrived?.via ?? null) : token.via;
  return via ? { via } : {};
}

function readVersions(token: Token, node: PlanNode): Record<string, number> {
  const reads: Record<string, number> = {};
  for (const field of node.reads) {
    const version = contextVersion(token.ctx, field);
    if (version) reads[field] = version.version;
  }
  return reads;
}

/** Made of the stored hashes of the parts, never of the values again. */
function viewHash(state: RunState, token: Token, reads: Readonly<Record<string, number>>): string {
  const { sha256 } = state.plan.pure;
  const fields = Object.keys(reads).map(
    (field) => `${field}@${reads[field]}:${contextVersion(token.ctx, field)?.hash}`,
  );
  const locals = localsOf(state, token.frame);
  const parts = [
    hashOf(state, inputOf(state, token.frame)),
    ...pastOf(token).map((scope) => scopeHash(scope, sha256)),
    token.handoff === undefined || token.fork ? '' : hashOf(state, token.handoff),
    locals.item === undefined ? '' : hashOf(state, locals.item),
    `${locals.index ?? ''}:${locals.iteration ?? ''}`,
    ...fields,
  ];
  return sha256(parts.join('\n'));
}

/** At a join what the branches that count have seen is part of its past. */
function pastOf({ scope, fork }: Token): StepScope[] {
  const arrived = fork?.branches.filter((branch) => branch.state === 'arrived') ?? [];
  return [scope, ...arrived.map((branch) => branch.token.scope)];
}

function hashOf(state: RunState, value: Json): string {
  // Hashing small values again is cheaper than remembering them.
  return typeof value === 'object' && value !== null
    ? valueHash(value, state.plan.pure.sha256)
    : canonicalJson(value);
}

/** What a field starts with by its merge rule was written by nobody; a declared `initial` was, when the run started. */
function isUnwritten(declared: ContextField | undefined, version: ContextVersion): boolean {
  return version.version === 0 && declared?.initial === undefined;
}

function checkFreshness(d: Decider, key: string, node: PlanNode): void {
  const { state } = d;
  const step = present(state.steps.get(key), 'step', key);
  for (const field of node.reads) {
    const declared = state.plan.flow.context?.[field];
    const freshMs = durationMs(declared?.freshFor);
    const version = contextVersion(step.token.ctx, field);
    if (freshMs === undefined || !version || isUnwritten(declared, version)) continue;
    const ageMs = state.at - version.at;
    if (ageMs <= freshMs) continue;
    emit(d, { type: 'context.stale', step: key, data: { field, ageMs } });
    if (declared?.onStale === 'warn') continue;
    const message = `"${field}" was written ${ageMs / 1000} s ago and counts as fresh for ${freshMs / 1000} s only.`;
    failStep(d, step, { kind: 'stale_context', code: 'context/stale', message });
    return;
  }
}

/** A forked token goes on as soon as its join can say what comes of it. */
export function decideJoin(d: Decider, token: Token): void {
  const { state } = d;
  const fork = token.fork;
  const join = fork && token.frame.graph?.nodes.get(fork.join);
  if (!fork || join?.node.kind !== 'join' || isHeld(state)) return;
  if (isReady(fork, join.node.wait ?? 'all')) {
    if (isSteppedPast(state) || stopsAtBreakpoint(d, token)) return;
    startStep(d, token, join, nextKey(token.frame, join.id));
    return;
  }
  const deadlineMs = durationMs(join.node.deadline);
  const timer = `${fork.step}:join`;
  if (deadlineMs !== undefined && !fork.late && !state.timers.has(timer)) {
    emit(d, {
      type: 'timer.set',
      data: { timer, dueAt: fork.at + deadlineMs, why: `deadline of ${join.id}` },
    });
  }
}

function isReady(fork: Fork, wait: 'all' | 'any' | { count: number }): boolean {
  if (fork.late) return true;
  const running = fork.branches.filter((branch) => branch.state === 'running').length;
  if (running === 0) return true;
  if (wait === 'all') return false;
  const needed = wait === 'any' ? 1 : wait.count;
  const arrived = fork.branches.filter((branch) => branch.state === 'arrived').length;
  return arrived >= needed || arrived + running < needed;
}
