import { isJsonObject, type Json } from '../../base/json';
import { present } from '../../base/present';
import type { HumanFields, NodeOf } from '../../spec/nodes';
import { ID_PATTERN, type JsonSchema } from '../../spec/values';
import {
  type BehaviourOf,
  fail,
  type Outcome,
  type StepContext,
  type Trouble,
  type Verdict,
  WAIT,
} from '../behaviour';
import { Dialogue, giveResult, type Parsed, parseJson, topicOf } from '../behaviour-team';

const DEFAULT_MAX_REPLANS = 2;
const MAX_PLAN_STEPS = 100;

interface PlanStep {
  readonly id: string;
  readonly use: string;
  readonly input: Json;
  readonly after: readonly string[];
}

/** The model only plans, over a closed catalogue; the plan is checked, perhaps approved, then carried out by the engine. */
export const behaviour: BehaviourOf<NodeOf<'planner'>> = {
  decide: (node, step) => {
    const plan = planOf(step);
    if (!plan) return nextPlan(node, step);
    const trouble = failureOf(step, plan);
    const outputs = outputsOf(step, plan);
    if (trouble)
      return isRunning(step, plan) ? WAIT : nextPlan(node, step, { trouble, done: [...outputs.keys()] });
    const approval = approve(node, step, plan);
    if (approval) return approval;
    const ready = plan.filter((entry) => !latest(step, entry) && entry.after.every((id) => outputs.has(id)));
    if (ready.length > 0)
      return {
        do: 'assign',
        assignments: ready.map((entry) => ({ key: keyOf(step, entry), node: entry.use })),
      };
    return outputs.size < plan.length ? WAIT : conclude(node, step, Object.fromEntries(outputs));
  },
  task: (_node, step, key) => {
    const plan = present(planOf(step), 'plan of', step.key);
    const entry = present(
      plan.find(({ id }) => key === `${step.key}/${id}` || key.startsWith(`${step.key}/${id}#`)),
      'plan step',
      key,
    );
    if (!isJsonObject(entry.input) || entry.after.length === 0) return entry.input;
    const outputs = outputsOf(step, plan);
    const results = entry.after.map((id) => [id, outputs.get(id) as Json]); // it started because these were done
    return { ...entry.input, results: Object.fromEntries(results) as Json };
  },
};

function planOf(step: StepContext): readonly PlanStep[] | null {
  return step.proposal as readonly PlanStep[] | null; // proposed by `parsePlan`
}

function readStep(value: Json): PlanStep | undefined {
  if (!isJsonObject(value)) return undefined;
  const { id, use, input, after } = value;
  if (typeof id !== 'string' || typeof use !== 'string' || !ID_PATTERN.test(id)) return undefined;
  const before = Array.isArray(after) ? after.filter((name): name is string => typeof name === 'string') : [];
  return { id, use, input: input ?? {}, after: before };
}

/** A plan step that failed before and is planned again is a new visit. */
function keyOf(step: StepContext, entry: PlanStep): string {
  for (let visit = 1; ; visit++) {
    const key = `${step.key}/${entry.id}${visit > 1 ? `#${visit}` : ''}`;
    const outcome = step.member(key);
    if (outcome?.state !== 'failed' || visit >= step.proposals) return key;
  }
}

function latest(step: StepContext, entry: PlanStep): Outcome | undefined {
  return step.member(keyOf(step, entry));
}

/** What the steps of the plan that are done came to. */
function outputsOf(step: StepContext, plan: readonly PlanStep[]): ReadonlyMap<string, Json> {
  const outputs = new Map<string, Json>();
  for (const entry of plan) {
    const outcome = latest(step, entry);
    if (outcome?.state === 'done') outputs.set(entry.id, outcome.output);
  }
  return outputs;
}

function isRunning(step: StepContext, plan: readonly PlanStep[]): boolean {
  return plan.some((entry) => latest(step, entry)?.state === 'running');
}

function failureOf(step: StepContext, plan: readonly PlanStep[]): Trouble | undefined {
  for (const entry of plan) {
    const outcome = latest(step, entry);
    if (outcome?.state === 'failed') return outcome.trouble;
  }
  return undefined;
}

function nextPlan(
  node: NodeOf<'planner'>,
  step: StepContext,
  failure?: { readonly trouble: Trouble; readonly done: readonly string[] },
): Verdict {
  if (failure && step.proposals > (node.maxReplans ?? DEFAULT_MAX_REPLANS))
    return { do: 'fail', ...failure.trouble };
  const dialogue = new Dialogue(step.template(node.goal, 'goal'));
  dialogue.tell(`Material: ${topicOf(step)}`);
  let accepted = 0;
  for (const reply of step.replies.filter((candidate) => candidate.purpose === 'plan')) {
    const heard = dialogue.hear(reply.text, (text) => parsePlan(node, text));
    if (!heard) continue;
    if ('verdict' in heard) return heard.verdict;
    accepted++;
    if (accepted > step.proposals) return { do: 'propose', steps: heard.value };
    if (accepted < step.proposals) dialogue.tell('That plan failed. Plan again.');
  }
  if (failure)
    dialogue.tell(
      `A step failed: ${failure.trouble.message} What is done stays done: ${JSON.stringify(failure.done)}. Plan again.`,
    );
  return {
    do: 'model',
    purpose: 'plan',
    model: node.model,
    system: systemOf(node),
    messages: dialogue.lines,
    output: planSchema(node),
  };
}

function parsePlan(node: NodeOf<'planner'>, text: string): Parsed<Json[]> {
  const value = parseJson(text);
  const list = isJsonObject(value) ? value['steps'] : undefined;
  if (!Array.isArray(list) || list.length === 0)
    return { ok: false, message: 'it is not an object with a list "steps".' };
  if (list.length > MAX_PLAN_STEPS)
    return { ok: false, message: `a plan has at most ${MAX_PLAN_STEPS} steps.` };
  const entries = (list as readonly Json[]).map((entry) => readStep(entry));
  const ids = new Set<string>();
  for (const entry of entries) {
    if (!entry) return { ok: false, message: 'each step needs an "id" (letters, digits, _) and a "use".' };
    if (ids.has(entry.id)) return { ok: false, message: `two steps are called "${entry.id}".` };
    if (!Object.hasOwn(node.catalogue.nodes, entry.use))
      return { ok: false, message: `"${entry.use}" is not in the catalogue.` };
    ids.add(entry.id);
  }
  const known = entries.filter((entry) => entry !== undefined);
  const stray = known.flatMap((entry) => entry.after).find((id) => !ids.has(id));
  if (stray !== undefined)
    return { ok: false, message: `"after" names "${stray}", which is no step of the plan.` };
  if (hasCycle(known)) return { ok: false, message: 'its steps wait for each other in a circle.' };
  return {
    ok: true,
    value: known.map(({ id, use, input, after }) => ({ id, use, input, after: [...after] })),
  };
}

function hasCycle(plan: readonly PlanStep[]): boolean {
  const left = new Map(plan.map((entry) => [entry.id, new Set(entry.after)]));
  for (;;) {
    const free = [...left].filter(([, after]) => after.size === 0).map(([id]) => id);
    if (free.length === 0) return left.size > 0;
    for (const id of free) left.delete(id);
    for (const after of left.values()) for (const id of free) after.delete(id);
  }
}

/** A person agrees to each plan before it is carried out, where the flow says so. */
function approve(node: NodeOf<'planner'>, step: StepContext, plan: readonly PlanStep[]): Verdict | undefined {
  if (!node.approve) return undefined;
  const task = `${step.key}:plan:${step.proposals}`;
  const decided = step.decision(task);
  if (decided?.choice === 'approved') return undefined;
  if (decided) return fail('rejected', 'task/rejected', `${decided.by} rejected the plan.`);
  if (step.expired(task) !== undefined)
    return fail('expired', 'task/expired', 'Nobody approved the plan in time.');
  const human: HumanFields = {
    ...node.approve,
    mode: 'approve',
    title: node.approve.title ?? 'Approve the plan?',
  };
  return { do: 'ask', human, task, type: 'plan', evidence: plan as unknown as Json };
}

function conclude(
  node: NodeOf<'planner'>,
  step: StepContext,
  outputs: Readonly<Record<string, Json>>,
): Verdict {
  if (node.output === undefined) return { do: 'commit', output: outputs, port: 'next' };
  return giveResult(step, 'next', {
    model: node.model,
    system: 'Sum the results up in the form asked for.',
    question: `${step.template(node.goal, 'goal')}\nResults: ${JSON.stringify(outputs)}\nGive the result.`,
    schema: node.output,
  });
}

function systemOf(node: NodeOf<'planner'>): string {
  const catalogue = Object.entries(node.catalogue.nodes)
    .map(([id, entry]) => `- ${id} (${entry.kind}): ${entry.description ?? entry.name ?? id}`)
    .join('\n');
  return `You plan, you do not carry out. Use only these steps:\n${catalogue}\nEach step of the plan has an id, the step it uses, its input, and the ids it comes after.`;
}

function planSchema(node: NodeOf<'planner'>): JsonSchema {
  const entry = {
    type: 'object',
    required: ['id', 'use'],
    properties: {
      id: { type: 'string' },
      use: { enum: Object.keys(node.catalogue.nodes) },
      input: { type: 'object' },
      after: { type: 'array', items: { type: 'string' } },
    },
  };
  return {
    type: 'object',
    required: ['steps'],
    properties: { steps: { type: 'array', minItems: 1, items: entry } },
  };
}
