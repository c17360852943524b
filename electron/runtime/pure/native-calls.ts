/** What native functions share: charging for what they are given and what they make. */
import { currentMeter } from './evaluation';
import { checkNesting } from './tree-functions';

export type Native = (this: unknown, ...args: unknown[]) => unknown;
export type Callable = { apply(self: unknown, args: unknown[]): unknown };

/** A native may be a generator; its end result is what has to be charged. */
export function settle(result: unknown): unknown {
  if (isIterator(result)) return settleLater(result);
  currentMeter().chargeValue(result);
  return result;
}

function* settleLater(running: Generator<unknown, unknown, unknown>): Generator<unknown, unknown, unknown> {
  const result = yield* running;
  currentMeter().chargeValue(result);
  return result;
}

export function isIterator(value: unknown): value is Generator<unknown, unknown, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Symbol.iterator in value &&
    'next' in value &&
    typeof value.next === 'function'
  );
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

/** Walks a value as its JSON text would, so that shared parts count as often as they would be written. */
export function chargeTree(value: unknown, depth: number): void {
  checkNesting(depth);
  const meter = currentMeter();
  meter.charge(1);
  if (typeof value === 'string') meter.chargeValue(value);
  if (typeof value !== 'object' || value === null || isFunctionValue(value)) return;
  for (const member of Object.values(value)) chargeTree(member, depth + 1);
}
