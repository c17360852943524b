import { expect, test } from 'vitest';
import { escapePointerToken, pointerTokens, toPointer, valueAt } from '../../../../shared/base/json-pointer';

test('a pointer and its keys say the same', () => {
  for (const path of [[], ['a'], ['a/b', '~', '~1', '', '0']])
    expect(pointerTokens(toPointer(path))).toEqual(path);
  expect(toPointer(['a/b', 0])).toBe('/a~1b/0');
  expect(escapePointerToken(5)).toBe('5');
});

test('only own members can be reached', () => {
  const document = { a: [{ b: 1 }] };
  expect(valueAt(document, ['a', 0, 'b'])).toBe(1);
  expect(valueAt(document, ['a', 'length'])).toBe(1);
  for (const path of [['toString'], ['__proto__'], ['a', 5], ['a', 0, 'b', 'c']])
    expect(valueAt(document, path)).toBeUndefined();
});
