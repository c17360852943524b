/**
 * Counts what an evaluation costs. Limits are counts, never clocks, so a replay gives the same answer on any machine.
 *
 * M1. `steps` are evaluations of a syntax node (50,000), `depth` is how deep they nest (200).
 * M2. `work` is what library functions touch inside one step (10 million array items or groups of 8 characters):
 *     without it a native function handed to another native function would run uncounted.
 */
import { AppError } from '../../../shared/base/app-error';

export const MAX_STEPS = 50_000;
export const MAX_DEPTH = 200;
export const MAX_SOURCE = 16 * 1024;
export const MAX_RESULT = 1024 * 1024;
export const MAX_PAD = 10_000;
const MAX_WORK = 10_000_000;
const MAX_ITEMS = 1_000_000;
const MAX_TEXT = 8 * 1024 * 1024;

export function limitError(limit: string, sentence: string): AppError {
  return new AppError('expr/limit', sentence, {
    details: { limit },
    hint: 'Make the expression smaller, or move the work into a code node.',
  });
}

export class Meter {
  steps = 0;
  depth = 0;
  work = 0;

  enter(): void {
    if (++this.steps > MAX_STEPS)
      throw limitError('steps', `The expression needs more than ${MAX_STEPS} steps.`);
    if (++this.depth > MAX_DEPTH)
      throw limitError('depth', `The expression nests deeper than ${MAX_DEPTH} levels.`);
  }

  leave(): void {
    this.depth--;
  }

  charge(units: number): void {
    this.work += units;
    if (this.work > MAX_WORK) throw limitError('work', 'The expression handles too much data.');
  }

  /** A value somebody made or passed on: its outer size is work, and it may not grow without end. */
  chargeValue(value: unknown): void {
    if (typeof value === 'string') {
      if (value.length > MAX_TEXT) throw limitError('text', 'The expression makes a text longer than 8 MiB.');
      if (value.length > 64) this.charge(value.length >> 3);
    } else if (Array.isArray(value)) {
      if (value.length > MAX_ITEMS)
        throw limitError('items', `The expression makes a list of more than ${MAX_ITEMS} items.`);
      this.charge(value.length);
    }
  }
}
