/**
 * The model that is always there: `builtin` / `en-lite`. Text analysis without a network, without chance: the same call
 * gives the same answer on every machine. It reads, extracts, chooses and quotes; it does not invent.
 */
import { isJsonObject, type Json, type JsonObject } from '../../../../shared/base/json';
import type { ModelCall, ModelOutcome, OfferedTool } from '../../../../shared/ports/calls';
import type { ToolCall } from '../../../../shared/events/event';
import { chooseAmong, likeness, round } from './choose';
import { keySentences, keywords, reply, shorten, summary } from './compose';
import { pathsIn } from './extract';
import { fieldOf, isAbout, resolved, typesOf } from './field';
import { fill } from './fill';
import { planSteps, routeAnswer } from './lead';
import { type Material, materialOf } from './material';
import { moodOf } from './mood';
import { loadLanguage } from './nlp';

const TRANSFER = 'transfer_to_';
const MIN_RELEVANCE = 0.12;

export async function builtinModel(call: ModelCall): Promise<ModelOutcome> {
  await loadLanguage();
  const material = materialOf(call);
  const wanted = call.purpose === 'turn' ? toolWanted(call, material) : undefined;
  if (wanted) return answered(call, '', [wanted]);
  return answered(call, textFor(call, material), []);
}

function answered(call: ModelCall, text: string, toolCalls: readonly ToolCall[]): ModelOutcome {
  const characters = call.messages.reduce(
    (sum, message) =>
      sum + (message.role === 'tool' ? JSON.stringify(message.result).length : message.text.length),
    0,
  );
  const made = text.length + toolCalls.reduce((sum, tool) => sum + JSON.stringify(tool.args).length, 0);
  return {
    ok: true,
    text,
    toolCalls,
    finish: toolCalls.length > 0 ? 'tool_calls' : 'stop',
    usage: { in: Math.ceil(characters / 4), out: Math.max(1, Math.ceil(made / 4)) },
    cost: { amount: 0, currency: call.model.price?.currency ?? 'USD' },
  };
}

function textFor(call: ModelCall, material: Material): string {
  if (call.output === undefined) return shorten(freeText(call, material), call.maxOutputTokens * 4);
  return JSON.stringify(valueFor(call, material, call.output));
}

function valueFor(call: ModelCall, material: Material, output: NonNullable<ModelCall['output']>): Json {
  if (call.purpose === 'route') return routeAnswer(call, material, output);
  if (call.purpose === 'plan') return planSteps(call, material, output);
  const filled = fill(output, call.schemas, material);
  if (call.purpose !== 'judge' || !isJsonObject(filled.value)) return filled.value;
  return 'score' in filled.value ? { ...filled.value, score: judgeScore(material) } : filled.value;
}

/** How well a result answers what was asked, from 0 to 1. */
function judgeScore(material: Material): number {
  const { reading, text } = material;
  let score = 0.6 + 0.25 * likeness(text, material.guidance) + Math.min(0.12, reading.wordCount / 120);
  if (reading.wordCount < 5) score -= 0.25;
  if (/\b(unknown|not stated|lorem ipsum|todo|n\/a|undefined)\b/i.test(text)) score -= 0.3;
  score += 0.15 * Math.min(0, moodOf(reading).value);
  return round(Math.min(0.97, Math.max(0.05, score)));
}

/** The tool call the task clearly needs and that was not made yet, or the handoff that fits best. */
function toolWanted(call: ModelCall, material: Material): ToolCall | undefined {
  const made = call.messages.flatMap((message) =>
    message.role === 'assistant' ? (message.toolCalls ?? []) : [],
  );
  const id = `call_${call.turn}_${made.length + 1}`;
  for (const tool of call.tools) {
    if (tool.name.startsWith(TRANSFER) || made.some((before) => before.name === tool.name)) continue;
    const args = argumentsFor(tool, call, material);
    if (args !== undefined) return { id, name: tool.name, args };
  }
  const transfers = call.tools.filter((tool) => tool.name.startsWith(TRANSFER));
  const chosen = chooseTransfer(transfers, material);
  return chosen
    ? { id, name: chosen.name, args: fill(chosen.input, call.schemas, material, chosen.name).value }
    : undefined;
}

function chooseTransfer(transfers: readonly OfferedTool[], material: Material): OfferedTool | undefined {
  if (transfers.length === 0) return undefined;
  const options = transfers.map((tool) => ({
    name: tool.name.slice(TRANSFER.length).replace(/^to_/, ''),
    description: tool.description,
  }));
  const chosen = chooseAmong(options, material);
  // the only handoff beside going on needs a reason
  if (transfers.length === 1 && (chosen.scores[0] ?? 0) < 2) return undefined;
  return transfers[chosen.index];
}

/** Arguments for a tool whose need and whose every required argument can be read from the task; else undefined. */
function argumentsFor(tool: OfferedTool, call: ModelCall, material: Material): Json | undefined {
  const input = isJsonObject(tool.input) ? resolved(tool.input, tool.input, call.schemas) : undefined;
  if (!input) return undefined;
  const properties = isJsonObject(input.schema['properties']) ? input.schema['properties'] : {};
  const required = Array.isArray(input.schema['required'])
    ? input.schema['required'].map(String)
    : Object.keys(properties).slice(0, 1);
  const named = new RegExp(`\\b${tool.name.replace(/[^A-Za-z0-9]/g, '.')}\\b`, 'i').test(
    `${material.guidance}\n${material.text}`,
  );
  const purpose = `${tool.name.replace(/_/g, ' ')} ${tool.description}`;
  const relevance = Math.max(likeness(material.text, purpose), likeness(material.guidance, purpose));
  const takesPath =
    required.some((key) => isAbout(fieldOf(key, {}), /path|file/)) && pathsIn(material.text).length > 0;
  if (!named && !takesPath && relevance < MIN_RELEVANCE) return undefined;
  const args: Record<string, Json> = {};
  for (const key of required) {
    const value = argumentFor(key, properties[key] ?? true, input.root, call, material);
    if (value === undefined) return undefined;
    args[key] = value;
  }
  return args;
}

function argumentFor(
  key: string,
  schema: Json,
  root: JsonObject,
  call: ModelCall,
  material: Material,
): Json | undefined {
  const { schema: plain } = resolved(schema, root, call.schemas);
  const field = fieldOf(key, plain);
  if (isAbout(field, /query|search|term|question|keywords?|topic/) && typesOf(plain).includes('string')) {
    return keywords(material.reading, 5).join(' ') || summary(material, 120, 1);
  }
  if (isAbout(field, /path|file/) && typesOf(plain).includes('string'))
    return pathsIn(material.text)[0]?.value;
  if (isAbout(field, /^(text|content|input|body|document|message)$/)) return material.text;
  const filled = fill(plain, call.schemas, material, key);
  return filled.confidence >= 0.6 && filled.value !== 'unknown' ? filled.value : undefined;
}

/** What is said where no shape is asked for, by what the agent is there to do. */
function freeText(call: ModelCall, material: Material): string {
  const task =
    `${material.guidance}\n${call.agent === undefined ? '' : call.agent.does.join(' ')}`.toLowerCase();
  if (/\b(reply|replies|answers? (?:the|a|to)|respond|draft|letter|e-?mail|customer message)/.test(task))
    return reply(material, 4000);
  if (/\bsummar|digest|condense|brief\b|abstract/.test(task)) return summary(material, 4000, 3);
  if (/\bkeyword|\btopics?\b|\btags?\b/.test(task)) return keywords(material.reading, 8).join(', ');
  if (/\b(review|critique|critic|check|proofread|edit|assess)/.test(task)) return critique(material);
  const telling = keySentences(material.reading, 3, []).sort((a, b) => a.index - b.index);
  const text = telling.map((sentence) => sentence.text).join(' ');
  return text === '' ? 'There is nothing here to work on.' : text;
}

function critique(material: Material): string {
  const { reading } = material;
  const point = keySentences(reading, 1)[0];
  const open = reading.sentences.filter((sentence) => sentence.isQuestion).length;
  const remarks = [
    point ? `The main point is: "${shorten(point.text, 200)}"` : 'There is no clear main point.',
    /\d/.test(material.text)
      ? 'It names figures, which should be checked against their source.'
      : 'It names no figures or dates.',
    reading.wordCount < 25
      ? 'It is very short; more detail would help.'
      : `It has ${reading.sentences.length} sentences and reads clearly.`,
  ];
  if (open > 0) remarks.push(`${open === 1 ? 'One question is' : `${open} questions are`} still open.`);
  return remarks.join(' ');
}
