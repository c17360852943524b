/**
 * Templates: text with `{{ expression }}` holes.
 *
 * T1. A hole ends at the first `}}` that stands outside strings ("…", '…', `…`) and outside brackets opened in the hole.
 * T2. `\{{` is the literal text `{{`.
 * T3. Parsing is total and linear: a hole that never ends is reported and the rest of the text is literal.
 * T4. What an expression gives is printed once and never looked at again.
 */
import type { Json } from '../base/json';

export type TemplatePart =
  | { readonly type: 'literal'; readonly text: string }
  /** `start` and `end` are the offsets of `source` in the template. */
  | { readonly type: 'hole'; readonly source: string; readonly start: number; readonly end: number };

export interface ParsedTemplate {
  readonly parts: readonly TemplatePart[];
  /** What is wrong with the template itself; the expressions are not looked at. */
  readonly problems: readonly { readonly offset: number; readonly message: string }[];
}

const OPEN = '{{';
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The literal texts and holes of a template, in order. */
export function parseTemplate(text: string): ParsedTemplate {
  const parts: TemplatePart[] = [];
  const problems: { offset: number; message: string }[] = [];
  let literal = '';
  let at = 0;
  for (let open = text.indexOf(OPEN); open >= 0; open = text.indexOf(OPEN, at)) {
    if (open > at && text[open - 1] === '\\') {
      literal += text.slice(at, open - 1) + OPEN;
      at = open + OPEN.length;
      continue;
    }
    const close = holeEnd(text, open + OPEN.length);
    if (close < 0) {
      problems.push({ offset: open, message: 'a hole opened with "{{" is never closed with "}}"' });
      break;
    }
    literal += text.slice(at, open);
    if (literal) parts.push({ type: 'literal', text: literal });
    literal = '';
    const hole = trimmed(text, open + OPEN.length, close);
    if (!hole.source) problems.push({ offset: open, message: 'a hole "{{ }}" has no expression in it' });
    parts.push(hole);
    at = close + 2;
  }
  literal += text.slice(at);
  if (literal) parts.push({ type: 'literal', text: literal });
  return { parts, problems };
}

function trimmed(text: string, from: number, to: number): TemplatePart & { type: 'hole' } {
  const raw = text.slice(from, to);
  const source = raw.trim();
  const start = from + (raw.length - raw.trimStart().length);
  return { type: 'hole', source, start, end: start + source.length };
}

/** Offset of the `}}` that ends the hole whose inside starts at `from`, or -1. */
function holeEnd(text: string, from: number): number {
  const open: string[] = [];
  for (let i = from; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '"' || char === "'" || char === '`') {
      i = stringEnd(text, i);
      if (i < 0) return -1;
      continue;
    }
    const closing = CLOSING[char];
    if (closing !== undefined) open.push(closing);
    else if (open.length > 0 && char === open[open.length - 1]) open.pop();
    else if (open.length === 0 && char === '}' && text.charAt(i + 1) === '}') return i;
  }
  return -1;
}

/** Offset of the quote that ends the string which starts at `from`, or -1. Backslash escapes, except in a name. */
function stringEnd(text: string, from: number): number {
  const quote = text.charAt(from);
  for (let i = from + 1; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '\\' && quote !== '`') i++;
    else if (char === quote) return i;
  }
  return -1;
}

/** Fills a template. `evaluate` is asked for each hole in order; undefined and null print nothing. */
export function renderTemplate(
  template: ParsedTemplate,
  evaluate: (source: string) => Json | undefined,
): string {
  let text = '';
  for (const part of template.parts)
    text += part.type === 'literal' ? part.text : printValue(evaluate(part.source));
  return text;
}

/** A value as text: nothing for missing and null, strings as they are, everything else as compact JSON. */
export function printValue(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
