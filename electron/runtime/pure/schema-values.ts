/** Comparisons and texts for schema checks. */
import { canonicalJson } from '../../../shared/base/jcs';

export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

export function typeOf(value: unknown): JsonType | undefined {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const type = typeof value;
  return type === 'boolean' || type === 'number' || type === 'string' || type === 'object' ? type : undefined;
}

/** How a value is compared: equal values have equal keys, whatever the order of their members. */
export function identityOf(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return canonicalJson(value);
}

export function show(value: unknown): string {
  if (typeof value === 'string') return value.length > 60 ? `"${value.slice(0, 57)}..."` : `"${value}"`;
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? `a list of ${value.length}` : 'an object';
}

/** "billing, technical, other": choices as a person would list them. */
export function showChoices(choices: readonly unknown[]): string {
  const shown = choices
    .slice(0, 12)
    .map((choice) => (typeof choice === 'string' && choice !== '' ? choice : JSON.stringify(choice)));
  return choices.length > 12 ? `${shown.join(', ')} and ${choices.length - 12} more` : shown.join(', ');
}

/** Exact for decimals: 0.3 is a multiple of 0.1. */
export function isMultipleOf(value: number, divisor: number): boolean {
  if (!Number.isFinite(value)) return false;
  const [a, aExponent] = decimal(value);
  const [b, bExponent] = decimal(divisor);
  const shift = aExponent - bExponent;
  return shift >= 0 ? (a * 10n ** BigInt(shift)) % b === 0n : a % (b * 10n ** BigInt(-shift)) === 0n;
}

function decimal(value: number): [bigint, number] {
  const [digits = '0', exponent = '0'] = Math.abs(value).toString().split('e');
  const [whole = '0', fraction = ''] = digits.split('.');
  return [BigInt(whole + fraction), Number(exponent) - fraction.length];
}

export function characters(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit <= 0xdbff) {
      const next = text.charCodeAt(i + 1);
      if (next >= 0xdc00 && next <= 0xdfff) i++;
    }
    count++;
  }
  return count;
}
