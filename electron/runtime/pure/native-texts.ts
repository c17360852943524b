/** Texts are what grows fastest: these functions charge for a text before it is made. */
import { currentMeter } from './evaluation';
import { defineGlobal } from './jsonata-engine';
import { limitError, MAX_PAD } from './meter';
import { type Callable, chargeTree, isIterator, type Native, settle } from './native-calls';

export function installTexts(
  original: Record<'string' | 'clone' | 'replace' | 'join' | 'pad', Native>,
): void {
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
        original.replace.call(
          this,
          str,
          meteredPattern(str, pattern, replacement),
          meteredReplacement(replacement),
          limit,
        ),
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
