/** Tool calls of an agent's turn: listed? fits? approved? then made, all at once if all only read, else in order. */
import type { Json } from '../base/json';
import { present } from '../base/present';
import type { Agent, Tool } from '../spec/parts';
import { toolCall } from './calls';
import { misfit } from './check';
import { type Decider, emit, isHeld, want } from './decider';
import { askApproval, askUncertain, decidedValues } from './people';
import { durationMs } from './duration';
import { failStep } from './fail';
import type { PendingCall, RunState, Step } from './state';

const MAX_REFUSED = 3;

/** True when no call of the last turn is open any more. */
export function settleTools(d: Decider, step: Step, agent: Agent): boolean {
  const { state } = d;
  const { pending } = step.conversation;
  if (step.uncertain !== null) {
    const { uncertain } = step;
    const { name, args } = present(
      pending.find((call) => call.call === uncertain),
      'call',
      uncertain,
    );
    askAboutUncertain(d, step, uncertain, name, args);
    return false;
  }
  if (isHeld(state)) return pending.every(isDone); // decisions act, and calls are made, when the run goes on
  const concurrent = pending.every((call) => state.plan.flow.tools?.[call.name]?.effect === 'read');
  for (const call of pending) {
    if (call.state === 'new') advance(d, step, agent, call);
    if (step.conversation.refusedInARow >= MAX_REFUSED) {
      const message = `The model made ${MAX_REFUSED} calls in a row that are not allowed.`;
      failStep(d, step, { kind: 'denied', code: refusalCode(state, agent, call), message });
      return false;
    }
    if (!concurrent && !isDone(call)) return false;
  }
  return pending.every(isDone);
}

/** Why the last of them was not made. */
function refusalCode(state: RunState, agent: Agent, call: PendingCall): string {
  const tool = listed(state, agent, call.name);
  return tool && misfit(state, tool.input, call.args) !== undefined
    ? 'tool/bad-arguments'
    : 'tool/not-listed';
}

function listed(state: RunState, agent: Agent, name: string): Tool | undefined {
  return agent.tools?.includes(name) ? state.plan.flow.tools?.[name] : undefined;
}

function isDone(call: PendingCall): boolean {
  return call.state === 'done';
}

function advance(d: Decider, step: Step, agent: Agent, call: PendingCall): void {
  const { state } = d;
  const tool = listed(state, agent, call.name);
  if (!tool) return refuse(d, step, call, `there is no tool "${call.name}" for this agent`);
  const wrong = misfit(state, tool.input, call.args);
  if (wrong !== undefined) return refuse(d, step, call, `the arguments do not fit: ${wrong}`);
  const approved = approvalOf(
    d,
    step,
    call.name,
    tool,
    call.args,
    call.call,
    durationMs(agent.toolApprovalDeadline),
  );
  if (approved.state === 'refused') return refuse(d, step, call, approved.reason);
  if (approved.state === 'asking') return;
  if ([...step.timers].some((timer) => timer.startsWith(`${step.key}:call:${call.call}:`))) return;
  const request = toolCall(state, step, call.name, approved.args, call.call);
  if (!step.issued.has(request.id)) want(d, step, request);
}

function refuse(d: Decider, step: Step, call: PendingCall, reason: string): void {
  emit(d, {
    type: 'tool.refused',
    step: step.key,
    attempt: step.attempt,
    data: { call: call.call, tool: call.name, reason },
  });
}

export type Approval =
  | { readonly state: 'asking' }
  | { readonly state: 'refused'; readonly reason: string }
  | { readonly state: 'go'; readonly args: Json };

/** Whether a person agreed to a call, with which arguments; asks when nobody has been asked. */
export function approvalOf(
  d: Decider,
  step: Step,
  name: string,
  tool: Tool,
  args: Json,
  call: number,
  deadlineMs: number | undefined,
): Approval {
  const mode = tool.approval ?? 'never';
  const id = `${step.key}:approval:${call}`;
  const task = step.tasks.get(id);
  if (mode === 'never' || (mode === 'first' && !task && d.state.approvedTools.has(name)))
    return { state: 'go', args };
  if (!task) {
    askApproval(d, step, id, name, args, deadlineMs);
    return { state: 'asking' };
  }
  if (task.decision?.choice === 'approved') return { state: 'go', args: decidedValues(task) };
  if (task.decision)
    return {
      state: 'refused',
      reason: `rejected by ${task.decision.by}${task.decision.comment ? `: ${task.decision.comment}` : ''}`,
    };
  return task.expired !== null
    ? { state: 'refused', reason: 'rejected: nobody agreed in time' }
    : { state: 'asking' };
}

/** `args` are told where the model chose them. */
export function askAboutUncertain(
  d: Decider,
  step: Step,
  call: number,
  tool: string,
  args: Json | undefined,
): void {
  const open = [...step.tasks.values()].some(
    (task) => task.type === 'uncertain' && d.state.openTasks.has(task.id),
  );
  if (!open) askUncertain(d, step, call, tool, args);
}
