import fs from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MIGRATIONS } from '../../../../electron/store/migrations/all';
import type { Migration } from '../../../../electron/store/migrations/migration';
import { openStore } from '../../../../electron/store/open-store';
import { RunScript } from '../../../fakes/run-events';
import { type TemporaryFolder, temporaryFolder } from '../../../fakes/temporary-folder';

let folder: TemporaryFolder;
let file: string;
const now = Date.UTC(2026, 10, 21, 10, 15, 30, 123);
const open = (migrations?: readonly Migration[], mode: 'owner' | 'auto' | 'reader' = 'owner') =>
  openStore(file, { clock: () => now, mode, ...(migrations ? { migrations } : {}) });

const newest = MIGRATIONS.at(-1)?.to ?? 0;
const addNotes: Migration = {
  to: newest + 1,
  name: 'notes',
  up: (db) => void db.exec('CREATE TABLE notes (text TEXT)'),
};
const addColumn: Migration = {
  to: newest + 2,
  name: 'colour',
  up: (db) => void db.exec("ALTER TABLE notes ADD COLUMN colour TEXT DEFAULT 'red'"),
};
const fails: Migration = {
  to: newest + 2,
  name: 'fails',
  up: (db) => {
    db.exec('DELETE FROM events');
    throw new Error('half way');
  },
};

function look<T>(path: string, ask: (db: Database.Database) => T): T {
  const db = new Database(path, { readonly: true });
  try {
    return ask(db);
  } finally {
    db.close();
  }
}
const version = (path: string) => look(path, (db) => db.pragma('user_version', { simple: true }));
const backups = () => fs.readdirSync(folder.path).filter((name) => name.includes('backup'));

beforeEach(() => {
  folder = temporaryFolder();
  file = folder.file('runs.db');
  const store = open();
  store.commit([new RunScript('r1').first()]);
  store.close();
});
afterEach(() => folder.remove());

test('migrations are numbered from 1 without gaps', () => {
  expect(MIGRATIONS.map((migration) => migration.to)).toEqual(MIGRATIONS.map((_, i) => i + 1));
});

test('a new database is made without a backup', () => {
  expect(version(file)).toBe(newest);
  expect(backups()).toEqual([]);
});

test('the first schema is what it was when it was released', () => {
  const tables = look(file, (db) =>
    db
      .prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
      )
      .pluck()
      .all(),
  );
  expect(tables).toEqual([
    'blob_uses',
    'blobs',
    'breakers',
    'dead_letters',
    'event_types',
    'events',
    'flows',
    'mailbox',
    'meta',
    'removals',
    'runs',
    'tasks',
  ]);
});

test('an existing database is copied aside, then brought up to date in one go', () => {
  const store = open([...MIGRATIONS, addNotes, addColumn]);
  expect(store.events('r1')).toHaveLength(1);
  store.close();
  expect(version(file)).toBe(newest + 2);
  expect(backups()).toEqual([`runs.db.backup-v${newest}-20261121T101530Z`]);
  const backup = folder.file(backups()[0] ?? '');
  expect(version(backup)).toBe(newest);
  expect(look(backup, (db) => db.prepare('SELECT count(*) FROM events').pluck().get())).toBe(1);
  open([...MIGRATIONS, addNotes, addColumn]).close();
  expect(backups()).toHaveLength(1);
});

test('a migration that fails leaves the old database whole, with its backup', () => {
  expect(() => open([...MIGRATIONS, addNotes, fails])).toThrow('half way');
  expect(version(file)).toBe(newest);
  expect(backups()).toHaveLength(1);
  const store = open();
  expect(store.events('r1')).toHaveLength(1);
  expect(store.integrityCheck()).toEqual([]);
  store.close();
});

test('a backup that cannot be written stops the migration before it begins', () => {
  fs.writeFileSync(folder.file(`runs.db.backup-v${newest}-20261121T101530Z`), 'taken');
  expect(() => open([...MIGRATIONS, addNotes])).toThrow(expect.objectContaining({ code: 'store/read-only' }));
  expect(version(file)).toBe(newest);
});

test('a newer database is refused for running, can be read, and is not changed by either', () => {
  open([...MIGRATIONS, addNotes]).close();
  const before = fs.readFileSync(file);
  expect(() => open()).toThrow(
    expect.objectContaining({ code: 'store/from-future', message: expect.stringContaining('newer Baton') }),
  );
  for (const mode of ['auto', 'reader'] as const) {
    const store = open(undefined, mode);
    expect(store.mode).toBe('reader');
    expect(store.notice?.code).toBe('store/from-future');
    expect(store.events('r1')).toHaveLength(1);
    expect(() => store.commit([new RunScript('r2').first()])).toThrow(
      expect.objectContaining({ code: 'store/from-future' }),
    );
    expect(() => store.postMail({ runId: 'r1', kind: 'pause', data: null, at: 1 })).toThrow(
      expect.objectContaining({ code: 'store/from-future' }),
    );
    store.close();
  }
  expect(fs.readFileSync(file).equals(before)).toBe(true);
});

test('a newer database whose tables are unlike ours says that it is newer, not that it is broken', () => {
  const rename: Migration = {
    to: newest + 1,
    name: 'rename',
    up: (db) => void db.exec('ALTER TABLE runs RENAME TO flights'),
  };
  expect(() => open([...MIGRATIONS, rename])).not.toThrow();
  const store = open(undefined, 'auto');
  expect(() => store.runs()).toThrow(expect.objectContaining({ code: 'store/from-future' }));
  store.close();
});

test('a reader does not migrate: it says what has to happen first', () => {
  expect(() => open([...MIGRATIONS, addNotes], 'reader')).toThrow(
    expect.objectContaining({ code: 'store/read-only' }),
  );
  expect(version(file)).toBe(newest);
});
