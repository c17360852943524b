import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../../shared/base/random';
import { at, deepFreeze, evaluate, failureOf, pure } from './helpers';

const scope = {
  input: {
    ticket: 'I was charged twice',
    orderTotal: 100,
    constructor: 'Ferrari',
    tags: ['a', 'b'],
    one: [7],
    none: [],
    nested: [[1], [2, 3]],
  },
  steps: { resolve: { refund: 80, reply: 'Sorry' } },
  context: { category: 'billing' },
  rows: [
    { name: 'b', price: 2 },
    { name: 'a', price: 10 },
    { name: 'c', price: 5 },
  ],
};

describe('values', () => {
  test.each([
    ['input.ticket', 'I was charged twice'],
    ['input.missing.deeper', undefined],
    ['input.tags', ['a', 'b']],
    ['input.one', [7]],
    ['input.none', []],
    ['input.tags[0]', 'a'],
    ['input.tags[]', ['a', 'b']],
    ['input.one[]', [7]],
    ['rows.name', ['b', 'a', 'c']],
    ['rows[price > 4].name', ['a', 'c']],
    ['rows^(price).name', ['b', 'c', 'a']],
    ['rows^(>name).price', [5, 2, 10]],
    ['$sum(rows.price)', 17],
    ['$max(rows.price) - $min(rows.price)', 8],
    ['rows{name: price}', { b: 2, a: 10, c: 5 }],
    ['input.none{"x": 1}', { x: 1 }],
    ['$sort(rows, function($l, $r) { $l.price > $r.price }).name', ['b', 'c', 'a']],
    ['$distinct([1, 2, 1, {"a": 1, "b": 2}, {"b": 2, "a": 1}])', [1, 2, { a: 1, b: 2 }]],
    ['$join(rows.name, "-")', 'b-a-c'],
    ['$map(rows, function($row, $i) { $i & $row.name })', ['0b', '1a', '2c']],
    ['$map([1, 2], $string)', ['1', '2']],
    ['$filter(rows, function($row) { $row.price < 6 }).name', ['b', 'c']],
    ['$reduce([1..5], function($sum, $n) { $sum + $n })', 15],
    ['$merge([{"a": 1}, {"b": 2}])', { a: 1, b: 2 }],
    ['$replace("2024-02-29", /-/, "/")', '2024/02/29'],
    ['$replace("john smith", /(\\w+)\\s(\\w+)/, "$2, $1")', 'smith, john'],
    ['$match("a1b22", /[0-9]+/).match', ['1', '22']],
    ['$split("a, b;c", /[,;] ?/)', ['a', 'b', 'c']],
    ['$contains(input.ticket, /CHARGED/i)', true],
    ['$pad("7", -3, "0")', '007'],
    ['$string({"a": [1, 2]})', '{"a":[1,2]}'],
    ['$number("12.5") * 2', 25],
    ['$exists(steps.approve) ? 1 : 2', 2],
    ['$formatNumber(1234.5, "#,##0.00")', '1,234.50'],
    ['($f := function($n) { $n < 2 ? 1 : $n * $f($n - 1) }; $f(10))', 3628800],
    [
      'rows#$i.{"at": $i, "name": name}',
      [
        { at: 0, name: 'b' },
        { at: 1, name: 'a' },
        { at: 2, name: 'c' },
      ],
    ],
    ['rows@$r.{"n": $r.name}', [{ n: 'b' }, { n: 'a' }, { n: 'c' }]],
    ['{"a": {"b": 1}} ~> |a|{"b": 2}|', { a: { b: 2 } }],
    ['$lookup(steps, "resolve").refund', 80],
    ['input.*[0]', 'I was charged twice'],
    ['"a" in input.tags', true],
    ['steps.** ~> $count', 4],
    ['-0', 0],
    ['$ceil(-0.5)', 0],
  ])('%s', (source, expected) => {
    expect(evaluate(source, scope)).toEqual(expected);
  });

  test('an own key may have any name, an inherited one is missing', () => {
    expect(evaluate('input.constructor', scope)).toBe('Ferrari');
    expect(evaluate('steps.constructor', scope)).toBeUndefined();
    expect(evaluate('$lookup(steps, "__proto__")', scope)).toBeUndefined();
    expect(evaluate('rows.toString', scope)).toBeUndefined();
  });

  test('time and chance come from the environment alone', () => {
    expect(evaluate('$now()')).toBe('2024-02-29T12:30:00.000Z');
    expect(evaluate('$now("[Y]/[M01]")')).toBe('2024/02');
    expect(evaluate('$millis()')).toBe(at);
    expect(evaluate('$toMillis("2024-02-29T12:30:00")')).toBe(at);
    expect(evaluate('$fromMillis($toMillis("07:45", "[H01]:[m01]"))')).toBe('2024-02-29T07:45:00.000Z');
    expect(evaluate('[$random(), $shuffle([1..5])]')).toEqual(evaluate('[$random(), $shuffle([1..5])]'));
    expect(evaluate('$random()')).toBe(seededRandom('test')());
  });

  test('variables of one evaluation are gone in the next', () => {
    evaluate('$leak := 1');
    expect(evaluate('$leak')).toBeUndefined();
  });

  test('a result is plain JSON without marks of the library', () => {
    const list = evaluate('rows.name', scope) as unknown as object;
    expect(Object.getOwnPropertyNames(list)).toEqual(['0', '1', '2', 'length']);
  });

  test('truth is that of $boolean', () => {
    const truth = (source: string) => pure.expression(source).test(scope, { nowMs: 0, random: () => 0 });
    expect(['null', '{}', '[]', '""', '0', 'missing', '[0, ""]', '[[]]'].filter(truth)).toEqual([]);
    expect(['1', '"x"', '{"a": null}', '[0, 1]', 'true', '-1'].every(truth)).toBe(true);
  });
});

describe('failures', () => {
  test.each([
    ['1 +', 'expr/failed', 'syntax'],
    ['"a" + 1', 'expr/failed', 'evaluation'],
    ['$sum', 'expr/failed', 'function'],
    ['{"f": function($x) { $x }}', 'expr/failed', 'function'],
    ['1 / 0', 'expr/failed', 'number'],
    ['$eval("1")', 'expr/failed', 'evaluation'],
    ['/(a)\\1/', 'expr/failed', 'regex'],
    ['/(?=a)/', 'expr/failed', 'regex'],
    ['$__evaluate_entry := 0', 'expr/failed', 'syntax'],
    ['function($__proto__) { 1 }', 'expr/failed', 'syntax'],
    ['$ ~> |$$.rows|{"name": "changed"}|', 'expr/failed', 'transform'],
    ['$error("not today")', 'expr/failed', 'evaluation'],
  ])('%s', (source, code, reason) => {
    const failure = failureOf(() => evaluate(source, scope));
    expect([failure.code, failure.details['reason']]).toEqual([code, reason]);
  });

  test('a syntax error says where', () => {
    expect(failureOf(() => pure.expression('input. > 3')).details).toMatchObject({
      position: 8,
      reason: 'syntax',
    });
  });

  test('the sentence of $error is the message', () => {
    expect(failureOf(() => evaluate('$error("not today")')).message).toBe('not today');
  });
});

const leaf = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom('x', 'y', ''),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true }),
);
const data = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('any'), { maxKeys: 3 }),
  ),
})).any;
const source = fc.letrec<{ any: string; path: string }>((tie) => ({
  path: fc
    .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join('.')),
  any: fc.oneof(
    { depthSize: 'small' },
    tie('path'),
    fc.constantFrom('1', '0', '"x"', 'true', 'null', 'a[0]', '[a, b]', '{"k": a}'),
    fc
      .tuple(
        tie('any'),
        fc.constantFrom('=', '!=', '<', '<=', '>', '>=', '+', '-', '*', '&', 'and', 'or'),
        tie('any'),
      )
      .map(([l, op, r]) => `(${l}) ${op} (${r})`),
    fc
      .tuple(tie('path'), fc.constantFrom('=', '!=', '<', '>', 'and', 'or', '+', '&'), tie('path'))
      .map(([l, op, r]) => `${l} ${op} ${r}`),
    fc.tuple(tie('path'), tie('path'), tie('any')).map(([c, t, e]) => `${c} ? ${t} : ${e}`),
    tie('path').map((path) => `$exists(${path})`),
    tie('path').map((path) => `$not(${path})`),
  ),
})).any;

test('every expression gives what JSONata itself gives', () => {
  fc.assert(
    fc.property(source, fc.dictionary(fc.constantFrom('a', 'b', 'c'), data), (text, values) => {
      const plain = JSON.parse(JSON.stringify(values)) as Record<string, unknown>;
      const theirs = outcome(() => jsonata(text).evaluate(structuredClone(plain)) as unknown);
      const ours = outcome(() =>
        pure.expression(text).evaluate(deepFreeze(plain), { nowMs: 0, random: () => 0 }),
      );
      expect(ours).toBe(theirs);
    }),
    { numRuns: 3000, seed: 11 },
  );
});

function outcome(run: () => unknown): string {
  try {
    const value = run();
    return value === undefined
      ? 'missing'
      : typeof value === 'number' && !Number.isFinite(value)
        ? 'failed'
        : JSON.stringify(value);
  } catch {
    return 'failed';
  }
}
