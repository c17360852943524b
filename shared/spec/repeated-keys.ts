/**
 * Keys that stand twice in one object of a JSON text. JSON.parse keeps the last and says nothing, so a whole node would
 * be lost without a word. Expects a text JSON.parse has read; not recursive, one look at each character.
 */
import { escapePointerToken } from '../base/json-pointer';

export interface RepeatedKey {
  readonly key: string;
  /** JSON Pointer of the key; the last of the values that stand there. */
  readonly pointer: string;
  /** Where the key is written again. */
  readonly offset: number;
}

interface Open {
  /** Keys seen so far; null in a list. */
  readonly keys: Set<string> | null;
  /** Key or index of the value that is being read. */
  at: string | number;
}

const WORTH_TELLING = 20;
const STRUCTURE = /["{}[\],]/g;

export function repeatedKeys(text: string): readonly RepeatedKey[] {
  const found: RepeatedKey[] = [];
  const open: Open[] = [];
  const structure = new RegExp(STRUCTURE);
  let isKey = false;
  for (
    let match = structure.exec(text);
    match && found.length < WORTH_TELLING;
    match = structure.exec(text)
  ) {
    const inner = open.at(-1);
    switch (match[0]) {
      case '{':
        open.push({ keys: new Set(), at: '' });
        isKey = true;
        break;
      case '[':
        open.push({ keys: null, at: 0 });
        isKey = false;
        break;
      case ',':
        isKey = inner !== undefined && inner.keys !== null;
        if (typeof inner?.at === 'number') inner.at++;
        break;
      case '"': {
        const end = stringEnd(text, match.index);
        structure.lastIndex = end;
        if (!isKey || !inner?.keys) break;
        const key = JSON.parse(text.slice(match.index, end)) as string; // a whole string of a text that was read before
        inner.at = key;
        if (inner.keys.has(key)) found.push({ key, pointer: pointerOf(open), offset: match.index });
        inner.keys.add(key);
        isKey = false;
        break;
      }
      default:
        open.pop();
        isKey = false;
    }
  }
  return found;
}

function pointerOf(open: readonly Open[]): string {
  return open.map(({ at }) => `/${escapePointerToken(at)}`).join('');
}

/** Just after the quote that ends the string which starts at `from`. */
function stringEnd(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); ; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charAt(end - 1 - escapes) === '\\') escapes++;
    if (escapes % 2 === 0) return end + 1;
  }
}
