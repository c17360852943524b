/**
 * Makes a value that fits a JSON Schema, the same one for the same seed: what a rehearsed step gives when nobody wrote
 * down what it should. Numbers, words and lengths stay small and readable.
 */
import { isJsonObject, type Json, type JsonObject } from '../../shared/base/json';
import type { Random } from '../../shared/base/random';
import type { JsonSchema } from '../../shared/spec/values';
import { samplePattern } from './pattern-sample';

type Named = Readonly<Record<string, JsonSchema>>;

const SOFT_DEPTH = 4;
const MAX_DEPTH = 40;
const WORDS =
  'amber birch cedar delta ember field grove harbor island juniper kite lemon maple north ocean pearl quartz river summit tide'.split(
    ' ',
  );

/** @returns a value that fits; a schema nothing fits gives the nearest attempt. */
export function sampleSchema(schema: JsonSchema | undefined, schemas: Named, random: Random): Json {
  if (schema === undefined || typeof schema === 'boolean')
    return `${pick(WORDS, random)} ${pick(WORDS, random)}`;
  return new Sampler(schemas, random).sample(schema, schema, 0, '');
}

class Sampler {
  constructor(
    private readonly schemas: Named,
    private readonly random: Random,
  ) {}

  sample(schema: unknown, root: JsonObject, depth: number, name: string): Json {
    const { schema: plain, root: home } = this.resolve(schema, root);
    if (plain['const'] !== undefined) return plain['const'];
    if (Array.isArray(plain['enum']) && plain['enum'].length > 0)
      return pick(plain['enum'] as readonly Json[], this.random);
    if (Array.isArray(plain['examples']) && plain['examples'].length > 0)
      return pick(plain['examples'] as readonly Json[], this.random);
    if (depth > MAX_DEPTH) return null;
    const shapes = plain['oneOf'] ?? plain['anyOf'];
    if (Array.isArray(shapes) && shapes.length > 0)
      return this.alternative(plain, shapes as readonly Json[], home, depth, name);
    if (Array.isArray(plain['allOf']))
      return this.sample(this.combine(plain, plain['allOf'] as readonly Json[], home), home, depth, name);
    return this.ofType(this.typeOf(plain, depth), plain, home, depth, name);
  }

  private resolve(schema: unknown, root: JsonObject): { schema: JsonObject; root: JsonObject } {
    let current: unknown = schema;
    let home = root;
    for (let i = 0; i < 16 && isJsonObject(current) && typeof current['$ref'] === 'string'; i++) {
      const { $ref, ...beside } = current;
      const [first, ...rest] = String($ref).slice(2).split('/');
      let target: unknown =
        $ref === '#' ? home : first === 'schemas' ? this.schemas[rest[0] ?? ''] : home['$defs'];
      if (first === 'schemas' && isJsonObject(target)) home = target;
      for (const part of first === 'schemas' ? rest.slice(1) : $ref === '#' ? [] : rest)
        target = isJsonObject(target) ? target[part] : undefined;
      current = isJsonObject(target) ? { ...target, ...beside } : beside;
    }
    return { schema: isJsonObject(current) ? current : {}, root: home };
  }

  private alternative(
    schema: JsonObject,
    shapes: readonly Json[],
    root: JsonObject,
    depth: number,
    name: string,
  ): Json {
    const { oneOf: _one, anyOf: _any, ...base } = schema;
    // the last shapes of a recursive schema are usually the ones that end it
    const shape = depth > SOFT_DEPTH ? (this.plainest(shapes, root) ?? shapes[0]) : pick(shapes, this.random);
    return this.sample(this.combine(base, [shape ?? true], root), root, depth + 1, name);
  }

  private plainest(shapes: readonly Json[], root: JsonObject): Json | undefined {
    return shapes.find((shape) => {
      const { schema } = this.resolve(shape, root);
      return (
        schema['type'] === 'null' ||
        schema['const'] !== undefined ||
        (schema['type'] !== undefined && schema['type'] !== 'object' && schema['type'] !== 'array')
      );
    });
  }

  private combine(base: JsonObject, parts: readonly Json[], root: JsonObject): JsonObject {
    const { allOf: _all, ...own } = base;
    const all = [own, ...parts.map((part) => this.resolve(part, root).schema)];
    const properties = Object.assign({}, ...all.map((part) => part['properties'] ?? {})) as JsonObject;
    const required = [
      ...new Set(
        all.flatMap((part) => (Array.isArray(part['required']) ? part['required'].map(String) : [])),
      ),
    ];
    const merged = Object.assign({}, ...all) as Record<string, Json>;
    if (Object.keys(properties).length > 0) merged['properties'] = properties;
    if (required.length > 0) merged['required'] = required;
    return merged;
  }

  private typeOf(schema: JsonObject, depth: number): string {
    const { type } = schema;
    if (typeof type === 'string') return type;
    if (Array.isArray(type) && type.length > 0)
      return depth > SOFT_DEPTH && type.includes('null') ? 'null' : String(type[0]);
    if (schema['properties'] !== undefined || schema['required'] !== undefined) return 'object';
    if (schema['items'] !== undefined || schema['prefixItems'] !== undefined) return 'array';
    if (
      ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'].some(
        (key) => schema[key] !== undefined,
      )
    )
      return 'number';
    return 'string';
  }

  private ofType(type: string, schema: JsonObject, root: JsonObject, depth: number, name: string): Json {
    switch (type) {
      case 'object':
        return this.object(schema, root, depth);
      case 'array':
        return this.array(schema, root, depth, name);
      case 'number':
      case 'integer':
        return this.number(schema, type === 'integer', name);
      case 'boolean':
        return this.random() < 0.5;
      case 'string':
        return this.text(schema);
      default:
        return null;
    }
  }

  private object(schema: JsonObject, root: JsonObject, depth: number): Json {
    const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
    const required = new Set(Array.isArray(schema['required']) ? schema['required'].map(String) : []);
    const value: Record<string, Json> = {};
    for (const [key, member] of Object.entries(properties)) {
      if (member === false || (depth >= SOFT_DEPTH && !required.has(key))) continue;
      value[key] = this.sample(member, root, depth + 1, key);
    }
    const additional = isJsonObject(schema['additionalProperties']) ? schema['additionalProperties'] : true;
    for (const key of required)
      if (!(key in value)) value[key] = this.sample(additional, root, depth + 1, key);
    const min = numberOf(schema, 'minProperties') ?? 0;
    for (let i = 1; Object.keys(value).length < min; i++)
      value[`key${i}`] = this.sample(additional, root, depth + 1, '');
    return value;
  }

  private array(schema: JsonObject, root: JsonObject, depth: number, name: string): Json {
    const prefix = Array.isArray(schema['prefixItems']) ? (schema['prefixItems'] as readonly Json[]) : [];
    const min = Math.max(numberOf(schema, 'minItems') ?? 0, prefix.length);
    const max = Math.max(min, Math.min(numberOf(schema, 'maxItems') ?? min + 2, min + 2));
    const wanted =
      depth >= SOFT_DEPTH || schema['items'] === false
        ? min
        : Math.max(Math.min(1, max), min + Math.floor(this.random() * (max - min + 1)));
    const items: Json[] = [];
    const seen = new Set<string>();
    // a few tries more than items, for lists that must not repeat
    for (let tries = 0; items.length < wanted && tries < wanted * 8 + 8; tries++) {
      const item = this.sample(prefix[items.length] ?? schema['items'] ?? true, root, depth + 1, name);
      const key = JSON.stringify(item);
      if (schema['uniqueItems'] === true && seen.has(key)) continue;
      seen.add(key);
      items.push(item);
    }
    return items;
  }

  private number(schema: JsonObject, isInteger: boolean, name: string): number {
    const step = numberOf(schema, 'multipleOf') ?? (isInteger ? 1 : undefined);
    const gap = step ?? 0.01;
    const isShare = /confidence|score|probability|share|ratio/i.test(name) && !isInteger;
    const low = greatest(numberOf(schema, 'minimum'), plus(numberOf(schema, 'exclusiveMinimum'), gap));
    const high = least(numberOf(schema, 'maximum'), plus(numberOf(schema, 'exclusiveMaximum'), -gap));
    const from = low ?? (high === undefined ? 0 : Math.min(0, high - 100));
    const to = high ?? (isShare ? Math.max(1, from) : from + 100);
    // a rehearsed agent is rather sure of itself, else every gate would stop it
    const share = isShare && from >= 0 && to <= 1 ? 0.75 + 0.25 * this.random() : this.random();
    const value = from + share * (to - from);
    if (step === undefined) return tidy(Math.min(to, Math.max(from, Math.round(value * 100) / 100)));
    const stepped = Math.round(value / step) * step;
    return tidy(
      stepped > to ? Math.floor(to / step) * step : stepped < from ? Math.ceil(from / step) * step : stepped,
    );
  }

  private text(schema: JsonObject): string {
    const { pattern } = schema;
    if (typeof pattern === 'string') return samplePattern(pattern, this.random);
    const format = formatted(schema['format'], this.random);
    if (format !== undefined) return format;
    const min = numberOf(schema, 'minLength') ?? 0;
    const max = numberOf(schema, 'maxLength') ?? Infinity;
    let text = `${pick(WORDS, this.random)} ${pick(WORDS, this.random)}`;
    while (text.length < min) text += ` ${pick(WORDS, this.random)}`;
    return text.slice(0, max);
  }
}

function formatted(format: Json | undefined, random: Random): string | undefined {
  const two = (from: number, to: number): string =>
    String(from + Math.floor(random() * (to - from + 1))).padStart(2, '0');
  const hex = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
  const date = (): string => `20${two(24, 29)}-${two(1, 12)}-${two(1, 28)}`;
  const time = (): string => `${two(0, 23)}:${two(0, 59)}:${two(0, 59)}Z`;
  switch (format) {
    case 'date':
      return date();
    case 'time':
      return time();
    case 'date-time':
      return `${date()}T${time()}`;
    case 'duration':
      return `PT${1 + Math.floor(random() * 48)}H`;
    case 'email':
      return `${pick(WORDS, random)}@example.com`;
    case 'hostname':
      return `${pick(WORDS, random)}.example.com`;
    case 'ipv4':
      return `192.0.2.${Math.floor(random() * 256)}`;
    case 'ipv6':
      return `2001:db8::${hex(4)}`;
    case 'uri':
    case 'uri-reference':
      return `https://example.com/${pick(WORDS, random)}`;
    case 'uri-template':
      return 'https://example.com/{id}';
    case 'uuid':
      return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
    case 'json-pointer':
      return `/${pick(WORDS, random)}`;
    case 'relative-json-pointer':
      return '0';
    case 'regex':
      return '^[a-z]+$';
    default:
      return undefined;
  }
}

function pick<T>(list: readonly T[], random: Random): T {
  // the callers never pass an empty list
  return list[Math.floor(random() * list.length)] as T;
}

function numberOf(schema: JsonObject, key: string): number | undefined {
  const value = schema[key];
  return typeof value === 'number' ? value : undefined;
}

function plus(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value + by;
}

function greatest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}

function tidy(value: number): number {
  const short = Number(value.toPrecision(12));
  return short === 0 ? 0 : short;
}
