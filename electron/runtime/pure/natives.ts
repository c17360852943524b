/**
 * The library functions an expression may call: JSONata's own behind a meter, and replacements for those that read the
 * clock, draw random numbers, or can do unbounded work.
 */
import { canonicalJson } from '../../../shared/base/jcs';
import { currentEnv, currentMeter } from './evaluation';
import { defineGlobal, globals, libraryFunction } from './jsonata-engine';
import { limitError, MAX_PAD } from './meter';
import { checkNesting, fault, ownLookup } from './tree-functions';

type Native = (this: unknown, ...args: unknown[]) => unknown;
type Callable = { apply(self: unknown, args: unknown[]): unknown };

/** Every function the library defines and we only meter, with its signature. */
const METERED: Readonly<Record<string, string>> = {
  sum: '<a<n>:n>',
  count: '<a:n>',
  average: '<a<n>:n>',
  substring: '<s-nn?:s>',
  substringBefore: '<s-s:s>',
  substringAfter: '<s-s:s>',
  lowercase: '<s-:s>',
  uppercase: '<s-:s>',
  length: '<s-:n>',
  trim: '<s-:s>',
  match: '<s-f<s:o>n?:a<o>>',
  contains: '<s-(sf):b>',
  split: '<s-(sf)n?:a<s>>',
  formatNumber: '<n-so?:s>',
  formatBase: '<n-n?:s>',
  formatInteger: '<n-s:s>',
  parseInteger: '<s-s:n>',
  number: '<(nsb)-:n>',
  floor: '<n-:n>',
  ceil: '<n-:n>',
  round: '<n-n?:n>',
  abs: '<n-:n>',
  sqrt: '<n-:n>',
  power: '<n-n:n>',
  boolean: '<x-:b>',
  not: '<x-:b>',
  map: '<af>',
  zip: '<a+>',
  filter: '<af>',
  single: '<af?>',
  reduce: '<afj?:j>',
  sift: '<o-f?:o>',
  keys: '<x-:a<s>>',
  append: '<xx:a>',
  exists: '<x:b>',
  spread: '<x-:a<o>>',
  merge: '<a<o>:o>',
  reverse: '<a:a>',
  each: '<o-f:a>',
  error: '<s?:x>',
  assert: '<bs?:x>',
  type: '<x:s>',
  base64encode: '<s-:s>',
  base64decode: '<s-:s>',
  encodeUrlComponent: '<s-:s>',
  encodeUrl: '<s-:s>',
  decodeUrlComponent: '<s-:s>',
  decodeUrl: '<s-:s>',
  toMillis: '<s-s?:n>',
  fromMillis: '<n-s?s?:s>',
};

const MAX_PICTURE = 256;
const PICTURES: Readonly<Record<string, number>> = {
  formatNumber: 1,
  formatInteger: 1,
  parseInteger: 1,
  toMillis: 1,
  fromMillis: 1,
};

export function installNatives(): void {
  const original: Record<string, Native> = {};
  const names = [...Object.keys(METERED), 'string', 'clone', 'replace', 'join', 'pad'];
  for (const name of names) original[name] = libraryFunction(name).implementation as unknown as Native;
  for (const [name, signature] of Object.entries(METERED)) {
    defineGlobal(name, metered(name, original[name] as Native), signature);
  }
  installTexts(original as Record<'string' | 'clone' | 'replace' | 'join' | 'pad', Native>);
  installLists();
  installRecorded(original['fromMillis'] as Native);
  globals.bind('eval', undefined);
}

/** Same parameter names and count as the original: JSONata reads both from the function's text. */
function metered(name: string, original: Native): (...args: never[]) => unknown {
  const call = (self: unknown, args: unknown[]): unknown => {
    const meter = currentMeter();
    meter.charge(1);
    for (const arg of args) meter.chargeValue(arg);
    const at = PICTURES[name];
    if (at !== undefined) checkPicture(name, args[0], args[at]);
    return settle(original.apply(self, args));
  };
  // a function's `length` is its arity for JSONata's higher-order functions
  if (original.length === 0) {
    return function (this: unknown, ...args: unknown[]) {
      return call(this, args);
    };
  }
  if (original.length === 1) {
    return function (this: unknown, arg: unknown) {
      return call(this, [arg]);
    };
  }
  if (original.length === 2) {
    return function (this: unknown, arg: unknown, other: unknown) {
      return call(this, [arg, other]);
    };
  }
  return function (this: unknown, arg: unknown, other: unknown, third: unknown) {
    return call(this, [arg, other, third]);
  };
}

/** A native may be a generator; its end result is what has to be charged. */
function settle(result: unknown): unknown {
  if (isIterator(result)) return settleLater(result);
  currentMeter().chargeValue(result);
  return result;
}

function* settleLater(running: Generator<unknown, unknown, unknown>): Generator<unknown, unknown, unknown> {
  const result = yield* running;
  currentMeter().chargeValue(result);
  return result;
}

function isIterator(value: unknown): value is Generator<unknown, unknown, unknown> {
  return (
    typeof value === 'object' && value !== null && Symbol.iterator in value && 'next' in value && typeof value.next === 'function'
  );
}

function checkPicture(name: string, value: unknown, picture: unknown): void {
  if (typeof picture !== 'string') return;
  if (picture.length > MAX_PICTURE || (/\d{6}|,\D*\d{4}/.test(picture) && name !== 'formatNumber')) {
    throw limitError('picture', `The picture of $${name} is too long or asks for too many characters.`);
  }
  if (/^[iI]/.test(picture) && typeof value === 'number' && Math.abs(value) > 100_000) {
    throw limitError('picture', `${value} is too large for Roman numerals.`);
  }
  if (name === 'toMillis') checkParsePicture(value, picture);
  if (name === 'parseInteger' && typeof value === 'string' && value.length > 1024) {
    throw limitError('picture', 'The text given to $parseInteger is too long.');
  }
}

/** Parsing by picture runs a backtracking pattern: parts of open width must be kept apart by something. */
function checkParsePicture(text: unknown, picture: string): void {
  const parts = picture.match(/\[[^\]]*\]|[^[]+/g) ?? [];
  let loose = 0;
  let apart = true;
  for (const part of parts) {
    if (!part.startsWith('[')) {
      apart = /[^A-Za-z0-9]/.test(part);
      continue;
    }
    const fixed = /0\d/.test(part);
    if ((!apart && !fixed) || /[wW]/.test(part.slice(2))) loose++;
    apart = false;
  }
  if (loose > 2 || (typeof text === 'string' && text.length > 128)) {
    throw limitError(
      'picture',
      'The picture of $toMillis leaves too many ways to read the text: put a separator between its parts.',
    );
  }
}

function installTexts(original: Record<'string' | 'clone' | 'replace' | 'join' | 'pad', Native>): void {
  defineGlobal(
    'pad',
    function (str: unknown, width: unknown, char: unknown) {
      if (typeof width === 'number' && !(Math.abs(width) <= MAX_PAD)) {
        throw limitError('pad', `$pad makes texts of at most ${MAX_PAD} characters.`);
      }
      return settle(original.pad(str, width, char));
    },
    '<s-ns?:s>',
  );
  // one parameter: `$map(list, $string)` must not hand the index over as `prettify`
  defineGlobal(
    'string',
    function (this: unknown, arg: unknown) {
      chargeTree(arg, 0);
      // eslint-disable-next-line prefer-rest-params
      return settle(original.string(arg, arguments[1] === true));
    },
    '<x-b?:s>',
  );
  defineGlobal(
    'clone',
    function (arg: unknown) {
      chargeTree(arg, 0);
      return settle(original.clone(arg));
    },
    '<(oa)-:o>',
  );
  defineGlobal(
    'join',
    function (strs: unknown, separator: unknown) {
      if (Array.isArray(strs)) {
        const between = typeof separator === 'string' ? separator.length : 0;
        currentMeter().charge(strs.length);
        chargeText(strs.reduce<number>((sum, text) => sum + String(text).length + between, 0));
      }
      return settle(original.join(strs, separator));
    },
    '<a<s>s?:s>',
  );
  defineGlobal(
    'replace',
    function (this: unknown, str: unknown, pattern: unknown, replacement: unknown, limit: unknown) {
      return settle(
        original.replace.call(this, str, meteredPattern(str, pattern, replacement), meteredReplacement(replacement), limit),
      );
    },
    '<s-(sf)(sf)n?:s>',
  );
}

/** Charges for a text before it is made, so that one too long never is. */
function chargeText(length: number): void {
  currentMeter().charge(length >> 3);
  if (length > 8 * 1024 * 1024) throw limitError('text', 'The expression makes a text longer than 8 MiB.');
}

function meteredPattern(str: unknown, pattern: unknown, replacement: unknown): unknown {
  const length = typeof replacement === 'string' ? replacement.length : 0;
  const holes = typeof replacement === 'string' ? replacement.split('$').length - 1 : 0;
  if (typeof str === 'string') currentMeter().chargeValue(str);
  if (typeof pattern === 'string') {
    if (typeof str === 'string' && pattern !== '') chargeText((str.split(pattern).length - 1) * length);
    return pattern;
  }
  const call = pattern as Callable | undefined;
  if (typeof call?.apply !== 'function') return pattern;
  let total = 0;
  const watch = (run: Callable): Callable & { (): unknown } => {
    const watched = function* (this: unknown, ...args: unknown[]): Generator<unknown, unknown, unknown> {
      const found = run.apply(this, args);
      const match = isIterator(found) ? yield* found : found;
      if (typeof match !== 'object' || match === null) return match;
      const { match: text, next } = match as {
        match?: unknown;
        next?: unknown;
      };
      total += length + holes * (typeof text === 'string' ? text.length : 0);
      chargeText(total);
      return typeof next === 'function' ? { ...match, next: watch(next as unknown as Callable) } : match;
    };
    return watched as unknown as Callable & { (): unknown };
  };
  return watch(call);
}

function meteredReplacement(replacement: unknown): unknown {
  const call = replacement as Callable | undefined;
  if (typeof replacement === 'string' || typeof call?.apply !== 'function') return replacement;
  let total = 0;
  return function* (this: unknown, ...args: unknown[]): Generator<unknown, unknown, unknown> {
    const made = call.apply(this, args);
    const text = isIterator(made) ? yield* made : made;
    if (typeof text === 'string') chargeText((total += text.length));
    return text;
  };
}

/** Walks a value as its JSON text would, so that shared parts count as often as they would be written. */
function chargeTree(value: unknown, depth: number): void {
  checkNesting(depth);
  const meter = currentMeter();
  meter.charge(1);
  if (typeof value === 'string') meter.chargeValue(value);
  if (typeof value !== 'object' || value === null || isFunctionValue(value)) return;
  for (const member of Object.values(value)) chargeTree(member, depth + 1);
}

export function isFunctionValue(value: unknown): boolean {
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null) return false;
  const marks = value as {
    _jsonata_function?: unknown;
    _jsonata_lambda?: unknown;
  };
  return marks._jsonata_function === true || marks._jsonata_lambda === true;
}

function installLists(): void {
  defineGlobal(
    'lookup',
    function (input: unknown, key: unknown) {
      return settle(ownLookup(input, key));
    },
    '<x-s:x>',
  );
  // Math.max.apply overflows the stack for long lists
  defineGlobal(
    'max',
    function (args: unknown) {
      return extreme(args, (a, b) => a > b);
    },
    '<a<n>:n>',
  );
  defineGlobal(
    'min',
    function (args: unknown) {
      return extreme(args, (a, b) => a < b);
    },
    '<a<n>:n>',
  );
  defineGlobal(
    'sort',
    function (arr: unknown, comparator: unknown) {
      return settle(sorted(arr, comparator as Callable | undefined));
    },
    '<af?:a>',
  );
  defineGlobal(
    'distinct',
    function (arr: unknown) {
      return settle(distinct(arr));
    },
    '<x:x>',
  );
  defineGlobal(
    'shuffle',
    function (arr: unknown) {
      return settle(shuffled(arr));
    },
    '<a:a>',
  );
}

function extreme(args: unknown, better: (a: number, b: number) => boolean): number | undefined {
  if (!Array.isArray(args) || args.length === 0) return undefined;
  currentMeter().charge(args.length);
  return (args as number[]).reduce((best, number) => (better(number, best) ? number : best));
}

/** Stable merge sort; the library's own nests one call per item and so depends on the size of the stack. */
function* sorted(arr: unknown, comparator: Callable | undefined): Generator<unknown, unknown, unknown> {
  if (!Array.isArray(arr) || arr.length <= 1) return arr;
  currentMeter().charge(arr.length * Math.ceil(Math.log2(arr.length)));
  if (!comparator) {
    const kinds = new Set(arr.map((item) => typeof item));
    if (kinds.size > 1 || !(kinds.has('number') || kinds.has('string'))) throw fault('D3070');
  }
  const isAfter = function* (a: unknown, b: unknown): Generator<unknown, boolean, unknown> {
    if (!comparator) return (a as number) > (b as number);
    const verdict = comparator.apply(undefined, [a, b]);
    return Boolean(isIterator(verdict) ? yield* verdict : verdict);
  };
  return yield* mergeSort(arr as unknown[], isAfter);
}

type IsAfter = (a: unknown, b: unknown) => Generator<unknown, boolean, unknown>;

function* mergeSort(items: readonly unknown[], isAfter: IsAfter): Generator<unknown, unknown[], unknown> {
  if (items.length <= 1) return [...items];
  const middle = Math.floor(items.length / 2);
  const left = yield* mergeSort(items.slice(0, middle), isAfter);
  const right = yield* mergeSort(items.slice(middle), isAfter);
  const merged: unknown[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length) merged.push((yield* isAfter(left[l], right[r])) ? right[r++] : left[l++]);
  while (l < left.length) merged.push(left[l++]);
  while (r < right.length) merged.push(right[r++]);
  return merged;
}

function distinct(arr: unknown): unknown {
  if (!Array.isArray(arr) || arr.length <= 1) return arr;
  const seen = new Set<string>();
  const kept: unknown[] & { sequence?: boolean } = [];
  if ((arr as { sequence?: boolean }).sequence === true) kept.sequence = true;
  for (const item of arr as unknown[]) {
    chargeTree(item, 0);
    const key =
      typeof item === 'number' && !Number.isFinite(item)
        ? `${item}`
        : isFunctionValue(item)
          ? `f${seen.size}`
          : canonicalJson(item);
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(item);
  }
  return kept;
}

function shuffled(arr: unknown): unknown {
  if (!Array.isArray(arr) || arr.length <= 1) return arr;
  const random = currentEnv().random;
  const result: unknown[] = Array.from({ length: arr.length });
  for (let i = 0; i < arr.length; i++) {
    const j = Math.floor(random() * (i + 1));
    if (i !== j) result[i] = result[j];
    result[j] = arr[i];
  }
  return result;
}

function installRecorded(fromMillis: Native): void {
  defineGlobal(
    'now',
    function (picture: unknown, timezone: unknown) {
      checkPicture('fromMillis', undefined, picture);
      return fromMillis.call(undefined, currentEnv().nowMs, picture, timezone);
    },
    '<s?s?:s>',
  );
  defineGlobal('millis', () => currentEnv().nowMs, '<:n>');
  defineGlobal('random', () => currentEnv().random(), '<:n>');
}
