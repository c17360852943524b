import { expect, test } from 'vitest';
import { PieceCache, sha256Hex, textsOf } from '../../../../electron/store/pieces';
import { canonicalJson } from '../../../../shared/base/jcs';

/** A frozen value that counts how often it is serialised. */
function counted(length: number): { readonly value: object; serialised(): number } {
  let times = 0;
  const value = Object.freeze({
    get text() {
      times += 1;
      return 'x'.repeat(length);
    },
  });
  return { value, serialised: () => times };
}

test('a value has its own text and its canonical text', () => {
  const cache = new PieceCache();
  expect(cache.of({ b: 1, a: [undefined, null] })).toEqual({
    json: '{"b":1,"a":[null,null]}',
    canonical: '{"a":[null,null],"b":1}',
  });
  expect(cache.of('é')).toEqual({ json: '"é"', canonical: '"é"' });
  expect(cache.of(null)).toEqual({ json: 'null', canonical: 'null' });
});

test('a large frozen value is serialised once, a small one again in each commit', () => {
  const cache = new PieceCache();
  const [large, small] = [counted(10_000), counted(10)];
  for (let commit = 0; commit < 3; commit++) {
    for (let mention = 0; mention < 3; mention++) for (const { value } of [large, small]) cache.of(value);
    cache.endCommit();
  }
  expect([large.serialised(), small.serialised()]).toEqual([2, 6]); // read by the check of its order and by the text
});

test('what was not used for long is let go, what is used stays', () => {
  const cache = new PieceCache();
  const [used, unused] = [counted(1_000_000), counted(1_000_000)];
  cache.of(used.value);
  cache.of(unused.value);
  for (let i = 0; i < 9; i++) {
    cache.endCommit();
    cache.of(counted(1_000_000).value);
    cache.of(used.value);
  }
  cache.of(unused.value);
  expect([used.serialised(), unused.serialised()]).toEqual([2, 4]);
});

test('a hash is that of the stored text, asked once or twice', () => {
  const cache = new PieceCache();
  const piece = cache.of({ b: 1, a: 2 });
  expect([cache.hashOf(piece), cache.hashOf(piece)]).toEqual([
    sha256Hex('{"b":1,"a":2}'),
    sha256Hex('{"b":1,"a":2}'),
  ]);
});

test.each<[string, unknown]>([
  ['ordered keys', { a: { b: 1 }, c: [{ d: null }] }],
  ['keys out of order', { c: 1, a: { z: 1, b: 2 } }],
  ['keys out of order inside a list', [1, [{ b: 1, a: 2 }]]],
  ['keys ordered by UTF-16 code units', { '\u{10000}': 1, '\uffff': 2, é: 3, Z: 4 }],
  ['missing members', { a: undefined, b: [undefined] }],
])('the canonical text is right for %s', (_what, value) => {
  expect(textsOf(value)).toEqual({ json: JSON.stringify(value), canonical: canonicalJson(value) });
});

test('a number without a JSON form is a bug that shows', () => {
  expect(() => textsOf({ a: [Number.NaN] })).toThrow('NaN has no JSON form');
});
