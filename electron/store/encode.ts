/**
 * Events as rows.
 *
 * V1. A value of `data` that is worth it (128 characters) and was stored before in the same commit of the same run is
 *     kept as a reference to that place: a result, the output made of it and the write of it cost one copy.
 * V2. A value over 4 KiB goes to `blobs`, once per content, whatever run or step mentions it.
 * V3. In the stored text a value kept elsewhere is `null`; `refs` says per JSON Pointer where it is: `<sha256>` in blobs,
 *     `<seq>#<pointer>` in an earlier event of the run.
 * V4. The hash is made of the whole event, never of how it is stored.
 */
import { randomBytes } from 'node:crypto';
import type { RunEvent } from '../../shared/events/event';
import { chainText } from '../../shared/events/hash-chain';
import { type Piece, type PieceCache, sha256Hex } from './pieces';

export interface EncodedEvent {
  readonly event: RunEvent;
  readonly data: string;
  readonly refs: string | null;
  readonly nonce: string | null;
  readonly sensitive: string | null;
  readonly hash: string;
  /** Values this event keeps in `blobs`, by hash. */
  readonly blobs: ReadonlyMap<string, string>;
}

const REFER_FROM_CHARS = 128;
const BLOB_OVER_BYTES = 4096;

/** Parts of `data` that hold one large value beside small ones: the large one is placed on its own. */
const LARGE_MEMBER: Readonly<Record<string, string>> = { writes: 'value', evidence: 'value', handoff: 'payload' };

/** Encodes the events one run adds in one commit, in order. */
export class RunEncoder {
  private readonly places = new Map<string, string>();
  private prevHash: string | undefined;

  constructor(
    private readonly pieces: PieceCache,
    headHash: string | undefined,
  ) {
    this.prevHash = headHash;
  }

  encode(event: RunEvent, sensitive: readonly string[] | undefined): EncodedEvent {
    const shell = new Shell(event.seq, this.pieces, this.places);
    const parts = shell.object(event.data, '', (key, value, pointer) => shell.topLevel(key, value, pointer));
    const nonce = sensitive && sensitive.length > 0 ? randomBytes(16).toString('hex') : null;
    const dataHash = sha256Hex(nonce === null ? parts.canonical : parts.canonical + nonce);
    const hash = sha256Hex(chainText(link(event, dataHash, this.prevHash)));
    this.prevHash = hash;
    return {
      event,
      data: parts.stored,
      refs: shell.refs.length === 0 ? null : `{${shell.refs.join(',')}}`,
      nonce,
      sensitive: nonce === null ? null : JSON.stringify(sensitive),
      hash,
      blobs: shell.blobs,
    };
  }

  get headHash(): string | undefined {
    return this.prevHash;
  }
}

export function link(event: RunEvent, dataHash: string, prevHash: string | undefined) {
  return {
    runId: event.runId,
    seq: event.seq,
    type: event.type,
    at: event.at,
    ...(event.step === undefined ? {} : { step: event.step }),
    ...(event.attempt === undefined ? {} : { attempt: event.attempt }),
    dataHash,
    ...(prevHash === undefined ? {} : { prevHash }),
  };
}

/** A value with the text that takes its place in the row. */
interface Stored extends Piece {
  readonly stored: string;
}

const NO_BLOBS: ReadonlyMap<string, string> = new Map();

/** Takes one event apart. */
class Shell {
  readonly refs: string[] = [];
  private found: Map<string, string> | undefined;

  constructor(
    private readonly seq: number,
    private readonly pieces: PieceCache,
    private readonly places: Map<string, string>,
  ) {}

  get blobs(): ReadonlyMap<string, string> {
    return this.found ?? NO_BLOBS;
  }

  object(value: object, pointer: string, member: (key: string, value: unknown, pointer: string) => Stored): Stored {
    let json = '';
    let stored = '';
    const canonical: [string, string][] = [];
    for (const [key, part] of Object.entries(value)) {
      if (part === undefined) continue;
      const name = JSON.stringify(key);
      const parts = member(key, part, `${pointer}/${escapePointer(key)}`);
      const comma = canonical.length === 0 ? '' : ',';
      json += `${comma}${name}:${parts.json}`;
      stored += `${comma}${name}:${parts.stored}`;
      canonical.push([key, `${name}:${parts.canonical}`]);
    }
    if (canonical.length > 1) canonical.sort(byKey);
    return { json: `{${json}}`, stored: `{${stored}}`, canonical: `{${canonical.map((entry) => entry[1]).join(',')}}` };
  }

  topLevel(key: string, value: unknown, pointer: string): Stored {
    const large = LARGE_MEMBER[key];
    if (large === undefined || typeof value !== 'object' || value === null) return this.place(value, pointer);
    const item = (part: unknown, at: string): Stored =>
      isPlainObject(part)
        ? this.object(part, at, (name, inner, to) => (name === large ? this.place(inner, to) : inline(this.pieces.of(inner))))
        : this.place(part, at);
    if (!Array.isArray(value)) return item(value, pointer);
    const items = value.map((part, i) => item(part, `${pointer}/${i}`));
    const list = (text: (part: Stored) => string) => `[${items.map(text).join(',')}]`;
    return { json: list((p) => p.json), stored: list((p) => p.stored), canonical: list((p) => p.canonical) };
  }

  /** Stores a value in the row, in `blobs`, or as a reference to where it already is. */
  private place(value: unknown, pointer: string): Stored {
    const piece = this.pieces.of(value);
    if (piece.json.length < REFER_FROM_CHARS) return inline(piece);
    const known = this.places.get(piece.json);
    if (known !== undefined) return this.elsewhere(piece, pointer, known);
    this.remember(value, piece, pointer);
    if (!isLarge(piece.json)) return inline(piece);
    const hash = this.pieces.hashOf(piece.json);
    this.found ??= new Map();
    this.found.set(hash, piece.json);
    return this.elsewhere(piece, pointer, hash);
  }

  private elsewhere(piece: Piece, pointer: string, target: string): Stored {
    this.refs.push(`${JSON.stringify(pointer)}:${JSON.stringify(target)}`);
    return { ...piece, stored: 'null' };
  }

  /** The value, and the large members it is made of: a write is often one field of the output. */
  private remember(value: unknown, piece: Piece, pointer: string): void {
    this.places.set(piece.json, `${this.seq}#${pointer}`);
    if (!isPlainObject(value)) return;
    for (const [key, member] of Object.entries(value)) {
      const worthwhile = typeof member === 'string' ? member.length >= REFER_FROM_CHARS : typeof member === 'object' && member !== null;
      if (!worthwhile) continue;
      const json = this.pieces.of(member).json;
      if (json.length >= REFER_FROM_CHARS && !this.places.has(json)) {
        this.places.set(json, `${this.seq}#${pointer}/${escapePointer(key)}`);
      }
    }
  }
}

function inline(piece: Piece): Stored {
  return { ...piece, stored: piece.json };
}

/** Whether UTF-8 takes more than 4 KiB; a UTF-16 unit takes one to three bytes. */
function isLarge(json: string): boolean {
  if (json.length > BLOB_OVER_BYTES) return true;
  return json.length * 3 > BLOB_OVER_BYTES && Buffer.byteLength(json) > BLOB_OVER_BYTES;
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function byKey(a: readonly [string, string], b: readonly [string, string]): number {
  return a[0] < b[0] ? -1 : 1; // UTF-16 code units, as JCS asks; keys of one object differ
}

function escapePointer(key: string): string {
  return key.includes('~') || key.includes('/') ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key;
}
