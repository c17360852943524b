/** Changing one place deep in a value without touching the rest. */
import { jsonEquals, type Json } from '../base/json';

export type FieldPath = readonly (string | number)[];

/** Dotted text as a path: `gate.checks.0.expr`. Empty text is the value itself. */
export function fieldPath(text: string): FieldPath {
  return text === '' ? [] : text.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

export function getIn(value: unknown, path: FieldPath): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<string | number, unknown>)[key];
  }
  return current;
}

/**
 * The value with `next` at `path`. `undefined` takes the key away, and with it the objects that become empty on the way
 * there; missing objects on the way are made. The same value when nothing changes.
 */
export function setIn<T>(value: T, path: FieldPath, next: unknown): T {
  return change(value, path, next) as T; // the caller keeps the shape; the validator says when it does not
}

function change(value: unknown, path: FieldPath, next: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return isSame(value, next) ? value : next;
  if (Array.isArray(value) && typeof key === 'number') return changeItem(value, key, rest, next);
  const object = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const before = Object.hasOwn(object, key) ? object[key] : undefined;
  const after = change(before, rest, next);
  if (after === before) return value;
  const emptied = rest.length > 0 && next === undefined && isEmpty(after);
  if (after !== undefined && !emptied) return { ...object, [key]: after };
  const { [key]: _removed, ...others } = object;
  return others;
}

function changeItem(list: readonly unknown[], index: number, rest: FieldPath, next: unknown): unknown {
  const before = list[index];
  const after = change(before, rest, next);
  if (after === before) return list;
  return after === undefined ? list.toSpliced(index, 1) : list.toSpliced(index, 1, after);
}

function isEmpty(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
  );
}

/** Rows that were only moved are a change: fields stand in forms and mappings in the order they were given. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || !jsonEquals(a as Json, b as Json)) return false;
  return JSON.stringify(a) === JSON.stringify(b);
}
