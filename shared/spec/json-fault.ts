/** Says where a text stops being JSON, in the same words on every JavaScript engine. Not recursive. */

export interface JsonFault {
  readonly offset: number;
  readonly message: string;
}

type State = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'comma' | 'done';

const SPACE = /[ \t\n\r]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])/y;
const WORD = /(?:true|false|null)(?!\w)/y;
const ANY_WORD = /[\w.+-]+/y;

/** The first fault of a text that JSON.parse refused. */
export function explainJsonFault(text: string): JsonFault {
  const open: ('{' | '[')[] = [];
  let state: State = 'value';
  let at = matchEnd(SPACE, text, 0);
  while (at < text.length) {
    const char = text.charAt(at);
    if (state === 'done')
      return { offset: at, message: `there is more text after the end: ${quote(text, at)}` };
    const opens = (state === 'value' || state === 'first value') && (char === '{' || char === '[');
    if (opens) {
      open.push(char);
      state = char === '{' ? 'first key' : 'first value';
      at++;
    } else if (closes(state, char, open.at(-1))) {
      open.pop();
      state = open.length > 0 ? 'comma' : 'done';
      at++;
    } else {
      const next = step(text, at, state);
      if (typeof next === 'string') return { offset: at, message: next };
      at = next.at;
      state = next.state === 'comma' && open.length === 0 ? 'done' : afterComma(next.state, open.at(-1));
    }
    at = matchEnd(SPACE, text, at);
  }
  return { offset: text.length, message: endMessage(state, open) };
}

function closes(state: State, char: string, open: '{' | '[' | undefined): boolean {
  if (char === '}') return open === '{' && (state === 'first key' || state === 'comma');
  return char === ']' && open === '[' && (state === 'first value' || state === 'comma');
}

/** After a comma an object goes on with a key; `value` is what a list goes on with. */
function afterComma(state: State, open: '{' | '[' | undefined): State {
  return state === 'first key' ? (open === '{' ? 'key' : 'value') : state;
}

/** The state after one token, or what is wrong with it. `first key` stands for "after a comma" until its place is known. */
function step(
  text: string,
  at: number,
  state: State,
): { readonly at: number; readonly state: State } | string {
  const char = text.charAt(at);
  if (state === 'comma')
    return char === ','
      ? { at: at + 1, state: 'first key' }
      : `a comma or a closing bracket is missing before ${quote(text, at)}`;
  if (state === 'colon')
    return char === ':' ? { at: at + 1, state: 'value' } : `a colon is missing before ${quote(text, at)}`;
  const isKey = state === 'key' || state === 'first key';
  if (char === '"') {
    const end = stringEnd(text, at);
    return end > at ? { at: end, state: isKey ? 'colon' : 'comma' } : stringMessage(text, at);
  }
  if (isKey) return keyMessage(text, at);
  const end = Math.max(matchEnd(NUMBER, text, at), matchEnd(WORD, text, at));
  return end > at ? { at: end, state: 'comma' } : valueMessage(text, at, state);
}

/** Offset after the text that starts at `from`, or `from` when it is none. A loop, because a pattern would need a deep stack. */
function stringEnd(text: string, from: number): number {
  for (let i = from + 1; i < text.length; ) {
    const unit = text.charCodeAt(i);
    if (unit === 0x22) return i + 1;
    const next = unit === 0x5c ? matchEnd(ESCAPE, text, i) : i + 1;
    if (unit < 0x20 || next === i) return from;
    i = next;
  }
  return from;
}

function keyMessage(text: string, at: number): string {
  if (text.charAt(at) === '}') return 'there is a comma too many before "}"';
  return general(text, at) ?? `a key in double quotes is missing before ${quote(text, at)}`;
}

function valueMessage(text: string, at: number, state: State): string {
  const char = text.charAt(at);
  if (char === ']' && state === 'value') return 'there is a comma too many before "]"';
  if (char === ',' || char === '}' || char === ']') return `a value is missing before "${char}"`;
  return general(text, at) ?? `${quote(text, at)} is no JSON value`;
}

function general(text: string, at: number): string | undefined {
  const char = text.charAt(at);
  if (char === '/') return 'comments are not allowed in JSON';
  if (char === "'" || char === '“' || char === '”') return 'text is written in straight double quotes ("…")';
  return undefined;
}

function stringMessage(text: string, at: number): string {
  const lineEnd = text.slice(at + 1).search(/[\n"]/);
  if (lineEnd < 0 || text.charAt(at + 1 + lineEnd) === '\n')
    return 'a text is not closed with a double quote on its line';
  return 'a text holds a character that is written with a backslash, or a backslash that starts no known escape';
}

function endMessage(state: State, open: readonly string[]): string {
  if (state === 'done') return 'the text is no JSON';
  const innermost = open.at(-1);
  return innermost ? `the text ends too early: a "${innermost}" is never closed` : 'the file is empty';
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function quote(text: string, at: number): string {
  const end = matchEnd(ANY_WORD, text, at);
  return JSON.stringify(text.slice(at, Math.min(Math.max(end, at + 1), at + 30)));
}

/** Line and column, both from 1, as editors count them. */
export function lineAndColumn(
  text: string,
  offset: number,
): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) {
    line++;
    start = i + 1;
  }
  return { line, column: offset - start + 1 };
}
