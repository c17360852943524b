import fc from 'fast-check';
import { expect, test } from 'vitest';
import { repeatedKeys } from '../../../../shared/spec/repeated-keys';

const pointers = (text: string) => repeatedKeys(text).map(({ pointer }) => pointer);

test('a key twice in one object is found at its place, in lists and deeper objects too', () => {
  expect(pointers('{"a":1,"a":2,"a":3}')).toEqual(['/a', '/a']);
  expect(pointers('[1,{"x":[{"k":0},{"k":0,"l":{},"k":[]}]},"k"]')).toEqual(['/1/x/1/k']);
  expect(pointers('{"":{"":1,"" :2}}')).toEqual(['//']);
});

test('the same key in different objects, and the same text as a value, are no repetition', () => {
  expect(pointers('{"a":{"a":"a"},"b":["a","a",{"a":"a"}],"c":"{\\"a\\":1,\\"a\\":2}"}')).toEqual([]);
});

test('quotes and backslashes inside texts do not mislead it', () => {
  expect(pointers('{"a\\\\":"x\\\\","b":"\\\\\\"","a\\\\":1}')).toEqual(['/a\\']);
});

test('at most twenty are told', () => {
  expect(pointers(`{${Array.from({ length: 50 }, () => '"k":0').join(',')}}`)).toHaveLength(20);
});

test('what JSON.stringify writes never repeats a key', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(pointers(JSON.stringify(value))).toEqual([]);
    }),
  );
});
