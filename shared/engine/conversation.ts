/**
 * An agent's step: one conversation, every turn and every tool result recorded before the next call is made, so that a
 * retry, another model or a restart goes on with what was said and no finished call is made again.
 */
import type { Json } from '../base/json';
import { isJsonObject, parseJson } from '../base/json';
import { present } from '../base/present';
import type { Message } from '../events/event';
import type { OfferedTool } from '../ports/calls';
import type { NodeOf } from '../spec/nodes';
import type { Agent, Gate } from '../spec/parts';
import { printValue } from '../spec/template';
import type { JsonSchema } from '../spec/values';
import { TRANSFER } from './apply-calls';
import { reserve, estimate } from './budget';
import { modelCall, modelChain, modelOf } from './calls';
import { checkOutput } from './check';
import { qualityOf } from './gates';
import { type Decider, isHeld, want } from './decider';
import { evaluateTemplate, inputOf, placeOf } from './evaluate';
import { durationMs } from './duration';
import { edgesAt, offeredHandoffs } from './plan';
import { rejectAttempt } from './recover';
import { failStep } from './fail';
import { commitStep } from './route';
import type { RunState, Step } from './state';
import { settleTools } from './agent-tools';

const DEFAULT_MAX_TURNS = 10;

/** `task` is what the team around a member gives it to do; undefined for a drawn agent. */
export function converse(d: Decider, step: Step, node: NodeOf<'agent'>, task: Json | undefined): void {
  const { state } = d;
  const agent = present(state.plan.flow.agents?.[node.agent], 'agent', node.agent);
  const talk = step.conversation;
  if (!settleTools(d, step, agent)) return;
  if (talk.transfer) {
    concludeTransfer(d, step, agent, talk.transfer);
  } else if (talk.answer !== null) {
    conclude(d, step, agent, talk.answer);
  } else if (!isHeld(state) && !step.backoff && step.issued.size === 0) {
    takeTurn(d, step, node, agent, task);
  }
}

function takeTurn(d: Decider, step: Step, node: NodeOf<'agent'>, agent: Agent, task: Json | undefined): void {
  const { state } = d;
  const turns = step.conversation.messages.filter((message) => message.role === 'assistant').length;
  const maxTurns = agent.maxTurns ?? DEFAULT_MAX_TURNS;
  if (turns >= maxTurns) {
    const message = `The agent did not finish within ${maxTurns} turns, its bound.`;
    failStep(d, step, { kind: 'loop_limit', code: 'agent/max-turns', message });
    return;
  }
  const choice = present(
    modelChain(state, agent.model)[step.modelIndex],
    'model in the chain of',
    agent.model,
  );
  const opening = openingOf(state, step, node, agent, task);
  const quality = qualityOf(state, step);
  const call = modelCall(state, step, {
    purpose: 'turn',
    modelName: choice.name,
    model: choice.model,
    messages: [...opening.messages, ...step.conversation.messages],
    tools: offeredTools(state, step, agent),
    ...(agent.output === undefined ? {} : { output: agent.output }),
    agent: { role: agent.role, does: agent.does ?? [], instructions: opening.system },
    prompt: opening.prompt,
    turn: turns + 1,
    ...(quality ? { quality: { subject: quality.subject, ...qualitySettings(quality) } } : {}),
  });
  const chars = call.messages.reduce(
    (sum, message) => sum + ('text' in message ? message.text.length : JSON.stringify(message.result).length),
    0,
  );
  const tokens = { in: estimate(chars, 0), out: call.maxOutputTokens };
  if (reserve(d, step, call.id, choice.model, tokens)) want(d, step, call);
}

/** A breaker as the governor takes it. */
export function qualitySettings({ breaker }: { readonly breaker: NonNullable<Gate['breaker']> }): {
  failures: number;
  cooldownMs: number;
} {
  return { failures: breaker.failures, cooldownMs: durationMs(breaker.cooldown) };
}

interface Opening {
  readonly system: string;
  readonly prompt: string;
  readonly messages: readonly Message[];
}

/** The first two messages, made from the frozen view: the same at every attempt. */
export function openingOf(
  state: RunState,
  step: Step,
  node: NodeOf<'agent'>,
  agent: Agent,
  task: Json | undefined,
): Opening {
  const known = step.memo.get('opening');
  if (known) return known as Opening; // put there by the lines below
  const place = placeOf(step);
  const instructions =
    agent.instructions === undefined
      ? ''
      : evaluateTemplate(state, place, agent.instructions, 'instructions');
  const given = task ?? step.token.handoff ?? inputOf(state, step.token.frame);
  // a task is the `handoff` of its step: a prompt of the catalogue says itself what it takes from it
  const prompt =
    node.prompt !== undefined
      ? evaluateTemplate(state, place, node.prompt, 'prompt')
      : typeof given === 'string'
        ? given
        : JSON.stringify(given);
  const system = systemMessage(agent, instructions);
  const opening: Opening = {
    system,
    prompt,
    messages: [
      { role: 'system', text: system },
      { role: 'user', text: prompt },
    ],
  };
  step.memo.set('opening', opening);
  return opening;
}

/** The wording belongs to the engine's version: a recorded run is replayed with the words it was made with. */
function systemMessage(agent: Agent, instructions: string): string {
  const lines = [`Your role: ${agent.role}`];
  if (agent.does?.length) lines.push(`You do: ${agent.does.join('; ')}.`);
  if (agent.doesNot?.length) lines.push(`You do not: ${agent.doesNot.join('; ')}.`);
  if (instructions !== '') lines.push('', instructions);
  return lines.join('\n');
}

/** What an agent without a schema puts out, also when it hands the work over. */
const FINAL_TEXT: JsonSchema = { type: 'string' };

function offeredTools(state: RunState, step: Step, agent: Agent): OfferedTool[] {
  const tools: OfferedTool[] = (agent.tools ?? []).map((name) => {
    const { description, input } = present(state.plan.flow.tools?.[name], 'tool', name);
    return { name, description, input };
  });
  for (const handoff of offeredHandoffs(step.plan)) {
    const properties: Record<string, JsonSchema> = { output: agent.output ?? FINAL_TEXT };
    if (handoff.payload === undefined) properties['payload'] = handoff.schema;
    const input = { type: 'object', required: Object.keys(properties), properties } as JsonSchema;
    tools.push({
      name: `${TRANSFER}${handoff.name}`,
      description: handoff.description ?? `Hand this over by "${handoff.name}".`,
      input,
    });
  }
  return tools;
}

/** A value out of a model's text: JSON alone, in a code fence, or the one object in it. */
export function parseAnswer(
  text: string,
): { readonly ok: true; readonly value: Json } | { readonly ok: false } {
  const fenced = /```(?:json)?\s*([\s\S]*?)```/i.exec(text)?.[1];
  const from = text.indexOf('{');
  const to = text.lastIndexOf('}');
  const inner = from >= 0 && to > from ? text.slice(from, to + 1) : undefined;
  for (const candidate of [text, fenced, inner]) {
    if (candidate === undefined) continue;
    try {
      return { ok: true, value: parseJson(candidate) };
    } catch {
      // not this candidate; the next one may be it
    }
  }
  return { ok: false };
}

function conclude(d: Decider, step: Step, agent: Agent, text: string): void {
  const offered = offeredHandoffs(step.plan);
  const fixed = offered.length === 0 && edgesAt(step.plan, 'handoff').length > 0;
  const parsed = agent.output === undefined ? { ok: true as const, value: text } : parseAnswer(text);
  if (!parsed.ok) {
    return rejectAttempt(d, step, {
      kind: 'invalid_output',
      check: 'shape',
      message: 'the answer is not the JSON value that was asked for',
    });
  }
  if (offered.length > 0 && edgesAt(step.plan, 'next').length === 0) {
    const names = offered.map(({ name }) => `${TRANSFER}${name}`).join(', ');
    return rejectAttempt(d, step, {
      kind: 'invalid_output',
      check: 'handoff',
      message: `hand the work over by calling one of: ${names}`,
    });
  }
  settle(d, step, parsed.value, fixed ? 'handoff' : 'next', undefined);
}

function concludeTransfer(
  d: Decider,
  step: Step,
  agent: Agent,
  transfer: { readonly name: string; readonly args: Json },
): void {
  const name = transfer.name.slice(TRANSFER.length);
  const args = isJsonObject(transfer.args) ? transfer.args : {};
  const given = args['output'];
  const output: Json = agent.output === undefined ? printValue(given) : (given ?? null);
  settle(d, step, output, 'handoff', { name, payload: args['payload'] });
}

/** Checks, asks the judge where there is one, commits. */
export function settle(
  d: Decider,
  step: Step,
  output: Json,
  port: string,
  chosen: { name: string; payload: Json | undefined } | undefined,
): void {
  const checked = checkOutput(d.state, step, output);
  if (!checked.ok) {
    if ('judge' in checked) askJudge(d, step, checked.judge, output);
    else rejectAttempt(d, step, checked.miss);
    return;
  }
  const ending = commitStep(d, step, output, port, chosen);
  if (ending.ok || 'held' in ending) return;
  if ('miss' in ending) rejectAttempt(d, step, ending.miss);
  else failStep(d, step, ending.trouble);
}

const JUDGE_OUTPUT: JsonSchema = {
  type: 'object',
  required: ['score'],
  properties: { score: { type: 'number', minimum: 0, maximum: 1 } },
};

function askJudge(
  d: Decider,
  step: Step,
  judge: { model: string; instructions: string },
  output: Json,
): void {
  const { state } = d;
  if (isHeld(state) || step.backoff || step.issued.size > 0) return;
  const choice = { name: judge.model, model: modelOf(state, judge.model) };
  const prompt = `Result to judge:\n${JSON.stringify(output)}`;
  const system = `${judge.instructions}\nAnswer with {"score": number from 0 to 1}.`;
  const call = modelCall(state, step, {
    purpose: 'judge',
    modelName: choice.name,
    model: choice.model,
    messages: [
      { role: 'system', text: system },
      { role: 'user', text: prompt },
    ],
    tools: [],
    output: JUDGE_OUTPUT,
    agent: { role: 'judge', does: [], instructions: judge.instructions },
    prompt,
    turn: step.usage.turns + 1,
  });
  const tokens = { in: estimate(prompt.length + system.length, 0), out: call.maxOutputTokens };
  if (reserve(d, step, call.id, choice.model, tokens)) want(d, step, call);
}
