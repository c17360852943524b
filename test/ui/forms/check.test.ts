import { expect, test } from 'vitest';
import { checkValue, missesOfError } from '../../../renderer/forms/check';
import { AppError } from '../../../shared/base/app-error';

const order = {
  type: 'object',
  required: ['name', 'amount'],
  properties: {
    name: { type: 'string', minLength: 2 },
    amount: { type: 'number', minimum: 0, maximum: 100 },
    kind: { enum: ['a', 'b'] },
    lines: { type: 'array', minItems: 1, items: { type: 'integer' } },
    address: { $ref: '#/schemas/Address' },
  },
  additionalProperties: false,
};
const schemas = { Address: { type: 'object', required: ['city'], properties: { city: { type: 'string' } } } };

test('a value that fits has no misses', () => {
  const value = { name: 'Ada', amount: 3, kind: 'a', lines: [1], address: { city: 'Ulm' } };
  expect(checkValue(order, value, schemas)).toEqual([]);
});

test('each miss names its place, also in lists and behind a reference', () => {
  const value = { name: 'x', amount: 101, kind: 'c', lines: ['1'], address: {}, extra: 1 };
  expect(checkValue(order, value, schemas).map((miss) => miss.pointer)).toEqual([
    '/name',
    '/amount',
    '/kind',
    '/lines/0',
    '/address/city',
    '/extra',
  ]);
});

test('a required member that is not there is missed at its own place', () => {
  expect(checkValue(order, { name: 'Ada' }, schemas)).toEqual([
    { pointer: '/amount', message: 'Fill this in.' },
  ]);
});

test('a type of several accepts each of them', () => {
  expect(checkValue({ type: ['number', 'null'] }, null)).toEqual([]);
  expect(checkValue({ type: ['number', 'null'] }, 'x')).toEqual([
    { pointer: '', message: 'This has to be a number or nothing.' },
  ]);
});

test('a recursive schema ends', () => {
  const tree = { $ref: '#/schemas/Tree' };
  const recursive = { Tree: { type: 'object', properties: { child: tree } } };
  expect(checkValue(tree, { child: { child: { child: 1 } } }, recursive)).toHaveLength(1);
});

test('a pattern is left to the engine: a stranger’s expression does not run in the window', () => {
  expect(checkValue({ type: 'string', pattern: '(a+)+$' }, 'a'.repeat(60).concat('b'))).toEqual([]);
});

test('misses of a refusal are read from its details, whatever else is in them', () => {
  const details = { misses: [{ pointer: '/a', message: 'is wrong' }, { pointer: 3, message: 'x' }, 'x'] };
  expect(missesOfError(new AppError('input/invalid', 'No', { details }))).toEqual([
    { pointer: '/a', message: 'is wrong' },
  ]);
  expect(missesOfError(new Error('other'))).toEqual([]);
});
