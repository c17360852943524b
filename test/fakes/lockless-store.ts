/** A store on a connection a test can reach, without the lock: what a lost lock or a full disk looks like. */
import type Database from 'better-sqlite3';
import { connectWriter } from '../../electron/store/connection';
import { SqliteRunStore } from '../../electron/store/sqlite-run-store';

export function locklessStore(file: string): {
  readonly store: SqliteRunStore;
  readonly db: Database.Database;
} {
  const db = connectWriter(file, 'normal');
  const epoch = Number(db.prepare('UPDATE meta SET epoch = epoch + 1 RETURNING epoch').pluck().get());
  const lock = { release: () => undefined };
  return {
    db,
    store: new SqliteRunStore({ db, file, epoch, lock, clock: () => 0, faults: {}, notice: undefined }),
  };
}
