/** Graph instances inside containers: opened by the start of their first step. */
import { present } from '../base/present';
import { parentOf } from '../events/step-key';
import type { Plan, PlanGraph, PlanNode } from './plan';
import { createContextScope, createStepScope } from './scope';
import { createFrame, type Frame, type RunState, type Step } from './state';

/** The frame a step key lives in, opened when it is the first step of it. */
export function frameFor(state: RunState, key: string): Frame {
  const cut = key.lastIndexOf('/');
  const frameKey = cut < 0 ? '' : key.slice(0, cut);
  const open = state.frames.get(frameKey);
  if (open) return open;
  const parent = present(parentOf(key), 'container of', key);
  const container = present(state.steps.get(parent.key), 'step', parent.key);
  return openFrame(state, container, frameKey, parent.index);
}

function openFrame(state: RunState, container: Step, key: string, index: number | undefined): Frame {
  const { token } = container;
  const { node } = container.plan;
  const isolated = node.kind === 'map';
  const frame = createFrame({
    key,
    graph: graphInside(state.plan, container.plan) ?? null,
    container,
    index,
    scope: createStepScope(node.kind === 'subflow' ? null : token.scope, state.plan.pure.sha256),
    ctx: isolated ? createContextScope(token.ctx) : token.ctx,
  });
  state.frames.set(key, frame);
  container.frames.set(index ?? 0, frame);
  container.opened++;
  container.latestChild = Math.max(container.latestChild, index ?? 0);
  // Only the pass before is asked for (`last`): a loop of any length holds two.
  if (node.kind === 'loop') container.closed.delete(container.latestChild - 2);
  return frame;
}

/** The graph a container walks; a team and a planner have none: their members are steps without edges. */
export function graphInside(plan: Plan, { node, body }: PlanNode): PlanGraph | undefined {
  if (node.kind === 'subflow') return plan.subflows.get(node.flow);
  return body?.kind === 'body' ? body : undefined;
}
