import { describe, expect, test } from 'vitest';
import { applyPatch } from '../../../../shared/spec/patch';
import type { PatchOp } from '../../../../shared/spec/problem';

const apply = (document: unknown, op: PatchOp['op'], path: string, value?: PatchOp['value']) =>
  applyPatch(document, [{ op, path, value }]);

describe('applyPatch', () => {
  test('adds, replaces and removes members without touching the original', () => {
    const document = { a: { b: 1 }, c: 2 };
    expect(apply(document, 'add', '/a/x', 5)).toEqual({ a: { b: 1, x: 5 }, c: 2 });
    expect(apply(document, 'add', '/a/b', 5)).toEqual({ a: { b: 5 }, c: 2 });
    expect(apply(document, 'replace', '/c', 5)).toEqual({ a: { b: 1 }, c: 5 });
    expect(apply(document, 'remove', '/a/b')).toEqual({ a: {}, c: 2 });
    expect(document).toEqual({ a: { b: 1 }, c: 2 });
  });

  test('adds, replaces and removes entries of lists', () => {
    expect(apply([1, 2], 'add', '/1', 9)).toEqual([1, 9, 2]);
    expect(apply([1, 2], 'add', '/-', 9)).toEqual([1, 2, 9]);
    expect(apply([1, 2], 'replace', '/0', 9)).toEqual([9, 2]);
    expect(apply([1, 2], 'remove', '/0')).toEqual([2]);
    expect(apply([{ a: 1 }], 'add', '/0/b', 2)).toEqual([{ a: 1, b: 2 }]);
  });

  test('the whole document can be replaced but not removed', () => {
    expect(apply({ a: 1 }, 'replace', '', 5)).toBe(5);
    expect(apply({ a: 1 }, 'remove', '')).toEqual({ a: 1 });
  });

  test('keys with slashes and tildes are found', () =>
    expect(apply({ 'a/b~c': 1 }, 'remove', '/a~1b~0c')).toEqual({}));

  test('an operation whose place is gone is left out', () => {
    expect(apply({ a: 1 }, 'remove', '/b')).toEqual({ a: 1 });
    expect(apply({ a: 1 }, 'replace', '/b', 2)).toEqual({ a: 1 });
    expect(apply({ a: 1 }, 'add', '/b/c', 2)).toEqual({ a: 1 });
    expect(apply({ a: 1 }, 'add', '/a/c', 2)).toEqual({ a: 1 });
    expect(apply([1], 'remove', '/1')).toEqual([1]);
    for (const index of ['x', '-1', '5', '0.5']) expect(apply([1], 'add', `/${index}`, 2)).toEqual([1]);
  });

  test('operations act one after the other', () => {
    const patch: PatchOp[] = [
      { op: 'remove', path: '/old' },
      { op: 'add', path: '/new', value: 1 },
    ];
    expect(applyPatch({ old: 1, keep: 2 }, patch)).toEqual({ keep: 2, new: 1 });
  });

  test('a key called __proto__ stays a key', () => {
    const patched = apply({}, 'add', '/__proto__', { polluted: true });
    expect(Object.keys(patched as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
