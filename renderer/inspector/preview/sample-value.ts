/** A plausible value of a shape: what a person would write into the form to try it. */
import { isJsonObject, type Json, type JsonObject } from '../../../shared/base/json';
import type { Flow } from '../../../shared/spec/flow';
import type { JsonSchema } from '../../../shared/spec/values';

const MAX_DEPTH = 6;

export function sampleValue(
  schema: JsonSchema | Json | undefined,
  flow: Flow,
  name = 'value',
  depth = 0,
): Json {
  const shape = resolved(schema, flow);
  if (!shape || depth > MAX_DEPTH) return name;
  const given = givenValue(shape);
  if (given !== undefined) return given;
  const { type } = shape;
  if (type === 'object' || isJsonObject(shape['properties'])) return sampleObject(shape, flow, depth);
  if (type === 'array') return [sampleValue(shape['items'], flow, name, depth + 1)];
  if (type === 'boolean') return true;
  if (type === 'null') return null;
  if (type === 'number' || type === 'integer') return sampleNumber(shape);
  return sampleText(shape, name);
}

/** What the shape itself says a value can be. */
function givenValue(shape: JsonObject): Json | undefined {
  if (shape['default'] !== undefined) return shape['default'];
  if (shape['const'] !== undefined) return shape['const'];
  for (const key of ['examples', 'enum'] as const) {
    const list = shape[key];
    if (Array.isArray(list) && list.length > 0) return list[0] as Json; // Json arrays hold Json
  }
  return undefined;
}

function sampleObject(shape: JsonObject, flow: Flow, depth: number): JsonObject {
  const properties = isJsonObject(shape['properties']) ? shape['properties'] : {};
  return Object.fromEntries(
    Object.entries(properties).map(([key, inner]) => [key, sampleValue(inner, flow, key, depth + 1)]),
  );
}

function sampleNumber(shape: JsonObject): number {
  const least = typeof shape['minimum'] === 'number' ? shape['minimum'] : 0;
  const most = typeof shape['maximum'] === 'number' ? shape['maximum'] : Math.max(least + 1, 42);
  const middle = (least + most) / 2;
  return shape['type'] === 'integer' || most - least > 2 ? Math.round(middle) : middle;
}

const FORMATS: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  'date-time': '2026-01-31T09:30:00Z',
  email: 'someone@example.com',
  uri: 'https://example.com',
};

function sampleText(shape: JsonObject, name: string): string {
  const { format } = shape;
  return (typeof format === 'string' ? FORMATS[format] : undefined) ?? `(${name})`;
}

function resolved(schema: JsonSchema | Json | undefined, flow: Flow): JsonObject | undefined {
  if (!isJsonObject(schema)) return undefined;
  const ref = schema['$ref'];
  if (typeof ref !== 'string') return schema;
  const named = flow.schemas?.[ref.replace('#/schemas/', '')];
  return isJsonObject(named) ? named : undefined;
}
