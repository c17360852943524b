import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkStatement } from '../../../../../electron/runtime/tools/sql-check';
import type { Json } from '../../../../../shared/base/json';
import { callContext } from '../models/call-context';
import { callTool, executors, invocation, limits, trusted } from './tool-call';
import { bundleWorkers } from './worker-files';

let base: string;
beforeEach(() => {
  base = fs.mkdtempSync(path.join(os.tmpdir(), 'sql-tool-'));
  const db = new Database(path.join(base, 'shop.db'));
  db.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT, total REAL, photo BLOB)');
  const insert = db.prepare('INSERT INTO orders (name, total, photo) VALUES (?, ?, ?)');
  insert.run('Ada', 12.5, Buffer.from('hi'));
  insert.run("O'Brien; DROP TABLE orders", 7, null);
  db.close();
});
afterEach(() => fs.rmSync(base, { recursive: true }));

function sql(statement: string, args: Json = {}, write = false, effect: 'read' | 'once' = 'read') {
  const tool = { kind: 'sql', file: 'shop.db', statement, effect, ...(write ? { write } : {}) } as const;
  return callTool(tool, args, callContext({ grants: trusted(base) }));
}

describe('reading', () => {
  test('gives rows of plain values', async () => {
    expect(await sql('SELECT * FROM orders WHERE total > :least', { least: 10 })).toEqual({
      ok: true,
      value: [{ id: 1, name: 'Ada', total: 12.5, photo: 'aGk=' }],
    });
  });

  test('values are bound, never part of the statement', async () => {
    const name = "O'Brien; DROP TABLE orders";
    expect(await sql('SELECT id FROM orders WHERE name = :name', { name })).toEqual({
      ok: true,
      value: [{ id: 2 }],
    });
  });

  test('a missing argument is NULL, a list is JSON, true is 1', async () => {
    expect(await sql('SELECT :none AS a, :list AS b, :yes AS c', { list: [1, 2], yes: true })).toEqual({
      ok: true,
      value: [{ a: null, b: '[1,2]', c: 1 }],
    });
  });

  test('integers beyond the exact range are texts', async () => {
    expect(await sql('SELECT 9007199254740993 AS a')).toEqual({
      ok: true,
      value: [{ a: '9007199254740993' }],
    });
  });

  test('too many rows and too much text are refused', async () => {
    const many =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :last) SELECT i FROM n';
    expect(await sql(many, { last: 10_000 })).toMatchObject({ ok: true });
    expect(await sql(many, { last: 10_001 })).toMatchObject({ kind: 'error', code: 'tool/too-large' });
    expect(await sql("SELECT printf('%.*c', 3000000, 'x') AS a")).toMatchObject({ code: 'tool/too-large' });
  });

  test('a mistake in the statement is told', async () => {
    expect(await sql('SELECT * FROM nowhere')).toMatchObject({
      kind: 'error',
      code: 'tool/failed',
      message: expect.stringContaining('no such table: nowhere'),
    });
  });
});

describe('writing', () => {
  test('tells how much changed', async () => {
    const insert = 'INSERT INTO orders (name, total) VALUES (:name, :total)';
    expect(await sql(insert, { name: 'Bo', total: 1 }, true)).toEqual({
      ok: true,
      value: { changes: 1, lastId: 3 },
    });
    expect(await sql('UPDATE orders SET total = 0', {}, true)).toMatchObject({ value: { changes: 3 } });
    expect(await sql('DELETE FROM orders RETURNING id', {}, true)).toMatchObject({
      value: [{ id: 1 }, { id: 2 }, { id: 3 }],
    });
  });

  test('a failed statement has done nothing and is not uncertain', async () => {
    const statement = 'INSERT INTO orders (id, name) SELECT 3, :a UNION ALL SELECT 1, :a';
    expect(await sql(statement, { a: 'x' }, true, 'once')).toMatchObject({
      kind: 'error',
      code: 'tool/failed',
      sent: 'no',
    });
    expect(await sql('SELECT count(*) AS n FROM orders')).toMatchObject({ value: [{ n: 2 }] });
  });

  test('a database in use is not available', async () => {
    const other = new Database(path.join(base, 'shop.db'));
    other.exec('BEGIN EXCLUSIVE');
    const context = callContext({ grants: trusted(base) });
    const tool = { kind: 'sql', file: 'shop.db', statement: 'DELETE FROM orders', write: true } as const;
    expect(await callTool(tool, {}, context, { limits: limits(400) })).toMatchObject({
      kind: 'unavailable',
      sent: 'no',
    });
    other.close();
  });
});

describe('refused', () => {
  test.each([
    'ATTACH DATABASE :file AS other',
    'PRAGMA writable_schema = 1',
    'VACUUM INTO :file',
    'DETACH main',
    'BEGIN',
    "SELECT load_extension('x')",
    'SELECT "load_extension"(1)',
    'SELECT * FROM pragma_database_list',
    'SELECT * FROM "pragma_table_info"(1)',
    'SELECT 1; SELECT 2',
    'SELECT 1; -- comment\n DELETE FROM orders',
    '/* SELECT */ ATTACH :file AS other',
    'SELECT ?',
    'SELECT @a',
    '',
    '-- nothing',
  ])('%s', async (statement) => {
    for (const write of [false, true]) {
      expect(await sql(statement || ' ', { file: '/tmp/x' }, write)).toMatchObject({
        kind: 'denied',
        sent: 'no',
      });
    }
  });

  test('a change without "write"', async () => {
    expect(await sql('DELETE FROM orders')).toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('"write"'),
    });
    expect(await sql('WITH a AS (SELECT 1) DELETE FROM orders')).toMatchObject({ ok: false });
    expect(await sql('SELECT count(*) AS n FROM orders')).toMatchObject({ value: [{ n: 2 }] });
  });

  test('a missing file is not made, a link not followed', async () => {
    const context = callContext({ grants: trusted(base) });
    const open = (file: string) =>
      callTool({ kind: 'sql', file, statement: 'SELECT 1', write: true }, {}, context);
    expect(await open('none.db')).toMatchObject({ kind: 'error', code: 'tool/path-refused' });
    fs.symlinkSync(path.join(base, 'shop.db'), path.join(base, 'link.db'));
    expect(await open('link.db')).toMatchObject({ kind: 'denied', code: 'tool/path-refused' });
    expect(fs.existsSync(path.join(base, 'none.db'))).toBe(false);
  });

  test('a file without a grant', async () => {
    const granted = { folders: [{ path: 'shop.db', access: 'read' }] };
    const context = callContext({ grants: { trust: false, baseFolder: base, granted } });
    const tool = { kind: 'sql', file: 'shop.db', statement: 'SELECT 1 AS a' } as const;
    expect(await callTool(tool, {}, context)).toMatchObject({ ok: true });
    expect(await callTool({ ...tool, write: true }, {}, context)).toMatchObject({ code: 'grant/missing' });
  });
});

test('a word inside a text or a comment is no word of the statement', () => {
  expect(checkStatement("SELECT 'it''s load_extension; :no' AS a -- PRAGMA :x\n, :yes;", false)).toEqual({
    parameters: ['yes'],
  });
});

describe('in its thread', () => {
  let files: Awaited<ReturnType<typeof bundleWorkers>>;
  beforeAll(async () => {
    files = await bundleWorkers();
  }, 30_000);
  afterAll(() => files.remove());

  const endless =
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS c FROM n';

  test('an endless query is ended, and the next one works', async () => {
    const all = executors({ threads: files });
    const run = (statement: string, write: boolean, timeoutMs: number) => {
      const tool = {
        kind: 'sql',
        file: 'shop.db',
        statement,
        effect: write ? 'once' : 'read',
        write,
      } as const;
      return all.tool(
        invocation(tool, {}, { limits: limits(timeoutMs) }),
        callContext({ grants: trusted(base) }),
      );
    };
    expect(await run(endless, false, 300)).toMatchObject({ kind: 'timeout', sent: 'no' });
    expect(await run(`INSERT INTO orders (total) ${endless.replace(' AS c', '')}`, true, 300)).toMatchObject({
      kind: 'uncertain',
    });
    expect(await run('SELECT count(*) AS n FROM orders', false, 5000)).toEqual({
      ok: true,
      value: [{ n: 2 }],
    });
    await all.close();
  });
});
