import { expect, test } from 'vitest';
import { PieceCache, sha256Hex } from '../../../../electron/store/pieces';

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
  expect([large.serialised(), small.serialised()]).toEqual([2, 6]); // once per kind of text
});

test('what was not used for long is let go, what is used stays', () => {
  const cache = new PieceCache();
  const [used, unused] = [counted(1_000_000), counted(1_000_000)];
  cache.of(used.value);
  cache.of(unused.value);
  for (let i = 0; i < 6; i++) {
    cache.endCommit();
    cache.of(counted(1_000_000).value);
    cache.of(used.value);
  }
  cache.of(unused.value);
  expect([used.serialised(), unused.serialised()]).toEqual([2, 4]);
});

test('a hash is the same whether it was kept or not', () => {
  const cache = new PieceCache();
  const texts = Array.from({ length: 40 }, (_, i) => `${i}`.repeat(5000));
  for (const text of [...texts, ...texts]) expect(cache.hashOf(text)).toBe(sha256Hex(text));
});
