import { expect, test } from 'vitest';
import { kindOf, labelOf, resolve, startValue, wordsOf } from '../../../renderer/forms/json-schema';

test.each([
  [{ type: 'string' }, 'name', 'text'],
  [{ type: 'string' }, 'ticket', 'long-text'],
  [{ type: 'string', maxLength: 20 }, 'ticket', 'text'],
  [{ type: 'integer' }, 'n', 'integer'],
  [{ enum: ['a', 1, null] }, 'n', 'choice'],
  [{ type: 'array', items: { type: 'string' } }, 'n', 'list'],
  [{ type: 'array', items: { type: 'object' } }, 'n', 'json'],
  [{ type: 'object', properties: { a: {} } }, 'n', 'object'],
  [{ type: 'object' }, 'n', 'json'],
  [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, 'n', 'json'],
  [{ type: ['string', 'null'] }, 'n', 'text'],
] as const)('%j named %s gets the control %s', (schema, name, kind) => {
  expect(kindOf(schema, name, 0)).toBe(kind);
});

test('names become words', () => {
  expect([wordsOf('orderTotal'), wordsOf('first_name'), labelOf({ title: 'Sum' }, 'x')]).toEqual([
    'Order total',
    'First name',
    'Sum',
  ]);
});

test('a reference is followed, and what stands beside it counts', () => {
  const schemas = { A: { type: 'string', title: 'Old' } };
  expect(resolve({ $ref: '#/schemas/A', title: 'New' }, schemas)).toEqual({ type: 'string', title: 'New' });
});

test('references in a circle end', () => {
  expect(resolve({ $ref: '#/schemas/A' }, { A: { $ref: '#/schemas/A' } })).toEqual({});
});

test('a form starts with defaults and nothing else', () => {
  const schema = {
    type: 'object',
    properties: {
      a: { default: 3 },
      b: { type: 'string' },
      c: { type: 'object', properties: { d: { const: 'x' } } },
    },
  };
  expect(startValue(schema)).toEqual({ a: 3, c: { d: 'x' } });
});
