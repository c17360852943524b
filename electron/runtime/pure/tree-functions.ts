/** Metered stand-ins for operators of JSONata that could otherwise do unbounded work inside one step. */
import { limitError, type Meter } from './meter';
import { linearRegex } from './linear-regex';
import { currentMeter } from './evaluation';

const MAX_NESTING = 200;

/** What JSONata throws; turned into a sentence by `expressionError`. */
export interface JsonataFault {
  code: string;
  value?: unknown;
  value2?: unknown;
  position?: number;
  token?: unknown;
}

export function fault(code: string, value?: unknown, position?: number, token?: string): JsonataFault {
  return { code, value, position, token };
}

type Sequence = unknown[] & { sequence?: boolean; outerWrapper?: boolean };

function sequence(...items: unknown[]): Sequence {
  const made: Sequence = items;
  made.sequence = true;
  return made;
}

/** A key's value, never one that is inherited; over an array the values of all its items. */
export function ownLookup(input: unknown, key: unknown): unknown {
  if (Array.isArray(input)) {
    const found = sequence();
    currentMeter().charge(input.length);
    for (const item of input) {
      const value = ownLookup(item, key);
      if (Array.isArray(value)) for (const one of value) found.push(one);
      else if (value !== undefined) found.push(value);
    }
    return found;
  }
  if (typeof input !== 'object' || input === null || typeof key !== 'string') return undefined;
  return Object.hasOwn(input, key) ? (input as Record<string, unknown>)[key] : undefined;
}

export function range(from: unknown, to: unknown): unknown {
  if (from !== undefined && !Number.isInteger(from)) throw fault('T2003', from);
  if (to !== undefined && !Number.isInteger(to)) throw fault('T2004', to);
  if (from === undefined || to === undefined || (from as number) > (to as number)) return undefined;
  const size = (to as number) - (from as number) + 1;
  const meter = currentMeter();
  meter.steps += size;
  if (meter.steps > 50_000)
    throw limitError('steps', `A range of ${size} numbers is more than an expression may make.`);
  const numbers = sequence();
  for (let i = 0; i < size; i++) numbers.push((from as number) + i);
  return numbers;
}

/** JSONata's `=`: false when a side is missing, structural otherwise. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return false;
  return deepEqual(a, b, currentMeter(), 0);
}

export function different(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return false;
  return !deepEqual(a, b, currentMeter(), 0);
}

function deepEqual(a: unknown, b: unknown, meter: Meter, depth: number): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  checkNesting(depth);
  if (Array.isArray(a) && Array.isArray(b)) {
    meter.charge(1 + Math.min(a.length, b.length));
    return a.length === b.length && a.every((item, i) => deepEqual(item, b[i], meter, depth + 1));
  }
  if (Array.isArray(a) || Array.isArray(b)) return false;
  const left = Object.keys(a);
  meter.charge(1 + left.length);
  if (left.length !== Object.keys(b).length) return false;
  const other = b as Record<string, unknown>;
  return left.every(
    (key) =>
      Object.hasOwn(other, key) &&
      deepEqual((a as Record<string, unknown>)[key], other[key], meter, depth + 1),
  );
}

export function wildcard(input: unknown): unknown {
  const found = sequence();
  const source = Array.isArray(input) && (input as Sequence).outerWrapper ? (input[0] as unknown) : input;
  if (typeof source !== 'object' || source === null) return found;
  const meter = currentMeter();
  // keys of an array are its indexes; JSONata's own marks on arrays are not data
  const values: unknown[] = Array.isArray(source) ? source : Object.values(source);
  meter.charge(values.length);
  for (const value of values) {
    if (Array.isArray(value)) flattenInto(value, found, meter, 0);
    else found.push(value);
  }
  return found;
}

function flattenInto(items: readonly unknown[], found: unknown[], meter: Meter, depth: number): void {
  checkNesting(depth);
  meter.charge(1 + items.length);
  for (const item of items) {
    if (Array.isArray(item)) flattenInto(item, found, meter, depth + 1);
    else found.push(item);
  }
}

export function descendants(input: unknown): unknown {
  if (input === undefined) return undefined;
  const found = sequence();
  descend(input, found, currentMeter(), 0);
  return found.length === 1 ? found[0] : found;
}

function descend(input: unknown, found: unknown[], meter: Meter, depth: number): void {
  checkNesting(depth);
  meter.charge(1);
  if (!Array.isArray(input)) found.push(input);
  if (typeof input !== 'object' || input === null) return;
  const values: unknown[] = Array.isArray(input) ? input : Object.values(input);
  for (const value of values) descend(value, found, meter, depth + 1);
}

export function checkNesting(depth: number): void {
  if (depth > MAX_NESTING)
    throw limitError('nesting', `The expression meets data nested deeper than ${MAX_NESTING} levels.`);
}

/** Data is frozen and shared; what JSONata marks in place must be a copy. */
export function copyIfArray(value: unknown): unknown {
  if (!Array.isArray(value) || (value as Sequence).sequence === true) return value;
  currentMeter().charge(value.length);
  return value.slice();
}

interface Match {
  match: string;
  start: number;
  end: number;
  groups: (string | undefined)[];
  next(): Match | undefined;
}

/** A matcher function as JSONata's regular expressions are, on the linear engine. */
export function regexMatcher(
  source: string,
  flags: string,
  position: number,
): (text: unknown) => Match | undefined {
  const regex = linearRegex(source, flags);
  const matchFrom = (text: string, from: number): Match | undefined => {
    const found = regex.exec(text, from);
    const end = found && !regex.looksAhead ? found.end : text.length;
    currentMeter().charge(regex.cost * (1 + ((end - from) >> (regex.looksAhead ? 0 : 1))));
    if (!found) return undefined;
    return {
      match: found.match,
      start: found.start,
      end: found.end,
      groups: [...found.groups],
      next() {
        if (found.end >= text.length) return undefined;
        const next = matchFrom(text, found.end);
        if (next && next.match === '') throw fault('D1004', source, position);
        return next;
      },
    };
  };
  return (text) => (typeof text === 'string' ? matchFrom(text, 0) : undefined);
}
