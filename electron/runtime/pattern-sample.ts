/** Makes a text that matches a simple regular expression: literals, classes, groups, alternatives and counts. */
import type { Random } from '../../shared/base/random';
import { linearRegex } from './pure/linear-regex';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const CLASSES: Readonly<Record<string, string>> = {
  d: DIGITS,
  w: LOWER + DIGITS,
  s: ' ',
  D: LOWER,
  W: '-',
  S: LOWER,
};
const PLAIN = `${LOWER}${LOWER.toUpperCase()}${DIGITS} -_.`;

/** A matching text; for a pattern beyond these means, the nearest attempt. */
export function samplePattern(pattern: string, random: Random): string {
  const regex = linearRegex(pattern);
  let text = '';
  for (let tries = 0; tries < 20; tries++) {
    text = new Reader(pattern, random).alternatives();
    if (regex.occursIn(text)) return text;
  }
  return text;
}

class Reader {
  private at = 0;

  constructor(
    private readonly pattern: string,
    private readonly random: Random,
  ) {}

  /** Reads up to the end or the closing bracket and gives one of the alternatives. */
  alternatives(): string {
    const options = [''];
    while (this.at < this.pattern.length && this.pattern[this.at] !== ')') {
      if (this.pattern[this.at] === '|') {
        this.at++;
        options.push('');
      } else options[options.length - 1] += this.repeated();
    }
    return options[Math.floor(this.random() * options.length)] ?? '';
  }

  private repeated(): string {
    const start = this.at;
    let text = this.atom();
    const end = this.at;
    const [min, max] = this.count();
    const times = min + Math.floor(this.random() * (Math.min(max, min + 3) - min + 1));
    const after = this.at;
    if (times === 0) text = '';
    for (let i = 1; i < times; i++) {
      // read again, so that each repetition draws its own characters
      this.at = start;
      text += this.atom();
      this.at = Math.max(this.at, end);
    }
    this.at = after;
    return text;
  }

  private atom(): string {
    const char = this.pattern[this.at++] ?? '';
    switch (char) {
      case '^':
      case '$':
        return '';
      case '.':
        return this.oneOf(LOWER);
      case '(':
        return this.group();
      case '[':
        return this.oneOf(this.set());
      case '\\':
        return this.escaped();
      default:
        return char;
    }
  }

  private group(): string {
    const opening = /^\?(?::|P?<\w+>)/.exec(this.pattern.slice(this.at));
    if (opening) this.at += opening[0].length;
    const text = this.alternatives();
    this.at++;
    return text;
  }

  private escaped(): string {
    const char = this.pattern[this.at++] ?? '';
    if (char === 'b' || char === 'B' || char === 'A' || char === 'z') return '';
    if (char === 'n') return '\n';
    if (char === 't') return '\t';
    const set = CLASSES[char];
    return set === undefined ? char : this.oneOf(set);
  }

  private set(): string {
    const isNegated = this.pattern[this.at] === '^';
    if (isNegated) this.at++;
    let members = '';
    for (
      let isFirst = true;
      this.at < this.pattern.length && (isFirst || this.pattern[this.at] !== ']');
      isFirst = false
    )
      members += this.member();
    this.at++;
    if (!isNegated) return members;
    return [...PLAIN].filter((char) => !members.includes(char)).join('') || '~';
  }

  private member(): string {
    let char = this.pattern[this.at++] ?? '';
    if (char === '\\') {
      char = this.pattern[this.at++] ?? '';
      const set = CLASSES[char];
      if (set !== undefined) return set;
    }
    const to = this.pattern[this.at + 1];
    if (this.pattern[this.at] !== '-' || to === undefined || to === ']') return char;
    this.at += 2;
    const [first, last] = [char.charCodeAt(0), to.charCodeAt(0)];
    return Array.from({ length: Math.max(1, Math.min(128, last - first + 1)) }, (_, i) =>
      String.fromCharCode(first + i),
    ).join('');
  }

  private count(): [number, number] {
    const match = /^(?:\*|\+|\?|\{(\d+)(,(\d*))?\})\??/.exec(this.pattern.slice(this.at));
    if (!match) return [1, 1];
    this.at += match[0].length;
    if (match[0].startsWith('*')) return [0, 3];
    if (match[0].startsWith('+')) return [1, 4];
    if (match[0].startsWith('?')) return [0, 1];
    const min = Math.min(Number(match[1]), 1000);
    return [min, match[2] === undefined ? min : match[3] ? Number(match[3]) : min + 3];
  }

  private oneOf(characters: string): string {
    return characters[Math.floor(this.random() * characters.length)] ?? '';
  }
}
