import { expect, test } from 'vitest';
import { lastSegment, parentOf } from '../../../../shared/events/step-key';

test('the last segment tells node, visit, index and undo', () => {
  expect(lastSegment('review')).toEqual({ node: 'review', visit: 1, undo: false });
  expect(lastSegment('orders[3]/review#2')).toEqual({ node: 'review', visit: 2, undo: false });
  expect(lastSegment('orders#2[3]')).toEqual({ node: 'orders', visit: 2, index: 3, undo: false });
  expect(lastSegment('a/pay~undo')).toEqual({ node: 'pay', visit: 1, undo: true });
});

test('a key that is none reads as a node of that name', () => {
  expect(lastSegment('odd#key')).toEqual({ node: 'odd#key', visit: 1, undo: false });
});

test('the parent is the container, with the item the step belongs to', () => {
  expect(parentOf('review')).toBeUndefined();
  expect(parentOf('orders[3]/review#2')).toEqual({ key: 'orders', index: 3 });
  expect(parentOf('orders#2[3]/call/check')).toEqual({ key: 'orders#2[3]/call' });
  expect(parentOf('call/check')).toEqual({ key: 'call' });
});
