import { expect, test } from 'vitest';
import { parseJson, whyNotKept } from '../../../../shared/base/json';

test('a number that reads as infinity cannot be kept, wherever it stands', () => {
  expect(() => parseJson('{"a":[1,{"b":1e999}]}')).toThrow('a number in it is too large');
  expect(() => parseJson('-1e400')).toThrow(SyntaxError);
  expect(whyNotKept({ a: Number.NaN })).toBe('a number in it is too large');
});

test('a value deeper than functions can walk cannot be kept; a shallow one can, however wide', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(() => parseJson(nested(100_000))).toThrow('it is nested deeper than 1000 levels');
  expect(parseJson(nested(1000))).toHaveLength(1);
  expect(parseJson(`[${'0,'.repeat(50_000)}1e308]`)).toHaveLength(50_001);
});

test('what is no JSON is a SyntaxError as before', () => {
  expect(() => parseJson('{')).toThrow(SyntaxError);
});
