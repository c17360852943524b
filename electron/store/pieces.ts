/**
 * The two texts of a value: as it is stored (keys in their own order, because templates and expressions print them) and
 * as it is hashed (JCS). A value met again is not serialised again.
 */
import { hash } from 'node:crypto';
import { canonicalJson } from '../../shared/base/jcs';

export interface Piece {
  readonly json: string;
  readonly canonical: string;
  /** SHA-256 of `json`, once somebody asked. */
  hash?: string;
}

/** Bytes of text kept for values that may come again. */
const KEEP_BYTES = 8 * 1024 * 1024;
/** Smaller values are quicker to serialise than to look after. */
const KEEP_FROM = 4096;
/** Shorter strings are quicker to quote again than to look up. */
const STRING_FROM = 1024;

export function sha256Hex(text: string): string {
  return hash('sha256', text, 'hex');
}

/** Whether JSON.stringify already gives the canonical text: keys of all objects in order, all numbers finite. */
function isCanonical(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isCanonical);
  const members = value as Readonly<Record<string, unknown>>;
  let before: string | undefined;
  for (const key of Object.keys(members)) {
    if (before !== undefined && key < before) return false;
    if (!isCanonical(members[key])) return false;
    before = key;
  }
  return true;
}

/** Both texts of a value; one string when they are the same. */
export function textsOf(value: unknown): Piece {
  const json = JSON.stringify(value);
  return { json, canonical: isCanonical(value) ? json : canonicalJson(value) };
}

export class PieceCache {
  /** Objects and long strings of the commit at hand; nobody changes them while it runs. */
  private readonly current = new Map<unknown, Piece>();
  /** Large frozen values of earlier commits, least recently used first. */
  private readonly kept = new Map<object, Piece>();
  private keptBytes = 0;

  of(value: unknown): Piece {
    if (typeof value === 'string' ? value.length < STRING_FROM : typeof value !== 'object' || value === null)
      return textsOf(value);
    const known = this.current.get(value) ?? this.again(value);
    if (known !== undefined) return known;
    const piece = textsOf(value);
    this.current.set(value, piece);
    if (typeof value === 'object' && piece.json.length >= KEEP_FROM && Object.isFrozen(value))
      this.keep(value as object, piece);
    return piece;
  }

  /** SHA-256 of a large text, computed once while its value is around. */
  hashOf(piece: Piece): string {
    piece.hash ??= sha256Hex(piece.json);
    return piece.hash;
  }

  endCommit(): void {
    this.current.clear();
  }

  private again(value: unknown): Piece | undefined {
    if (this.kept.size === 0 || typeof value !== 'object' || value === null) return undefined;
    const piece = this.kept.get(value);
    if (piece === undefined) return undefined;
    this.kept.delete(value);
    this.kept.set(value, piece);
    return piece;
  }

  private keep(value: object, piece: Piece): void {
    this.kept.set(value, piece);
    this.keptBytes += bytesOf(piece);
    for (const [oldest, dropped] of this.kept) {
      if (this.keptBytes <= KEEP_BYTES) return;
      this.kept.delete(oldest);
      this.keptBytes -= bytesOf(dropped);
    }
  }
}

function bytesOf(piece: Piece): number {
  return piece.json === piece.canonical ? piece.json.length : piece.json.length + piece.canonical.length;
}
