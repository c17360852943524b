/**
 * M1. All pending migrations are one transaction, `user_version` last: a crash leaves the old database.
 * M2. An existing database is copied aside before the first of them.
 * M3. A database newer than this program is never written.
 */
import fs from 'node:fs';
import type Database from 'better-sqlite3';
import { AppError } from '../../shared/base/app-error';
import { readOnly } from './errors';
import type { Migration } from './migrations/migration';

/** Marks the file as ours ("BATN"); another program's database is not touched. */
export const APPLICATION_ID = 0x4241544e;

export function newestVersion(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.to ?? 0;
}

export function fromFuture(file: string, found: number, newest: number): AppError {
  return new AppError(
    'store/from-future',
    `The run database ${file} was written by a newer Baton (version ${found}; this one knows up to ${newest}).`,
    {
      details: { file, found, newest },
      hint: 'It was left as it is and can only be read here. Update Baton to run flows with it.',
    },
  );
}

/** Brings the database to the newest version. Returns the backup it made, if any. */
export function migrate(
  db: Database.Database,
  file: string,
  migrations: readonly Migration[],
  now: number,
): string | undefined {
  const from = userVersion(db);
  const pending = migrations.filter((migration) => migration.to > from);
  if (pending.length === 0) return undefined;
  const backup = from === 0 ? undefined : backUp(db, `${file}.backup-v${from}-${stamp(now)}`);
  db.transaction(() => {
    for (const migration of pending) migration.up(db);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${newestVersion(migrations)}`);
  }).immediate();
  return backup;
}

export function userVersion(db: Database.Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

/** A consistent copy; a half-written one never carries the final name. */
export function backUp(db: Database.Database, target: string): string {
  if (fs.existsSync(target))
    throw readOnly(target, `There is already a file ${target}.`, 'Choose another name for the copy.');
  const partial = `${target}.partial`;
  fs.rmSync(partial, { force: true });
  try {
    db.prepare('VACUUM INTO ?').run(partial);
    fs.renameSync(partial, target);
  } catch (error) {
    fs.rmSync(partial, { force: true });
    throw error;
  }
  return target;
}

/** `20261121T101500Z`: sorts by time and is a file name everywhere. */
function stamp(now: number): string {
  return new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}
