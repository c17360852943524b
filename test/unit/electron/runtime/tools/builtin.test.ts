import { describe, expect, test } from 'vitest';
import { createPure } from '../../../../../electron/runtime/pure/create-pure';
import { BUILTIN_TOOLS } from '../../../../../shared/spec/builtin-tools';
import type { Json } from '../../../../../shared/base/json';
import { callTool, valueOf } from './tool-call';

const run = (name: string, args: Json) => callTool({ kind: 'builtin', name }, args);
const value = (name: string, args: Json) => valueOf(run(name, args));

/** One good call of every tool. */
const EXAMPLES: Readonly<Record<string, readonly [Json, Json]>> = {
  echo: [
    [1, 'a'],
    [1, 'a'],
  ],
  'text.extract': [
    {
      text: 'Pay $1,250.50 to ann@example.com by 2026-03-01, see https://example.com/a?b=1. We need 3 copies.',
    },
    {
      emails: ['ann@example.com'],
      urls: ['https://example.com/a?b=1'],
      money: [{ amount: 1250.5, currency: 'USD', text: '$1,250.50' }],
      dates: ['2026-03-01'],
      numbers: [3],
    },
  ],
  'text.redact': [
    { text: 'Ann: ann@example.com, +49 170 1234567, card 4111 1111 1111 1111, order 12345.' },
    { text: 'Ann: [redacted], [redacted], card [redacted], order 12345.', replaced: 3 },
  ],
  'text.split': [
    { text: 'One two three. Four five.\n\nSix.', maxLength: 15 },
    ['One two three.', 'Four five.', 'Six.'],
  ],
  'csv.parse': [
    { text: '\ufeffname;note\nAnn;"a;b"\nBo;\n\n', delimiter: ';' },
    [
      { name: 'Ann', note: 'a;b' },
      { name: 'Bo', note: '' },
    ],
  ],
  'csv.format': [
    {
      rows: [
        { a: 1, b: 'x,y' },
        { a: 2, b: '=SUM(A1)' },
      ],
    },
    'a,b\n1,"x,y"\n2,"\'=SUM(A1)"',
  ],
  'json.parse': [{ text: ' {"a":[1]} ' }, { a: [1] }],
  'math.round': [{ value: 1.005, places: 2 }, 1.01],
  'math.summarize': [{ values: [1, 2, 6] }, { count: 3, sum: 9, average: 3, min: 1, max: 6 }],
  'date.add': [{ date: '2026-02-27', duration: 'P3DT1H' }, '2026-03-02T01:00:00.000Z'],
  'date.difference': [
    { from: '2026-03-01', to: '2026-03-02T12:00:00' },
    { days: 1.5, hours: 36, milliseconds: 129_600_000 },
  ],
  'list.unique': [{ values: [{ a: 1 }, { a: 2 }, { a: 1, b: 1 }], by: 'a' }, [{ a: 1 }, { a: 2 }]],
  'list.sort': [{ values: [3, 'b', 1, 'a', null], descending: false }, [1, 3, 'a', 'b', null]],
};

test('every tool has an example here', () => {
  expect(Object.keys(EXAMPLES).sort()).toEqual(Object.keys(BUILTIN_TOOLS).sort());
});

test.each(Object.entries(EXAMPLES))('%s gives what its schema says', async (name, [args, expected]) => {
  const result = await value(name, args);
  expect(result).toEqual(expected);
  const { input = false, output = false } = BUILTIN_TOOLS[name] ?? {};
  expect(createPure().schema(input).check(args)).toEqual([]);
  expect(createPure().schema(output).check(result)).toEqual([]);
});

describe('bad calls', () => {
  test.each<[string, string, Json]>([
    ['a missing argument', 'text.extract', {}],
    ['an unknown argument', 'json.parse', { text: '1', extra: 1 }],
    ['no object', 'math.round', 5],
    ['a date that is none', 'date.add', { date: 'tomorrow', duration: 'P1D' }],
    ['a length of time that is none', 'date.add', { date: '2026-01-01', duration: '3 days' }],
    ['a date beyond the calendar', 'date.add', { date: '2026-01-01', duration: 'P200000000D' }],
    ['a delimiter of two characters', 'csv.parse', { text: 'a', delimiter: '||' }],
  ])('%s', async (_name, tool, args) => {
    expect(await run(tool, args)).toMatchObject({
      ok: false,
      kind: 'error',
      code: 'tool/bad-arguments',
      sent: 'no',
    });
  });

  test('an unknown tool names those there are', async () => {
    for (const name of ['nothing', 'constructor']) {
      expect(await run(name, {})).toMatchObject({
        kind: 'error',
        code: 'tool/not-listed',
        message: expect.stringContaining('text.extract'),
      });
    }
  });

  test('what cannot be read is told', async () => {
    expect(await run('json.parse', { text: '{' })).toMatchObject({ kind: 'error', code: 'tool/failed' });
    expect(await run('csv.parse', { text: 'a,b\n"1,2' })).toMatchObject({
      kind: 'error',
      code: 'tool/failed',
    });
    expect(await run('text.extract', { text: 'x'.repeat(200_001) })).toMatchObject({
      code: 'tool/too-large',
    });
  });
});

describe('edges', () => {
  test('rounding', async () => {
    const round = (number: number, places?: number) =>
      value('math.round', { value: number, ...(places === undefined ? {} : { places }) });
    expect(
      await Promise.all([round(2.5), round(-2.5), round(-0.2), round(1e21, 2), round(1.45, 1), round(0, 3)]),
    ).toEqual([3, -3, 0, 1e21, 1.5, 0]);
  });

  test('an empty list has no average', async () => {
    expect(await value('math.summarize', { values: [] })).toEqual({
      count: 0,
      sum: 0,
      average: null,
      min: null,
      max: null,
    });
  });

  test('going back in time', async () => {
    expect(await value('date.add', { date: '2026-03-01T00:00:00+02:00', duration: '-PT1H' })).toBe(
      '2026-02-28T21:00:00.000Z',
    );
  });

  test('splitting never tears a character and loses no word', async () => {
    expect(await value('text.split', { text: '😀😀😀', maxLength: 3 })).toEqual(['😀', '😀', '😀']);
    expect(await value('text.split', { text: 'abcdef', maxLength: 4 })).toEqual(['abcd', 'ef']);
    const words = Array.from({ length: 500 }, (_, i) => `word${i}`).join(' ');
    expect(((await value('text.split', { text: words, maxLength: 50 })) as string[]).join(' ')).toBe(words);
  });

  test('a single column of CSV needs no delimiter', async () => {
    expect(await value('csv.parse', { text: 'a\n1\n2' })).toEqual([{ a: '1' }, { a: '2' }]);
  });

  test('sorting by a member, backwards', async () => {
    expect(await value('list.sort', { values: [{ a: 1 }, { a: 3 }, {}], by: 'a', descending: true })).toEqual(
      [{ a: 3 }, { a: 1 }, {}],
    );
  });

  test('hostile texts cost time in proportion to their length', async () => {
    const started = performance.now();
    for (const text of [
      'a'.repeat(200_000),
      '1'.repeat(200_000),
      'a@'.repeat(100_000),
      '1 '.repeat(100_000),
      'a.'.repeat(100_000),
    ]) {
      await value('text.extract', { text });
      await value('text.redact', { text });
    }
    expect(performance.now() - started).toBeLessThan(20_000);
  }, 30_000);
});
