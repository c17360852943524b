/**
 * Mappings: JSON in which some objects are holes.
 *
 * M1. An object whose only key is `$` with a string value is an expression, at the root, in objects and in arrays.
 * M2. An object whose only key is `$literal` is its value as it stands; nothing inside it is looked at.
 * M3. An expression without a result drops its key; in an array it becomes null, at the root the result is missing.
 */
import type { Json, JsonObject } from '../base/json';
import { escapePointerToken } from '../base/json-pointer';

export interface MappingExpression {
  readonly source: string;
  /** JSON Pointer of the expression's text, below the pointer the walk started with. */
  readonly pointer: string;
}

/** The expression of `{ "$": "…" }`, or undefined for any other value. */
export function expressionOf(value: unknown): string | undefined {
  const source = onlyMember(value, '$');
  return typeof source === 'string' ? source : undefined;
}

/** True for `{ "$literal": x }`. */
export function isLiteral(value: unknown): value is { readonly $literal: Json } {
  return onlyMember(value, '$literal') !== undefined;
}

function onlyMember(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  if (Array.isArray(value) || Object.keys(value).length !== 1) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

/** The expressions of a mapping, in document order. */
export function walkMapping(mapping: unknown, pointer = ''): MappingExpression[] {
  const found: MappingExpression[] = [];
  collect(mapping, pointer, found);
  return found;
}

function collect(value: unknown, pointer: string, found: MappingExpression[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) collect(value[i], `${pointer}/${i}`, found);
    return;
  }
  const source = expressionOf(value);
  if (source !== undefined) {
    found.push({ source, pointer: `${pointer}/$` });
    return;
  }
  if (isLiteral(value)) return;
  for (const [key, member] of Object.entries(value))
    collect(member, `${pointer}/${escapePointerToken(key)}`, found);
}

/** The value of a mapping; `evaluate` is asked for each expression in document order. */
export function resolveMapping(
  mapping: Json,
  evaluate: (source: string, pointer: string) => Json | undefined,
  pointer = '',
): Json | undefined {
  if (typeof mapping !== 'object' || mapping === null) return mapping;
  if (Array.isArray(mapping)) {
    return mapping.map((item: Json, i) => resolveMapping(item, evaluate, `${pointer}/${i}`) ?? null);
  }
  const source = expressionOf(mapping);
  if (source !== undefined) return evaluate(source, `${pointer}/$`);
  if (isLiteral(mapping)) return mapping.$literal;
  const entries: [string, Json][] = [];
  for (const [key, member] of Object.entries(mapping as JsonObject)) {
    const value = resolveMapping(member, evaluate, `${pointer}/${escapePointerToken(key)}`);
    if (value !== undefined) entries.push([key, value]);
  }
  return Object.fromEntries(entries); // defines members, so no key can reach a prototype
}
