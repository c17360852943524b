import { describe, expect, test } from 'vitest';
import { type Condition, printCondition, readCondition } from '../../../renderer/inspector/builder/condition';

const one = (field: string, operator: Condition['rows'][number]['operator'], value = ''): Condition => ({
  join: 'and',
  rows: [{ field, operator, value }],
});

describe('rows and the expression they make', () => {
  test.each([
    ['input.total > 50', one('input.total', 'gt', '50')],
    ['context.category = "billing"', one('context.category', 'eq', 'billing')],
    ['input.code = "50"', one('input.code', 'eq', '"50"')],
    ['output.done != true', one('output.done', 'ne', 'true')],
    ['$contains(input.ticket, "refund")', one('input.ticket', 'contains', 'refund')],
    ['input.kind in ["a", "b", 3]', one('input.kind', 'in', 'a, b, 3')],
    ['$exists(steps.approve)', one('steps.approve', 'exists')],
    ['$not($exists(steps.approve))', one('steps.approve', 'missing')],
    ['input.total <= input.limit', one('input.total', 'le', 'input.limit')],
    ['steps.read.text', one('steps.read.text', 'value')],
  ])('%s is read and printed the same', (source, condition) => {
    expect(readCondition(source)).toEqual(condition);
    expect(printCondition(condition)).toBe(source);
  });

  test('several rows are joined by one word', () => {
    const source = 'input.a = 1 or input.b = "x and y" or $exists(input.c)';
    const read = readCondition(source);
    expect(read?.join).toBe('or');
    expect(read?.rows).toHaveLength(3);
    expect(read && printCondition(read)).toBe(source);
  });

  test.each(['a = 1 and b = 2 or c = 3', '(a or b) and c', '$sum(items.price) > 3', 'a = "open', 'a[0] = 1'])(
    '%s says more than rows can, and is left alone',
    (source) => expect(readCondition(source)).toBeUndefined(),
  );
});
