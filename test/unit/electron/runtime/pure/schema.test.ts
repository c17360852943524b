import { Validator } from '@cfworker/json-schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../../../shared/base/json';
import type { JsonSchema } from '../../../../../shared/spec/values';
import { failureOf, pure } from './helpers';

function misses(schema: JsonSchema, value: unknown, schemas: Record<string, JsonSchema> = {}): string[] {
  return pure
    .schema(schema, schemas)
    .check(value)
    .map((miss) => miss.message);
}

const ticket: JsonSchema = {
  type: 'object',
  required: ['category', 'confidence'],
  additionalProperties: false,
  properties: {
    category: { enum: ['billing', 'technical', 'other'] },
    confidence: { type: 'number', minimum: 0, maximum: 1 },
    tags: { type: 'array', items: { type: 'string', minLength: 1 }, uniqueItems: true, maxItems: 2 },
    mail: { type: 'string', format: 'email' },
  },
};

describe('what does not fit is said in plain sentences', () => {
  test('all misses at once, each with its place', () => {
    const value = { category: 'x', tags: ['a', '', 3], mail: 'nobody', extra: 1 };
    expect(pure.schema(ticket).check(value)).toEqual([
      { pointer: '/confidence', message: '/confidence is missing' },
      { pointer: '/category', message: '/category must be one of billing, technical, other' },
      { pointer: '/tags', message: '/tags must have at most 2 items' },
      { pointer: '/tags/1', message: '/tags/1 must not be empty' },
      { pointer: '/tags/2', message: '/tags/2 must be a text' },
      { pointer: '/mail', message: '/mail must be a valid email' },
      { pointer: '/extra', message: '/extra is not allowed here' },
    ]);
  });

  test('a value that fits has no misses', () => {
    expect(
      misses(ticket, { category: 'billing', confidence: 0.9, tags: ['a', 'b'], mail: 'a@b.example' }),
    ).toEqual([]);
  });

  test.each<[JsonSchema, unknown, string]>([
    [{ type: 'integer' }, 1.5, 'The value must be a whole number'],
    [{ type: ['string', 'null'] }, 1, 'The value must be a text or null'],
    [{ const: { a: 1 } }, { a: 2 }, 'The value must be {"a":1}'],
    [{ multipleOf: 0.01 }, 0.015, 'The value must be a multiple of 0.01'],
    [
      { anyOf: [{ type: 'string' }, { type: 'number' }] },
      true,
      'The value fits none of the 2 allowed shapes; nearest: The value must be a text',
    ],
    [
      { oneOf: [{ minimum: 1 }, { minimum: 2 }] },
      3,
      'The value fits 2 of the allowed shapes, but must fit exactly one',
    ],
    [{ not: { type: 'string' } }, 'x', 'The value has a shape that is not allowed'],
    [{ pattern: '^[A-Z]+$' }, 'a', 'The value must match the pattern ^[A-Z]+$'],
    [{ dependentRequired: { a: ['b'] } }, { a: 1 }, '/b is missing, it goes with a'],
    [{ propertyNames: { maxLength: 2 } }, { long: 1 }, '/long has a name that is not allowed'],
    [{ contains: { type: 'number' } }, ['a'], 'The value must have at least 1 matching item'],
    [{ uniqueItems: true }, [{ a: 1 }, { a: 1 }], '/1 repeats item 0'],
    [false, 1, 'The value is not allowed here'],
    [{ format: 'date' }, '2023-02-29', 'The value must be a valid date'],
    [{ properties: { 'a/b~c': { type: 'null' } } }, { 'a/b~c': 1 }, '/a~1b~0c must be null'],
    [
      { unevaluatedProperties: false, allOf: [{ properties: { a: true } }] },
      { a: 1, b: 1 },
      '/b is not allowed here',
    ],
    [{ prefixItems: [true], unevaluatedItems: false }, [1, 2], '/1 is not allowed here'],
  ])('%j on %j', (schema, value, message) => {
    expect(misses(schema, value)).toEqual([message]);
  });

  test('a missing value is said to be missing', () => {
    expect(misses({ type: 'string' }, undefined)).toEqual(['The value is missing']);
  });
});

describe('references', () => {
  const tree: JsonSchema = {
    type: 'object',
    required: ['v'],
    properties: { v: { type: 'number' }, kids: { type: 'array', items: { $ref: '#' } } },
  };

  test('named schemas, own definitions and recursion', () => {
    const schemas = { Tree: tree, Money: { $ref: '#/$defs/amount', $defs: { amount: { type: 'number' } } } };
    expect(misses({ $ref: '#/schemas/Tree' }, { v: 1, kids: [{ v: 2, kids: [{}] }] }, schemas)).toEqual([
      '/kids/0/kids/0/v is missing',
    ]);
    expect(misses({ properties: { m: { $ref: '#/schemas/Money' } } }, { m: 'x' }, schemas)).toEqual([
      '/m must be a number',
    ]);
    expect(misses({ $ref: '#/$defs/a~1b', $defs: { 'a/b': { type: 'null' } } }, 1)).toEqual([
      'The value must be null',
    ]);
  });

  test('a value nested deeper than 64 levels never fits', () => {
    let deep: Json = { v: 1 };
    for (let i = 0; i < 40; i++) deep = { v: 1, kids: [deep] };
    expect(misses({ $ref: '#/schemas/Tree' }, deep, { Tree: tree })[0]).toContain(
      'nests deeper than 64 levels',
    );
  });

  test.each<[JsonSchema, string]>([
    [{ $ref: '#/schemas/Missing' }, ''],
    [{ $ref: 'https://example.invalid/schema.json' }, ''],
    [{ $ref: '#/properties/a', properties: { a: true } }, ''],
    [{ $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { allOf: [{ $ref: '#/$defs/a' }] } } }, ''],
    [{ properties: { x: { pattern: '(?=a)' } } }, 'regex'],
    [{ type: 'text' }, ''],
    [{ required: 'a' }, ''],
    [{ minimum: '1' }, ''],
    [{ items: [{}] }, ''],
    [{ $dynamicRef: '#x' }, ''],
    [{ properties: { a: 3 } } as unknown as JsonSchema, ''],
  ])('%j is refused', (schema, reason) => {
    const failure = failureOf(() => pure.schema(schema));
    expect([failure.code, failure.details['reason'] ?? '']).toEqual(['spec/invalid', reason]);
  });

  test('a schema is compiled once', () => {
    const schemas = {};
    expect(pure.schema(tree, schemas)).toBe(pure.schema(tree, schemas));
  });

  test('a hostile pattern takes no time', () => {
    const started = performance.now();
    misses({ pattern: '^(a+)+$' }, `${'a'.repeat(20_000)}!`);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

const simple = fc.oneof(
  fc.integer({ min: -2, max: 4 }),
  fc.constantFrom(0.5, 'a', 'ab', 'abc', '', 'a@b.co', '2024-02-29'),
  fc.boolean(),
  fc.constant(null),
);
const values = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    simple,
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), tie('any'), { maxKeys: 4 }),
  ),
})).any;
const small = fc.integer({ min: 0, max: 3 });
const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 });
const schemas = fc.letrec<{ any: JsonSchema }>((tie) => {
  const map = fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('any'), { maxKeys: 3 });
  const list = fc.array(tie('any'), { minLength: 1, maxLength: 3 });
  const keywords: Record<string, fc.Arbitrary<unknown>> = {
    type: fc.constantFrom(
      'string',
      'number',
      'integer',
      'object',
      'array',
      'boolean',
      'null',
      ['string', 'null'],
      ['object', 'array'],
    ),
    enum: fc.array(simple, { minLength: 1, maxLength: 3 }),
    const: values,
    minimum: small,
    exclusiveMaximum: small,
    multipleOf: fc.constantFrom(1, 2, 0.5),
    minLength: small,
    maxLength: small,
    pattern: fc.constantFrom('^a', 'b$', '[0-9]'),
    format: fc.constantFrom('email', 'date', 'unheard-of'),
    required: names,
    properties: map,
    patternProperties: fc.dictionary(fc.constantFrom('^a', '[bc]'), tie('any'), { maxKeys: 2 }),
    additionalProperties: tie('any'),
    unevaluatedProperties: tie('any'),
    minProperties: small,
    maxProperties: small,
    propertyNames: fc.constantFrom({ maxLength: 1 }, { enum: ['a', 'b'] }),
    dependentRequired: fc.constantFrom({ a: ['b'] }, { b: ['a', 'c'] }),
    dependentSchemas: map,
    items: tie('any'),
    prefixItems: list,
    unevaluatedItems: tie('any'),
    minItems: small,
    maxItems: small,
    uniqueItems: fc.boolean(),
    allOf: list,
    anyOf: list,
    oneOf: list,
    not: tie('any'),
    if: tie('any'),
    else: tie('any'),
  };
  for (const key of ['then']) keywords[key] = tie('any'); // written out it looks like a promise
  const one = fc.oneof(
    ...Object.entries(keywords).map(([key, value]) => value.map((made) => ({ [key]: made }))),
  );
  // few keywords at a time: with many nearly nothing fits
  const few = fc
    .array(one, { minLength: 1, maxLength: 4 })
    .map((parts) => Object.assign({}, ...parts) as JsonSchema);
  return { any: fc.oneof({ depthSize: 'small' }, fc.boolean(), few) as fc.Arbitrary<JsonSchema> };
}).any;

test('verdicts are those of the reference validator', () => {
  fc.assert(
    fc.property(schemas, values, (schema, value) => {
      // the reference lets `then` and `allOf` see what their neighbours looked at, against 2020-12
      fc.pre(!nestedUnevaluated(schema));
      const copy = structuredClone(schema) as object | boolean;
      const theirs =
        typeof copy === 'boolean' ? copy : new Validator(copy, '2020-12', false).validate(value).valid;
      expect(pure.schema(schema).check(value).length === 0).toBe(theirs);
    }),
    { numRuns: 4000, seed: 5 },
  );
});

function nestedUnevaluated(schema: unknown): boolean {
  const text = JSON.stringify(schema);
  const inPlace = /"(if|then|else|allOf|anyOf|oneOf|dependentSchemas|not)":/.test(text);
  return inPlace && text.includes('unevaluated') && !onlyOnTop(schema);
}

function onlyOnTop(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return true;
  const {
    unevaluatedItems: _items,
    unevaluatedProperties: _properties,
    ...rest
  } = schema as Record<string, unknown>;
  return !JSON.stringify(rest).includes('unevaluated');
}
