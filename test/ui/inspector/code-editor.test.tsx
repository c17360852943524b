/** Nothing that is typed into a code field is lost, however late the document answers. */
import { act, fireEvent, render, screen } from '@testing-library/react';
import { EditorView } from '@codemirror/view';
import { expect, test, vi } from 'vitest';
import { CodeEditor } from '../../../renderer/inspector/code-editor';

const field = () => screen.getByRole('textbox', { name: 'Task' });
const view = () => EditorView.findFromDOM(field()) as EditorView;

function typeAtEnd(text: string): void {
  act(() => view().dispatch({ changes: { from: view().state.doc.length, insert: text } }));
}

test('what is typed while the document still answers for the text before stays', () => {
  const onChange = vi.fn<(text: string) => void>();
  const editor = (value: string) => (
    <CodeEditor label="Task" language="template" value={value} onChange={onChange} />
  );
  const { rerender } = render(editor('a'));
  typeAtEnd('b');
  fireEvent.blur(field());
  expect(onChange).toHaveBeenLastCalledWith('ab');
  typeAtEnd('c');
  rerender(editor('ab'));
  expect(view().state.doc.toString()).toBe('abc');
  fireEvent.blur(field());
  expect(onChange).toHaveBeenLastCalledWith('abc');
});

test('a text from elsewhere takes its place, also one that stood there before', () => {
  const editor = (value: string) => (
    <CodeEditor label="Task" language="template" value={value} onChange={() => undefined} />
  );
  const { rerender } = render(editor('a'));
  for (const text of ['ab', 'a', 'ab']) {
    rerender(editor(text));
    expect(view().state.doc.toString()).toBe(text);
  }
});
