/** Tasks for people: what they are asked, and whether an answer can be accepted. */
import { isJsonObject, type Json } from '../base/json';
import { present } from '../base/present';
import type { DataOf, NewEvent, TaskInfo } from '../events/event';
import type { HumanFields } from '../spec/nodes';
import { Budget } from '../spec/parts';
import type { JsonSchema } from '../spec/values';
import { misfit } from './check';
import { type Decider, emit } from './decider';
import { evaluate, evaluateMapping, evaluateTemplate, placeOf } from './evaluate';
import { durationMs } from './duration';
import type { RunState, Step, Task } from './state';

type Asked = DataOf<'human.asked'>;

/** Asks at a human checkpoint (or for a plan): title, evidence and proposal come from the step's view. */
export function askHuman(
  d: Decider,
  step: Step,
  human: HumanFields,
  task: string,
  type: Asked['type'],
  extra: readonly Asked['evidence'][number][] = [],
): void {
  const { state } = d;
  const place = placeOf(step);
  const evidence = (human.show ?? []).map((source, i) => ({
    label: source,
    value: evaluate(state, place, source, `show/${i}`) ?? null,
  }));
  const proposed =
    human.propose === undefined ? undefined : evaluateMapping(state, place, human.propose, 'propose');
  const deadlineMs = durationMs(human.deadline);
  const assignee = human.assignee;
  emit(d, {
    type: 'human.asked',
    step: step.key,
    data: {
      task,
      type,
      title: evaluateTemplate(state, place, human.title, 'title'),
      ...(human.body === undefined ? {} : { body: evaluateTemplate(state, place, human.body, 'body') }),
      evidence: [...evidence, ...extra],
      ...(human.form === undefined ? {} : { form: human.form }),
      ...(proposed === undefined ? {} : { proposed }),
      choices: choicesOf(human),
      ...(assignee === undefined ? {} : { assignee }),
      ...(deadlineMs === undefined
        ? {}
        : { deadlineAt: state.at + deadlineMs, onDeadline: human.onDeadline ?? 'expired' }),
    },
  });
}

function choicesOf(human: HumanFields): Asked['choices'] {
  if (human.mode === 'choose')
    return present(human.choices, 'choices').map(({ port, label }) => ({ port, label }));
  if (human.mode === 'form') return [{ port: 'approved', label: 'Submit' }];
  return [
    { port: 'approved', label: 'Approve' },
    { port: 'rejected', label: 'Reject' },
  ];
}

/** A tool call of this step needs a person's agreement: the arguments are proposed and can be changed. */
export function askApproval(
  d: Decider,
  step: Step,
  task: string,
  tool: string,
  args: Json,
  deadlineMs: number | undefined,
): void {
  const declared = present(d.state.plan.flow.tools?.[tool], 'tool', tool);
  emit(d, {
    type: 'human.asked',
    step: step.key,
    data: {
      task,
      type: 'approval',
      title: `Call the tool "${tool}"?`,
      body: declared.description,
      evidence: [],
      form: declared.input,
      proposed: args,
      choices: choicesOf({ mode: 'approve', title: '' }),
      ...(deadlineMs === undefined ? {} : { deadlineAt: d.state.at + deadlineMs, onDeadline: 'rejected' }),
    },
  });
}

/** A `once` call may have had its effect: only a person can say. */
export function askUncertain(
  d: Decider,
  step: Step,
  call: number,
  tool: string,
  args: Json | undefined,
): void {
  const form = d.state.plan.flow.tools?.[tool]?.output;
  emit(d, {
    type: 'human.asked',
    step: step.key,
    data: {
      task: `${step.key}:uncertain:${call}`,
      type: 'uncertain',
      title: `Did "${tool}" happen?`,
      body: 'The call was started and no definite answer came back. It must not happen twice, so it is not repeated by itself.',
      evidence: args === undefined ? [] : [{ label: 'arguments', value: args }],
      ...(form === undefined ? {} : { form }),
      choices: [
        { port: 'happened', label: 'It happened: use this result' },
        { port: 'not_happened', label: 'It did not happen: call it' },
        { port: 'abandon', label: 'Give up' },
      ],
    },
  });
}

export function askBudget(d: Decider, metric: string): void {
  const { state } = d;
  emit(d, {
    type: 'human.asked',
    data: {
      task: `run:budget:${state.budgetTasks + 1}`,
      type: 'budget',
      title: `The run's budget for ${metric} is used up. Go on?`,
      evidence: [{ label: 'used', value: { ...state.usage } as unknown as Json }], // counters only
      form: BUDGET_FORM,
      proposed: raisedProposal(state, metric),
      choices: [
        { port: 'raise', label: 'Raise the budget and go on' },
        { port: 'stop', label: 'Stop the run' },
      ],
    },
  });
}

const BUDGET_FORM: Json = {
  type: 'object',
  properties: {
    steps: { type: 'integer', minimum: 1 },
    turns: { type: 'integer', minimum: 1 },
    tokens: { type: 'integer', minimum: 1 },
    cost: {
      type: 'object',
      required: ['amount', 'currency'],
      properties: { amount: { type: 'number', minimum: 0 }, currency: { type: 'string' } },
    },
    duration: { type: 'string' },
    handoffs: { type: 'integer', minimum: 0 },
  },
};

/** Twice the limit that was reached. */
function raisedProposal({ limits }: RunState, metric: string): Json {
  if (metric === 'cost') {
    const cost = present(limits.cost, 'limit of', metric);
    return { cost: { ...cost, amount: cost.amount * 2 } };
  }
  if (metric === 'duration') {
    const ms = durationMs(present(limits.duration, 'limit of', metric));
    return { duration: `PT${Math.ceil((ms * 2) / 1000)}S` };
  }
  return { [metric]: present(limits[metric as 'steps'], 'limit of', metric) * 2 };
}

/** Nobody needs an answer any more: the step comes to its end without it. */
export function withdrawTasks(d: Decider, step: Step, reason: string): void {
  for (const task of step.tasks.values()) {
    if (d.state.openTasks.has(task.id))
      emit(d, { type: 'human.withdrawn', step: step.key, data: { task: task.id, reason } });
  }
}

/** Nobody needs an answer any more: the run goes on without it, or has ended. */
export function withdrawBudget(d: Decider, reason: string): boolean {
  const task = d.state.budgetTask;
  if (task === null) return false;
  emit(d, { type: 'human.withdrawn', data: { task, reason } });
  return true;
}

/** What is wrong with a decision, or undefined. Values left out mean the proposed ones. */
export function decisionProblem(
  state: RunState,
  task: Task,
  choice: string,
  values: Json | undefined,
): string | undefined {
  if (!task.asked.choices.some((candidate) => candidate.port === choice)) {
    return `"${choice}" is not one of ${task.asked.choices.map((candidate) => `"${candidate.port}"`).join(', ')}.`;
  }
  if (UNCHECKED[task.type].includes(choice) || task.asked.form === undefined) return undefined;
  const given = values ?? task.asked.proposed ?? (task.type === 'uncertain' ? null : {});
  const wrong = misfit(state, task.asked.form as JsonSchema, given); // forms come from the document's schemas
  return wrong === undefined && task.type === 'budget' ? budgetProblem(state, given) : wrong;
}

/** What a form cannot say of a budget: how a length of time is written, and that a run counts in one currency. */
function budgetProblem(state: RunState, values: Json): string | undefined {
  const { data, error } = Budget.safeParse(values);
  if (error) return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  const own = state.limits.cost?.currency;
  const given = data.cost?.currency;
  if (own === undefined || given === undefined || own === given) return undefined;
  return `this run counts its cost in ${own}, not in ${given}.`;
}

/** The facts a decision becomes: a budget that is raised says so by itself. */
export function decisionFacts(task: Task, decision: Omit<DataOf<'human.decided'>, 'task'>): NewEvent[] {
  const decided: NewEvent = {
    type: 'human.decided',
    ...(task.step === null ? {} : { step: task.step }),
    data: { task: task.id, ...decision },
  };
  if (task.type !== 'budget' || decision.choice !== 'raise') return [decided];
  const limits = (decision.values ?? task.asked.proposed) as Budget; // checked against the task's form
  return [{ type: 'budget.raised', data: { limits, by: decision.by } }, decided];
}

/** Choices whose values say nothing. */
const UNCHECKED: Readonly<Record<Task['type'], readonly string[]>> = {
  checkpoint: ['rejected', 'expired'],
  approval: ['rejected'],
  plan: ['rejected'],
  uncertain: ['not_happened', 'abandon'],
  budget: ['stop'],
};

/** A task as inbox and command line show it. */
export function taskInfo(state: RunState, task: Task): TaskInfo {
  const step = task.step === null ? undefined : state.steps.get(task.step);
  const { onDeadline, ...asked } = task.asked;
  return {
    ...asked,
    ...(onDeadline === undefined ? {} : { onDeadline }),
    runId: state.runId,
    askedAt: task.askedAt,
    ...(step ? { step: step.key, node: step.plan.id } : {}),
  };
}

/** Values a decision stands for: edited ones over the proposal as a whole. */
export function decidedValues(task: Task): Json {
  const values = task.decision?.values ?? task.asked.proposed ?? {};
  return isJsonObject(values) || Array.isArray(values) ? values : { value: values };
}
