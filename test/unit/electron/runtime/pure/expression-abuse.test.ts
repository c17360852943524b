import { describe, expect, test } from 'vitest';
import { evaluate, failureOf, pure } from './helpers';

const doubling = '$x := "0123456789abcdef"; $f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; ';

describe('an expression that would never end, or take all memory, ends with expr/limit', () => {
  test.each([
    ['a loop by tail calls', '($f := function($n) { $f($n + 1) }; $f(0))'],
    ['a recursion', '($f := function($n) { 1 + $f($n + 1) }; $f(0))'],
    ['two functions that call each other', '($a := function() { $b() }; $b := function() { $a() }; $a())'],
    ['a padded text', '$pad("x", 3e8)'],
    ['a padded text to the left', '$pad("x", -3e8, "abc")'],
    ['a partially applied pad', '($p := $pad("x", ?, "y"); $p(3e8))'],
    ['a range', '[1..1e9]'],
    ['a range of ten million', '[1..1e7]'],
    ['ranges within ranges', '[1..1000].[1..1000]'],
    ['a text doubled thirty times', `(${doubling}$f($x, 30))`],
    [
      'a list doubled thirty times',
      '($f := function($l, $n) { $n = 0 ? $l : $f([$l, $l], $n - 1) }; $count($f([1, 2], 30)))',
    ],
    [
      'a list appended to itself',
      '($f := function($l, $n) { $n = 0 ? $l : $f($append($l, $l), $n - 1) }; $count($f([1, 2], 30)))',
    ],
    ['natives that only call natives', '($big := [1..20000]; $count($map($big, $append(?, $big))))'],
    ['a join of large texts', `(${doubling}$big := $f($x, 14); $length($join([1..4000].$big)))`],
    ['a replace that multiplies', `(${doubling}$big := $f($x, 14); $length($replace($big, "0", $big)))`],
    [
      'a replace by pattern that multiplies',
      `(${doubling}$big := $f($x, 14); $length($replace($big, /[0-9]/, "$0$0" & $big)))`,
    ],
    [
      'a value written out that shares its parts',
      '($f := function($o, $n) { $n = 0 ? $o : $f({"a": $o, "b": $o}, $n - 1) }; $string($f({}, 40)))',
    ],
    [
      'a comparison of values that share their parts',
      '($f := function($o, $n) { $n = 0 ? $o : $f({"a": $o, "b": $o}, $n - 1) }; $f({}, 40) = $f({}, 40))',
    ],
    [
      'descendants of shared parts',
      '($f := function($o, $n) { $n = 0 ? $o : $f({"a": $o, "b": $o}, $n - 1) }; $count($f({}, 40).**))',
    ],
    [
      'a result with shared parts',
      '($f := function($o, $n) { $n = 0 ? $o : $f({"a": $o, "b": $o}, $n - 1) }; $f({}, 40))',
    ],
    ['a value that holds itself', '($o := {"a": {}} ~> |$|{"self": $}|; $o)'],
    [
      'a value that holds itself, compared',
      '($o := {"a": {}} ~> |$|{"self": $}|; $p := {"a": {}} ~> |$|{"self": $}|; $o = $p)',
    ],
    [
      'wild lists in lists',
      '($f := function($l, $n) { $n = 0 ? $l : $f([[$l], [$l]], $n - 1) }; $count({"a": $f([1], 40)}.*))',
    ],
    ['zip of shared lists', '$string($reduce([1..40], function($l, $n) { $zip([$l], [$l]) }))'],
    ['a roman number', '$formatInteger(1e9, "I")'],
    ['a padded date', '$fromMillis(0, "[Y,300000000]")'],
    ['a date picture that backtracks', '$toMillis("1111111111111111111111111", "[Y][M][D][H][m][s]")'],
    ['a result above 1 MiB', `(${doubling}$f($x, 17))`],
    ['very deep brackets', `${'('.repeat(300)}1${')'.repeat(300)}`],
    ['a long source', `"${'x'.repeat(17_000)}"`],
  ])('%s', (_name, source) => {
    const started = performance.now();
    expect(failureOf(() => evaluate(source)).code).toBe('expr/limit');
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('an error that shows a value shared a million times is still short', () => {
    const failure = failureOf(() =>
      evaluate('($f := function($o, $n) { $n = 0 ? $o : $f({"a": $o, "b": $o}, $n - 1) }; -$f({}, 40))'),
    );
    expect(failure).toMatchObject({
      code: 'expr/failed',
      message: 'an object is no number and cannot be negated.',
    });
  });
});

describe('regular expressions take linear time', () => {
  test.each([
    ['$match(input, /^(a+)+$/)', 'a'.repeat(20_000) + '!'],
    ['$contains(input, /(x+x+)+y/)', 'x'.repeat(20_000)],
    ['$split(input, /(.*,)*z/)', ','.repeat(5_000)],
  ])('%s', (source, input) => {
    const started = performance.now();
    evaluate(source, { input });
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  test('many matches that each look to the end are counted', () => {
    const failure = failureOf(() =>
      evaluate('$count($match(input, /a|b.*c/))', { input: 'ab'.repeat(40_000) }),
    );
    expect(failure.code).toBe('expr/limit');
  });

  test('an honest split of a large text is not counted out', () => {
    const input = 'word other, '.repeat(8_000);
    expect(evaluate('$count($split(input, /[\\s,]+/))', { input })).toBe(16_001);
  });

  test('a match of nothing is an error, not a loop', () => {
    expect(failureOf(() => evaluate('$match("abc", /x*/)')).code).toBe('expr/failed');
  });
});

describe('nothing outside the scope can be reached or changed', () => {
  test.each([
    'constructor',
    'input.constructor.constructor',
    'input.__proto__',
    '$lookup(input, "constructor")',
    '$lookup($lookup(input, "__proto__"), "polluted")',
    'input.__defineGetter__',
    '"text".constructor',
    '$string.constructor',
  ])('%s is missing', (source) => {
    expect(evaluate(source, { input: { a: 1 } })).toBeUndefined();
  });

  test('prototypes stay as they are', () => {
    const hostile = JSON.parse(
      '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
    ) as object;
    for (const source of [
      '$merge([input, {"a": 1}])',
      'input ~> |__proto__|{"polluted": 1}|',
      'input ~> |constructor.prototype|{"polluted": 1}|',
      '{"__proto__": {"polluted": 1}}',
      '$sift(input, function($v) { true })',
      '$each(input, function($v, $k) { {$k: $v} })',
      'input{"__proto__": 1}',
    ]) {
      failureOf(() => evaluate(source, { input: hostile }));
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('data that pretends to be a function is refused', () => {
    const evil = { _jsonata_lambda: true, arguments: [], body: { type: 'number', value: 666 } };
    expect(failureOf(() => evaluate('$f := input.evil; $f()', { input: { evil } })).code).toBe('expr/failed');
    expect(failureOf(() => evaluate('input.evil()', { input: { evil } })).code).toBe('expr/failed');
    expect(failureOf(() => evaluate('$map([1], input.evil)', { input: { evil } })).code).toBe('expr/failed');
    expect(
      failureOf(() => evaluate('$map([1], input.e)', { input: { e: { _jsonata_function: true } } })).code,
    ).toBe('expr/failed');
  });

  test('calling data fails and leaves it unchanged', () => {
    const input = { a: { b: 1 } };
    const failure = failureOf(() =>
      pure.expression('($x := input.a; $x())').evaluate({ input }, { nowMs: 0, random: () => 0 }),
    );
    expect([failure.code, input]).toEqual(['expr/failed', { a: { b: 1 } }]);
  });

  test('unfrozen data is not marked by lists and groups', () => {
    const input = { list: [[1, 2]], none: [] };
    for (const source of [
      'input.list[]',
      'input.none[]',
      'input.none{"a": 1}',
      '($x := input.none; $x{"a": 1})',
      'input.list[0][]',
    ]) {
      pure.expression(source).evaluate({ input }, { nowMs: 0, random: () => 0 });
    }
    expect([Object.keys(input.list), Object.keys(input.none), Object.keys(input.list[0] ?? [])]).toEqual([
      ['0'],
      [],
      ['0', '1'],
    ]);
  });

  test('limits are counts: the same expression fails at the same place every time', () => {
    const source = '($f := function($n) { $n > limit ? $n : $f($n + 1) }; $f(0))';
    const passes = (limit: number) => failureOf(() => evaluate(source, { limit })).code === 'none';
    let low = 0;
    let high = 50_000;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (passes(middle)) low = middle;
      else high = middle - 1;
    }
    expect([passes(low), passes(low + 1), passes(low)]).toEqual([true, false, true]);
  });
});
