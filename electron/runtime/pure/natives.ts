/**
 * The library functions an expression may call: JSONata's own behind a meter, and replacements for those that read the
 * clock, draw random numbers, or can do unbounded work.
 */
import { canonicalJson } from '../../../shared/base/jcs';
import { currentEnv, currentMeter } from './evaluation';
import { defineGlobal, globals, libraryFunction } from './jsonata-engine';
import { type Callable, chargeTree, isFunctionValue, isIterator, type Native, settle } from './native-calls';
import { checkPicture } from './native-pictures';
import { installTexts } from './native-texts';
import { fault, ownLookup } from './tree-functions';

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
    // what a date does not say is filled in from the library's clock: here the recorded one
    const place = name === 'toMillis' ? { environment: { timestamp: new Date(currentEnv().nowMs) } } : self;
    return settle(original.apply(place, name === 'toMillis' ? [inUtc(args[0], args[1]), args[1]] : args));
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

/** A time without a zone would be read in the zone of the machine; here it is UTC on every machine. */
function inUtc(text: unknown, picture: unknown): unknown {
  if (typeof text !== 'string' || picture !== undefined) return text;
  return /T[\d:.]+$/.test(text) ? `${text}Z` : text;
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
  while (l < left.length && r < right.length)
    merged.push((yield* isAfter(left[l], right[r])) ? right[r++] : left[l++]);
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
