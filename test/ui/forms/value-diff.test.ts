import { expect, test } from 'vitest';
import { changesBetween, textParts } from '../../../renderer/forms/value-diff';

test('equal values have no changes, whatever the order of their members', () => {
  expect(changesBetween({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toEqual([]);
});

test('changes are the leaves that differ', () => {
  expect(changesBetween({ a: 1, b: { c: 'x' }, gone: true }, { a: 2, b: { c: 'x' }, new: null })).toEqual([
    { pointer: '/a', before: 1, after: 2 },
    { pointer: '/gone', before: true },
    { pointer: '/new', after: null },
  ]);
});

test('lists of another length are one change', () => {
  expect(changesBetween([1], [1, 2])).toEqual([{ pointer: '', before: [1], after: [1, 2] }]);
});

test('words that stayed are not repeated', () => {
  expect(textParts('pay 80 EUR today', 'pay 60 EUR now')).toEqual([
    { text: 'pay ', change: 'same' },
    { text: '80', change: 'removed' },
    { text: '60', change: 'added' },
    { text: ' EUR ', change: 'same' },
    { text: 'today', change: 'removed' },
    { text: 'now', change: 'added' },
  ]);
});

test('the kept and the added parts make the new text', () => {
  const parts = textParts('a b c d', 'b x d e');
  const after = parts.filter((part) => part.change !== 'removed').map((part) => part.text);
  expect(after.join('')).toBe('b x d e');
});

test('texts too long to compare are shown whole', () => {
  const long = 'word '.repeat(2_000);
  expect(textParts(long, 'short')).toHaveLength(2);
});
