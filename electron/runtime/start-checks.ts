/** What is refused before anything of a run exists: nothing has been written when one of these throws. */
import { AppError } from '../../shared/base/app-error';
import type { Json } from '../../shared/base/json';
import type { Pure } from '../../shared/ports/pure';
import type { Flow } from '../../shared/spec/flow';
import { NODE_KINDS } from '../../shared/spec/nodes';
import type { Answers, Breakpoint, Fault } from '../../shared/spec/parts';
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
  flow: Flow,
  answers: Answers | undefined,
  faults: readonly Fault[] | undefined,
): void {
  for (const [key, given] of Object.entries(answers ?? {})) {
    if (key.startsWith('run:')) continue; // a budget's task
    if (!isPlace(flow, key)) throw unknownPlace(flow, 'answers/invalid', 'The answers', key);
    const choices = key.includes(':') ? undefined : choicesAt(flow, key);
    for (const { choice } of [given].flat()) {
      if (choices === undefined || choices.includes(choice)) continue;
      const message = `The answers choose "${choice}" at ${key}, where one can choose ${choices.join(', ')}. Nothing was started.`;
      throw new AppError('answers/invalid', message, { details: { key, choice, choices } });
    }
  }
  for (const { node } of faults ?? [])
    if (node !== '*' && !isPlace(flow, node)) throw unknownPlace(flow, 'faults/invalid', 'The faults', node);
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
  // Members of a team run as steps named by their agent.
  return nodeById(flow, id) !== undefined || Object.hasOwn(flow.agents ?? {}, id);
}

function nodeIdOf(key: string): string {
  const step = key.replace(/:.*$/, '');
  return step.slice(step.lastIndexOf('/') + 1).replace(/[#[~].*$/, '');
}

function choicesAt(flow: Flow, key: string): readonly string[] | undefined {
  const node = nodeById(flow, nodeIdOf(key));
  if (node?.kind !== 'human') return undefined;
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
