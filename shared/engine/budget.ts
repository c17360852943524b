/** Bounds: reserved before, settled after; of the run, of every container around a step, of the step itself. */
import type { Usage } from '../events/event';
import type { Budget, Model } from '../spec/parts';
import { durationOf } from './apply';
import { type Decider, emit } from './decider';
import { durationMs } from './duration';
import { budgetsOf } from './policy';
import { failStep } from './fail';
import type { RunState, Step, Token } from './state';

type Metric = 'steps' | 'turns' | 'tokens' | 'cost' | 'handoffs' | 'duration';

export function usedOf(usage: Usage, metric: Exclude<Metric, 'duration'>): number {
  if (metric === 'tokens') return usage.tokens.in + usage.tokens.out;
  return metric === 'cost' ? usage.cost.amount : usage[metric];
}

export function limitOf(budget: Budget | undefined, metric: Exclude<Metric, 'duration'>): number | undefined {
  return metric === 'cost' ? budget?.cost?.amount : budget?.[metric];
}

/** The run's own limit is reached: it pauses and asks, or goes straight to its end. */
function exceedBudget(d: Decider, metric: Metric, used: number, limit: number): void {
  const action = d.state.limits.onExceeded ?? 'pause';
  emit(d, { type: 'budget.exceeded', data: { scope: 'run', metric, used, limit, action } });
}

/** Most of the run's time is gone: said once. */
export function warnDuration(d: Decider): boolean {
  const { state } = d;
  const limit = durationMs(state.limits.duration);
  if (limit === undefined || state.budgetsOff || state.warned.has('run:duration')) return false;
  const used = durationOf(state);
  if (used < limit * WARN_AT) return false;
  emit(d, { type: 'budget.warned', data: { scope: 'run', metric: 'duration', used, limit } });
  return true;
}

/** The run's time is used up while there is still something to do. */
export function exceedDuration(d: Decider): boolean {
  const { state } = d;
  const limit = durationMs(state.limits.duration);
  if (limit === undefined || state.budgetsOff || state.tokens.size === 0) return false;
  const used = durationOf(state);
  if (used < limit) return false;
  exceedBudget(d, 'duration', used, limit);
  return true;
}

/** When the run's time is used up if it goes on as it does, or undefined. */
export function durationDueAt(state: RunState): number | undefined {
  const limitMs = durationMs(state.limits.duration);
  if (limitMs === undefined || state.budgetsOff || state.activeSince === null) return undefined;
  return state.activeSince + Math.max(0, limitMs - state.activeMs);
}

const WARN_AT = 0.8;

function warn(d: Decider, metric: Exclude<Metric, 'duration'>, ahead: number): void {
  const limit = limitOf(d.state.limits, metric);
  // What is reserved for one call is no use yet; a step, turn or handoff is about to be one.
  const used = usedOf(d.state.usage, metric) + (metric === 'tokens' || metric === 'cost' ? 0 : ahead);
  if (limit === undefined || used < limit * WARN_AT || d.state.warned.has(`run:${metric}`)) return;
  emit(d, { type: 'budget.warned', data: { scope: 'run', metric, used, limit } });
}

/** Room for `amount` more of a metric in the run and in every container around; takes the consequence when there is none. */
export function hasRoom(
  d: Decider,
  step: Step | null,
  token: Token,
  metric: Exclude<Metric, 'duration'>,
  amount: number,
): boolean {
  const { state } = d;
  if (state.budgetsOff || step?.undoes) return true;
  for (let inner = step ?? token.frame.container; inner; inner = inner.token.frame.container) {
    for (const budget of budgetsOf(state.plan.flow, inner.plan.node)) {
      const limit = limitOf(budget, metric);
      if (limit === undefined || usedOf(inner.usage, metric) + amount <= limit) continue;
      spend(d, inner, metric, limit);
      return false;
    }
  }
  const limit = limitOf(state.limits, metric);
  const used = usedOf(state.usage, metric);
  if (limit !== undefined && used + amount > limit) {
    exceedBudget(d, metric, used, limit);
    return false;
  }
  warn(d, metric, amount);
  return true;
}

/** A step's own limit: it fails with `budget`, which a fallback path may take; what is inside it is cancelled. */
function spend(d: Decider, step: Step, metric: Exclude<Metric, 'duration'>, limit: number): void {
  failSpent(d, step, metric, usedOf(step.usage, metric), limit);
}

export function failSpent(d: Decider, step: Step, metric: Metric, used: number, limit: number): void {
  emit(d, {
    type: 'budget.exceeded',
    step: step.key,
    data: { scope: step.key, metric, used, limit, action: 'fail' },
  });
  failStep(d, step, {
    kind: 'budget',
    code: 'budget/exceeded',
    message: `The budget of this step for ${metric} is used up (${limit}).`,
  });
}

/** Room for one more step; `team` is the step it is a member of. */
export function stepsLeft(d: Decider, token: Token, team: Step | null = null): boolean {
  return hasRoom(d, team, token, 'steps', 1);
}

/** What a model call may use at most: reserved while it is in flight. */
export function estimate(promptChars: number, maxOutputTokens: number): number {
  return Math.ceil(promptChars / 4) + maxOutputTokens;
}

export function priceOf(
  model: Model,
  tokens: { readonly in: number; readonly out: number },
): { amount: number; currency: string } | undefined {
  if (model.provider === 'builtin' || model.provider === 'simulated')
    return { amount: 0, currency: model.price?.currency ?? 'USD' };
  if (!model.price) return undefined;
  const amount = (tokens.in * model.price.inputPerMTok + tokens.out * model.price.outputPerMTok) / 1_000_000;
  return { amount, currency: model.price.currency };
}

/**
 * Room for a model call. When only reservations of calls in flight stand in the way the step waits for them; when what
 * is used up stands in the way the budget is exceeded.
 */
export function reserve(
  d: Decider,
  step: Step,
  callId: string,
  model: Model,
  tokens: { readonly in: number; readonly out: number },
): boolean {
  const { state } = d;
  const total = tokens.in + tokens.out;
  if (!hasRoom(d, step, step.token, 'turns', 1)) return false;
  if (!hasRoom(d, step, step.token, 'tokens', total)) return false;
  const cost = priceOf(model, tokens);
  if (cost && cost.amount > 0 && !hasRoom(d, step, step.token, 'cost', cost.amount)) return false;
  const limit = state.budgetsOff ? undefined : state.limits.tokens;
  if (limit !== undefined && usedOf(state.usage, 'tokens') + total + inFlight(state) > limit) {
    state.blocked.add(step.token);
    return false;
  }
  state.reservations.set(callId, total);
  return true;
}

function inFlight(state: RunState): number {
  takeBack(state);
  let total = 0;
  for (const tokens of state.reservations.values()) total += tokens;
  return total;
}

/** Drops what is reserved for calls that have ended or were cancelled; true when there was any. */
export function takeBack(state: RunState): boolean {
  const before = state.reservations.size;
  for (const id of state.reservations.keys())
    if (!state.steps.get(id.slice(0, id.lastIndexOf('@')))?.issued.has(id)) state.reservations.delete(id);
  return state.reservations.size < before;
}
