/** Turns what JSONata throws into our error, with sentences that never print more than a glimpse of the data. */
import { AppError } from '../../../shared/base/app-error';
import type { JsonObject } from '../../../shared/base/json';

interface Fault {
  readonly code?: unknown;
  readonly position?: unknown;
  readonly token?: unknown;
  readonly value?: unknown;
  readonly value2?: unknown;
  readonly message?: unknown;
  readonly index?: unknown;
}

const SENTENCES: Readonly<Record<string, string>> = {
  S0101: 'A text is not closed by its quote.',
  S0102: 'The number {token} is out of range.',
  S0103: 'The escape sequence \\{token} is not known.',
  S0104: '\\u must be followed by four hexadecimal digits.',
  S0105: 'A quoted name is not closed by its back-quote.',
  S0106: 'A comment is not closed.',
  S0201: 'There is something unexpected at {token}.',
  S0202: 'Expected {value}, found {token}.',
  S0203: 'Expected {value} before the end.',
  S0204: 'The operator {token} is not known.',
  S0207: 'The expression ends too early.',
  S0211: '{token} cannot stand before a value.',
  S0212: 'The left side of := must be a variable, for example $x.',
  S0301: 'A regular expression may not be empty.',
  S0302: 'A regular expression is not closed by /.',
  D1001: '{value} is out of the range of numbers.',
  D1002: '{value} is no number and cannot be negated.',
  D1004: 'The regular expression matches an empty text, which would never end.',
  D1009: 'Two keys of an object are both {value}.',
  D2014: 'A range is too long.',
  T0410: 'Argument {index} of ${token} is not of the kind this function takes.',
  T0411: 'The current value is not of the kind ${token} takes as argument {index}.',
  T0412: 'Argument {index} of ${token} must be a list of values of one kind.',
  T1003: 'A key of an object must be a text, found {value}.',
  T1005: '{token} is no function; did you mean ${token}?',
  T1006: '{token} is no function.',
  T2001: 'The left side of {token} must be a number, found {value}.',
  T2002: 'The right side of {token} must be a number, found {value}.',
  T2003: 'The left side of .. must be a whole number, found {value}.',
  T2004: 'The right side of .. must be a whole number, found {value}.',
  T2006: 'The right side of ~> must be a function.',
  T2007: '{value} and {value2} cannot be put in order: they are of different kinds.',
  T2008: 'Only numbers and texts can be put in order, found {value}.',
  T2009: '{value} and {value2} cannot be compared by {token}: they are of different kinds.',
  T2010: 'Only numbers and texts can be compared by {token}, found {value}.',
  T2011: 'The update of a transform must be an object, found {value}.',
  D3001: 'A number that is not finite has no text.',
  D3030: '{value} cannot be read as a number.',
  D3050: 'The function given to $reduce needs two parameters.',
  D3060: '$sqrt cannot take the root of the negative number {value}.',
  D3061: 'The power is too large for a number.',
  D3070: '$sort without a comparing function takes a list of numbers or a list of texts.',
  D3110: '{value} is no ISO 8601 time.',
  D3137: '{message}',
  D3138: '$single found more than one match.',
  D3139: '$single found no match.',
  D3141: '{message}',
};

/** A short, shallow picture of a value for a sentence. */
export function glimpse(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 40 ? `${value.slice(0, 37)}...` : value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'function' ? 'a function' : 'an object';
}

export function expressionError(thrown: unknown, source: string): AppError {
  if (thrown instanceof AppError) return withSource(thrown, source);
  if (thrown instanceof RangeError) {
    return new AppError('expr/limit', 'The expression nests too deeply or makes too much.', {
      details: { limit: 'stack', source: shown(source) },
    });
  }
  const fault = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Fault;
  if (thrown instanceof SyntaxError) {
    return new AppError('expr/failed', `A regular expression in ${shown(source)} cannot be read.`, {
      details: { reason: 'regex', source: shown(source) },
    });
  }
  const code = typeof fault.code === 'string' ? fault.code : undefined;
  const details: Record<string, string | number> = {
    reason: code?.startsWith('S') ? 'syntax' : 'evaluation',
    source: shown(source),
  };
  if (code) details['jsonata'] = code;
  if (typeof fault.position === 'number') details['position'] = fault.position;
  return new AppError('expr/failed', sentence(code, fault), {
    details: details satisfies JsonObject,
  });
}

function sentence(code: string | undefined, fault: Fault): string {
  const template = code === undefined ? undefined : SENTENCES[code];
  if (template === undefined) return `The expression cannot be evaluated${code ? ` (JSONata ${code})` : ''}.`;
  return template.replace(/\{(token|value2|value|message|index)\}/g, (_, part: keyof Fault) => {
    const value = fault[part];
    if (part === 'message' && typeof value === 'string') return value.slice(0, 500);
    if (part === 'token') return typeof value === 'string' ? value.slice(0, 40) : 'this value';
    return glimpse(value);
  });
}

function withSource(error: AppError, source: string): AppError {
  const details =
    typeof error.details === 'object' && error.details !== null && !Array.isArray(error.details)
      ? error.details
      : {};
  return new AppError(error.code, error.message, {
    details: { ...(details as JsonObject), source: shown(source) },
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error,
  });
}

function shown(source: string): string {
  return source.length > 120 ? `${source.slice(0, 117)}...` : source;
}
