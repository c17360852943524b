/** What an edit changed: leaf by leaf, and inside texts word by word. */
import { isJsonObject, type Json, jsonEquals } from '../../shared/base/json';
import { escapePointerToken } from '../../shared/base/json-pointer';

export interface ValueChange {
  readonly pointer: string;
  /** Missing: there was nothing. */
  readonly before?: Json;
  /** Missing: it was taken away. */
  readonly after?: Json;
}

export function changesBetween(
  before: Json | undefined,
  after: Json | undefined,
  pointer = '',
): readonly ValueChange[] {
  if (jsonEquals(before, after)) return [];
  if (isJsonObject(before) && isJsonObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) =>
      changesBetween(before[name], after[name], `${pointer}/${escapePointerToken(name)}`),
    );
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, i) => changesBetween(item as Json, after[i] as Json, `${pointer}/${i}`)); // Json arrays hold Json
  }
  return [
    { pointer, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) },
  ];
}

export interface TextPart {
  readonly text: string;
  readonly change: 'same' | 'added' | 'removed';
}

const MAX_WORDS = 600;

/** Words kept, added and removed; two texts that are too long to compare are shown whole. */
export function textParts(before: string, after: string): readonly TextPart[] {
  const a = before.match(/\s+|[^\s]+/g) ?? [];
  const b = after.match(/\s+|[^\s]+/g) ?? [];
  if (a.length > MAX_WORDS || b.length > MAX_WORDS) return whole(before, after);
  const table = longestCommon(a, b);
  const parts: TextPart[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const width = b.length + 1;
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push(parts, a[i++] as string, 'same');
      j++;
    } else if (
      i < a.length &&
      (j >= b.length || (table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0))
    ) {
      push(parts, a[i++] as string, 'removed');
    } else {
      push(parts, b[j++] as string, 'added');
    }
  }
  return parts;
}

function whole(before: string, after: string): readonly TextPart[] {
  return [
    { text: before, change: 'removed' },
    { text: after, change: 'added' },
  ];
}

function push(parts: TextPart[], text: string, change: TextPart['change']): void {
  const last = parts.at(-1);
  if (last?.change === change) parts[parts.length - 1] = { text: last.text + text, change };
  else parts.push({ text, change });
}

/** Length of the longest common run of words from (i, j) on, row by row. */
function longestCommon(a: readonly string[], b: readonly string[]): Uint16Array {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i * width + j] =
        a[i] === b[j]
          ? (table[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
    }
  }
  return table;
}
