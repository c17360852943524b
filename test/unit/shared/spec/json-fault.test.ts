import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainJsonFault, lineAndColumn } from '../../../../shared/spec/json-fault';

const fault = (text: string) => {
  const { offset, message } = explainJsonFault(text);
  return `${offset}: ${message}`;
};

describe('explainJsonFault', () => {
  test.each([
    ['', '0: the file is empty'],
    [' \n', '2: the file is empty'],
    ['{"a":1', '6: the text ends too early: a "{" is never closed'],
    ['[1,', '3: the text ends too early: a "[" is never closed'],
    ['{"a":1,}', '7: there is a comma too many before "}"'],
    ['[1,]', '3: there is a comma too many before "]"'],
    ['[1 2]', '3: a comma or a closing bracket is missing before "2"'],
    ['{"a" 1}', '5: a colon is missing before "1"'],
    ['{"a":}', '5: a value is missing before "}"'],
    ['[,]', '1: a value is missing before ","'],
    ['{a:1}', '1: a key in double quotes is missing before "a"'],
    ["{'a':1}", '1: text is written in straight double quotes ("…")'],
    ['[“a”]', '1: text is written in straight double quotes ("…")'],
    ['[NaN]', '1: "NaN" is no JSON value'],
    ['[01]', '1: "01" is no JSON value'],
    ['[1.]', '1: "1." is no JSON value'],
    ['[truely]', '1: "truely" is no JSON value'],
    ['// hi\n{}', '0: comments are not allowed in JSON'],
    ['{} x', '3: there is more text after the end: "x"'],
    ['["a\n"]', '1: a text is not closed with a double quote on its line'],
    ['["a', '1: a text is not closed with a double quote on its line'],
    [
      '["a\\q"]',
      '1: a text holds a character that is written with a backslash, or a backslash that starts no known escape',
    ],
    ['[}', '1: a value is missing before "}"'],
    ['{"a":1]', '6: a comma or a closing bracket is missing before "]"'],
    ['[1', '2: the text ends too early: a "[" is never closed'],
    ['"', '0: a text is not closed with a double quote on its line'],
    ['{"a":1}', '7: the text is no JSON'],
    ['[{"a":[]},"b",null]', '19: the text is no JSON'],
  ])('%j', (text, expected) => expect(fault(text)).toBe(expected));

  test('finds a fault exactly where JSON.parse does, in any text', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"\\u00e9"',
      '1',
      '-0.5e3',
      'true',
      'null',
      ' ',
      '\n',
      '"',
      'x',
      '-',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        expect(explainJsonFault(text).message === 'the text is no JSON').toBe(parses(text));
      }),
      { seed: 3, numRuns: 3_000 },
    );
  });

  test('finds none in any JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(explainJsonFault(text).message).toBe('the text is no JSON');
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  test('long tokens do not overflow the stack', () => {
    expect(fault(`["${'\\n'.repeat(1_000_000)}`)).toContain('not closed');
    expect(fault(`[${'1'.repeat(2_000_000)}x`)).toMatch(/is no JSON value$/);
  });
});

test('lines and columns count from 1', () => {
  expect(lineAndColumn('ab\ncd', 4)).toEqual({ line: 2, column: 2 });
  expect(lineAndColumn('', 0)).toEqual({ line: 1, column: 1 });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
