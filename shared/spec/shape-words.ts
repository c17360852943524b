/** What a schema asks for and what was found instead, in plain words. */
import { short } from './place';
import { viewSchema, unwrapSchema } from './schema-walk';
import { Duration, Expr, FlowId, Id, JsonSchema } from './values';
import { z } from './zod';

const KNOWN = new Map<z.ZodType, string>([
  [Id, 'a name (a letter, then letters, digits or _)'],
  [FlowId, 'a name (a letter, then letters, digits, _ or -)'],
  [Duration, 'a duration such as "PT30S" or "P1D"'],
  [Expr, 'an expression (text)'],
  [JsonSchema, 'a JSON Schema (an object, true or false)'],
]);

/** What a value of this schema looks like. */
export function wordsForSchema(schema: z.ZodType): string {
  const inner = unwrapSchema(schema);
  const known = KNOWN.get(inner);
  if (known !== undefined) return known;
  const view = viewSchema(inner);
  if (view.type === 'object' || view.type === 'record') return 'an object { … }';
  if (view.type === 'array') return 'a list [ … ]';
  if (view.type === 'union') return [...new Set(view.options.map(wordsForSchema))].join(' or ');
  return wordsForLeaf(inner);
}

function wordsForLeaf(schema: z.ZodType): string {
  if (schema instanceof z.ZodEnum)
    return `one of ${schema.options.map((option) => JSON.stringify(option)).join(', ')}`;
  if (schema instanceof z.ZodLiteral) return JSON.stringify(schema.value);
  if (schema instanceof z.ZodBoolean) return 'true or false';
  if (schema instanceof z.ZodNumber) return schema.isInt ? 'a whole number' : 'a number';
  return schema instanceof z.ZodString ? 'text' : 'a value';
}

/** What a value is. */
export function wordsForValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string')
    return value === '' ? 'an empty text' : `the text ${JSON.stringify(short(value, 40))}`;
  return typeof value === 'number' ? `the number ${value}` : String(value);
}
