/** Leading others: which worker is next, who speaks, which steps a plan has. */
import { isJsonObject, type Json, type JsonObject } from '../../../../shared/base/json';
import type { ModelCall } from '../../../../shared/ports/calls';
import type { JsonSchema } from '../../../../shared/spec/values';
import { chooseAmong } from './choose';
import { requests, shorten, summary } from './compose';
import { resolved, typesOf } from './field';
import { fill } from './fill';
import type { Material } from './material';

const STRONG = 2.5;

interface Shape {
  readonly schema: JsonObject;
  readonly root: JsonObject;
}

/** Shapes of an answer: the schema itself and its alternatives, references followed. */
function shapesOf(call: ModelCall, output: JsonSchema): Shape[] {
  const root = isJsonObject(output) ? output : {};
  const top = resolved(output, root, call.schemas);
  const alternatives = [top.schema['oneOf'], top.schema['anyOf']].flatMap((list) =>
    Array.isArray(list) ? (list as readonly Json[]) : [],
  );
  return [top, ...alternatives.map((one) => resolved(one, top.root, call.schemas))];
}

function propertyOf(shape: Shape, name: string, call: ModelCall): Shape | undefined {
  const properties = shape.schema['properties'];
  if (!isJsonObject(properties) || properties[name] === undefined) return undefined;
  return resolved(properties[name], shape.root, call.schemas);
}

function itemsOf(list: Shape, call: ModelCall): Shape {
  return resolved(list.schema['items'] ?? {}, list.root, call.schemas);
}

function choicesOf(schema: JsonObject | undefined): string[] {
  return Array.isArray(schema?.['enum']) ? schema['enum'].map(String) : [];
}

/** A supervisor's or moderator's decision. */
export function routeAnswer(call: ModelCall, material: Material, output: JsonSchema): Json {
  const shapes = shapesOf(call, output);
  const assigning = shapes.find((shape) => propertyOf(shape, 'assign', call));
  if (!assigning) return speakerAnswer(call, material, output, shapes);
  const finishing = shapes.find((shape) => propertyOf(shape, 'done', call));
  const assigned = assignmentsFor(call, material, assigning);
  if (assigned.length > 0 || !finishing) return { assign: assigned };
  const done = propertyOf(finishing, 'done', call);
  return {
    done: done ? fill(done.schema, call.schemas, material, 'result').value : summary(material, 2000, 3),
  };
}

/** Who works next: at first all the task speaks of (at least one), later those it clearly needs and nobody asked yet. */
function assignmentsFor(call: ModelCall, material: Material, shape: Shape): Json[] {
  const item = itemsOf(propertyOf(shape, 'assign', call) ?? shape, call);
  const key = ['capability', 'worker'].find((name) => propertyOf(item, name, call) !== undefined);
  const before = call.messages
    .filter((message) => message.role === 'assistant')
    .map((message) => message.text);
  const task = taskFor(material);
  // the engine deals such tasks out itself, in turn
  if (key === undefined) return before.length === 0 ? [{ task }] : [];
  const listed = choicesOf(propertyOf(item, key, call)?.schema);
  const names = listed.length > 0 ? listed : capabilitiesIn(systemOf(call));
  const open = names.filter((name) => !before.some((text) => text.includes(JSON.stringify(name))));
  const ranked = rank(open, call, material);
  const next = ranked.filter(
    (one, i) => one.score >= (before.length === 0 ? STRONG - 1 : STRONG) || (before.length === 0 && i === 0),
  );
  return next.map((one) => ({ [key]: one.name, task }));
}

function systemOf(call: ModelCall): string {
  return call.messages.find((message) => message.role === 'system')?.text ?? '';
}

function capabilitiesIn(system: string): string[] {
  const lists = [...system.matchAll(/Capabilities: ([^.\n]+)/g)].flatMap((match) =>
    (match[1] ?? '').split(/,\s*/),
  );
  return [...new Set(lists.map((name) => name.trim()).filter((name) => name !== ''))];
}

function rank(
  names: readonly string[],
  call: ModelCall,
  material: Material,
): { name: string; score: number }[] {
  if (names.length === 0) return [];
  // only the task itself says whom it needs; what others have answered meanwhile does not
  const guidance = systemOf(call) || material.guidance;
  const options = names.map((name) => ({ name, description: descriptionIn(guidance, name) }));
  const { scores } = chooseAmong(options, material);
  return names.map((name, i) => ({ name, score: scores[i] ?? 0 })).sort((a, b) => b.score - a.score);
}

function descriptionIn(guidance: string, name: string): string {
  return guidance.split('\n').find((line) => line.includes(name)) ?? '';
}

function taskFor(material: Material): string {
  const asked = requests(material.reading)[0]?.text;
  return shorten(asked ?? summary(material, 300, 1), 300);
}

/** Who speaks next: who has spoken least, and among those whom the matter concerns most. */
function speakerAnswer(
  call: ModelCall,
  material: Material,
  output: JsonSchema,
  shapes: readonly Shape[],
): Json {
  const value = fill(output, call.schemas, material).value;
  if (!isJsonObject(value)) return value;
  for (const shape of shapes) {
    const properties = shape.schema['properties'];
    if (!isJsonObject(properties)) continue;
    for (const key of Object.keys(properties)) {
      const names = choicesOf(propertyOf(shape, key, call)?.schema);
      if (names.length < 2 || !(key in value)) continue;
      const spoken = (name: string): number => material.text.split(`${name}:`).length - 1;
      const least = Math.min(...names.map(spoken));
      const best = rank(
        names.filter((name) => spoken(name) === least),
        call,
        material,
      )[0];
      return best ? { ...value, [key]: best.name } : value;
    }
  }
  return value;
}

/** Steps over a closed catalogue, one after the other: those the goal speaks of, or all of them. */
export function planSteps(call: ModelCall, material: Material, output: JsonSchema): Json {
  const shape = shapesOf(call, output).find((one) => propertyOf(one, 'steps', call));
  const list = shape && propertyOf(shape, 'steps', call);
  const item = list && itemsOf(list, call);
  const uses = item ? choicesOf(propertyOf(item, 'use', call)?.schema) : [];
  if (!item || uses.length === 0) return fill(output, call.schemas, material).value;
  const scores = new Map(rank(uses, call, material).map((one) => [one.name, one.score]));
  const needed = uses.filter((use) => (scores.get(use) ?? 0) >= 1.5);
  const chosen = needed.length > 0 ? needed : uses;
  const input = propertyOf(item, 'input', call);
  return {
    steps: chosen.map((use, i) => ({
      id: `s${i + 1}`,
      use,
      input:
        input && typesOf(input.schema).includes('object') && isJsonObject(input.schema['properties'])
          ? fill(input.schema, call.schemas, material, 'input').value
          : { task: taskFor(material) },
      after: i === 0 ? [] : [`s${i}`],
    })),
  };
}
