/** Everything that is read from the database. Holds no state another process could outdate, but what never changes. */
import type Database from 'better-sqlite3';
import type { DeadLetterInfo, RunEvent, RunInfo, TaskInfo } from '../../shared/events/event';
import type { BreakerRow, MailboxEntry, RunFilter } from '../../shared/ports/run-log';
import type { Flow } from '../../shared/spec/flow';
import { decodeEvents, type EventRow, type ValueSource } from './decode';
import { corrupt, unknownRun } from './errors';
import { nodeOfStep } from './projection';
import {
  breakerRow,
  type DeadLetterRow,
  deadLetterInfo,
  mailboxEntry,
  RUN_COLUMNS,
  type RunRow,
  runInfo,
  runWhere,
  SEQS,
  type StoredBreaker,
  type StoredMail,
  taskInfo,
} from './rows';
import type { DecisionRow } from './run-store';

const EVENT_COLUMNS = 'id, type, at, step, attempt, data, refs';
type StoredEvent = [number, number, number, string | null, number | null, string, string | null];

/** An event's place in the tables. */
interface Place {
  readonly run: number;
  readonly run_id: string;
  readonly seq: number;
}

export class StoreReader {
  private readonly types: Map<number, string>;
  private readonly flows = new Map<number, Flow>();
  private readonly statements = new Map<string, Database.Statement<unknown[], unknown>>();

  constructor(
    readonly db: Database.Database,
    readonly file: string,
  ) {
    this.types = new Map(
      this.all<{ code: number; name: string }>('SELECT code, name FROM event_types').map((row) => [
        row.code,
        row.name,
      ]),
    );
  }

  /** A statement is compiled once. */
  statement(sql: string): Database.Statement<unknown[], unknown> {
    const known = this.statements.get(sql);
    if (known) return known;
    const made = this.db.prepare<unknown[], unknown>(sql);
    this.statements.set(sql, made);
    return made;
  }

  // Rows have the shape their SELECT names; SQLite has no types to check them against.
  all<T>(sql: string, ...values: readonly unknown[]): T[] {
    return this.statement(sql).all(...values) as T[];
  }

  get<T>(sql: string, ...values: readonly unknown[]): T | undefined {
    return this.statement(sql).get(...values) as T | undefined;
  }

  runKey(runId: string): number | undefined {
    return this.get<{ id: number }>('SELECT id FROM runs WHERE run_id = ?', runId)?.id;
  }

  runRow(runId: string): RunRow | undefined {
    return this.get<RunRow>(
      `SELECT ${RUN_COLUMNS} FROM runs JOIN flows ON flows.id = runs.flow WHERE runs.run_id = ?`,
      runId,
    );
  }

  /** Places that hold the same value share one object: nobody may change it. */
  events(runId: string, afterSeq = 0, limit?: number): RunEvent[] {
    const run = this.runKey(runId);
    if (run === undefined) return [];
    const rows = this.eventRows(run, Math.max(0, Math.min(afterSeq, SEQS - 1)), limit);
    return decodeEvents(runId, rows, this.valuesOf(run, runId));
  }

  eventRows(run: number, afterSeq: number, limit: number | undefined): EventRow[] {
    const first = run * SEQS;
    const statement = this.statement(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE id > ? AND id < ? ORDER BY id LIMIT ?`,
    ).raw();
    const rows = statement.all(first + afterSeq, first + SEQS, limit ?? -1) as StoredEvent[];
    for (const row of rows) this.named(row, first);
    // Changed in place by `named`: the id is now a seq, the code a name.
    return rows as unknown as EventRow[];
  }

  private named(row: StoredEvent, first: number): void {
    const mutable = row as unknown as [number, string | number];
    mutable[0] = row[0] - first;
    mutable[1] = this.typeName(row[1]);
  }

  typeName(code: number): string {
    const known = this.types.get(code);
    if (known !== undefined) return known;
    // Written by the owner after this reader opened.
    const row = this.get<{ name: string }>('SELECT name FROM event_types WHERE code = ?', code);
    if (row === undefined) throw corrupt(this.file, `it holds an event of unknown type ${code}`);
    this.types.set(code, row.name);
    return row.name;
  }

  valuesOf(run: number, runId: string): ValueSource {
    return {
      blob: (hash) => {
        const row = this.get<{ json: string }>(
          'SELECT json FROM blobs WHERE hash = ?',
          Buffer.from(hash, 'hex'),
        );
        if (row === undefined) throw corrupt(this.file, `the value ${hash} of run ${runId} is missing`);
        return row.json;
      },
      earlier: (seq) => {
        const [row] = this.eventRows(run, seq - 1, 1);
        if (row === undefined || row[0] !== seq)
          throw corrupt(this.file, `event ${seq} of run ${runId} is missing`);
        return row;
      },
      damaged: (seq, what, cause) => corrupt(this.file, `event ${seq} of run ${runId}: ${what}`, cause),
    };
  }

  private eventAt(place: Place): RunEvent {
    const source = this.valuesOf(place.run, place.run_id);
    const [event] = decodeEvents(place.run_id, [source.earlier(place.seq)], source);
    if (event === undefined) throw corrupt(this.file, `event ${place.seq} of run ${place.run_id} is missing`);
    return event;
  }

  flow(runId: string): Flow {
    const row = this.get<{ flow: number }>('SELECT flow FROM runs WHERE run_id = ?', runId);
    if (row === undefined) throw unknownRun(runId);
    const known = this.flows.get(row.flow);
    if (known) return known;
    const stored = this.get<{ json: string }>('SELECT json FROM flows WHERE id = ?', row.flow);
    if (stored === undefined) throw corrupt(this.file, `the flow of run ${runId} is missing`);
    const flow = this.parseFlow(stored.json, runId);
    if (this.flows.size >= 16) this.flows.clear();
    this.flows.set(row.flow, flow);
    return flow;
  }

  forgetFlows(): void {
    this.flows.clear();
  }

  private parseFlow(json: string, runId: string): Flow {
    try {
      return JSON.parse(json);
    } catch (error) {
      throw corrupt(this.file, `the flow of run ${runId} cannot be read`, error);
    }
  }

  run(runId: string): RunInfo | undefined {
    const row = this.runRow(runId);
    return row && runInfo(row);
  }

  runs(filter: RunFilter = {}): RunInfo[] {
    const where = runWhere(filter);
    return this.all<RunRow>(
      `SELECT ${RUN_COLUMNS} FROM runs JOIN flows ON flows.id = runs.flow ${where.sql}
       ORDER BY runs.started_at DESC, runs.id DESC LIMIT ? OFFSET ?`,
      ...where.values,
      filter.limit ?? -1,
      filter.offset ?? 0,
    ).map(runInfo);
  }

  countRuns(filter: RunFilter = {}): number {
    const where = runWhere(filter);
    const row = this.get<{ n: number }>(
      `SELECT count(*) AS n FROM runs JOIN flows ON flows.id = runs.flow ${where.sql}`,
      ...where.values,
    );
    return row?.n ?? 0;
  }

  unfinished(): RunInfo[] {
    return this.all<RunRow>(
      `SELECT ${RUN_COLUMNS} FROM runs JOIN flows ON flows.id = runs.flow WHERE runs.ended_at IS NULL ORDER BY runs.id`,
    ).map(runInfo);
  }

  tasks(runId?: string): TaskInfo[] {
    const of = runId === undefined ? '' : 'AND runs.run_id = ?';
    const places = this.all<Place>(
      `SELECT tasks.run, runs.run_id, tasks.seq FROM tasks JOIN runs ON runs.id = tasks.run
       WHERE tasks.status = 'open' ${of} ORDER BY tasks.id`,
      ...(runId === undefined ? [] : [runId]),
    );
    return places.map((place) => {
      const event = this.eventAt(place);
      if (event.type !== 'human.asked')
        throw corrupt(this.file, `event ${place.seq} of run ${place.run_id} is no task`);
      return taskInfo(event);
    });
  }

  deadLetters(runId?: string): DeadLetterInfo[] {
    const where = runId === undefined ? '' : 'WHERE runs.run_id = ?';
    return this.all<DeadLetterRow>(
      `SELECT runs.run_id, flows.name, d.seq, d.at, d.step, d.kind, d.code, d.message, d.closed_by
       FROM dead_letters AS d JOIN runs ON runs.id = d.run JOIN flows ON flows.id = runs.flow ${where} ORDER BY d.id`,
      ...(runId === undefined ? [] : [runId]),
    ).map(deadLetterInfo);
  }

  breakers(): BreakerRow[] {
    return this.all<StoredBreaker>(
      'SELECT subject, state, until, failures FROM breakers ORDER BY subject',
    ).map(breakerRow);
  }

  mailbox(): MailboxEntry[] {
    return this.all<StoredMail>('SELECT id, run_id, kind, data, at FROM mailbox ORDER BY id').map(
      mailboxEntry,
    );
  }

  decisions(flowId: string): DecisionRow[] {
    const places = this.all<Place & { closed_seq: number }>(
      `SELECT tasks.run, runs.run_id, tasks.seq, tasks.closed_seq
       FROM tasks JOIN runs ON runs.id = tasks.run JOIN flows ON flows.id = runs.flow
       WHERE flows.flow_id = ? AND tasks.status = 'decided' ORDER BY tasks.id`,
      flowId,
    );
    return places.flatMap((place) => {
      const asked = this.eventAt(place);
      const decided = this.eventAt({ ...place, seq: place.closed_seq });
      return asked.type === 'human.asked' && decided.type === 'human.decided'
        ? [decisionRow(asked, decided)]
        : [];
    });
  }
}

export function decisionRow(
  asked: Extract<RunEvent, { type: 'human.asked' }>,
  decided: Extract<RunEvent, { type: 'human.decided' }>,
): DecisionRow {
  const { proposed } = asked.data;
  const { values, choice, by, task } = decided.data;
  return {
    runId: asked.runId,
    seq: decided.seq,
    task,
    ...(asked.step === undefined ? {} : { step: asked.step, node: nodeOfStep(asked.step) }),
    type: asked.data.type,
    askedAt: asked.at,
    decidedAt: decided.at,
    ...(proposed === undefined ? {} : { proposed }),
    ...(values === undefined ? {} : { values }),
    choice,
    by,
  };
}
