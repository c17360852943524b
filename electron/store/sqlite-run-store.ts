/** The run store on a SQLite file. See `open-store.ts` for who may write it. */
import fs from 'node:fs';
import type Database from 'better-sqlite3';
import { AppError } from '../../shared/base/app-error';
import { canonicalJson } from '../../shared/base/jcs';
import { chainText } from '../../shared/events/hash-chain';
import {
  type DeadLetterInfo,
  EventData,
  type RunEvent,
  type RunInfo,
  type TaskInfo,
} from '../../shared/events/event';
import type { BreakerRow, MailboxEntry, RunAppend, RunFilter } from '../../shared/ports/run-log';
import type { Flow } from '../../shared/spec/flow';
import { commitLabel } from './appends';
import { connectMailer } from './connection';
import { decodeEvents } from './decode';
import { link } from './encode';
import { guarded, readOnly, unknownRun } from './errors';
import type { OwnerLock } from './lock';
import { backUp } from './migrate';
import { sha256Hex } from './pieces';
import { StoreReader } from './reader';
import { SEQS } from './rows';
import type {
  ChainEntry,
  ChainVerdict,
  DecisionRow,
  NewMail,
  SqliteStore,
  StoreFaults,
  StoreMode,
} from './run-store';
import { StoreWriter } from './writer';

const VERIFY_BATCH = 1000;
const DAY_MS = 86_400_000;

export interface StoreParts {
  readonly db: Database.Database;
  readonly file: string;
  readonly epoch: number;
  /** Held while this process owns the database; a reader has none. */
  readonly lock: OwnerLock | undefined;
  readonly clock: () => number;
  readonly faults: StoreFaults;
  readonly notice: AppError | undefined;
}

export class SqliteRunStore implements SqliteStore {
  readonly file: string;
  readonly epoch: number;
  readonly mode: StoreMode;
  readonly notice: AppError | undefined;
  private readonly reader: StoreReader;
  private readonly writer: StoreWriter | undefined;

  constructor(private readonly parts: StoreParts) {
    this.file = parts.file;
    this.epoch = parts.epoch;
    this.mode = parts.lock ? 'owner' : 'reader';
    this.notice = parts.notice;
    this.reader = new StoreReader(parts.db, parts.file);
    if (parts.lock) {
      this.writer = new StoreWriter(parts.db, this.reader, parts.epoch);
      this.writer.registerTypes(Object.keys(EventData));
    }
  }

  commit(appends: readonly RunAppend[], breakers: readonly BreakerRow[] = []): void {
    const writer = this.owner();
    this.parts.faults.beforeCommit?.(commitLabel(appends));
    guarded(this.file, () => writer.commit(appends, breakers));
    this.parts.faults.afterCommit?.();
  }

  events(runId: string, afterSeq?: number, limit?: number): RunEvent[] {
    return this.read(() => this.reader.events(runId, afterSeq, limit));
  }

  flow(runId: string): Flow {
    return this.read(() => this.reader.flow(runId));
  }

  run(runId: string): RunInfo | undefined {
    return this.writer?.known(runId) ?? this.read(() => this.reader.run(runId));
  }

  runs(filter?: RunFilter): RunInfo[] {
    return this.read(() => this.reader.runs(filter));
  }

  countRuns(filter?: RunFilter): number {
    return this.read(() => this.reader.countRuns(filter));
  }

  unfinished(): RunInfo[] {
    return this.read(() => this.reader.unfinished());
  }

  tasks(runId?: string): TaskInfo[] {
    return this.read(() => this.reader.tasks(runId));
  }

  deadLetters(runId?: string): DeadLetterInfo[] {
    return this.read(() => this.reader.deadLetters(runId));
  }

  breakers(): BreakerRow[] {
    return this.read(() => this.reader.breakers());
  }

  mailbox(): MailboxEntry[] {
    return this.read(() => this.reader.mailbox());
  }

  decisions(flowId: string): DecisionRow[] {
    return this.read(() => this.reader.decisions(flowId));
  }

  mailboxDone(ids: readonly number[]): void {
    this.owner();
    guarded(this.file, () => {
      const remove = this.reader.statement('DELETE FROM mailbox WHERE id = ?');
      this.parts.db.transaction(() => ids.forEach((id) => remove.run(id))).immediate();
    });
  }

  postMail(mail: NewMail): void {
    if (this.notice?.code === 'store/from-future') throw this.notice;
    guarded(this.file, () => {
      const db = this.mode === 'owner' ? this.parts.db : connectMailer(this.file);
      try {
        db.prepare('INSERT INTO mailbox (run_id, kind, data, at) VALUES (?, ?, ?, ?)').run(
          mail.runId,
          mail.kind,
          JSON.stringify(mail.data),
          mail.at,
        );
      } finally {
        if (db !== this.parts.db) db.close();
      }
    });
  }

  headHash(runId: string): string | undefined {
    return this.read(() => {
      const run = this.reader.runKey(runId);
      if (run === undefined) throw unknownRun(runId);
      return this.reader
        .get<{ hash: Buffer }>(
          'SELECT hash FROM events WHERE id > ? AND id < ? ORDER BY id DESC LIMIT 1',
          run * SEQS,
          (run + 1) * SEQS,
        )
        ?.hash.toString('hex');
    });
  }

  verifyChain(runId: string): ChainVerdict {
    return this.read(() => {
      const lastSeq = this.reader.runRow(runId)?.last_seq;
      if (lastSeq === undefined) throw unknownRun(runId);
      let prevHash: string | undefined;
      let seq = 0;
      for (;;) {
        const batch = this.chainBatch(runId, seq);
        if (batch.length === 0) break;
        for (const { event, nonce, hash } of batch) {
          seq += 1;
          if (event.seq !== seq) return { ok: false, seq, reason: `Event ${seq} is missing.` };
          const computed = sha256Hex(chainText(link(event, dataHashOf(event, nonce), prevHash)));
          if (computed !== hash) {
            const reason = `Event ${seq} is not what was recorded.`;
            return { ok: false, seq, reason, recorded: hash, computed };
          }
          prevHash = hash;
        }
      }
      if (seq !== lastSeq) return { ok: false, seq: seq + 1, reason: `Event ${seq + 1} is missing.` };
      return { ok: true, events: seq, head: prevHash };
    });
  }

  chain(runId: string): ChainEntry[] {
    return this.read(() => {
      if (this.reader.runKey(runId) === undefined) throw unknownRun(runId);
      const entries: ChainEntry[] = [];
      for (;;) {
        const batch = this.chainBatch(runId, entries.length);
        if (batch.length === 0) return entries;
        for (const { event, nonce, hash } of batch) {
          entries.push({
            seq: event.seq,
            dataHash: dataHashOf(event, nonce),
            hash,
            ...(nonce === null ? {} : { nonce }),
          });
        }
      }
    });
  }

  sensitive(runId: string): Readonly<Record<number, readonly string[]>> {
    return this.read(() => {
      const run = this.reader.runKey(runId);
      if (run === undefined) throw unknownRun(runId);
      const rows = this.reader.all<{ id: number; sensitive: string }>(
        'SELECT id, sensitive FROM events WHERE id > ? AND id < ? AND sensitive IS NOT NULL ORDER BY id',
        run * SEQS,
        (run + 1) * SEQS,
      );
      return Object.fromEntries(rows.map((row) => [row.id - run * SEQS, JSON.parse(row.sensitive)]));
    });
  }

  deleteRuns(runIds: readonly string[]): number {
    return this.remove(() => runIds, undefined);
  }

  retention(days: number): number {
    const before = this.parts.clock() - days * DAY_MS;
    const ended = () =>
      this.reader
        .all<{ run_id: string }>('SELECT run_id FROM runs WHERE ended_at < ?', before)
        .map((row) => row.run_id);
    return this.remove(ended, days);
  }

  sizeBytes(): number {
    return [this.file, `${this.file}-wal`, `${this.file}-shm`].reduce(
      (sum, file) => sum + (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  }

  backupTo(file: string): void {
    guarded(file, () => backUp(this.parts.db, file));
  }

  integrityCheck(): readonly string[] {
    try {
      return this.read(() => this.problems());
    } catch (error) {
      // Damage so deep that even looking for it fails is a finding, not a failure of the check.
      if (error instanceof AppError && error.code === 'store/corrupt') return [error.message];
      throw error;
    }
  }

  private problems(): string[] {
    const problems = (this.parts.db.pragma('integrity_check') as { integrity_check: string }[])
      .map((row) => row.integrity_check)
      .filter((line) => line !== 'ok');
    if (problems.length > 0) return problems;
    for (const row of this.parts.db.pragma('foreign_key_check') as { table: string; rowid: number }[]) {
      problems.push(`Row ${row.rowid} of table ${row.table} refers to something that is missing.`);
    }
    for (const { runId } of this.reader.runs()) {
      const verdict = this.verifyChain(runId);
      if (!verdict.ok) problems.push(`Run ${runId}: ${verdict.reason}`);
    }
    return problems;
  }

  close(): void {
    try {
      guarded(this.file, () => this.parts.db.close());
    } finally {
      this.parts.lock?.release();
    }
  }

  private owner(): StoreWriter {
    if (this.writer) return this.writer;
    throw (
      this.notice ??
      readOnly(
        this.file,
        `The run database ${this.file} is open for reading only.`,
        'Open it as its owner to run flows with it.',
      )
    );
  }

  /** A database of a newer version may lack what a query names: its notice says more than SQLite's complaint. */
  private read<T>(work: () => T): T {
    try {
      return guarded(this.file, work);
    } catch (error) {
      if (
        this.notice?.code === 'store/from-future' &&
        error instanceof Error &&
        'code' in error &&
        error.code === 'SQLITE_ERROR'
      ) {
        throw this.notice;
      }
      throw error;
    }
  }

  private chainBatch(
    runId: string,
    afterSeq: number,
  ): { event: RunEvent; nonce: string | null; hash: string }[] {
    const run = this.reader.runKey(runId);
    if (run === undefined) throw unknownRun(runId);
    const rows = this.reader.eventRows(run, afterSeq, VERIFY_BATCH);
    const marks = this.reader.all<{ nonce: string | null; hash: Buffer }>(
      'SELECT nonce, hash FROM events WHERE id > ? AND id < ? ORDER BY id LIMIT ?',
      run * SEQS + afterSeq,
      (run + 1) * SEQS,
      VERIFY_BATCH,
    );
    return decodeEvents(runId, rows, this.reader.valuesOf(run, runId)).map((event, i) => ({
      event,
      nonce: marks[i]?.nonce ?? null,
      hash: marks[i]?.hash.toString('hex') ?? '',
    }));
  }

  private remove(choose: () => readonly string[], days: number | undefined): number {
    const writer = this.owner();
    return guarded(this.file, () => {
      const removed = this.parts.db
        .transaction(() => {
          const keys = choose().flatMap((runId) => this.reader.runKey(runId) ?? []);
          for (const key of keys) this.removeRun(key);
          if (keys.length === 0) return 0;
          this.reader
            .statement('DELETE FROM flows WHERE NOT EXISTS (SELECT 1 FROM runs WHERE runs.flow = flows.id)')
            .run();
          this.reader
            .statement('INSERT INTO removals (at, runs, days) VALUES (?, ?, ?)')
            .run(this.parts.clock(), keys.length, days ?? null);
          return keys.length;
        })
        .immediate();
      writer.forgetAll();
      this.reader.forgetFlows();
      if (removed > 0) this.parts.db.pragma('incremental_vacuum');
      return removed;
    });
  }

  private removeRun(key: number): void {
    const values = this.reader.all<{ blob: number }>('SELECT blob FROM blob_uses WHERE run = ?', key);
    this.reader.statement('DELETE FROM events WHERE id > ? AND id < ?').run(key * SEQS, (key + 1) * SEQS);
    this.reader.statement('DELETE FROM runs WHERE id = ?').run(key); // tasks, dead letters and uses of values go with it
    const unused = this.reader.statement(
      'DELETE FROM blobs WHERE id = ? AND NOT EXISTS (SELECT 1 FROM blob_uses WHERE blob_uses.blob = blobs.id)',
    );
    for (const { blob } of values) unused.run(blob);
  }
}

function dataHashOf(event: RunEvent, nonce: string | null): string {
  return sha256Hex(canonicalJson(event.data) + (nonce ?? ''));
}
