import { describe, expect, test } from 'vitest';
import { changeMember, changeRoot, changeTemplate, membersOf } from '../../../../shared/editing/expressions';

const rename = (source: string) =>
  changeMember(source, 'steps', (name) => (name === 'a' ? 'steps.b' : undefined));

describe('renaming a step in an expression', () => {
  test.each([
    ['steps.a.x', 'steps.b.x'],
    ['steps.ab.x + steps . a', 'steps.ab.x + steps.b'],
    ['steps["a"].x', 'steps.b.x'],
    ['steps.`a`.x', 'steps.b.x'],
    ['"steps.a" & steps.a', '"steps.a" & steps.b'],
    ["'it\\'s steps.a'", "'it\\'s steps.a'"],
    ['/* steps.a */ steps.a', '/* steps.a */ steps.b'],
    ['input.steps.a', 'input.steps.a'],
    ['$exists(steps.a) ? steps.a : 0', '$exists(steps.b) ? steps.b : 0'],
    ['steps', 'steps'],
  ])('%s becomes %s', (before, after) => {
    expect(rename(before)).toBe(after);
  });

  test('a root is replaced where it is a variable, not a key or a member', () => {
    expect(changeRoot('{ input: input.x, "y": steps.input }', 'input', 'input.flow')).toBe(
      '{ input: input.flow.x, "y": steps.input }',
    );
  });

  test('a template changes only in its holes', () => {
    expect(changeTemplate('steps.a \\{{ steps.a }} {{ steps.a }}', rename)).toBe(
      'steps.a \\{{ steps.a }} {{ steps.b }}',
    );
  });

  test('the members a root is read by are listed', () => {
    expect([...membersOf('steps.a + steps["b"].c & "steps.d"', 'steps')]).toEqual(['a', 'b']);
  });
});
