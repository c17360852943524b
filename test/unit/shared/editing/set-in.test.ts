import { expect, test } from 'vitest';
import { fieldPath, getIn, setIn } from '../../../../shared/editing/set-in';

test('missing objects on the way are made', () => {
  expect(setIn({}, ['gate', 'minConfidence'], 0.5)).toEqual({ gate: { minConfidence: 0.5 } });
});

test('taking the last key away takes the object that becomes empty', () => {
  expect(setIn({ a: 1, gate: { minConfidence: 0.5 } }, ['gate', 'minConfidence'], undefined)).toEqual({
    a: 1,
  });
});

test('items of a list are replaced and removed by their place', () => {
  expect(setIn({ list: [{ x: 1 }, { x: 2 }] }, ['list', 1, 'x'], 3)).toEqual({ list: [{ x: 1 }, { x: 3 }] });
  expect(setIn({ list: [1, 2] }, ['list', 0], undefined)).toEqual({ list: [2] });
});

test('an equal value keeps the very same object', () => {
  const value = { a: { b: [1, { c: 2 }] } };
  expect(setIn(value, ['a', 'b'], [1, { c: 2 }])).toBe(value);
});

test('fields in another order are a change: they are shown in the order they stand in', () => {
  const moved = setIn({ form: { properties: { a: 1, b: 2 } } }, ['form', 'properties'], { b: 2, a: 1 });
  expect(Object.keys(moved.form.properties)).toEqual(['b', 'a']);
});

test('paths are read from dotted text', () => {
  expect(fieldPath('gate.checks.0.expr')).toEqual(['gate', 'checks', 0, 'expr']);
  expect(getIn({ gate: { checks: [{ expr: 'x' }] } }, fieldPath('gate.checks.0.expr'))).toBe('x');
  expect(getIn({}, fieldPath('constructor.name'))).toBeUndefined();
});
