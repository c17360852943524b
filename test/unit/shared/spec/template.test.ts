import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTemplate, printValue, renderTemplate } from '../../../../shared/spec/template';

const sources = (text: string) =>
  parseTemplate(text).parts.flatMap((part) => (part.type === 'hole' ? [part.source] : []));

describe('parseTemplate', () => {
  test('splits text and holes and says where the expressions stand', () => {
    expect(parseTemplate('Hi {{ input.name }}!')).toEqual({
      parts: [
        { type: 'literal', text: 'Hi ' },
        { type: 'hole', source: 'input.name', start: 6, end: 16 },
        { type: 'literal', text: '!' },
      ],
      problems: [],
    });
  });

  test('an empty text has no parts', () => expect(parseTemplate('').parts).toEqual([]));

  test('a hole does not end inside strings, names or brackets', () => {
    expect(sources('{{ "}}" }}')).toEqual(['"}}"']);
    expect(sources("{{ 'a\\'}}' }}")).toEqual(["'a\\'}}'"]);
    expect(sources('{{ `a}}` }}')).toEqual(['`a}}`']);
    expect(sources('{{ {"a": {"b": 1}} }}')).toEqual(['{"a": {"b": 1}}']);
    expect(sources('{{ [{"a":{}}] }}x')).toEqual(['[{"a":{}}]']);
    expect(sources('{{ ({"a":{}}) }}')).toEqual(['({"a":{}})']);
  });

  test('a closing bracket that was never opened does not matter', () =>
    expect(sources('{{ a) } }}')).toEqual(['a) }']));

  test('a backslash before the braces makes them literal', () => {
    expect(parseTemplate('a \\{{ b }} {{ c }}').parts).toEqual([
      { type: 'literal', text: 'a {{ b }} ' },
      { type: 'hole', source: 'c', start: 14, end: 15 },
    ]);
  });

  test('an open hole is reported and the rest is literal', () => {
    for (const text of ['a {{ b', 'a {{ "b }}', 'a {{ (b }}', 'a {{ `b }}']) {
      const parsed = parseTemplate(text);
      expect(parsed.parts).toEqual([{ type: 'literal', text }]);
      expect(parsed.problems).toEqual([
        { offset: 2, message: 'a hole opened with "{{" is never closed with "}}"' },
      ]);
    }
  });

  test('an empty hole is reported', () => {
    expect(parseTemplate('{{  }}').problems).toEqual([
      { offset: 0, message: 'a hole "{{ }}" has no expression in it' },
    ]);
  });

  test('any text is parsed, and the offsets lead to the sources', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '\\',
      '"',
      "'",
      '`',
      '{',
      '}',
      '(',
      ')',
      '[',
      ']',
      'a',
      ' ',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        for (const part of parseTemplate(text).parts) {
          expect(
            part.type === 'hole' ? text.slice(part.start, part.end) === part.source : part.text !== '',
          ).toBe(true);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('a megabyte of opened holes takes no time', () => {
    const startedAt = performance.now();
    parseTemplate('{{ ('.repeat(250_000));
    parseTemplate('\\{{ '.repeat(250_000));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

describe('renderTemplate', () => {
  test('prints nothing for missing and null, strings as they are and the rest as compact JSON', () => {
    const values: Record<string, unknown> = { s: 'x {{ s }}', n: null, o: { a: [1, true] } };
    const rendered = renderTemplate(
      parseTemplate('<{{s}}|{{n}}|{{missing}}|{{o}}>'),
      (source) => values[source] as never,
    );
    expect(rendered).toBe('<x {{ s }}|||{"a":[1,true]}>');
  });

  test('prints numbers and booleans', () =>
    expect([printValue(0), printValue(false)]).toEqual(['0', 'false']));
});
