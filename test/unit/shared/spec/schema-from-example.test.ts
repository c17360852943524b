import { expect, test } from 'vitest';
import { schemaFromExample } from '../../../../shared/spec/schema-from-example';

test('fields of an object keep their order and are required', () => {
  expect(schemaFromExample({ ticket: 'late', total: 49.5, items: 2, urgent: false })).toEqual({
    type: 'object',
    properties: {
      ticket: { type: 'string' },
      total: { type: 'number' },
      items: { type: 'integer' },
      urgent: { type: 'boolean' },
    },
    required: ['ticket', 'total', 'items', 'urgent'],
  });
});

test('several examples in a list are described together', () => {
  expect(schemaFromExample([{ a: 1 }, { a: 1.5, b: null }, { a: 2, b: 'x' }])).toEqual({
    type: 'array',
    items: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'string' } }, required: ['a'] },
  });
});

test('an object without a field that is always there requires none', () => {
  expect(schemaFromExample({ a: null })).toEqual({ type: 'object', properties: { a: {} } });
});

test('what cannot be told from the example may be anything', () => {
  expect(schemaFromExample(null)).toEqual({});
  expect(schemaFromExample([])).toEqual({ type: 'array', items: {} });
  expect(schemaFromExample(['a', 1])).toEqual({ type: 'array', items: {} });
});
