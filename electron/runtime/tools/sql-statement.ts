/** Runs one checked statement on one SQLite file. Works in a thread or in place. */
import Database from 'better-sqlite3';

export type SqlValue = string | number | null;
export interface SqlJob {
  readonly file: string;
  readonly statement: string;
  readonly parameters: Readonly<Record<string, SqlValue>>;
  readonly write: boolean;
  readonly busyTimeoutMs: number;
}
export type SqlRow = Readonly<Record<string, SqlValue>>;
export type SqlReply =
  | {
      readonly ok: true;
      readonly value: readonly SqlRow[] | { readonly changes: number; readonly lastId: SqlValue };
    }
  | { readonly ok: false; readonly why: 'busy' | 'failed' | 'too-large'; readonly message: string };

const MAX_ROWS = 10_000;
const MAX_CHARACTERS = 2 * 1024 * 1024;

class TooLarge extends Error {}

export function runSql(job: SqlJob): SqlReply {
  let db: Database.Database | undefined;
  try {
    db = new Database(job.file, { readonly: !job.write, fileMustExist: true, timeout: job.busyTimeoutMs });
    return { ok: true, value: execute(db, job) };
  } catch (error) {
    return replyTo(error);
  } finally {
    db?.close();
  }
}

function replyTo(error: unknown): SqlReply {
  if (error instanceof TooLarge) return { ok: false, why: 'too-large', message: error.message };
  const { code } = error as { code?: unknown };
  const isBusy = typeof code === 'string' && /^SQLITE_(BUSY|LOCKED)/.test(code);
  const message = error instanceof Error ? error.message : String(error);
  return isBusy
    ? { ok: false, why: 'busy', message: 'The database is in use by another program.' }
    : { ok: false, why: 'failed', message: `The statement failed: ${message}.` };
}

/** In one transaction, so that a statement that fails half-way has done nothing. */
function execute(
  db: Database.Database,
  job: SqlJob,
): readonly SqlRow[] | { changes: number; lastId: SqlValue } {
  const statement = db.prepare(job.statement).safeIntegers(true);
  if (!job.write && !statement.readonly) throw new Error('it changes the database, and "write" is not set');
  const run = () => {
    if (statement.reader) return rowsOf(statement, job.parameters);
    const { changes, lastInsertRowid } = statement.run(job.parameters);
    return { changes, lastId: valueOf(lastInsertRowid) };
  };
  return job.write ? db.transaction(run).immediate() : run();
}

function rowsOf(statement: Database.Statement, parameters: SqlJob['parameters']): readonly SqlRow[] {
  const rows: SqlRow[] = [];
  let characters = 0;
  for (const row of statement.iterate(parameters)) {
    if (rows.length === MAX_ROWS)
      throw new TooLarge(`The statement gave more than ${MAX_ROWS} rows. Add a LIMIT.`);
    const plain = Object.fromEntries(
      Object.entries(row as Record<string, unknown>).map(([name, value]) => [name, valueOf(value)]),
    );
    characters += JSON.stringify(plain).length;
    if (characters > MAX_CHARACTERS) throw new TooLarge('The statement gave more than 2 MiB. Add a LIMIT.');
    rows.push(plain);
  }
  return rows;
}

/** As JSON can hold it: integers beyond the exact range as texts, bytes as base64. */
function valueOf(value: unknown): SqlValue {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string') return value;
  return Buffer.isBuffer(value) ? value.toString('base64') : null;
}
