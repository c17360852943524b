/** How a step gives up: along a fallback path, outward, or to what the flow does about failures. */
import type { Json } from '../base/json';
import type { Trouble } from '../nodes/behaviour';
import { guardExpressions, misfit } from './check';
import { type Decider, emit } from './decider';
import { evaluateMapping, placeOf, test } from './evaluate';
import { withdrawTasks } from './people';
import { edgesAt, type PlanEdge } from './plan';
import type { RunState, Step, Token } from './state';

type Carried = { readonly name: string; readonly payload: Json };

/** Whether an edge's bound is reached in this instance of its graph. */
export function isSpent(token: Token, edge: PlanEdge): boolean {
  return (
    edge.maxTraversals !== undefined && (token.frame.traversals.get(edge.index) ?? 0) >= edge.maxTraversals
  );
}

/** A step gives up: the first fallback edge that takes the kind, else outward, else the flow's `onFailure`. */
export function failStep(d: Decider, step: Step, trouble: Trouble): void {
  const { state } = d;
  withdrawTasks(d, step, 'the step failed');
  const route = step.undoes ? undefined : failureRoute(state, step, trouble);
  emit(d, {
    type: 'step.failed',
    step: step.key,
    data: {
      kind: trouble.kind,
      code: trouble.code,
      message: trouble.message,
      attempts: step.attempt,
      effects: [...step.effects],
      ...(route ?? { routed: 'container' as const }),
      usage: { ...step.usage },
    },
  });
  if (route?.routed !== 'fallback')
    emit(d, { type: 'deadletter.added', step: step.key, data: { step: step.key, kind: trouble.kind } });
}

type Route = { routed: 'fallback' | 'container' | 'onFailure'; to?: string; handoff?: Carried };

function failureRoute(state: RunState, step: Step, trouble: Trouble): Route {
  const { token } = step;
  const error = { node: step.plan.id, step: step.key, ...trouble, attempts: step.attempt };
  for (const edge of edgesAt(step.plan, 'fallback')) {
    const takes = edge.on ? edge.on.includes(trouble.kind) : trouble.kind !== 'cancelled';
    if (!takes || isSpent(token, edge)) continue;
    const guarded = guardExpressions(() => edgeHolds(state, step, edge, error));
    if (!guarded.ok || !guarded.value) continue;
    return { routed: 'fallback', to: edge.to, ...guarded.value };
  }
  const outermost = token.frame === state.root && token.parent === null;
  if (!outermost) return { routed: 'container' };
  const { onFailure } = state.plan.flow;
  const escalates =
    onFailure?.do === 'escalate' && onFailure.to !== undefined && state.escalations < MAX_ESCALATIONS;
  return escalates ? { routed: 'onFailure', to: onFailure.to } : { routed: 'onFailure' };
}

/** How often a run may be handed to the person its `onFailure` names. */
export const MAX_ESCALATIONS = 3;

function edgeHolds(
  state: RunState,
  step: Step,
  edge: PlanEdge,
  error: Trouble,
): { handoff?: Carried } | undefined {
  const failure = error as unknown as Json; // plain strings and numbers
  const extras = { error: failure };
  if (edge.when !== undefined && !test(state, placeOf(step), edge.when, `when/${edge.index}`, extras))
    return undefined;
  if (!edge.handoff) return {};
  const payload =
    edge.handoff.payload === undefined
      ? failure
      : (evaluateMapping(
          state,
          placeOf(step),
          edge.handoff.payload,
          `handoff/${edge.handoff.name}`,
          extras,
        ) ?? null);
  return misfit(state, edge.handoff.schema, payload) === undefined
    ? { handoff: { name: edge.handoff.name, payload } }
    : undefined;
}
