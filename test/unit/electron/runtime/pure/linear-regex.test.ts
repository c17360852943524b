import { expect, test } from 'vitest';
import { linearRegex } from '../../../../../electron/runtime/pure/linear-regex';

test.each(['\\w+', '[,;]\\s*', '(a|b)+', '\\d{3}', 'a|b+', '[0-9]+$', '(?:x+)+', '[*+]y', '\\+x', 'a{2,}'])(
  '/%s/ is settled where it ends',
  (pattern) => {
    expect(linearRegex(pattern).looksAhead).toBe(false);
  },
);

test.each(['a|b.*c', '(\\w+)@', '(a+|b)c', '[^"]*"', 'x*y', 'a{2,}b', 'a+2', 'a+[b]'])(
  '/%s/ may have to read on',
  (pattern) => {
    expect(linearRegex(pattern).looksAhead).toBe(true);
  },
);

test('matches go on from where they are asked to, as in JavaScript', () => {
  const text = 'aé😀b a1';
  for (const pattern of ['[a-z]', '\\w+', '^a', 'b', '.', '(a)(\\d)?']) {
    const theirs = new RegExp(pattern, 'gu');
    let from = 0;
    for (
      let mine = linearRegex(pattern).exec(text, from);
      mine;
      mine = linearRegex(pattern).exec(text, from)
    ) {
      theirs.lastIndex = from;
      const expected = theirs.exec(text);
      expect([mine.start, mine.match, ...mine.groups]).toEqual([expected?.index, ...(expected ?? [])]);
      from = mine.end;
    }
    theirs.lastIndex = from;
    expect(theirs.exec(text)).toBeNull();
  }
});
