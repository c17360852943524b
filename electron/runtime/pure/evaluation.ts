/** What the evaluation under way may know and use. Evaluating is synchronous, so there is only ever one. */
import type { ExpressionEnv } from '../../../shared/ports/pure';
import { Meter } from './meter';

export interface Evaluation {
  readonly meter: Meter;
  readonly env: ExpressionEnv;
}

const idle: Evaluation = {
  meter: new Meter(),
  env: { nowMs: 0, random: () => 0 },
};
let current = idle;

export function currentMeter(): Meter {
  return current.meter;
}

export function currentEnv(): ExpressionEnv {
  return current.env;
}

export function withEvaluation<T>(env: ExpressionEnv, run: () => T): T {
  const before = current;
  current = { meter: new Meter(), env };
  try {
    return run();
  } finally {
    current = before;
  }
}
