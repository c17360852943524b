/** Regular expressions from flow documents run on RE2: matching time grows with the text, whatever the pattern is. */
import { RE2JS } from 're2js';
import { AppError } from '../../../shared/base/app-error';

const MAX_PATTERN = 4096;
const MAX_PROGRAM = 10_000;
const CACHE_SIZE = 500;

export interface LinearRegex {
  /** Work of trying one character, for the meter. */
  readonly cost: number;
  /** Whether a match may only be settled by reading far behind its end, as in `a|b.*c`. */
  readonly looksAhead: boolean;
  /** Whether the pattern occurs anywhere in the text. */
  occursIn(text: string): boolean;
  exec(text: string, from: number): LinearMatch | undefined;
}
export interface LinearMatch {
  readonly match: string;
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
}

const cache = new Map<string, LinearRegex>();

/** @throws AppError `expr/failed` with `details.reason: 'regex'` when RE2 cannot express the pattern. */
export function linearRegex(pattern: string, flags = ''): LinearRegex {
  const key = `${flags}/${pattern}`;
  const known = cache.get(key);
  if (known) return known;
  const made = compile(pattern, flags);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(key, made);
  return made;
}

function compile(pattern: string, flags: string): LinearRegex {
  if (pattern.length > MAX_PATTERN) throw refusal(pattern, 'it is too long');
  const re = parse(pattern, flags);
  const size = re.programSize();
  if (size > MAX_PROGRAM) throw refusal(pattern, 'it is too large');
  return {
    cost: Math.max(1, Math.ceil(size / 64)),
    looksAhead: looksAhead(pattern),
    occursIn: (text) => re.matcher(text).find(),
    exec(text, from) {
      const matcher = re.matcher(text);
      if (from > text.length || !matcher.find(from)) return undefined;
      const groups: (string | undefined)[] = [];
      for (let i = 1; i <= matcher.groupCount(); i++) groups.push(matcher.group(i) ?? undefined);
      return {
        match: matcher.group(0) ?? '',
        start: matcher.start(0),
        end: matcher.end(0),
        groups,
      };
    },
  };
}

/** Conservative: only patterns whose open repeats stand at the very end of an alternative are known not to. */
function looksAhead(pattern: string): boolean {
  let depth = 0;
  let isOpen = false;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern.charAt(i);
    const isRepeat = char === '*' || char === '+' || /^\{\d+,\}/.test(pattern.slice(i, i + 12));
    if (char === '|' && depth === 0) isOpen = false;
    else if (isRepeat) isOpen = true;
    else if (
      isOpen &&
      !(char === ')' || char === '?' || char === '$' || char === '}' || char === ',' || /\d/.test(char))
    )
      return true;
    else if (isOpen && (char === ',' || /\d/.test(char)) && !/\{\d*,?$/.test(pattern.slice(0, i)))
      return true;
    if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === '\\') i++;
    else if (char === '[') i = classEnd(pattern, i);
  }
  return false;
}

function classEnd(pattern: string, start: number): number {
  for (let i = start + 1; i < pattern.length; i++) {
    if (pattern.charAt(i) === '\\') i++;
    else if (pattern.charAt(i) === ']' && i > start + 1) return i;
  }
  return pattern.length;
}

function parse(pattern: string, flags: string): RE2JS {
  let bits = 0;
  if (flags.includes('i')) bits |= RE2JS.CASE_INSENSITIVE;
  if (flags.includes('m')) bits |= RE2JS.MULTILINE;
  if (flags.includes('s')) bits |= RE2JS.DOTALL;
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern), bits);
  } catch (cause) {
    throw refusal(pattern, cause instanceof Error ? cause.message : 'it cannot be read', cause);
  }
}

function refusal(pattern: string, why: string, cause?: unknown): AppError {
  const shown = pattern.length > 80 ? `${pattern.slice(0, 77)}...` : pattern;
  return new AppError('expr/failed', `The regular expression /${shown}/ cannot be used: ${why}.`, {
    details: { reason: 'regex', pattern: shown },
    hint: 'Back-references and possessive repeats are not available, because they can take for ever.',
    ...(cause === undefined ? {} : { cause }),
  });
}
