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
import { type Piece, type PieceCache, sha256Hex, textsOf } from './pieces';

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
const LARGE_MEMBER: Readonly<Record<string, string>> = {
  writes: 'value',
  evidence: 'value',
  handoff: 'payload',
};

/** Encodes the events one run adds in one commit, in order. */
export class RunEncoder {
  private readonly places = new Places();
  private prevHash: string | undefined;

  constructor(
    private readonly pieces: PieceCache,
    headHash: string | undefined,
  ) {
    this.prevHash = headHash;
  }

  encode(event: RunEvent, sensitive: readonly string[] | undefined): EncodedEvent {
    const shell = new Shell(event.seq, this.pieces, this.places);
    const parts = shell.data(event.data);
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

/** The text that takes a value's place in the row, and the one that is hashed. */
interface Stored {
  readonly stored: string;
  readonly canonical: string;
}

const NO_BLOBS: ReadonlyMap<string, string> = new Map();

/** Takes one event apart. */
class Shell {
  readonly refs: string[] = [];
  private found: Map<string, string> | undefined;

  constructor(
    private readonly seq: number,
    private readonly pieces: PieceCache,
    private readonly places: Places,
  ) {}

  get blobs(): ReadonlyMap<string, string> {
    return this.found ?? NO_BLOBS;
  }

  data(data: object): Stored {
    // Most events are small: nothing in them can be worth a place of its own.
    if (roomAfter(data, REFER_FROM_CHARS) >= 0) return inline(textsOf(data));
    return this.object(data, '', undefined);
  }

  /** `large` names the one member to place; without it the object is an event's `data`. */
  private object(value: object, pointer: string, large: string | undefined): Stored {
    const members = value as Readonly<Record<string, unknown>>;
    const canonical: { readonly key: string; readonly text: string }[] = [];
    let isSorted = true;
    let before = '';
    let stored = '{';
    for (const key of Object.keys(value)) {
      const member = members[key];
      if (member === undefined) continue;
      const parts =
        large === undefined
          ? this.topLevel(key, member, `${pointer}/${escapePointer(key)}`)
          : key === large
            ? this.place(member, `${pointer}/${key}`)
            : inline(this.pieces.of(member));
      const name = JSON.stringify(key);
      if (canonical.length > 0) stored += ',';
      stored += `${name}:${parts.stored}`;
      canonical.push({ key, text: `${name}:${parts.canonical}` });
      isSorted &&= key >= before;
      before = key;
    }
    if (!isSorted) canonical.sort((a, b) => (a.key < b.key ? -1 : 1)); // UTF-16 code units, as JCS asks
    return { stored: `${stored}}`, canonical: `{${canonical.map(({ text }) => text).join(',')}}` };
  }

  private topLevel(key: string, value: unknown, pointer: string): Stored {
    const large = LARGE_MEMBER[key];
    if (large === undefined || typeof value !== 'object' || value === null) return this.place(value, pointer);
    if (!Array.isArray(value)) return this.object(value, pointer, large);
    let stored = '[';
    let canonical = '[';
    value.forEach((part: unknown, i) => {
      const parts = isPlainObject(part)
        ? this.object(part, `${pointer}/${i}`, large)
        : this.place(part, `${pointer}/${i}`);
      const comma = i === 0 ? '' : ',';
      stored += comma + parts.stored;
      canonical += comma + parts.canonical;
    });
    return { stored: `${stored}]`, canonical: `${canonical}]` };
  }

  /** Stores a value in the row, in `blobs`, or as a reference to where it already is. */
  private place(value: unknown, pointer: string): Stored {
    const piece = this.pieces.of(value);
    if (piece.json.length < REFER_FROM_CHARS) return inline(piece);
    const known = this.places.find(piece.json, this.pieces);
    if (known !== undefined) return this.elsewhere(piece, pointer, known);
    this.places.add(value, piece, `${this.seq}#${pointer}`);
    if (!isLarge(piece.json)) return inline(piece);
    const hash = this.pieces.hashOf(piece);
    this.found ??= new Map();
    this.found.set(hash, piece.json);
    return this.elsewhere(piece, pointer, hash);
  }

  private elsewhere(piece: Piece, pointer: string, target: string): Stored {
    this.refs.push(`${JSON.stringify(pointer)}:${JSON.stringify(target)}`);
    return { stored: 'null', canonical: piece.canonical };
  }
}

/** Where the values of a commit are. */
class Places {
  private readonly found = new Map<string, string>();
  private whole: { readonly value: object; readonly place: string }[] = [];

  add(value: unknown, piece: Piece, place: string): void {
    this.found.set(piece.json, place);
    if (isPlainObject(value)) this.whole.push({ value, place });
  }

  find(json: string, pieces: PieceCache): string | undefined {
    const known = this.found.get(json);
    if (known !== undefined || this.whole.length === 0) return known;
    for (const { value, place } of this.whole) this.takeApart(value, place, pieces);
    this.whole = [];
    return this.found.get(json);
  }

  /** The large members a value is made of: a write is often one field of the output. */
  private takeApart(value: object, place: string, pieces: PieceCache): void {
    for (const [key, member] of Object.entries(value)) {
      const worthwhile =
        typeof member === 'string'
          ? member.length >= REFER_FROM_CHARS
          : typeof member === 'object' && member !== null;
      if (!worthwhile) continue;
      const { json } = pieces.of(member);
      if (json.length >= REFER_FROM_CHARS && !this.found.has(json))
        this.found.set(json, `${place}/${escapePointer(key)}`);
    }
  }
}

function inline(piece: Piece): Stored {
  return { stored: piece.json, canonical: piece.canonical };
}

/** Characters left of `room` after this value, roughly; negative as soon as it is known not to fit. */
function roomAfter(value: unknown, room: number): number {
  if (typeof value === 'string') return room - value.length;
  if (typeof value !== 'object' || value === null) return room - 1;
  let left = room;
  for (const key of Object.keys(value)) {
    left = roomAfter((value as Readonly<Record<string, unknown>>)[key], left - 1);
    if (left < 0) return left;
  }
  return left;
}

/** Whether UTF-8 takes more than 4 KiB; a UTF-16 unit takes one to three bytes. */
function isLarge(json: string): boolean {
  if (json.length > BLOB_OVER_BYTES) return true;
  return json.length * 3 > BLOB_OVER_BYTES && Buffer.byteLength(json) > BLOB_OVER_BYTES;
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function escapePointer(key: string): string {
  return key.includes('~') || key.includes('/') ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key;
}
