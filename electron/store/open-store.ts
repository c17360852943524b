/**
 * Opening a run database.
 *
 * O1. One owner at a time: it holds the lock beside the file and a new epoch in it. A takeover after a crash is immediate.
 * O2. A reader sees everything and writes nothing but mail.
 * O3. A damaged, foreign or newer file is refused or read, never changed.
 */
import fs from 'node:fs';
import type Database from 'better-sqlite3';
import { AppError } from '../../shared/base/app-error';
import {
  checkDurability,
  connectReader,
  connectWriter,
  peekVersion,
  realFile,
  type Synchronous,
} from './connection';
import { guarded, locked, readOnly } from './errors';
import { takeLock } from './lock';
import { fromFuture, migrate, newestVersion, userVersion } from './migrate';
import { MIGRATIONS } from './migrations/all';
import type { Migration } from './migrations/migration';
import type { SqliteStore, StoreFaults } from './run-store';
import { SqliteRunStore } from './sqlite-run-store';

export interface OpenStoreOptions {
  /** `owner` runs flows, `reader` looks and leaves mail, `auto` owns the database if nobody else does. */
  readonly mode?: 'owner' | 'reader' | 'auto';
  /** `normal` is quicker and may lose the last commits when the power fails; never a torn state. */
  readonly synchronous?: Synchronous;
  readonly clock: () => number;
  readonly faults?: StoreFaults;
  /** Other migrations than the released ones: for tests of migrating. */
  readonly migrations?: readonly Migration[];
}

/** Why owning failed in a way that still allows reading. */
const READABLE: readonly string[] = ['store/locked', 'store/read-only', 'store/from-future'];

/**
 * @throws AppError `store/locked` (owned by another process), `store/from-future` (as owner), `store/read-only`,
 * `store/corrupt`, `store/full`.
 */
export function openStore(file: string, options: OpenStoreOptions): SqliteStore {
  const mode = options.mode ?? 'owner';
  const real = realFile(file);
  if (mode === 'reader') return guarded(real, () => openReader(real, options, undefined));
  try {
    return guarded(real, () => openOwner(real, options));
  } catch (error) {
    if (
      mode === 'owner' ||
      !(error instanceof AppError) ||
      !READABLE.includes(error.code) ||
      !fs.existsSync(real)
    )
      throw error;
    return guarded(real, () => openReader(real, options, error));
  }
}

function openOwner(file: string, options: OpenStoreOptions): SqliteStore {
  const lock = takeLock(file);
  if (lock === undefined) {
    throw locked(
      file,
      `The run database ${file} is owned by another process, so no flow can be run with it here.`,
    );
  }
  let db: Database.Database | undefined;
  try {
    const future = newerVersion(file, options);
    if (future) throw future;
    const synchronous = options.synchronous ?? 'full';
    db = connectWriter(file, synchronous);
    migrate(db, file, options.migrations ?? MIGRATIONS, options.clock());
    const epoch = raiseEpoch(db);
    checkDurability(db, synchronous);
    return new SqliteRunStore({
      db,
      file,
      epoch,
      lock,
      clock: options.clock,
      faults: options.faults ?? {},
      notice: undefined,
    });
  } catch (error) {
    db?.close();
    lock.release();
    throw error;
  }
}

function newerVersion(file: string, options: OpenStoreOptions): AppError | undefined {
  const newest = newestVersion(options.migrations ?? MIGRATIONS);
  const found = peekVersion(file);
  return found > newest ? fromFuture(file, found, newest) : undefined;
}

function raiseEpoch(db: Database.Database): number {
  const row = db
    .prepare<[], { epoch: number }>('UPDATE meta SET epoch = epoch + 1 WHERE id = 1 RETURNING epoch')
    .get();
  if (row === undefined) throw new Error('The database has no meta row');
  return row.epoch;
}

function openReader(file: string, options: OpenStoreOptions, obstacle: AppError | undefined): SqliteStore {
  if (!fs.existsSync(file)) {
    throw readOnly(
      file,
      `There is no run database at ${file}.`,
      'Run a flow with it first, or check the path.',
    );
  }
  const notice = newerVersion(file, options) ?? obstacle;
  const db = connectReader(file);
  try {
    const version = userVersion(db);
    if (version < newestVersion(options.migrations ?? MIGRATIONS)) {
      throw readOnly(
        file,
        `The run database ${file} is of an older version (${version}) and can only be read after it has been brought up to date.`,
        'Open it once for running flows; a backup is made before.',
      );
    }
    const epoch = Number(db.prepare('SELECT epoch FROM meta WHERE id = 1').pluck().get());
    return new SqliteRunStore({
      db,
      file,
      epoch,
      lock: undefined,
      clock: options.clock,
      faults: options.faults ?? {},
      notice,
    });
  } catch (error) {
    db.close();
    throw notice?.code === 'store/from-future' ? notice : error; // its tables may be unlike ours
  }
}
