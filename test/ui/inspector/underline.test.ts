import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { expect, test } from 'vitest';
import { spansOf, underline, underlining } from '../../../renderer/inspector/underline';

function underlined(text: string, message: string): readonly string[] {
  return spansOf(text, [{ message }]).map(({ from, to }) => text.slice(from, to));
}

test('the name that is read is underlined, in the expression the message quotes', () => {
  const text = 'Sort {{ steps.triag.output }} of {{ input.steps.triag }} and {{ steps.triage }}';
  const message =
    'In node "resolve", the expression “steps.triag.output” reads "steps.triag", but there is no such step.';
  expect(underlined(text, message)).toEqual(['steps.triag']);
  expect(spansOf(text, [{ message }])[0]?.from).toBe(text.indexOf('steps.triag'));
});

test('an expression that cannot be read is underlined as a whole, over its lines', () => {
  const message = 'The expression “$sum(items .price” cannot be read: it ends too early.';
  expect(underlined('{{ $sum(items\n  .price }} of it', message)).toEqual(['$sum(items\n  .price']);
});

test('a quotation that was cut is underlined to the end of its line', () => {
  expect(underlined('aaa bbb ccc\nddd', 'The expression “aaa b…” cannot be read.')).toEqual(['aaa bbb ccc']);
});

test('a problem that quotes nothing underlines the text, and an empty text has nothing to underline', () => {
  expect(underlined('input.text ', 'This cannot be.')).toEqual(['input.text']);
  expect(underlined('  ', 'This cannot be.')).toEqual([]);
});

test('an editor draws the problems with their sentence, and no longer when they are mended', () => {
  const view = new EditorView({ state: EditorState.create({ doc: 'input.x', extensions: underlining }) });
  underline(view, [{ message: 'The expression “input.x” reads "input.x", but it is not there.' }]);
  expect(view.dom.querySelector('.cm-fault')?.getAttribute('title')).toContain('not there');
  underline(view, []);
  expect(view.dom.querySelector('.cm-fault')).toBeNull();
  view.destroy();
});
