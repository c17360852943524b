/**
 * C1. A file that is not ours, is damaged or is newer than this program is recognised through a read-only connection,
 *     before anything could write to it.
 * C2. `synchronous` is set and read back at every open: the library's own default in WAL mode may lose commits.
 */
import fs from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { corrupt, readOnly } from './errors';
import { APPLICATION_ID, userVersion } from './migrate';

export type Synchronous = 'full' | 'normal';

const BUSY_TIMEOUT_MS = 5000;
/** A journal that grew in a burst is cut back to this after a checkpoint. */
const JOURNAL_LIMIT_BYTES = 16 * 1024 * 1024;
const SYNCHRONOUS: Readonly<Record<Synchronous, number>> = { normal: 1, full: 2 };

/** One spelling per file, so that two paths to a database meet at the same lock. */
export function realFile(file: string): string {
  const folder = path.resolve(path.dirname(file));
  if (!fs.existsSync(folder)) {
    throw readOnly(
      file,
      `The folder ${folder} does not exist.`,
      'Make the folder, or choose another database.',
    );
  }
  const full = path.join(fs.realpathSync(folder), path.basename(file));
  if (!fs.existsSync(full)) return full;
  if (!fs.statSync(full).isFile()) throw readOnly(file, `${full} is not a file.`, 'Choose another database.');
  return fs.realpathSync(full);
}

/** Version of an existing database, 0 when there is none yet. Changes nothing. @throws AppError `store/corrupt`. */
export function peekVersion(file: string): number {
  if (sizeOf(file) === 0) return 0;
  const db = connectReader(file);
  try {
    const version = userVersion(db);
    const tables = Number(
      db.prepare("SELECT count(*) FROM sqlite_master WHERE type = 'table'").pluck().get(),
    );
    const ours = Number(db.pragma('application_id', { simple: true })) === APPLICATION_ID;
    if (!ours && (version !== 0 || tables > 0)) throw corrupt(file, 'it is the database of another program');
    return version;
  } finally {
    db.close();
  }
}

export function connectWriter(file: string, synchronous: Synchronous): Database.Database {
  const db = new Database(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    db.pragma('auto_vacuum = INCREMENTAL'); // only has effect before the first table; lets deleted runs give space back
    db.pragma('journal_mode = WAL');
    db.pragma(`synchronous = ${synchronous.toUpperCase()}`);
    db.pragma('foreign_keys = ON');
    db.pragma(`journal_size_limit = ${JOURNAL_LIMIT_BYTES}`);
    db.pragma('checkpoint_fullfsync = ON'); // macOS: a checkpoint really reaches the disk; no effect elsewhere
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** After the first write, because that is when the library would fall back. */
export function checkDurability(db: Database.Database, synchronous: Synchronous): void {
  const found = {
    journal: db.pragma('journal_mode', { simple: true }),
    synchronous: db.pragma('synchronous', { simple: true }),
  };
  if (found.journal !== 'wal' || found.synchronous !== SYNCHRONOUS[synchronous]) {
    throw new Error(
      `The database is not as durable as asked: ${JSON.stringify(found)} instead of wal, ${synchronous}`,
    );
  }
}

/**
 * A connection that cannot write. SQLite needs a small file beside a database to read it; where none can be made (a folder
 * or medium without write permission) and no journal is pending, a copy in memory is read instead.
 */
export function connectReader(file: string): Database.Database {
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    userVersion(db); // the first look is what fails
    return db;
  } catch (error) {
    db?.close();
    const barred = error instanceof Database.SqliteError && /^SQLITE_(CANTOPEN|READONLY)/.test(error.code);
    if (!barred || sizeOf(`${file}-wal`) > 0 || sizeOf(file) === 0) throw error;
    return new Database(withoutJournal(fs.readFileSync(file)), { readonly: true });
  }
}

function sizeOf(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** A database in memory cannot have a write-ahead journal: its header (bytes 18 and 19) must not ask for one. */
function withoutJournal(bytes: Buffer): Buffer {
  bytes[18] = 1;
  bytes[19] = 1;
  return bytes;
}

/** A short-lived connection of a reader that posts to the mailbox. */
export function connectMailer(file: string): Database.Database {
  const db = new Database(file, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  db.pragma('synchronous = FULL');
  return db;
}
