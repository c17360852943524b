import fs from 'node:fs';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type OpenStoreOptions, openStore } from '../../../../electron/store/open-store';
import { type ChildProgram, childProgram, type RunningChild } from '../../../fakes/child-program';
import { locklessStore } from '../../../fakes/lockless-store';
import { RunScript } from '../../../fakes/run-events';
import { type TemporaryFolder, temporaryFolder } from '../../../fakes/temporary-folder';

let folder: TemporaryFolder;
let file: string;
let program: ChildProgram;
const children: RunningChild[] = [];

const open = (options: Partial<OpenStoreOptions> = {}) => openStore(file, { clock: () => 0, ...options });
const coded = (code: string) => expect.objectContaining({ code, hint: expect.stringMatching(/\w+/) });
const spawned = (args: readonly string[], options?: { readonly uid?: number }) => {
  const child = program.start(args, options);
  children.push(child);
  return child;
};
function recorded(): void {
  const store = open();
  store.commit([new RunScript('r1').first()]);
  store.close();
}

beforeAll(async () => {
  program = await childProgram('test/fakes/store-child.ts');
});
afterAll(() => program.remove());
beforeEach(() => {
  folder = temporaryFolder();
  file = folder.file('runs.db');
});
afterEach(async () => {
  for (const child of children.splice(0)) await child.kill();
  folder.remove();
});

describe('durability', () => {
  test.each([
    ['full', 2],
    ['normal', 1],
  ] as const)(
    'synchronous=%s is what the connection really uses, at the first open and at later ones',
    (synchronous, level) => {
      for (let i = 0; i < 2; i++) {
        // The store reads it back and throws; a plain connection shows what the library would have done.
        open({ synchronous }).close();
      }
      const plain = new Database(file);
      plain.exec('UPDATE meta SET epoch = epoch');
      expect(plain.pragma('synchronous', { simple: true })).toBe(1);
      plain.pragma(`synchronous = ${synchronous}`);
      expect(plain.pragma('synchronous', { simple: true })).toBe(level);
      plain.close();
    },
  );
});

describe('one owner', () => {
  test('raises the epoch at each open', () => {
    const epochs = Array.from({ length: 3 }, () => {
      const store = open();
      store.close();
      return store.epoch;
    });
    expect(epochs).toEqual([1, 2, 3]);
  });

  test('keeps a second one out, in this process too', () => {
    const store = open();
    expect(() => open()).toThrow(coded('store/locked'));
    store.close();
    open().close();
  });

  test('another process is told, may read what is there, and may leave mail', async () => {
    recorded();
    const child = spawned(['own', file]);
    expect(await child.line()).toBe('owner 2');
    expect(() => open()).toThrow(coded('store/locked'));
    const reader = open({ mode: 'auto' });
    expect([reader.mode, reader.notice?.code, reader.epoch]).toEqual(['reader', 'store/locked', 2]);
    expect(reader.events('r1')).toHaveLength(1);
    expect(reader.verifyChain('r1')).toMatchObject({ ok: true });
    reader.postMail({ runId: 'r1', kind: 'cancel', data: { compensate: false }, at: 3 });
    expect(reader.mailbox()).toMatchObject([{ runId: 'r1', kind: 'cancel' }]);
    const run = new RunScript('r2');
    expect(() => reader.commit([run.first()])).toThrow(coded('store/locked'));
    expect(() => reader.mailboxDone([1])).toThrow(coded('store/locked'));
    expect(() => reader.deleteRuns(['r1'])).toThrow(coded('store/locked'));
    reader.close();
  });

  test('a reader that asked to read says so when it is asked to write', () => {
    recorded();
    const reader = open({ mode: 'reader' });
    expect(() => reader.commit([new RunScript('r2').first()])).toThrow(coded('store/read-only'));
    expect(reader.notice).toBeUndefined();
    reader.close();
  });

  test('a crash of the owner frees the database at once', async () => {
    const child = spawned(['own', file]);
    expect(await child.line()).toBe('owner 1');
    await child.kill();
    const store = open();
    expect(store.epoch).toBe(2);
    store.close();
  });

  test('of two that start at the same time exactly one wins', async () => {
    recorded();
    const lines = await Promise.all([1, 2, 3].map(() => spawned(['own', file, 'auto']).line()));
    expect(lines.filter((line) => line?.startsWith('owner'))).toHaveLength(1);
    expect(lines.filter((line) => line?.startsWith('reader'))).toHaveLength(2);
  });

  test('everything a killed process said it had committed is there', async () => {
    for (let kill = 0; kill < 4; kill++) {
      const child = spawned(['write', file]);
      let last: string | undefined;
      for (let i = 0; i < 3 + kill * 7; i++) last = await child.line();
      await child.kill();
      const [runId = '', seq] = last?.split(' ') ?? [];
      const store = open();
      expect(store.run(runId)?.lastSeq).toBeGreaterThanOrEqual(Number(seq));
      expect(store.integrityCheck()).toEqual([]);
      store.close();
    }
  });
});

describe('files that cannot be used', () => {
  test('a missing folder, a folder in place of the file, and a missing file for a reader are explained', () => {
    expect(() => openStore(folder.file('no/runs.db'), { clock: () => 0 })).toThrow(coded('store/read-only'));
    expect(() => openStore(folder.path, { clock: () => 0 })).toThrow(coded('store/read-only'));
    expect(() => open({ mode: 'reader' })).toThrow(coded('store/read-only'));
    expect(fs.existsSync(file)).toBe(false);
  });

  test.each<[string, () => void]>([
    ['text', () => fs.writeFileSync(file, 'Dear diary, '.repeat(1000))],
    [
      'another program’s database',
      () => new Database(file).exec('CREATE TABLE notes (id INTEGER PRIMARY KEY)').close(),
    ],
    [
      'a cut file',
      () => {
        recorded();
        fs.truncateSync(file, 40_000);
      },
    ],
  ])('%s is refused and left as it is', (_what, make) => {
    make();
    const before = fs.readFileSync(file);
    for (const mode of ['owner', 'auto', 'reader'] as const)
      expect(() => open({ mode })).toThrow(coded('store/corrupt'));
    expect(fs.readFileSync(file).equals(before)).toBe(true);
  });

  test('a page that went bad is reported when it is needed, and not written over', () => {
    const store = open();
    const run = new RunScript('r1');
    store.commit([run.first()]);
    for (let i = 0; i < 60; i++)
      store.commit([run.append(run.committed(`a#${i + 2}`, { output: `${i}`.padEnd(3000, 'x') }))]);
    store.close();
    const look = new Database(file, { readonly: true });
    const page = Number(
      look
        .prepare(
          "SELECT pageno FROM dbstat WHERE name = 'events' AND pagetype = 'leaf' ORDER BY pageno LIMIT 1 OFFSET 20",
        )
        .pluck()
        .get(),
    );
    look.close();
    const bytes = fs.readFileSync(file);
    bytes.fill(0xa5, (page - 1) * 4096, page * 4096);
    fs.writeFileSync(file, bytes);
    const damaged = open();
    expect(() => damaged.events('r1')).toThrow(coded('store/corrupt'));
    expect(damaged.integrityCheck().length).toBeGreaterThan(0);
    damaged.close();
    const after = fs.readFileSync(file).subarray((page - 1) * 4096, page * 4096);
    expect(after.equals(bytes.subarray((page - 1) * 4096, page * 4096))).toBe(true);
  });

  test('a file without write permission opens for reading only', async () => {
    recorded();
    fs.chmodSync(file, 0o444);
    fs.chmodSync(folder.path, 0o555);
    // A superuser may write anything, so there the attempt is made by somebody else.
    const other = process.getuid?.() === 0 ? { uid: 65_534 } : {};
    const refused = JSON.parse((await spawned(['try', file], other).line()) ?? '{}');
    expect(refused.code).toBe('store/read-only');
    for (const mode of ['auto', 'reader']) {
      const read = JSON.parse((await spawned(['try', file, mode], other).line()) ?? '{}');
      expect(read).toEqual({
        mode: 'reader',
        runs: 1,
        ...(mode === 'auto' ? { notice: 'store/read-only' } : {}),
      });
    }
    fs.chmodSync(folder.path, 0o755);
  });

  test('a full disk stops the commit, keeps all that was there, and lets work go on when there is room', () => {
    open().close();
    const { store, db } = locklessStore(file);
    const run = new RunScript('r1');
    store.commit([run.first()]);
    const pages = Number(db.pragma('page_count', { simple: true }));
    db.pragma(`max_page_count = ${pages + 4}`);
    const big = run.append(run.committed('a', { output: 'x'.repeat(200_000) }));
    expect(() => store.commit([big], [{ subject: 's', state: 'open', failures: [] }])).toThrow(
      coded('store/full'),
    );
    expect(store.run('r1')?.lastSeq).toBe(1);
    expect(store.breakers()).toEqual([]);
    expect(store.verifyChain('r1')).toMatchObject({ ok: true, events: 1 });
    db.pragma('max_page_count = 1000000');
    store.commit([big]);
    expect(store.verifyChain('r1')).toMatchObject({ ok: true, events: 2 });
    store.close();
  });

  test('a writer that holds the database too long gives store/locked, and nothing is lost', () => {
    open().close();
    const { store, db } = locklessStore(file);
    const run = new RunScript('r1');
    store.commit([run.first()]);
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    db.pragma('busy_timeout = 0');
    const append = run.append(run.completed());
    expect(() => store.commit([append])).toThrow(coded('store/locked'));
    other.close();
    store.commit([append]);
    expect(store.run('r1')?.status).toBe('completed');
    store.close();
  });

  test('a read-only connection gives store/read-only', () => {
    open().close();
    const { store, db } = locklessStore(file);
    db.pragma('query_only = ON');
    expect(() => store.commit([new RunScript('r1').first()])).toThrow(coded('store/read-only'));
    store.close();
  });

  test('an error says which file it is about and what SQLite reported', () => {
    fs.writeFileSync(file, 'no database at all'.repeat(100));
    const details = expect.objectContaining({ reported: 'SQLITE_NOTADB' });
    expect(() => open()).toThrow(
      expect.objectContaining({
        code: 'store/corrupt',
        message: expect.stringContaining('runs.db'),
        details,
      }),
    );
  });
});
