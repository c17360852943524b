/** What a behaviour may ask about its step: answered from the state, nothing else. */
import { seededRandom } from '../base/random';
import type { BranchOutcome, Outcome, StepContext } from '../nodes/behaviour';
import { modelDependency, modelOf } from './calls';
import { misfit } from './check';
import { evaluate, evaluateMapping, evaluateTemplate, inputOf, itemsOf, placeOf, test } from './evaluate';
import { decidedValues } from './people';
import { edgesAt } from './plan';
import type { Branch, Frame, RunState, Step } from './state';

export function stepContext(state: RunState, step: Step): StepContext {
  const place = placeOf(step);
  const { token } = step;
  return {
    id: step.plan.id,
    key: step.key,
    startedAt: step.startedAt,
    get input() {
      return inputOf(state, token.frame);
    },
    handoff: token.handoff,
    evaluate: (source, at, extras) => evaluate(state, place, source, at, extras),
    test: (source, at, extras) => test(state, place, source, at, extras),
    mapping: (mapping, at, extras) => evaluateMapping(state, place, mapping, at, extras),
    template: (text, at) => evaluateTemplate(state, place, text, at),
    random: (at) => seededRandom(state.seed, step.key, at)(),
    misfit: (schema, value) => misfit(state, schema, value),
    connected: (port) => edgesAt(step.plan, port).length > 0,
    isFired: (timer) => step.fired.has(timer),
    decision: (id) => decisionOf(step, id),
    expired: (id) => step.tasks.get(id)?.expired ?? undefined,
    result: step.result,
    items: () => itemsOf(state, step),
    child: (index) => outcomeOf(step.frames.get(index ?? 0)),
    latestChild: Math.max(0, ...step.frames.keys()),
    branches: (token.fork?.branches ?? []).map(branchOutcome),
    isLate: token.fork?.late ?? false,
    replies: step.replies,
    member: (key) => memberOf(state, step, key),
    proposal: step.proposal,
    proposals: step.plans,
    isAvailable: (name) => {
      const model = state.plan.flow.agents?.[name]?.model;
      return ![`agent:${name}`, ...(model === undefined ? [] : [modelDependency(modelOf(state, model))])].some((subject) => state.openBreakers.has(subject));
    },
    agent: (name) => {
      const agent = state.plan.flow.agents?.[name];
      return agent && { model: agent.model, role: agent.role, does: agent.does ?? [], doesNot: agent.doesNot ?? [], capabilities: agent.capabilities ?? [] };
    },
    nodeOf: (id) => step.plan.body?.nodes.get(id)?.node ?? state.plan.nodes.get(id)?.node,
  };
}

function decisionOf(step: Step, id: string): ReturnType<StepContext['decision']> {
  const task = step.tasks.get(id);
  if (!task?.decision) return undefined;
  const { choice, comment, by } = task.decision;
  return { choice, values: decidedValues(task), by, ...(comment === undefined ? {} : { comment }) };
}

function outcomeOf(frame: Frame | undefined): Outcome | undefined {
  if (!frame) return undefined;
  if (frame.live > 0 || !frame.result) return { state: 'running' };
  if (frame.result.ok) return { state: 'done', output: frame.result.output };
  const { kind, code, message } = frame.result.failure;
  return { state: 'failed', trouble: { kind, code, message } };
}

function branchOutcome(branch: Branch): BranchOutcome {
  const first = branch.edge.to;
  switch (branch.state) {
    case 'arrived':
      return { first, outcome: { state: 'done', output: branch.token.lastOutput } };
    case 'running':
      return { first, outcome: { state: 'running' } };
    case 'cancelled':
      return { first, outcome: { state: 'cancelled' } };
    case 'failed': {
      const { kind = 'error', code = 'branch/failed', message = 'The branch failed.' } = branch.failure ?? {};
      return { first, outcome: { state: 'failed', trouble: { kind, code, message } } };
    }
  }
}

function memberOf(state: RunState, step: Step, key: string): Outcome | undefined {
  const done = step.plannedSteps.get(key);
  if (done?.failure) {
    const { kind, code, message } = done.failure;
    return { state: 'failed', trouble: { kind, code, message } };
  }
  if (done) return { state: 'done', output: done.output ?? null };
  return state.steps.has(key) ? { state: 'running' } : undefined;
}
