/** The built-in tools that look at texts. All patterns have bounded repetitions: their cost grows with the text alone. */
import type { Json } from '../../../shared/base/json';
import { amountsIn, datesIn, emailsIn, phonesIn, urlsIn } from '../models/builtin/extract';

export function extractFacts(text: string): Json {
  const amounts = amountsIn(text).sort((a, b) => a.start - b.start);
  return {
    emails: distinct(emailsIn(text).map((found) => found.value)),
    urls: distinct(urlsIn(text).map((found) => found.value)),
    money: amounts.flatMap(({ value, text: words }) =>
      value.currency === undefined ? [] : [{ amount: value.amount, currency: value.currency, text: words }],
    ),
    dates: distinct(datesIn(text).map((found) => found.value)),
    numbers: amounts.filter(({ value }) => value.currency === undefined).map(({ value }) => value.amount),
  };
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

const CARD = /(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/g;

/** People's addresses, telephone numbers and card numbers, replaced where they stand. */
export function redact(text: string, mark: string): Json {
  const cards = [...text.matchAll(CARD)]
    .filter((match) => isCardNumber(match[0]))
    .map((match) => ({ start: match.index, end: match.index + match[0].length }));
  const found = [...emailsIn(text), ...cards, ...phonesIn(text)].sort((a, b) => a.start - b.start);
  let clean = '';
  let at = 0;
  let replaced = 0;
  for (const { start, end } of found) {
    if (start >= at) {
      clean += text.slice(at, start) + mark;
      replaced++;
    }
    at = Math.max(at, end);
  }
  return { text: clean + text.slice(at), replaced };
}

/** Luhn's check digit. */
function isCardNumber(text: string): boolean {
  const digits = [...text.replace(/\D/g, '')].reverse().map(Number);
  const sum = digits.reduce((total, digit, i) => {
    const doubled = digit * 2;
    return total + (i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

/** Best first: between paragraphs, lines, sentences, words. */
const CUTS = ['\n\n', '\n', '. ', ' '] as const;

export function splitText(text: string, maxLength: number): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > maxLength) {
    const cut = cutBefore(rest, maxLength);
    const part = rest.slice(0, cut).trimEnd();
    if (part !== '') parts.push(part);
    rest = rest.slice(cut).trimStart();
  }
  if (rest !== '') parts.push(rest);
  return parts;
}

function cutBefore(text: string, maxLength: number): number {
  const window = text.slice(0, maxLength + 1);
  for (const mark of CUTS) {
    const at = window.lastIndexOf(mark);
    const end = at + (mark === '. ' ? 1 : 0);
    if (at > 0 && end <= maxLength && end * 2 >= maxLength) return end;
  }
  const space = window.lastIndexOf(' ');
  if (space > 0) return space;
  // Not between the halves of one character.
  const unit = text.charCodeAt(maxLength - 1);
  return unit >= 0xd800 && unit < 0xdc00 && maxLength > 1 ? maxLength - 1 : maxLength;
}
