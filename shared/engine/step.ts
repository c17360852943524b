/** One look at one live step: its behaviour says what it wants, the engine records it. */
import type { Json } from '../base/json';
import { present } from '../base/present';
import { graphInside } from './frames';
import { behaviours } from '../nodes/behaviours.generated';
import type { BehaviourOf, Verdict } from '../nodes/behaviour';
import type { FlowNode } from '../spec/nodes';
import { factsOf } from '../spec/ports-of';
import { approvalOf, askAboutUncertain } from './agent-tools';
import { codeOfCheck, guardExpressions, misfit, outputSchemaOf } from './check';
import { estimate, failSpent, reserve, stepsLeft } from './budget';
import { mayOpen } from './arrive';
import { codeCall, modelCall, modelChain, toolCall } from './calls';
import { converse, settle } from './conversation';
import { type Decider, emit, isHeld, want } from './decider';
import { askHuman } from './people';
import { evaluateMapping, placeOf, subflowInput } from './evaluate';
import { recoverStep } from './recover';
import { failStep } from './fail';
import { commitStep } from './route';
import { scopeHash } from './scope';
import type { RunState, Step, Undoable } from './state';
import { StepView } from './step-context';

export function decideStep(d: Decider, step: Step): void {
  if (withdrawStale(d, step) || expireTask(d, step)) return;
  if (isHeld(d.state) && WAITS.has(step.plan.node.kind) && !step.undoes) return;
  if (step.failure) return recoverStep(d, step, step.failure);
  if (isOverdue(d, step)) return;
  // A member's task comes from its team, not along an edge; null is a payload like any other.
  if (step.token.handoff === undefined) step.token.handoff = taskOf(d.state, step);
  const guarded = guardExpressions(() => verdictOf(d.state, step));
  if (!guarded.ok) return failStep(d, step, guarded.trouble);
  const acted = guardExpressions(() => act(d, step, guarded.value));
  if (!acted.ok) failStep(d, step, acted.trouble);
}

function verdictOf(state: RunState, step: Step): Verdict {
  if (step.undoes) return undoVerdict(state, step, step.undoes);
  return behaviourOf(step.plan.node).decide(step.plan.node, new StepView(state, step));
}

/** The table is typed kind by kind; a lookup by a kind known only at run time loses that link. */
function behaviourOf(node: FlowNode): BehaviourOf<FlowNode> {
  return behaviours[node.kind] as unknown as BehaviourOf<FlowNode>;
}

function undoVerdict(state: RunState, step: Step, undoes: Undoable): Verdict {
  const compensate = present(undoes.node.node.compensate, 'undo of', undoes.step);
  if (step.result) return { do: 'commit', output: step.result.value, port: '' };
  const args =
    evaluateMapping(state, placeOf(step), compensate.args ?? {}, 'compensate', { output: undoes.output }) ??
    {};
  return { do: 'tool', tool: compensate.tool, args };
}

/** A container's own bound: time spent waiting for people is added to it. */
function isOverdue(d: Decider, step: Step): boolean {
  const { stepTimeoutMs, budgetMs } = step.plan.policy;
  if (step.asking > 0 || isHeld(d.state)) return false; // looked at again when the wait is over
  if (stepTimeoutMs !== undefined && isPast(d, step, 'timeout', stepTimeoutMs)) {
    const message = `The step took longer than ${stepTimeoutMs / 1000} s.`;
    failStep(d, step, { kind: 'timeout', code: 'step/timeout', message });
    return true;
  }
  if (budgetMs === undefined || !isPast(d, step, 'budget', budgetMs)) return false;
  failSpent(d, step, 'duration', d.state.at - step.startedAt - step.waitedMs, budgetMs);
  return true;
}

/** Whether a bound that has come due really is; a wait for people in between moves it. */
function isPast(d: Decider, step: Step, name: 'timeout' | 'budget', boundMs: number): boolean {
  const { state } = d;
  const mark = `${step.key}:${name}`;
  if (![...step.fired].some((timer) => timer.startsWith(mark))) return false;
  const dueAt = step.startedAt + boundMs + step.waitedMs;
  if (state.at >= dueAt) return true;
  const timer = `${mark}:${dueAt}`;
  if (!step.timers.has(timer))
    emit(d, { type: 'timer.set', step: step.key, data: { timer, dueAt, why: 'bound of the step' } });
  return false;
}

/** Kinds that only wait: what they waited for is recorded while the run is paused and acts when it goes on. */
const WAITS: ReadonlySet<string> = new Set(['human', 'wait']);

/** A fork has taken over a question about a call that it makes anew: there is nothing to ask any more. */
function withdrawStale(d: Decider, step: Step): boolean {
  if (step.uncertain !== null || step.status !== 'waiting') return false;
  for (const task of step.tasks.values()) {
    if (task.type !== 'uncertain' || !d.state.openTasks.has(task.id)) continue;
    const data = { task: task.id, reason: 'the call is made anew' };
    emit(d, { type: 'human.withdrawn', step: step.key, data });
    return true;
  }
  return false;
}

/** A task whose deadline has passed is closed before anything else is looked at. */
function expireTask(d: Decider, step: Step): boolean {
  for (const task of step.tasks.values()) {
    if (!d.state.openTasks.has(task.id) || !step.fired.has(`${task.id}:deadline`)) continue;
    emit(d, {
      type: 'human.expired',
      step: step.key,
      data: { task: task.id, port: present(task.asked.onDeadline, 'way out of', task.id) },
    });
    return true;
  }
  return false;
}

function act(d: Decider, step: Step, verdict: Verdict): void {
  const { state } = d;
  switch (verdict.do) {
    case 'wait':
      return;
    case 'commit':
      return commit(d, step, verdict.output, verdict.port);
    case 'fail':
      return failStep(d, step, verdict);
    case 'ask':
      if (!step.tasks.has(verdict.task)) {
        const extra = verdict.evidence === undefined ? [] : [{ label: 'plan', value: verdict.evidence }];
        askHuman(d, step, verdict.human, verdict.task, verdict.type, extra);
      }
      return;
    case 'timer':
      if (!step.timers.has(verdict.timer) && !step.fired.has(verdict.timer)) {
        emit(d, {
          type: 'timer.set',
          step: step.key,
          data: { timer: verdict.timer, dueAt: verdict.dueAt, why: verdict.why },
        });
      }
      return;
    case 'open':
      return openChild(d, step, verdict.index);
    case 'tool':
      return callTool(d, step, verdict.tool, verdict.args);
    case 'code':
      if (canCall(state, step))
        want(d, step, codeCall(state, step, verdict.source, verdict.args, verdict.output));
      return;
    case 'converse':
      return converse(d, step, verdict.node, taskOf(state, step));
    case 'model':
      return askModel(d, step, verdict);
    case 'assign':
      return assign(d, step, verdict.assignments);
    case 'propose':
      emit(d, { type: 'plan.proposed', step: step.key, data: { steps: [...verdict.steps] } });
      return;
  }
}

function canCall(state: RunState, step: Step): boolean {
  return !isHeld(state) && !step.backoff && step.issued.size === 0 && step.uncertain === null;
}

function commit(d: Decider, step: Step, output: Json, port: string): void {
  if (factsOf(step.plan.node.kind).gate || step.undoes) return settle(d, step, output, port, undefined);
  const wrong = misfit(d.state, outputSchemaOf(d.state, step), output);
  if (wrong !== undefined)
    return failStep(d, step, { kind: 'invalid_output', code: 'output/shape', message: wrong });
  const ending = commitStep(d, step, output, port);
  if (ending.ok || 'held' in ending) return;
  if ('miss' in ending)
    failStep(d, step, {
      kind: ending.miss.kind,
      code: codeOfCheck(ending.miss.check),
      message: ending.miss.message,
    });
  else failStep(d, step, ending.trouble);
}

function openChild(d: Decider, step: Step, index: number | undefined): void {
  const { state } = d;
  if (isHeld(state) || !mayOpen(state, step)) return;
  const graph = present(graphInside(state.plan, step.plan), 'graph inside', step.key);
  const wrong = misfit(state, graph.input, subflowInput(state, step));
  if (wrong !== undefined) {
    const message = `The input of the subflow does not fit what it declares: ${wrong}`;
    return failStep(d, step, { kind: 'error', code: 'input/invalid', message });
  }
  const frame = index === undefined ? step.key : `${step.key}[${index}]`;
  const viewHash = viewOfInside(state, step, frame);
  emit(d, {
    type: 'step.started',
    step: `${frame}/${graph.start}`,
    data: { node: graph.start, kind: 'start', viewHash, reads: {} },
  });
  state.dirty.add(step.token);
}

function callTool(d: Decider, step: Step, name: string, args: Json): void {
  const { state } = d;
  const tool = present(state.plan.flow.tools?.[name], 'tool', name);
  if (step.uncertain !== null) return askAboutUncertain(d, step, step.uncertain, name, undefined);
  const wrong = misfit(state, tool.input, args);
  if (wrong !== undefined) {
    return failStep(d, step, {
      kind: 'error',
      code: 'tool/bad-arguments',
      message: `The arguments of "${name}" do not fit: ${wrong}`,
    });
  }
  const approved = step.undoes
    ? { state: 'go' as const, args }
    : approvalOf(d, step, name, tool, args, 1, undefined);
  if (approved.state === 'refused' && !isHeld(state)) {
    return failStep(d, step, {
      kind: 'rejected',
      code: 'task/rejected',
      message: `The call of "${name}" was ${approved.reason}.`,
    });
  }
  if (approved.state === 'go' && canCall(state, step))
    want(d, step, toolCall(state, step, name, approved.args, 1));
}

function askModel(d: Decider, step: Step, verdict: Verdict & { do: 'model' }): void {
  const { state } = d;
  if (!canCall(state, step)) return;
  const choice = present(
    modelChain(state, verdict.model)[step.modelIndex],
    'model in the chain of',
    verdict.model,
  );
  const prompt = verdict.messages.map((message) => message.text).join('\n\n');
  const call = modelCall(state, step, {
    purpose: verdict.purpose,
    modelName: choice.name,
    model: choice.model,
    messages: [{ role: 'system', text: verdict.system }, ...verdict.messages],
    tools: [],
    output: verdict.output,
    agent: { role: step.plan.node.name ?? step.plan.id, does: [], instructions: verdict.system },
    prompt,
    turn: step.usage.turns + 1,
  });
  const tokens = { in: estimate(prompt.length + verdict.system.length, 0), out: call.maxOutputTokens };
  if (reserve(d, step, call.id, choice.model, tokens)) want(d, step, call);
}

/** What begins inside a step sees what the step sees; its place tells it from its siblings. */
function viewOfInside({ plan }: RunState, step: Step, key: string): string {
  const { sha256 } = plan.pure;
  return sha256(`${scopeHash(step.token.scope, sha256)}\n${key}`);
}

/** Members of a team start together, in assigned order. */
function assign(
  d: Decider,
  step: Step,
  assignments: readonly { readonly key: string; readonly node: string }[],
): void {
  const { state } = d;
  for (const { key, node } of assignments) {
    if (isHeld(state) || !mayOpen(state, step)) return;
    if (state.steps.has(key) || step.members.has(key)) continue;
    if (!stepsLeft(d, step.token, step)) return;
    const kind = step.plan.body?.nodes.get(node)?.node.kind ?? 'agent';
    const viewHash = viewOfInside(state, step, key);
    emit(d, { type: 'step.started', step: key, data: { node, kind, viewHash, reads: {} } });
  }
}

/** What the team around a member gave it to do. Made from the team's own record, so it is the same after a restart. */
function taskOf(state: RunState, step: Step): Json | undefined {
  const { container, graph } = step.token.frame;
  if (!container || graph !== null) return undefined;
  return behaviourOf(container.plan.node).task?.(
    container.plan.node,
    new StepView(state, container),
    step.key,
  );
}
