/** JSON values as they travel between processes and rest in files. */
export type Json = null | boolean | number | string | JsonArray | JsonObject;
export type JsonArray = readonly Json[];
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Structural equality of two JSON values; key order does not count. */
export function jsonEquals(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) return arraysEqual(a, b);
  const left = a as JsonObject;
  const right = b as JsonObject;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && jsonEquals(left[key], right[key]));
}

function arraysEqual(a: Json, b: Json): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((item: Json, i) => jsonEquals(item, b[i] as Json));
}

/** Deeper values cannot be walked by functions that call themselves. */
const MAX_DEPTH = 1000;

/**
 * Why a value from outside cannot be kept, or undefined. JSON.parse reads 1e999 as infinity, which has no JSON form, and
 * takes any depth; neither may reach a record.
 */
export function whyNotKept(value: unknown): string | undefined {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH} levels`;
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item === 'number' && !Number.isFinite(item)) return 'a number in it is too large';
      if (typeof item === 'object' && item !== null)
        for (const member of Object.values(item)) next.push(member);
    }
    level = next;
  }
  return undefined;
}

/** @throws SyntaxError for a text that is no JSON, or holds what cannot be kept. */
export function parseJson(text: string): Json {
  const value: unknown = JSON.parse(text);
  const why = whyNotKept(value);
  if (why !== undefined) throw new SyntaxError(why);
  return value as Json; // JSON.parse gives JSON
}
