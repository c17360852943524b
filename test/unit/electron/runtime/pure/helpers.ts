import { createPure } from '../../../../../electron/runtime/pure/create-pure';
import { seededRandom } from '../../../../../shared/base/random';
import type { Json } from '../../../../../shared/base/json';

export const pure = createPure();

export const at = Date.UTC(2024, 1, 29, 12, 30, 0);

export function evaluate(source: string, scope: Record<string, unknown> = {}): Json | undefined {
  return pure.expression(source).evaluate(deepFreeze(scope), { nowMs: at, random: seededRandom('test') });
}

export function failureOf(run: () => unknown): {
  code: string;
  message: string;
  details: Record<string, Json>;
} {
  try {
    run();
  } catch (error) {
    const { code, message, details } = error as {
      code: string;
      message: string;
      details?: Record<string, Json>;
    };
    return { code, message, details: details ?? {} };
  }
  return { code: 'none', message: 'nothing was thrown', details: {} };
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}
