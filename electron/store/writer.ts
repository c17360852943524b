/**
 * The one place that writes runs.
 *
 * W1. A commit is one transaction: events, values, projections, breakers and the check of the epoch, or nothing.
 * W2. What this process remembers about a run moves on only after the transaction is durable.
 */
import type Database from 'better-sqlite3';
import type { DataOf, RunInfo } from '../../shared/events/event';
import type { BreakerRow, RunAppend } from '../../shared/ports/run-log';
import type { Flow } from '../../shared/spec/flow';
import { checkSeqs, repinned } from './appends';
import { type EncodedEvent, RunEncoder } from './encode';
import { locked, unknownRun } from './errors';
import { PieceCache, sha256Hex } from './pieces';
import { foldRun, newProjection, type ProjectionChange, type RunProjection } from './projection';
import type { StoreReader } from './reader';
import { liveText, runProjection, SEQS } from './rows';

/** A run as it stands after a commit. `key` is missing until its first commit is durable. */
interface RunState {
  readonly key: number | undefined;
  readonly projection: RunProjection;
  readonly headHash: string | undefined;
}

/** What one commit adds to one run. */
interface PreparedRun {
  readonly before: RunState | undefined;
  readonly projection: RunProjection;
  readonly headHash: string | undefined;
  readonly pin: { readonly flow: Flow; readonly semanticHash: string } | undefined;
  readonly events: EncodedEvent[];
  readonly changes: ProjectionChange[];
}

const REMEMBERED_RUNS = 4096;

export class StoreWriter {
  private readonly pieces = new PieceCache();
  private readonly states = new Map<string, RunState>();
  private readonly flowKeys = new WeakMap<Flow, number>();
  private readonly typeCodes = new Map<string, number>();

  private readonly transaction: Database.Transaction<StoreWriter['write']>;

  constructor(
    private readonly db: Database.Database,
    private readonly reader: StoreReader,
    private readonly epoch: number,
  ) {
    this.transaction = db.transaction((runs, breakers) => this.write(runs, breakers));
  }

  /** Gives every kind of event a small number, so that rows stay small. */
  registerTypes(names: readonly string[]): void {
    this.db
      .transaction(() => {
        const insert = this.reader.statement('INSERT OR IGNORE INTO event_types (name) VALUES (?)');
        for (const name of names) insert.run(name);
      })
      .immediate();
    for (const row of this.reader.all<{ code: number; name: string }>('SELECT code, name FROM event_types')) {
      this.typeCodes.set(row.name, row.code);
    }
  }

  commit(appends: readonly RunAppend[], breakers: readonly BreakerRow[]): void {
    const prepared = new Map<string, PreparedRun>();
    try {
      for (const append of appends)
        prepared.set(append.runId, this.prepare(append, prepared.get(append.runId)));
    } finally {
      this.pieces.endCommit();
    }
    const keys = this.transaction.immediate(prepared, breakers);
    for (const [runId, run] of prepared) this.remember(runId, run, keys.get(runId));
  }

  /** The row of a run this process wrote lately: nobody else writes runs while we own the database. */
  known(runId: string): RunInfo | undefined {
    return this.states.get(runId)?.projection.info;
  }

  /** After rows were removed: nothing remembered may rest on them. */
  forgetAll(): void {
    this.states.clear();
  }

  private prepare(append: RunAppend, sofar: PreparedRun | undefined): PreparedRun {
    const before = sofar?.before ?? this.state(append.runId);
    const at = sofar?.projection ?? before?.projection ?? this.first(append);
    checkSeqs(append, at.info.lastSeq);
    if (
      append.created &&
      at.info.lastSeq > 0 &&
      !append.events.some((event) => event.type === 'run.migrated')
    ) {
      throw new Error(`Run ${append.runId} is already pinned to a flow; only a migration may pin it anew`);
    }
    const find = (step: string) => this.findFailure(before?.key, step);
    const folded = foldRun(at, append.events, find);
    const encoder = new RunEncoder(this.pieces, sofar ? sofar.headHash : before?.headHash);
    const encoded = append.events.map((event) => encoder.encode(event, append.sensitive?.[event.seq]));
    const projection = append.created ? repinned(folded.projection, append.created) : folded.projection;
    return {
      before,
      projection,
      headHash: encoder.headHash,
      pin: append.created ?? sofar?.pin,
      events: [...(sofar?.events ?? []), ...encoded],
      changes: [...(sofar?.changes ?? []), ...folded.changes],
    };
  }

  private first(append: RunAppend): RunProjection {
    if (append.created === undefined) throw unknownRun(append.runId);
    return newProjection(append.runId, append.created.flow, append.created.semanticHash, append.events[0]);
  }

  private state(runId: string): RunState | undefined {
    const known = this.states.get(runId);
    if (known) return known;
    const row = this.reader.runRow(runId);
    if (row === undefined) return undefined;
    const head = this.reader.get<{ hash: Buffer }>(
      'SELECT hash FROM events WHERE id = ?',
      row.id * SEQS + row.last_seq,
    );
    return { key: row.id, projection: runProjection(row), headHash: head?.hash.toString('hex') };
  }

  private remember(runId: string, run: PreparedRun, key: number | undefined): void {
    this.states.delete(runId);
    this.states.set(runId, { key, projection: run.projection, headHash: run.headHash });
    if (this.states.size <= REMEMBERED_RUNS) return;
    for (const oldest of this.states.keys()) {
      this.states.delete(oldest);
      return;
    }
  }

  private findFailure(key: number | undefined, step: string): DataOf<'step.failed'> | undefined {
    if (key === undefined) return undefined;
    const row = this.reader.get<{ id: number }>(
      'SELECT id FROM events WHERE id > ? AND id < ? AND step = ? AND type = ? ORDER BY id DESC LIMIT 1',
      key * SEQS,
      (key + 1) * SEQS,
      step,
      this.typeCode('step.failed'),
    );
    if (row === undefined) return undefined;
    const text = this.reader.get<{ data: string }>('SELECT data FROM events WHERE id = ?', row.id);
    return text && JSON.parse(text.data);
  }

  private write(
    prepared: ReadonlyMap<string, PreparedRun>,
    breakers: readonly BreakerRow[],
  ): Map<string, number> {
    const current = this.reader.get<{ epoch: number }>('SELECT epoch FROM meta WHERE id = 1')?.epoch;
    if (current !== this.epoch) {
      throw locked(
        this.reader.file,
        'Another process has taken over this run database; nothing was written.',
      );
    }
    const keys = new Map<string, number>();
    for (const [runId, run] of prepared) keys.set(runId, this.writeRun(run));
    for (const breaker of breakers) this.writeBreaker(breaker);
    return keys;
  }

  private writeRun(run: PreparedRun): number {
    const flow = run.pin === undefined ? undefined : this.flowKey(run.pin.flow, run.pin.semanticHash);
    const key = run.before?.key ?? this.insertRun(run, flow);
    const insert = this.reader.statement(
      'INSERT INTO events (id, type, at, step, attempt, data, refs, nonce, sensitive, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    for (const encoded of run.events) {
      const { seq, type, at, step, attempt } = encoded.event;
      insert.run(
        key * SEQS + seq,
        this.typeCode(type),
        at,
        step ?? null,
        attempt ?? null,
        encoded.data,
        encoded.refs,
        encoded.nonce,
        encoded.sensitive,
        Buffer.from(encoded.hash, 'hex'),
      );
      for (const [hash, json] of encoded.blobs) this.useBlob(key, hash, json);
    }
    if (run.before !== undefined) this.updateRun(key, run.projection, flow);
    for (const change of run.changes) this.writeChange(key, change);
    return key;
  }

  private insertRun(run: PreparedRun, flow: number | undefined): number {
    const { info } = run.projection;
    const result = this.reader
      .statement(
        `INSERT INTO runs (run_id, flow, semantic_hash, mode, status, reason, started_at, ended_at, usage, waiting, forked_run,
           forked_seq, last_seq, error, live) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        info.runId,
        flow,
        info.semanticHash,
        info.mode,
        info.status,
        info.reason ?? null,
        info.startedAt,
        info.endedAt ?? null,
        JSON.stringify(info.usage),
        info.waiting,
        info.forkedFrom?.runId ?? null,
        info.forkedFrom?.seq ?? null,
        info.lastSeq,
        info.error === undefined ? null : JSON.stringify(info.error),
        liveText(run.projection),
      );
    return Number(result.lastInsertRowid);
  }

  /** `ended_at` is set on its own: naming it would rewrite a page of its index in every commit. */
  private updateRun(key: number, projection: RunProjection, flow: number | undefined): void {
    const { info } = projection;
    this.reader
      .statement(
        'UPDATE runs SET status = ?, reason = ?, usage = ?, waiting = ?, last_seq = ?, error = ?, live = ? WHERE id = ?',
      )
      .run(
        info.status,
        info.reason ?? null,
        JSON.stringify(info.usage),
        info.waiting,
        info.lastSeq,
        info.error === undefined ? null : JSON.stringify(info.error),
        liveText(projection),
        key,
      );
    if (info.endedAt !== undefined)
      this.reader.statement('UPDATE runs SET ended_at = ? WHERE id = ?').run(info.endedAt, key);
    if (flow !== undefined) {
      this.reader
        .statement('UPDATE runs SET flow = ?, semantic_hash = ? WHERE id = ?')
        .run(flow, info.semanticHash, key);
    }
  }

  private flowKey(flow: Flow, semanticHash: string): number {
    const known = this.flowKeys.get(flow);
    if (known !== undefined && this.reader.get('SELECT 1 FROM flows WHERE id = ?', known)) return known;
    const json = JSON.stringify(flow);
    const hash = Buffer.from(sha256Hex(json), 'hex');
    const stored = this.reader.get<{ id: number }>('SELECT id FROM flows WHERE document_hash = ?', hash);
    const key =
      stored?.id ??
      Number(
        this.reader
          .statement(
            'INSERT INTO flows (document_hash, semantic_hash, flow_id, name, version, json) VALUES (?, ?, ?, ?, ?, ?)',
          )
          .run(hash, semanticHash, flow.id, flow.name, flow.version, json).lastInsertRowid,
      );
    if (Object.isFrozen(flow)) this.flowKeys.set(flow, key);
    return key;
  }

  private useBlob(run: number, hash: string, json: string): void {
    const bytes = Buffer.from(hash, 'hex');
    const stored = this.reader.get<{ id: number }>('SELECT id FROM blobs WHERE hash = ?', bytes);
    const blob =
      stored?.id ??
      Number(
        this.reader.statement('INSERT INTO blobs (hash, json) VALUES (?, ?)').run(bytes, json)
          .lastInsertRowid,
      );
    this.reader.statement('INSERT OR IGNORE INTO blob_uses (run, blob) VALUES (?, ?)').run(run, blob);
  }

  private writeChange(run: number, change: ProjectionChange): void {
    switch (change.kind) {
      case 'task.asked':
        this.reader
          .statement(
            "INSERT INTO tasks (run, seq, task, step, type, deadline_at, status) VALUES (?, ?, ?, ?, ?, ?, 'open')",
          )
          .run(run, change.seq, change.task, change.step ?? null, change.type, change.deadlineAt ?? null);
        return;
      case 'task.closed':
        this.reader
          .statement('UPDATE tasks SET status = ?, closed_seq = ? WHERE run = ? AND seq = ?')
          .run(change.how, change.seq, run, change.askedSeq);
        return;
      case 'dead.added':
        this.reader
          .statement(
            'INSERT INTO dead_letters (run, seq, at, step, kind, code, message) VALUES (?, ?, ?, ?, ?, ?, ?)',
          )
          .run(run, change.seq, change.at, change.step, change.failure, change.code, change.message);
        return;
      case 'dead.closed':
        this.reader
          .statement(
            'UPDATE dead_letters SET closed_by = ?, closed_seq = ? WHERE run = ? AND closed_by IS NULL AND step = coalesce(?, step)',
          )
          .run(change.by, change.seq, run, change.step ?? null);
        return;
      default:
        throw new Error(`Unhandled change: ${JSON.stringify(change satisfies never)}`);
    }
  }

  private writeBreaker(breaker: BreakerRow): void {
    this.reader
      .statement(
        `INSERT INTO breakers (subject, state, until, failures) VALUES (?, ?, ?, ?)
         ON CONFLICT (subject) DO UPDATE SET state = excluded.state, until = excluded.until, failures = excluded.failures`,
      )
      .run(breaker.subject, breaker.state, breaker.until ?? null, JSON.stringify(breaker.failures));
  }

  private typeCode(type: string): number {
    const code = this.typeCodes.get(type);
    if (code === undefined) throw new Error(`Event type ${type} is unknown to the store`);
    return code;
  }
}
