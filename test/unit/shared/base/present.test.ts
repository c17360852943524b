import { expect, test } from 'vitest';
import { present } from '../../../../shared/base/present';

test('what is there is given back, also when it says no', () => {
  expect([present(0, 'x'), present(false, 'x'), present('', 'x')]).toEqual([0, false, '']);
});

test('what is missing is told with the name that was looked for', () => {
  expect(() => present(undefined, 'tool', 'crm')).toThrow('there is no tool crm');
  expect(() => present(null, 'item', 3)).toThrow('there is no item 3');
  expect(() => present(undefined, 'node', null)).toThrow(/^there is no node$/);
});
