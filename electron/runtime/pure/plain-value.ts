/** Turns the raw result of an expression into plain JSON of bounded size. */
import { AppError } from '../../../shared/base/app-error';
import type { Json } from '../../../shared/base/json';
import { isFunctionValue } from './native-calls';
import { limitError, MAX_RESULT } from './meter';

const MAX_NESTING = 200;

/** @throws AppError `expr/failed` for a function or a number JSON cannot hold, `expr/limit` for more than 1 MiB. */
export function plainValue(value: unknown): Json | undefined {
  if (value === undefined) return undefined;
  return new Copier().copy(value, 0);
}

class Copier {
  private size = 0;

  copy(value: unknown, depth: number): Json {
    switch (typeof value) {
      case 'string':
        this.grow(value.length + 2);
        return value;
      case 'number':
        return this.number(value);
      case 'boolean':
        this.grow(5);
        return value;
      case 'object':
        return value === null ? this.nothing() : this.structure(value, depth);
      default:
        throw functionResult();
    }
  }

  private nothing(): null {
    this.grow(4);
    return null;
  }

  private number(value: number): number {
    if (!Number.isFinite(value)) {
      throw new AppError('expr/failed', 'The result is no finite number (perhaps a division by zero).', {
        details: { reason: 'number' },
      });
    }
    this.grow(8);
    return value === 0 ? 0 : value; // JSON has no negative zero
  }

  private structure(value: object, depth: number): Json {
    if (depth > MAX_NESTING)
      throw limitError('nesting', `The result nests deeper than ${MAX_NESTING} levels.`);
    if (Array.isArray(value)) {
      this.grow(2 + value.length);
      return value.map((item: unknown) => (item === undefined ? this.nothing() : this.copy(item, depth + 1)));
    }
    if (isFunctionValue(value)) throw functionResult();
    return this.object(value as Record<string, unknown>, depth);
  }

  private object(value: Record<string, unknown>, depth: number): Json {
    const copy: Record<string, Json> = {};
    this.grow(2);
    for (const key of Object.keys(value)) {
      const member = value[key];
      if (member === undefined) continue;
      this.grow(key.length + 4);
      const copied = this.copy(member, depth + 1);
      if (key === '__proto__')
        Object.defineProperty(copy, key, {
          value: copied,
          enumerable: true,
          writable: true,
          configurable: true,
        });
      else copy[key] = copied;
    }
    return copy;
  }

  private grow(by: number): void {
    this.size += by;
    if (this.size > MAX_RESULT)
      throw limitError('result', 'The result of the expression is larger than 1 MiB.');
  }
}

export function functionResult(): AppError {
  return new AppError('expr/failed', 'The result is a function, not a value. Did you forget to call it?', {
    details: { reason: 'function' },
  });
}

/** Truth as JSONata's `$boolean` has it; missing is false. */
export function truthOf(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(truthOf);
  if (typeof value === 'number') {
    if (value === Infinity || value === -Infinity)
      throw new AppError('expr/failed', 'A number is out of range.', {
        details: { reason: 'number' },
      });
    return value !== 0 && !Number.isNaN(value);
  }
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return typeof value === 'string' ? value.length > 0 : value === true;
}
