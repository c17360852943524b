/** What a form needs to know of a JSON Schema: which control a value gets, what it is called, and how it starts. */
import { isJsonObject, type Json, type JsonObject } from '../../shared/base/json';
import type { JsonSchema } from '../../shared/spec/values';

export type Schemas = Readonly<Record<string, JsonSchema>>;
const NO_SCHEMAS: Schemas = {};

/** `json` is anything the form has no better control for. */
export type FieldKind =
  | 'text'
  | 'long-text'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'choice'
  | 'object'
  | 'list'
  | 'json';

/** The schema itself, or what its `$ref` leads to. Beside a `$ref`, other keywords count too. */
export function resolve(schema: unknown, schemas: Schemas = NO_SCHEMAS, root: unknown = schema): JsonObject {
  let current = schema;
  for (let hops = 0; hops < 16; hops++) {
    if (!isJsonObject(current)) return {};
    const { $ref, ...beside } = current;
    if (typeof $ref !== 'string') return current;
    const target = targetOf($ref, schemas, root);
    current = isJsonObject(target) ? { ...target, ...beside } : beside;
  }
  return {};
}

function targetOf($ref: string, schemas: Schemas, root: unknown): unknown {
  const [, place, name] = /^#\/(schemas|\$defs)\/([^/]+)$/.exec($ref) ?? [];
  if (name === undefined) return undefined;
  if (place === 'schemas') return Object.hasOwn(schemas, name) ? schemas[name] : undefined;
  const defs = isJsonObject(root) ? root['$defs'] : undefined;
  return isJsonObject(defs) && Object.hasOwn(defs, name) ? defs[name] : undefined;
}

export function typeOf(schema: JsonObject): string | undefined {
  const type = schema['type'];
  if (typeof type === 'string') return type;
  if (!Array.isArray(type)) return undefined;
  const real = type.filter((name) => name !== 'null');
  return real.length === 1 && typeof real[0] === 'string' ? real[0] : undefined;
}

export function choicesOf(schema: JsonObject): readonly Json[] | undefined {
  const list = schema['enum'];
  return Array.isArray(list) && list.length > 0 ? (list as readonly Json[]) : undefined;
}

/** Objects nested deeper are written as JSON: a form of forms of forms helps nobody. */
const MAX_FORM_DEPTH = 3;
const LONG_TEXT = 160;
const LONG_NAMES =
  /^(text|body|ticket|message|content|description|summary|reply|answer|note|notes|comment|prompt|question|article|document|transcript|instructions|letter|mail|email_?body)$/i;

export function kindOf(schema: JsonObject, name: string, depth: number): FieldKind {
  const choices = choicesOf(schema);
  if (choices?.every((choice) => typeof choice !== 'object' || choice === null)) return 'choice';
  if (schema['oneOf'] !== undefined || schema['anyOf'] !== undefined || schema['allOf'] !== undefined)
    return 'json';
  switch (typeOf(schema)) {
    case 'string':
      return isLong(schema, name) ? 'long-text' : 'text';
    case 'number':
      return 'number';
    case 'integer':
      return 'integer';
    case 'boolean':
      return 'boolean';
    case 'object':
      return propertiesOf(schema).length > 0 && depth < MAX_FORM_DEPTH ? 'object' : 'json';
    case 'array':
      return isSimple(resolve(schema['items'])) ? 'list' : 'json';
    default:
      return propertiesOf(schema).length > 0 && depth < MAX_FORM_DEPTH ? 'object' : 'json';
  }
}

function isLong(schema: JsonObject, name: string): boolean {
  const { maxLength, format } = schema;
  if (typeof maxLength === 'number') return maxLength > LONG_TEXT;
  return format === undefined && LONG_NAMES.test(name);
}

function isSimple(items: JsonObject): boolean {
  return ['string', 'number', 'integer'].includes(typeOf(items) ?? '') && choicesOf(items) === undefined;
}

export function propertiesOf(schema: JsonObject): readonly (readonly [string, unknown])[] {
  const properties = schema['properties'];
  return isJsonObject(properties) ? Object.entries(properties) : [];
}

export function requiredOf(schema: JsonObject): ReadonlySet<string> {
  const required = schema['required'];
  return new Set(
    Array.isArray(required) ? required.filter((name): name is string => typeof name === 'string') : [],
  );
}

/** The title, or the name in words: `orderTotal` is "Order total". */
export function labelOf(schema: JsonObject, name: string): string {
  const title = schema['title'];
  return typeof title === 'string' && title !== '' ? title : wordsOf(name);
}

export function wordsOf(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .trim()
    .toLowerCase();
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a form starts with: `default`s, and nothing else, so that "not filled in" stays visible. */
export function startValue(schema: unknown, schemas: Schemas = NO_SCHEMAS, depth = 0): Json | undefined {
  const plain = resolve(schema, schemas);
  if (plain['default'] !== undefined) return plain['default'];
  if (plain['const'] !== undefined) return plain['const'];
  const properties = propertiesOf(plain);
  if (properties.length === 0 || depth > MAX_FORM_DEPTH) return undefined;
  const value: Record<string, Json> = {};
  for (const [name, inner] of properties) {
    const start = startValue(inner, schemas, depth + 1);
    if (start !== undefined) value[name] = start;
  }
  return depth === 0 || Object.keys(value).length > 0 ? value : undefined;
}
