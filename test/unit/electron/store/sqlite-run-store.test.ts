import fs from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../../../../electron/store/open-store';
import type { SqliteStore } from '../../../../electron/store/run-store';
import { locklessStore } from '../../../fakes/lockless-store';
import { RunScript, START_AT } from '../../../fakes/run-events';
import { type TemporaryFolder, temporaryFolder } from '../../../fakes/temporary-folder';
import { runLogSuite } from '../../../suites/run-log-suite';

describe('the run store on SQLite', () => {
  runLogSuite(() => {
    const folder = temporaryFolder();
    const file = folder.file('runs.db');
    const opened: SqliteStore[] = [];
    const keep = (store: SqliteStore) => {
      opened.push(store);
      return store;
    };
    return {
      open: (options) => keep(openStore(file, { ...options, synchronous: 'normal' })),
      takeOver: () => keep(locklessStore(file).store),
      dispose: () => {
        for (const store of opened) store.close();
        folder.remove();
      },
    };
  });
});

describe('the database', () => {
  let folder: TemporaryFolder;
  let file: string;
  const open = () => openStore(file, { clock: () => START_AT, synchronous: 'normal' });
  /** A look at the tables beside the store. */
  const look = <T>(ask: (db: Database.Database) => T): T => {
    const db = new Database(file, { readonly: true });
    try {
      return ask(db);
    } finally {
      db.close();
    }
  };
  const count = (table: string) => look((db) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());

  beforeEach(() => {
    folder = temporaryFolder();
    file = folder.file('runs.db');
  });
  afterEach(() => folder.remove());

  test('goes on after a restart as if there had been none: projections, chain, open tasks', () => {
    const run = new RunScript('r1');
    let store = open();
    const reopen = () => {
      store.close();
      store = open();
    };
    store.commit([run.first()]);
    reopen();
    store.commit([run.append(run.stepStarted('a', 'human'), run.asked('a', 'a'))]);
    expect(store.run('r1')?.status).toBe('waiting');
    reopen();
    store.commit([run.append(run.event('run.paused', { reason: 'user' }))]);
    reopen();
    store.commit([run.append(run.event('run.resumed', { by: 'ada' }))]);
    expect(store.run('r1')?.status).toBe('waiting');
    reopen();
    store.commit([run.append(run.decided('a', 'a'), run.committed('a'), run.completed())]);
    reopen();
    expect(store.run('r1')).toMatchObject({ status: 'completed', waiting: 0, lastSeq: 8 });
    store.commit([run.append(run.event('deadletter.closed', { action: 'dismiss', by: 'ada' }))]);
    expect(store.verifyChain('r1')).toMatchObject({ ok: true, events: 9 });
    expect(store.integrityCheck()).toEqual([]);
    store.close();
  });

  test('keeps a large value once, whoever mentions it and however often', () => {
    const store = open();
    const document = { text: 'long '.repeat(20_000) };
    const run = new RunScript('r1');
    store.commit([run.first({ input: document })]);
    const before = store.sizeBytes();
    for (let i = 0; i < 20; i++) {
      store.commit([
        run.append(
          run.committed(`a#${i + 2}`, {
            output: document,
            writes: [{ field: 'f', version: i, value: document }],
          }),
        ),
      ]);
    }
    const other = new RunScript('r2');
    store.commit([other.first({ input: structuredClone(document) })]);
    expect(count('blobs')).toBe(1);
    store.close();
    const growth = fs.statSync(file).size - before;
    expect(growth).toBeLessThan(100_000);
  });

  test('does not write again an object that was frozen and large, and notices one that was changed', () => {
    const store = open();
    const run = new RunScript('r1');
    const frozen = Object.freeze({ text: 'f'.repeat(5000) });
    const loose = { text: 'l'.repeat(5000) };
    store.commit([run.first({ input: frozen }), run.append(run.committed('a', { output: loose }))]);
    loose.text = 'm'.repeat(5000);
    store.commit([run.append(run.committed('b', { output: frozen }), run.committed('c', { output: loose }))]);
    const outputs = store
      .events('r1', 2)
      .map((event) => event.type === 'step.committed' && event.data.output);
    expect(outputs).toEqual([frozen, loose]);
    expect(count('blobs')).toBe(3);
    expect(store.verifyChain('r1')).toMatchObject({ ok: true });
    store.close();
  });

  test('stores a step that appends its output to context at little more than the output', () => {
    const store = open();
    const run = new RunScript('r1');
    store.commit([run.first()]);
    store.close();
    const empty = fs.statSync(file).size;
    const again = open();
    for (let i = 1; i <= 400; i++) {
      const text = `${i} `.repeat(500).slice(0, 1000);
      const step = `n#${i + 1}`;
      again.commit([
        run.append(
          run.stepStarted(step),
          run.event('attempt.started', { dependency: 'host:api.example.com' }, step, 1),
          run.event('attempt.completed', { result: { text }, latencyMs: 4 }, step, 1),
          run.committed(step, {
            output: { text },
            routes: [{ port: 'next', to: 'n' }],
            writes: [{ field: 'log', version: i, value: text }],
          }),
        ),
      ]);
    }
    again.close();
    expect((fs.statSync(file).size - empty) / 400).toBeLessThan(2600);
  });

  test('gives the space of deleted runs back', () => {
    const store = open();
    for (let r = 0; r < 10; r++) {
      const run = new RunScript(`r${r}`);
      store.commit([run.first()]);
      for (let i = 0; i < 20; i++)
        store.commit([run.append(run.committed(`a#${i + 2}`, { output: `${r}-${i}`.padEnd(3000, 'x') }))]);
      store.commit([
        run.append(run.committed('big', { output: `${r}`.padEnd(50_000, 'y') }), run.asked('t', 'a')),
      ]);
    }
    const full = look((db) => Number(db.pragma('page_count', { simple: true })));
    expect(store.deleteRuns(store.runs().map((run) => run.runId))).toBe(10);
    expect([
      count('events'),
      count('blobs'),
      count('blob_uses'),
      count('tasks'),
      count('flows'),
      count('removals'),
    ]).toEqual([0, 0, 0, 0, 0, 1]);
    expect(look((db) => Number(db.pragma('page_count', { simple: true })))).toBeLessThan(full / 4);
    store.close();
  });

  test('shows its record to any SQLite tool through a view', () => {
    const store = open();
    const run = new RunScript('r1');
    store.commit([run.first(), run.append(run.stepStarted('a'))]);
    const rows = look((db) =>
      db.prepare('SELECT run_id, seq, type, step, hash FROM event_lines ORDER BY seq').all(),
    );
    expect(rows).toEqual([
      { run_id: 'r1', seq: 1, type: 'run.started', step: null, hash: store.chain('r1')[0]?.hash },
      { run_id: 'r1', seq: 2, type: 'step.started', step: 'a', hash: store.headHash('r1') },
    ]);
    store.close();
  });

  test('can be copied while it is used, and never over a file that is there', () => {
    const store = open();
    const run = new RunScript('r1');
    store.commit([run.first()]);
    const copy = folder.file('copy.db');
    store.backupTo(copy);
    store.commit([run.append(run.completed())]);
    expect(() => store.backupTo(copy)).toThrow(expect.objectContaining({ code: 'store/read-only' }));
    store.close();
    const copied = openStore(copy, { clock: () => 0 });
    expect(copied.run('r1')).toMatchObject({ status: 'running', lastSeq: 1 });
    copied.close();
    expect(fs.readdirSync(folder.path).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  test.each([
    [
      'a changed value',
      'UPDATE events SET data = replace(data, \'"a"\', \'"b"\') WHERE id & 67108863 = 2',
      2,
    ],
    ['a changed time', 'UPDATE events SET at = at + 1 WHERE id & 67108863 = 3', 3],
    ['a missing event', 'DELETE FROM events WHERE id & 67108863 = 2', 2],
    ['a missing end', 'DELETE FROM events WHERE id & 67108863 = 4', 4],
    ['a changed hash', 'UPDATE events SET hash = zeroblob(32) WHERE id & 67108863 = 1', 1],
  ])('shows tampering: %s', (_what, sql, seq) => {
    const store = open();
    const run = new RunScript('r1');
    store.commit([run.first(), run.append(run.stepStarted('a'), run.committed('a'), run.completed())]);
    expect(store.verifyChain('r1')).toMatchObject({ ok: true, events: 4 });
    const db = new Database(file);
    db.exec(sql);
    db.close();
    expect(store.verifyChain('r1')).toMatchObject({ ok: false, seq });
    expect(store.integrityCheck()).toHaveLength(1);
    store.close();
  });

  test('says which event it cannot read', () => {
    const store = open();
    const run = new RunScript('r1');
    store.commit([run.first(), run.append(run.committed('a', { output: 'x'.repeat(9000) }))]);
    const db = new Database(file);
    db.exec("UPDATE events SET data = '{' WHERE id & 67108863 = 1");
    db.exec('PRAGMA foreign_keys = OFF');
    db.exec('DELETE FROM blobs');
    db.close();
    const damaged = (text: string) =>
      expect.objectContaining({ code: 'store/corrupt', message: expect.stringContaining(text) });
    expect(() => store.events('r1', 0, 1)).toThrow(damaged('event 1 of run r1'));
    expect(() => store.events('r1', 1)).toThrow(damaged('is missing'));
    expect(store.integrityCheck().length).toBeGreaterThan(0);
    store.close();
  });
});
