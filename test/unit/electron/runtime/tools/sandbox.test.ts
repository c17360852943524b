import { describe, expect, test } from 'vitest';
import { runCode } from '../../../../../electron/runtime/tools/sandbox';

const run = (source: string, args: unknown = {}, limitMs = 2000) =>
  runCode({ source, args: JSON.stringify(args), limitMs });

describe('errors', () => {
  test('a plain error says what its author wrote and where', async () => {
    expect(await run('throw new Error("Over the limit");')).toMatchObject({
      message: 'Over the limit (line 1)',
    });
  });

  test('any other error says what it is', async () => {
    expect(await run('null.x')).toMatchObject({ message: expect.stringMatching(/^TypeError: /) });
  });
});

describe('values', () => {
  test('arguments go in and a value comes out', async () => {
    expect(await run('return args.items.map((x) => x * 2);', { items: [1, 2, 3] })).toEqual({
      ok: true,
      value: '[2,4,6]',
    });
  });

  test('nothing returned is null', async () => {
    expect(await run('')).toEqual({ ok: true, value: 'null' });
    expect(await run('// only a comment')).toEqual({ ok: true, value: 'null' });
  });

  test('the arguments cannot be changed', async () => {
    expect(await run('"use strict"; args.a.b = 2; return args;', { a: { b: 1 } })).toMatchObject({
      ok: false,
      why: 'failed',
      message: expect.stringContaining('read-only'),
    });
  });

  test.each([
    ['a promise', 'return Promise.resolve(1);'],
    ['a function', 'return () => 1;'],
    ['a circle', 'const a = {}; a.a = a; return a;'],
    ['a big integer', 'return 1n;'],
  ])('%s is no result', async (_name, source) => {
    expect(await run(source)).toMatchObject({ ok: false, why: 'failed' });
  });

  test('the code cannot replace how its result is read', async () => {
    const source =
      'JSON.stringify = () => "hacked"; Object.values = () => []; JSON.parse = null; return { a: 1 };';
    expect(await run(source)).toEqual({ ok: true, value: '{"a":1}' });
  });
});

describe('failures', () => {
  test('an error tells its message and line', async () => {
    expect(await run('const a = 1;\nconst b = a.x.y;\nreturn b;')).toEqual({
      ok: false,
      why: 'failed',
      message: expect.stringMatching(/TypeError: .*\(line 2\)/),
    });
  });

  test('a syntax error tells its line', async () => {
    expect(await run('const a = 1;\nconst = 2;')).toMatchObject({
      why: 'failed',
      message: expect.stringMatching(/SyntaxError: .*\(line 2\)/),
    });
  });

  test.each([
    ['a text', 'throw "no";', 'Thrown: no'],
    ['an object', 'throw { a: 1 };', 'Thrown: {"a":1}'],
    [
      'an error of its own',
      'class Odd extends Error {}; throw new Odd("odd");',
      expect.stringContaining('odd'),
    ],
  ])('throwing %s', async (_name, source, message) => {
    expect(await run(source)).toMatchObject({ ok: false, why: 'failed', message });
  });

  test('code that leaves its function is refused', async () => {
    expect(await run('}), 7, (() => {')).toMatchObject({ ok: true });
    expect(await run('}); 7; ({')).toMatchObject({ ok: false, why: 'failed' });
  });
});

describe('limits', () => {
  test.each([
    ['an endless loop', 'while (true) {}'],
    ['an expensive pattern', 'return /^(a+)+$/.test("a".repeat(40) + "b");'],
    ['endless promises', 'const again = () => Promise.resolve().then(again); again(); while (true) {}'],
  ])('%s is stopped by the clock', async (_name, source) => {
    expect(await run(source, {}, 150)).toMatchObject({ ok: false, why: 'time' });
  });

  test.each([
    ['endless recursion', 'const f = (n) => 1 + f(n + 1); return f(0);'],
    ['many small arrays', 'const a = []; for (;;) a.push(new Array(1000).fill(1));'],
    ['a doubling text', 'let s = "x"; for (;;) s += s;'],
    ['one large array', 'return new Uint8Array(200 * 1024 * 1024).length;'],
    ['a result of 3 MiB', 'return "x".repeat(3 * 1024 * 1024);'],
  ])('%s is stopped by a limit', async (_name, source) => {
    expect(await run(source, {}, 5000)).toMatchObject({ ok: false });
  });

  test('memory that ran out leaves the next run alone', async () => {
    await run(
      'const a = []; try { for (;;) a.push(new Array(1000).fill(1)); } catch (e) { throw e; }',
      {},
      5000,
    );
    expect(await run('return 1;')).toEqual({ ok: true, value: '1' });
  });
});

test('nothing of the host is reachable', async () => {
  const names = [
    'process',
    'require',
    'fetch',
    'setTimeout',
    'console',
    'WebAssembly',
    'Buffer',
    'global',
    'window',
  ];
  expect(
    await run(`return ${JSON.stringify(names)}.filter((name) => typeof globalThis[name] !== 'undefined');`),
  ).toEqual({
    ok: true,
    value: '[]',
  });
  expect(await run('return this === undefined || this === globalThis;')).toMatchObject({ ok: true });
  expect(await run('return import("node:fs").then(() => 1);')).toMatchObject({ ok: false });
});
