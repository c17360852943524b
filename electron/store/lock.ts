/**
 * Who owns a database. The lock is an exclusive transaction on a second, empty SQLite file beside it: SQLite knows how
 * to lock on every platform, and the operating system releases the lock at the death of the process, however it died.
 */
import Database from 'better-sqlite3';
import { storeError } from './errors';

export interface OwnerLock {
  release(): void;
}

/** The lock, or undefined when another process (or another store of this one) has it. */
export function takeLock(databaseFile: string): OwnerLock | undefined {
  const file = `${databaseFile}.lock`;
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { timeout: 0 });
    db.pragma('journal_mode = MEMORY'); // nothing is ever written, so no journal file appears
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db?.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return undefined;
    throw storeError(error, databaseFile);
  }
  const held = db;
  return { release: () => held.close() };
}
