/** What a rehearsed model says: the value of its node, a handoff, a lead's decision, or a plan. */
import { isJsonObject, type Json, type JsonObject } from '../../shared/base/json';
import type { Random } from '../../shared/base/random';
import type { ToolCall } from '../../shared/events/event';
import type { ModelCall } from '../../shared/ports/calls';
import type { Flow } from '../../shared/spec/flow';
import type { RehearsalNode } from '../../shared/spec/parts';
import { nodeById } from './nodes-of';
import { outputOf, withConfidence } from './rehearsal-entry';
import { sampleSchema } from './schema-sample';

const TRANSFER = 'transfer_to_';

interface Said {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
}

export function rehearseModelValue(
  call: ModelCall,
  flow: Flow,
  entry: RehearsalNode | undefined,
  random: Random,
  confidence: number | undefined,
): Said {
  switch (call.purpose) {
    case 'judge':
      return json({ score: 0.9 }); // a rehearsed result is liked, else every judge would stop it
    case 'route':
      return json(route(call, flow, entry, random));
    case 'plan':
      return json(plan(call, flow, random));
    default:
      return turn(call, entry, random, confidence);
  }
}

function json(value: Json): Said {
  return { text: JSON.stringify(value), toolCalls: [] };
}

function turn(
  call: ModelCall,
  entry: RehearsalNode | undefined,
  random: Random,
  confidence: number | undefined,
): Said {
  const value = withConfidence(outputOf(call, entry) ?? made(call, random), confidence);
  const transfer = transferOf(call, entry);
  if (!transfer)
    return call.output === undefined && typeof value === 'string'
      ? { text: value, toolCalls: [] }
      : json(value);
  const properties =
    isJsonObject(transfer.input) && isJsonObject(transfer.input['properties'])
      ? transfer.input['properties']
      : {};
  const args: Record<string, Json> = {};
  if (properties['output'] !== undefined) args['output'] = value;
  if (isJsonObject(properties['payload']) || properties['payload'] === true) {
    args['payload'] =
      entry?.values ?? sampleSchema(properties['payload'] as JsonObject, call.schemas, random);
  }
  return { text: '', toolCalls: [{ id: `call_${call.turn}`, name: transfer.name, args }] };
}

function made(call: ModelCall, random: Random): Json {
  if (call.output !== undefined) return sampleSchema(call.output, call.schemas, random);
  const task = call.prompt.trim().replace(/\s+/g, ' ');
  return `Rehearsed answer of ${call.node}${task === '' ? '' : ` to: ${task.length > 80 ? `${task.slice(0, 77)}...` : task}`}`;
}

/** The handoff the entry names, none for `next`, else the first drawn. */
function transferOf(
  call: ModelCall,
  entry: RehearsalNode | undefined,
): ModelCall['tools'][number] | undefined {
  const transfers = call.tools.filter((tool) => tool.name.startsWith(TRANSFER));
  if (entry?.choice === 'next') return undefined;
  return transfers.find((tool) => tool.name === `${TRANSFER}${entry?.choice}`) ?? transfers[0];
}

function propertiesOf(call: ModelCall): JsonObject {
  return isJsonObject(call.output) && isJsonObject(call.output['properties'])
    ? call.output['properties']
    : {};
}

function choicesOf(schema: Json | undefined): string[] {
  return isJsonObject(schema) && Array.isArray(schema['enum']) ? schema['enum'].map(String) : [];
}

function itemProperties(schema: Json | undefined): JsonObject {
  const items = isJsonObject(schema) ? schema['items'] : undefined;
  return isJsonObject(items) && isJsonObject(items['properties']) ? items['properties'] : {};
}

/** A supervisor gives each worker one task, then is done; a moderator lets one after the other speak. */
function route(call: ModelCall, flow: Flow, entry: RehearsalNode | undefined, random: Random): Json {
  const properties = propertiesOf(call);
  const replies = call.messages.filter((message) => message.role === 'assistant').length;
  if (properties['assign'] !== undefined) {
    if (replies === 0) return { assign: assignments(call, flow, itemProperties(properties['assign'])) };
    const done =
      outputOf(call, entry) ??
      (isJsonObject(properties['done']) ? sampleSchema(properties['done'], call.schemas, random) : 'Done.');
    return { done };
  }
  const [key, names] =
    Object.entries(properties)
      .map(([name, schema]) => [name, choicesOf(schema)] as const)
      .find(([, choices]) => choices.length > 0) ?? [];
  if (key === undefined || names === undefined)
    return outputOf(call, entry) ?? sampleSchema(call.output, call.schemas, random);
  return { [key]: names[(replies + call.turn - 1) % names.length] ?? '' };
}

function assignments(call: ModelCall, flow: Flow, item: JsonObject): Json[] {
  const node = nodeById(flow, call.node);
  const workers = node?.kind === 'supervisor' ? node.workers : choicesOf(item['worker']);
  return workers.map((worker): Json => {
    const task = `Rehearsed task for ${worker}`;
    if (item['worker'] !== undefined) return { worker, task };
    const capability = flow.agents?.[worker]?.capabilities?.[0];
    return item['capability'] === undefined || capability === undefined ? { task } : { capability, task };
  });
}

/** Every step of the catalogue once, one after the other. */
function plan(call: ModelCall, flow: Flow, random: Random): Json {
  const uses = choicesOf(itemProperties(propertiesOf(call)['steps'])['use']);
  return {
    steps: uses.map((use, i) => {
      const node = nodeById(flow, use);
      const input =
        node?.kind === 'agent' && node.accepts !== undefined
          ? sampleSchema(node.accepts, call.schemas, random)
          : {};
      return {
        id: `s${i + 1}`,
        use,
        input: isJsonObject(input) ? input : {},
        after: i === 0 ? [] : [`s${i}`],
      };
    }),
  };
}
