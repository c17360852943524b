import { describe, expect, test } from 'vitest';
import type { Json } from '../../../../shared/base/json';
import { expressionOf, isLiteral, resolveMapping, walkMapping } from '../../../../shared/spec/mapping';

const values: Record<string, Json> = { a: 1, list: [1, 2] };
const resolve = (mapping: Json) => resolveMapping(mapping, (source) => values[source]);

describe('walkMapping', () => {
  test('finds every expression with its pointer', () => {
    expect(
      walkMapping({ x: { $: 'a' }, 'y/z': [1, { $: 'b' }, null], t: 'text' }, '/nodes/n/output'),
    ).toEqual([
      { source: 'a', pointer: '/nodes/n/output/x/$' },
      { source: 'b', pointer: '/nodes/n/output/y~1z/1/$' },
    ]);
  });

  test('the root may be an expression', () =>
    expect(walkMapping({ $: 'a' })).toEqual([{ source: 'a', pointer: '/$' }]));

  test('nothing inside a literal is looked at', () =>
    expect(walkMapping({ $literal: { $: 'a' } })).toEqual([]));

  test('a hole has no other keys and holds text', () => {
    expect(walkMapping({ x: { $: 'a', other: 1 }, y: { $: 5 } })).toEqual([]);
    expect(expressionOf(['a'])).toBeUndefined();
    expect(expressionOf(null)).toBeUndefined();
    expect(isLiteral({ $literal: null })).toBe(true);
  });
});

describe('resolveMapping', () => {
  test('fills holes and keeps the rest', () => {
    expect(resolve({ x: { $: 'a' }, y: [{ $: 'list' }, 'k'], z: null })).toEqual({
      x: 1,
      y: [[1, 2], 'k'],
      z: null,
    });
  });

  test('a missing result drops its key, is null in a list and missing at the root', () => {
    expect(resolve({ x: { $: 'nope' }, y: 1 })).toEqual({ y: 1 });
    expect(resolve([{ $: 'nope' }])).toEqual([null]);
    expect(resolve({ $: 'nope' })).toBeUndefined();
  });

  test('a literal is its value as it stands', () => {
    expect(resolve({ a: { $literal: { $: 'a' } } })).toEqual({ a: { $: 'a' } });
    expect(resolve({ $literal: null })).toBeNull();
  });

  test('a key called __proto__ stays a key', () => {
    const result = resolve(JSON.parse('{"__proto__":{"polluted":true}}') as Json);
    expect(Object.keys(result as object)).toEqual(['__proto__']);
    expect((result as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('the pointer of each expression is told', () => {
    const seen: string[] = [];
    resolveMapping([{ a: { $: 'x' } }], (_, pointer) => void seen.push(pointer) as undefined, '/m');
    expect(seen).toEqual(['/m/0/a/$']);
  });
});
