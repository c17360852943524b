/** Reading and changing the JSON Schemas the builder can show. */
import { isJsonObject, type Json, type JsonObject } from '../../shared/base/json';
import type { JsonSchema } from '../../shared/spec/values';

/** The kinds of value the builder offers; anything else of JSON Schema is edited as JSON. */
export const SCHEMA_TYPES = [
  'string',
  'number',
  'integer',
  'boolean',
  'choice',
  'array',
  'object',
  'any',
] as const;
type FieldType = (typeof SCHEMA_TYPES)[number];

const BUILDER_KEYS: ReadonlySet<string> = new Set([
  'type',
  'enum',
  'items',
  'properties',
  'required',
  'description',
  'title',
  '$ref',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'format',
  'additionalProperties',
  'default',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
]);

/** Whether the builder can show all a schema says. */
export function isSimple(schema: JsonSchema | Json | undefined): boolean {
  if (schema === undefined || schema === true) return true;
  if (!isJsonObject(schema)) return false;
  if (Object.keys(schema).some((key) => !BUILDER_KEYS.has(key))) return false;
  if (schema['type'] !== undefined && typeof schema['type'] !== 'string') return false;
  const choices = schema['enum'];
  if (Array.isArray(choices) && choices.some((choice) => typeof choice !== 'string')) return false;
  const { properties, items } = schema;
  const inner = isJsonObject(properties)
    ? Object.values(properties).every(isSimple)
    : properties === undefined;
  return inner && (items === undefined || isSimple(items));
}

export function fieldTypeOf(schema: Json | undefined): FieldType | `ref:${string}` {
  if (!isJsonObject(schema)) return 'any';
  if (typeof schema['$ref'] === 'string') return `ref:${schema['$ref'].replace('#/schemas/', '')}`;
  if (Array.isArray(schema['enum'])) return 'choice';
  const found = SCHEMA_TYPES.find((type) => type === schema['type']);
  return found ?? 'any';
}

/** A fresh schema of a kind, keeping the description. */
export function schemaOfType(type: string, before: Json | undefined): JsonObject {
  const description: JsonObject =
    isJsonObject(before) && typeof before['description'] === 'string'
      ? { description: before['description'] }
      : {};
  if (type.startsWith('ref:')) return { $ref: `#/schemas/${type.slice(4)}`, ...description };
  if (type === 'choice') return { enum: [], ...description };
  if (type === 'any') return description;
  if (type === 'array') return { type, items: { type: 'string' }, ...description };
  return type === 'object' ? { type, properties: {}, ...description } : { type, ...description };
}

/** Fields of an object in order, and which of them must be there. */
export interface ObjectShape {
  readonly entries: readonly (readonly [string, Json])[];
  readonly required: readonly string[];
}

export function readObject(shape: JsonObject): ObjectShape {
  const properties = isJsonObject(shape['properties']) ? shape['properties'] : {};
  const required = Array.isArray(shape['required']) ? shape['required'].map(String) : [];
  return { entries: Object.entries(properties), required };
}

export function writeObject(shape: JsonObject, { entries, required }: ObjectShape): JsonObject {
  const { required: _before, ...rest } = shape;
  return {
    ...rest,
    type: 'object',
    properties: Object.fromEntries(entries),
    ...(required.length > 0 ? { required } : {}),
  };
}

/** Another name at the same place; a name that is taken is left alone so that no field is lost. */
export function renameField({ entries, required }: ObjectShape, index: number, name: string): ObjectShape {
  const old = entries[index]?.[0];
  if (old === undefined || entries.some(([key], i) => key === name && i !== index))
    return { entries, required };
  return {
    entries: entries.map(([key, inner], i) => [i === index ? name : key, inner] as const),
    required: required.map((key) => (key === old ? name : key)),
  };
}

export function setFieldSchema({ entries, required }: ObjectShape, index: number, inner: Json): ObjectShape {
  return {
    entries: entries.map((entry, i) => (i === index ? ([entry[0], inner] as const) : entry)),
    required,
  };
}

export function removeField({ entries, required }: ObjectShape, index: number): ObjectShape {
  const gone = entries[index]?.[0];
  return { entries: entries.toSpliced(index, 1), required: required.filter((key) => key !== gone) };
}

export function moveField({ entries, required }: ObjectShape, from: number, to: number): ObjectShape {
  const entry = entries[from];
  return entry
    ? { entries: entries.toSpliced(from, 1).toSpliced(to, 0, entry), required }
    : { entries, required };
}

export function addField({ entries, required }: ObjectShape): ObjectShape {
  const taken = new Set(entries.map(([key]) => key));
  let number = entries.length + 1;
  while (taken.has(`field${number}`)) number += 1;
  return { entries: [...entries, [`field${number}`, { type: 'string' }]], required };
}

export function setRequired(
  { entries, required }: ObjectShape,
  name: string,
  isRequired: boolean,
): ObjectShape {
  const others = required.filter((key) => key !== name);
  return { entries, required: isRequired ? [...others, name] : others };
}

/** With one thing said more, or said no longer. */
export function withKey(shape: JsonObject, key: string, value: Json | undefined): JsonObject {
  const { [key]: _before, ...rest } = shape;
  return value === undefined ? rest : { ...shape, [key]: value };
}
