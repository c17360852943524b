/** Applies the patch of a fix (RFC 6902 `add`, `remove`, `replace`) to a document, without changing the original. */
import { pointerTokens } from '../base/json-pointer';
import type { PatchOp } from './problem';
import { isRecord } from './schema-walk';

/** The mended document. An operation whose place does not exist (any more) is left out. */
export function applyPatch(document: unknown, patch: readonly PatchOp[]): unknown {
  let result = document;
  for (const op of patch) result = change(result, pointerTokens(op.path), op);
  return result;
}

function change(value: unknown, path: readonly string[], op: PatchOp): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return op.op === 'remove' ? value : op.value;
  if (Array.isArray(value)) return changeList(value, key, rest, op);
  return isRecord(value) ? changeObject(value, key, rest, op) : value;
}

function changeObject(
  object: Readonly<Record<string, unknown>>,
  key: string,
  rest: readonly string[],
  op: PatchOp,
): unknown {
  const exists = Object.hasOwn(object, key);
  if (!exists && (rest.length > 0 || op.op !== 'add')) return object;
  const entries = Object.entries(object);
  if (rest.length > 0)
    return Object.fromEntries(entries.map(([k, v]) => [k, k === key ? change(v, rest, op) : v]));
  if (op.op === 'remove') return Object.fromEntries(entries.filter(([k]) => k !== key));
  if (exists) return Object.fromEntries(entries.map(([k, v]) => [k, k === key ? op.value : v]));
  return Object.fromEntries([...entries, [key, op.value]]);
}

function changeList(list: readonly unknown[], key: string, rest: readonly string[], op: PatchOp): unknown {
  const index = key === '-' ? list.length : Number(key);
  if (!Number.isInteger(index) || index < 0 || index > list.length) return list;
  if (rest.length === 0 && op.op === 'add') return list.toSpliced(index, 0, op.value);
  if (index === list.length) return list;
  if (rest.length === 0 && op.op === 'remove') return list.toSpliced(index, 1);
  return list.with(index, rest.length > 0 ? change(list[index], rest, op) : op.value);
}
