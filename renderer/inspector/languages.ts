/** Colours for the two small languages of a flow. JSONata and templates are simple enough for a stream of tokens. */
import { HighlightStyle, StreamLanguage, type StringStream, syntaxHighlighting } from '@codemirror/language';
import { tags } from '@lezer/highlight';

function expressionToken(stream: StringStream): string | null {
  if (stream.eatSpace()) return null;
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'(?:[^'\\]|\\.)*'?/)) return 'string';
  if (stream.match(/^\/\*.*?(?:\*\/|$)/)) return 'comment';
  if (stream.match(/^\d+(?:\.\d+)?/)) return 'number';
  if (stream.match(/^\$\w+/)) return 'keyword';
  if (stream.match(/^(?:and|or|in|true|false|null|function)\b/)) return 'keyword';
  if (
    stream.match(
      /^(?:input|context|steps|handoff|item|index|iteration|last|output|error|run|args|branches|messages)\b/,
    )
  )
    return 'variableName';
  if (stream.match(/^[A-Za-z_]\w*/)) return 'propertyName';
  stream.next();
  return 'operator';
}

export const expressionLanguage = StreamLanguage.define({ name: 'expression', token: expressionToken });

interface TemplateState {
  inHole: boolean;
}

export const templateLanguage = StreamLanguage.define<TemplateState>({
  name: 'template',
  startState: () => ({ inHole: false }),
  token(stream, state) {
    if (state.inHole) {
      if (stream.match('}}')) {
        state.inHole = false;
        return 'bracket';
      }
      return expressionToken(stream);
    }
    if (stream.match('\\{{')) return null;
    if (stream.match('{{')) {
      state.inHole = true;
      return 'bracket';
    }
    stream.next();
    while (!stream.eol() && stream.peek() !== '{' && stream.peek() !== '\\') stream.next();
    return null;
  },
});

export const highlighting = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.string, color: 'var(--b-green-fg)' },
    { tag: tags.number, color: 'var(--b-blue-fg)' },
    { tag: tags.bool, color: 'var(--b-blue-fg)' },
    { tag: tags.null, color: 'var(--b-text-3)' },
    { tag: tags.keyword, color: 'var(--b-violet-fg)' },
    { tag: tags.variableName, color: 'var(--b-accent-text)', fontWeight: '500' },
    { tag: tags.propertyName, color: 'var(--b-text)' },
    { tag: tags.comment, color: 'var(--b-text-3)', fontStyle: 'italic' },
    { tag: tags.bracket, color: 'var(--b-violet-fg)', fontWeight: '600' },
  ]),
);
