/**
 * The two texts of a value: as it is stored (keys in their own order, because templates and expressions print them) and
 * as it is hashed (JCS). A value met again is not serialised again.
 */
import { hash } from 'node:crypto';
import { canonicalJson } from '../../shared/base/jcs';

export interface Piece {
  readonly json: string;
  readonly canonical: string;
}

/** Bytes of text kept for values that may come again. */
const KEEP_BYTES = 8 * 1024 * 1024;
/** Smaller values are quicker to serialise than to look after. */
const KEEP_FROM = 4096;

export function sha256Hex(text: string): string {
  return hash('sha256', text, 'hex');
}

export class PieceCache {
  /** Objects of the commit at hand; nobody changes them while it runs. */
  private readonly current = new Map<object, Piece>();
  /** Large frozen values of earlier commits, least recently used first. */
  private readonly kept = new Map<object, Piece>();
  private readonly hashes = new Map<string, string>();
  private keptBytes = 0;

  of(value: unknown): Piece {
    if (typeof value !== 'object' || value === null) {
      const json = canonicalJson(value);
      return { json, canonical: json };
    }
    const known = this.current.get(value) ?? this.again(value);
    if (known !== undefined) return known;
    const piece = { json: JSON.stringify(value), canonical: canonicalJson(value) };
    this.current.set(value, piece);
    if (piece.json.length >= KEEP_FROM && Object.isFrozen(value)) this.keep(value, piece);
    return piece;
  }

  /** SHA-256 of a large text, computed once while the text is around. */
  hashOf(json: string): string {
    const known = this.hashes.get(json);
    if (known !== undefined) return known;
    const computed = sha256Hex(json);
    this.hashes.set(json, computed);
    if (this.hashes.size > 32) this.hashes.delete(firstKey(this.hashes));
    return computed;
  }

  endCommit(): void {
    this.current.clear();
  }

  private again(value: object): Piece | undefined {
    const piece = this.kept.get(value);
    if (piece === undefined) return undefined;
    this.kept.delete(value);
    this.kept.set(value, piece);
    return piece;
  }

  private keep(value: object, piece: Piece): void {
    this.kept.set(value, piece);
    this.keptBytes += piece.json.length + piece.canonical.length;
    while (this.keptBytes > KEEP_BYTES && this.kept.size > 0) {
      const oldest = firstKey(this.kept);
      const dropped = this.kept.get(oldest);
      this.kept.delete(oldest);
      if (dropped) this.keptBytes -= dropped.json.length + dropped.canonical.length;
    }
  }
}

function firstKey<K>(map: ReadonlyMap<K, unknown>): K {
  for (const key of map.keys()) return key;
  throw new Error('An empty map has no first key');
}
