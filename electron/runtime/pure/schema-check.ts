/** What the parts of a compiled schema share: the check under way, its misses, and what has been looked at. */
import type { SchemaMiss } from '../../../shared/ports/pure';

export const MAX_MISSES = 50;
export const MAX_INSTANCE_DEPTH = 64;

/** Members and items that some keyword has already judged, for `unevaluated…`. */
export interface Seen {
  readonly keys: Set<string>;
  items: number;
  readonly itemSet: Set<number>;
}

export function nothingSeen(): Seen {
  return { keys: new Set(), items: 0, itemSet: new Set() };
}

export function mergeSeen(into: Seen, from: Seen): void {
  for (const key of from.keys) into.keys.add(key);
  for (const item of from.itemSet) into.itemSet.add(item);
  into.items = Math.max(into.items, from.items);
}

/** One place in the value; `parent` chains make pointers only when a miss needs one. */
export interface Place {
  readonly key: string | number;
  readonly parent: Place | undefined;
  readonly depth: number;
}

export function below(parent: Place | undefined, key: string | number): Place {
  return { key, parent, depth: (parent?.depth ?? 0) + 1 };
}

export function pointerOf(place: Place | undefined): string {
  let pointer = '';
  for (let at = place; at; at = at.parent) {
    pointer = `/${String(at.key).replaceAll('~', '~0').replaceAll('/', '~1')}${pointer}`;
  }
  return pointer;
}

export class Misses {
  readonly list: SchemaMiss[] = [];

  /** `says` goes on after the place: "must be a number". */
  add(place: Place | undefined, says: string): void {
    if (this.list.length >= MAX_MISSES) return;
    const pointer = pointerOf(place);
    this.list.push({
      pointer,
      message: `${pointer === '' ? 'The value' : pointer} ${says}`,
    });
  }
}

/** Judges one value. Says whether it fits; adds what does not to `misses`, and what it looked at to `seen`. */
export type Check = (
  value: unknown,
  place: Place | undefined,
  misses: Misses,
  seen: Seen | undefined,
) => boolean;
