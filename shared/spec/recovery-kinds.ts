/** Which failures a policy may retry and after which the next model is asked: the same for engine, reports and forms. */
import type { FailureKind } from './values';

/** Never retried, whatever a policy says. */
export const NEVER_RETRIED: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'denied',
  'stale_context',
  'conflict',
  'budget',
  'loop_limit',
  'rejected',
  'expired',
  'cancelled',
  'uncertain',
]);

/** Retried where a policy does not say; agents also retry `invalid_output`. */
export const RETRIED_BY_DEFAULT: readonly FailureKind[] = ['timeout', 'rate_limited', 'unavailable'];

/** Kinds after which the next model of a chain is tried. */
export const CHAIN_KINDS: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'timeout',
  'rate_limited',
  'unavailable',
  'circuit_open',
  'invalid_output',
  'low_confidence',
]);
