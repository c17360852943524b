/** What is refused before anything of a run exists: nothing has been written when one of these throws. */
import { AppError } from '../../shared/base/app-error';
import type { Json } from '../../shared/base/json';
import type { Pure } from '../../shared/ports/pure';
import type { Flow } from '../../shared/spec/flow';
import { type FlowNode, NODE_KINDS, type NodeOf } from '../../shared/spec/nodes';
import type { Answer, Answers, Breakpoint, Fault } from '../../shared/spec/parts';
import { nodeById } from './nodes-of';

export function refuseUnknownKinds(flow: Flow): void {
  const known: ReadonlySet<string> = new Set(NODE_KINDS);
  const graphs = [flow, ...Object.values(flow.subflows ?? {})];
  const unknown = graphs.flatMap((graph) =>
    Object.entries(graph.nodes).filter(([, node]) => !known.has(node.kind)),
  );
  if (unknown.length === 0) return;
  const nodes = unknown.map(([id, node]) => `${id} (${node.kind})`);
  throw new AppError(
    'flow/unsupported-kind',
    `This engine cannot run: ${nodes.join(', ')}. Nothing was started.`,
    { details: { nodes } },
  );
}

export function checkRunInput(pure: Pure, flow: Flow, input: Json): void {
  if (flow.input === undefined) return;
  const misses = pure.schema(flow.input, flow.schemas).check(input);
  if (misses.length === 0) return;
  const message = `The input does not fit what the flow declares: ${misses.map((miss) => miss.message).join('; ')}.`;
  throw new AppError('input/invalid', message, {
    details: { misses: misses.map(({ pointer, message: text }) => ({ pointer, message: text })) },
  });
}

/** Answers and faults that could never be used are a mistake: a run would wait for them in vain. */
export function checkUnattended(
  pure: Pure,
  flow: Flow,
  answers: Answers | undefined,
  faults: readonly Fault[] | undefined,
): void {
  for (const [key, given] of Object.entries(answers ?? {})) {
    if (key.startsWith('run:')) continue; // a budget's task
    if (!isPlace(flow, key)) throw unknownPlace(flow, 'answers/invalid', 'The answers', key);
    if (key.includes(':')) continue; // an approval, a doubt, a plan: what can be chosen is not in the document
    const node = nodeById(flow, nodeIdOf(key));
    if (node?.kind === 'human')
      for (const answer of [given].flat()) checkAnswer(pure, flow, node, key, answer);
  }
  for (const fault of faults ?? []) checkFault(flow, fault);
}

/** Choices without values of their own to fill in. */
const WITHOUT_FORM: ReadonlySet<string> = new Set(['rejected', 'expired']);

function checkAnswer(
  pure: Pure,
  flow: Flow,
  node: NodeOf<'human'>,
  key: string,
  { choice, values }: Answer,
): void {
  const choices = choicesOf(node);
  if (!choices.includes(choice)) {
    const message = `The answers choose "${choice}" at ${key}, where one can choose ${choices.join(', ')}. Nothing was started.`;
    throw new AppError('answers/invalid', message, { details: { key, choice, choices } });
  }
  if (values === undefined || node.form === undefined || WITHOUT_FORM.has(choice)) return;
  const [miss] = pure.schema(node.form, flow.schemas).check(values);
  if (!miss) return;
  throw new AppError(
    'answers/invalid',
    `The values the answers give at ${key} do not fit its form: ${miss.message}. Nothing was started.`,
    { details: { key, pointer: miss.pointer } },
  );
}

/** Kinds of node that call a model, a tool or code: the others have nothing that could go wrong on its way. */
const CALLING: ReadonlySet<FlowNode['kind']> = new Set<FlowNode['kind']>([
  'agent',
  'tool',
  'code',
  'supervisor',
  'planner',
  'chat',
]);

function checkFault(flow: Flow, { node: key, kind }: Fault): void {
  if (key === '*') return;
  if (!isPlace(flow, key)) throw unknownPlace(flow, 'faults/invalid', 'The faults', key);
  const node = nodeById(flow, nodeIdOf(key));
  if (!node) return; // a member of a team or a step of a plan
  const isOfPeople = WITHOUT_FORM.has(kind);
  if (isOfPeople ? node.kind === 'human' : CALLING.has(node.kind)) return;
  const reason = isOfPeople
    ? 'where no person is asked'
    : 'which calls no model, tool or code, so nothing can go wrong on the way';
  throw new AppError(
    'faults/invalid',
    `The faults want "${kind}" at ${key}, ${reason} (it is of kind ${node.kind}). Nothing was started.`,
    { details: { key, kind } },
  );
}

/** A breakpoint that names nothing would never stop anything. */
export function checkBreakpoints(flow: Flow, breakpoints: readonly Breakpoint[] = []): void {
  for (const { node } of breakpoints)
    if (!isPlace(flow, node)) throw unknownPlace(flow, 'input/invalid', 'The breakpoints', node);
}

/** Values a fork is given. Outputs are not checked against a shape: a fork may try what a step would never give. */
export function checkForkValues(
  pure: Pure,
  flow: Flow,
  context: Readonly<Record<string, Json>> = {},
  steps: Readonly<Record<string, Json>> = {},
): void {
  for (const [field, value] of Object.entries(context)) {
    const declared = flow.context && Object.hasOwn(flow.context, field) ? flow.context[field] : undefined;
    if (!declared) {
      const fields = Object.keys(flow.context ?? {});
      throw new AppError('input/invalid', `The flow has no context field "${field}". Nothing was started.`, {
        details: { field, fields },
        ...(fields.length === 0 ? {} : { hint: `It has: ${fields.join(', ')}.` }),
      });
    }
    const [miss] = pure.schema(declared.schema, flow.schemas).check(value);
    if (!miss) continue;
    throw new AppError(
      'input/invalid',
      `The value for context.${field} does not fit: ${miss.message}. Nothing was started.`,
      { details: { field, pointer: miss.pointer } },
    );
  }
  for (const step of Object.keys(steps))
    if (!isPlace(flow, step)) throw unknownPlace(flow, 'input/invalid', 'The edited outputs', step);
}

/** `key` is a node id, a step key (`orders[3]/review#2`) or a task id (`pay:approval:1`). */
function isPlace(flow: Flow, key: string): boolean {
  const id = nodeIdOf(key);
  // Members of a team run as steps named by their agent, those of a plan as the plan names them.
  return (
    nodeById(flow, id) !== undefined ||
    Object.hasOwn(flow.agents ?? {}, id) ||
    nodeById(flow, nodeIdOf(key.slice(0, Math.max(0, key.lastIndexOf('/')))))?.kind === 'planner'
  );
}

function nodeIdOf(key: string): string {
  const step = key.replace(/:.*$/, '');
  return step.slice(step.lastIndexOf('/') + 1).replace(/[#[~].*$/, '');
}

function choicesOf(node: NodeOf<'human'>): readonly string[] {
  const choices = choicePorts(node);
  return node.deadline === undefined ? choices : [...choices, 'expired'];
}

function choicePorts(node: NodeOf<'human'>): readonly string[] {
  if (node.mode === 'choose') return (node.choices ?? []).map((choice) => choice.port);
  return node.mode === 'form' ? ['approved'] : ['approved', 'rejected'];
}

function unknownPlace(flow: Flow, code: string, what: string, key: string): AppError {
  const nodes = Object.keys(flow.nodes);
  return new AppError(code, `${what} name "${key}", which is no step of this flow. Nothing was started.`, {
    details: { key, nodes: nodes.slice(0, 100) },
    hint: `Its nodes are: ${nodes.slice(0, 20).join(', ')}${nodes.length > 20 ? ', …' : ''}.`,
  });
}
