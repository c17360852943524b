/** Graph instances inside containers: opened by the start of their first step. */
import { parentOf } from '../events/step-key';
import type { PlanGraph } from './plan';
import { createContextScope, createStepScope } from './scope';
import { createFrame, type Frame, type RunState, type Step } from './state';

/** The frame a step key lives in, opened when it is the first step of it. */
export function frameFor(state: RunState, key: string): Frame {
  const cut = key.lastIndexOf('/');
  const frameKey = cut < 0 ? '' : key.slice(0, cut);
  const open = state.frames.get(frameKey);
  if (open) return open;
  const parent = parentOf(key);
  const container = parent && state.steps.get(parent.key);
  if (!container) throw new Error(`step ${key} starts inside a container that does not run`);
  return openFrame(state, container, frameKey, parent.index);
}

function openFrame(state: RunState, container: Step, key: string, index: number | undefined): Frame {
  const { token } = container;
  const { node } = container.plan;
  const isolated = node.kind === 'map';
  const frame = createFrame({
    key,
    graph: graphOf(state, container),
    container,
    index,
    scope: createStepScope(node.kind === 'subflow' ? null : token.scope),
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

function graphOf(state: RunState, container: Step): PlanGraph | null {
  const { node, body } = container.plan;
  if (node.kind === 'subflow') return state.plan.subflows.get(node.flow) ?? null;
  return node.kind === 'map' || node.kind === 'loop' ? (body ?? null) : null;
}
