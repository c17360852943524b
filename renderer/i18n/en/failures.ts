/** What each way to fail is called, on every screen; keys start with `failure.`. */
export const failures = {
  'failure.error': 'Error',
  'failure.timeout': 'Took too long',
  'failure.rate_limited': 'Rate limit reached',
  'failure.unavailable': 'Not available',
  'failure.invalid_output': 'Answer did not fit',
  'failure.low_confidence': 'Not sure enough',
  'failure.denied': 'Not allowed',
  'failure.stale_context': 'State too old',
  'failure.conflict': 'Conflicting writes',
  'failure.budget': 'Budget used up',
  'failure.loop_limit': 'Limit of rounds reached',
  'failure.circuit_open': 'Circuit breaker open',
  'failure.rejected': 'Rejected by a person',
  'failure.expired': 'Deadline passed',
  'failure.cancelled': 'Cancelled',
  'failure.uncertain': 'Outcome unknown',
} as const satisfies Record<string, string>;
