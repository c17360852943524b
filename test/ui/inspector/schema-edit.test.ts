import { expect, test } from 'vitest';
import {
  addField,
  fieldTypeOf,
  isSimple,
  readObject,
  removeField,
  renameField,
  schemaOfType,
  setRequired,
  writeObject,
} from '../../../renderer/inspector/schema-edit';

const shape = {
  type: 'object',
  required: ['a'],
  properties: { a: { type: 'string' }, b: { enum: ['x'] } },
  description: 'kept',
};

test('reading and writing an object keeps what the builder does not show', () => {
  expect(writeObject(shape, readObject(shape))).toEqual(shape);
});

test('a renamed field stays required and in its place', () => {
  expect(writeObject(shape, renameField(readObject(shape), 0, 'c'))).toEqual({
    ...shape,
    required: ['c'],
    properties: { c: { type: 'string' }, b: { enum: ['x'] } },
  });
});

test('a name that is taken is left alone', () => {
  expect(renameField(readObject(shape), 0, 'b')).toEqual(readObject(shape));
});

test('removing the last required field takes the list of them away', () => {
  expect(writeObject(shape, removeField(readObject(shape), 0))).not.toHaveProperty('required');
});

test('a new field has a free name', () => {
  expect(
    addField(readObject({ type: 'object', properties: { field1: {}, x: {} } })).entries.at(-1)?.[0],
  ).toBe('field3');
  expect(setRequired(readObject(shape), 'b', true).required).toEqual(['a', 'b']);
});

test('changing the kind of a value keeps what it means', () => {
  expect(schemaOfType('array', { type: 'string', description: 'Names' })).toEqual({
    type: 'array',
    items: { type: 'string' },
    description: 'Names',
  });
  expect(fieldTypeOf({ $ref: '#/schemas/Order' })).toBe('ref:Order');
});

test('what the builder cannot show is edited as JSON', () => {
  expect(isSimple(shape)).toBe(true);
  expect(isSimple({ anyOf: [] })).toBe(false);
  expect(isSimple({ type: ['string', 'null'] })).toBe(false);
  expect(isSimple({ type: 'object', properties: { a: { oneOf: [] } } })).toBe(false);
});

test('a strict bound does not turn a form into JSON', () => {
  expect(isSimple({ type: 'object', properties: { amount: { type: 'number', exclusiveMinimum: 0 } } })).toBe(
    true,
  );
});
