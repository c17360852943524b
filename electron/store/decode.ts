/** Rows as events again: values kept elsewhere are put back where they were. */
import type { EventType, RunEvent } from '../../shared/events/event';

/** `seq, type, at, step, attempt, data, refs`: arrays, because thousands of them are read at once. */
export type EventRow = readonly [number, string, number, string | null, number | null, string, string | null];

export interface ValueSource {
  /** JSON text of a large value. */
  blob(hash: string): string;
  /** An event before the ones being decoded. */
  earlier(seq: number): EventRow;
  /** The error for a row that cannot be read. */
  damaged(seq: number, what: string, cause?: unknown): Error;
}

type Container = Record<string, unknown>;

/** Events of one run; `rows` are in order and without gaps. */
export function decodeEvents(runId: string, rows: readonly EventRow[], source: ValueSource): RunEvent[] {
  const decoder = new Decoder(runId, source, rows[0]?.[0] ?? 1);
  return rows.map((row) => decoder.next(row));
}

class Decoder {
  private readonly done: RunEvent[] = [];
  private readonly before = new Map<number, RunEvent>();
  private readonly blobs = new Map<string, unknown>();

  constructor(
    private readonly runId: string,
    private readonly source: ValueSource,
    private readonly firstSeq: number,
  ) {}

  next(row: EventRow): RunEvent {
    const event = this.decode(row);
    this.done.push(event);
    return event;
  }

  private decode(row: EventRow): RunEvent {
    const [seq, type, at, step, attempt, text, refs] = row;
    try {
      const data: Container = JSON.parse(text);
      if (refs !== null) this.putBack(seq, data, refs);
      // What is stored passed through `commit`, whose type is RunEvent; the chain proves it has not changed since.
      return toEvent(this.runId, seq, type as EventType, at, step, attempt, data);
    } catch (error) {
      throw error instanceof SyntaxError || error instanceof TypeError
        ? this.source.damaged(seq, 'its text is not what was written', error)
        : error;
    }
  }

  private putBack(seq: number, data: Container, refs: string): void {
    for (const [pointer, target] of pairsOf(refs)) {
      const hash = target.indexOf('#');
      const value =
        hash === -1
          ? this.blob(target)
          : this.elsewhere(Number(target.slice(0, hash)), target.slice(hash + 1), seq, data);
      const cut = pointer.lastIndexOf('/');
      const parent = cut === 0 ? data : (valueAt(data, pointer.slice(0, cut)) as Container);
      parent[pointer.slice(cut + 1)] = value;
    }
  }

  private blob(hash: string): unknown {
    if (!this.blobs.has(hash)) this.blobs.set(hash, JSON.parse(this.source.blob(hash)));
    return this.blobs.get(hash);
  }

  /** A value of event `seq`, which is `at` itself (put back so far) or comes before it. */
  private elsewhere(seq: number, pointer: string, at: number, data: Container): unknown {
    if (!(seq <= at)) throw this.source.damaged(at, `it refers to event ${seq}`);
    const from: unknown = seq === at ? data : (this.done[seq - this.firstSeq] ?? this.earlier(seq)).data;
    const value = valueAt(from, pointer);
    if (value === undefined) throw this.source.damaged(seq, `nothing is at ${pointer}`);
    return value;
  }

  private earlier(seq: number): RunEvent {
    const known = this.before.get(seq);
    if (known) return known;
    const event = this.decode(this.source.earlier(seq));
    this.before.set(seq, event);
    return event;
  }
}

/** Pointer and target of each reference. One without escapes, as nearly all are, is read off its quotes. */
function pairsOf(refs: string): [string, string][] {
  const cut = refs.indexOf('"', 2); // behind `{"` and the pointer
  const isOne = refs.startsWith('":"', cut) && refs.indexOf('"', cut + 3) === refs.length - 2;
  if (isOne && !refs.includes('\\')) return [[refs.slice(2, cut), refs.slice(cut + 3, -2)]];
  return Object.entries(JSON.parse(refs) as Record<string, string>);
}

/** What a JSON Pointer leads to; a way that ends early throws, as reading past nothing does. */
function valueAt(from: unknown, pointer: string): unknown {
  let value = from;
  for (let start = 1; start <= pointer.length; ) {
    const slash = pointer.indexOf('/', start);
    const end = slash === -1 ? pointer.length : slash;
    const key = pointer.slice(start, end);
    value = (value as Container)[key.includes('~') ? key.replaceAll('~1', '/').replaceAll('~0', '~') : key];
    start = end + 1;
  }
  return value;
}

function toEvent(
  runId: string,
  seq: number,
  type: EventType,
  at: number,
  step: string | null,
  attempt: number | null,
  data: Container,
): RunEvent {
  // One object literal per shape keeps thousands of events fast to make and to read.
  if (step === null && attempt === null) return { runId, seq, type, at, data } as unknown as RunEvent;
  if (step === null) return { runId, seq, type, at, attempt, data } as unknown as RunEvent;
  if (attempt === null) return { runId, seq, type, at, step, data } as unknown as RunEvent;
  return { runId, seq, type, at, step, attempt, data } as unknown as RunEvent;
}
