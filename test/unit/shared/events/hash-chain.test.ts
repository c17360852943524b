import { expect, test } from 'vitest';
import { canonicalJson } from '../../../../shared/base/jcs';
import { type ChainLink, chainText } from '../../../../shared/events/hash-chain';

const link: ChainLink = { runId: 'r"1', seq: 3, type: 'step.started', at: 1_763_720_000_000, dataHash: 'ab' };

test.each<[string, ChainLink]>([
  ['the first event of a run', link],
  ['an event of a step', { ...link, step: 'orders[3]/é\n\u2028"', prevHash: 'cd' }],
  ['an event of an attempt', { ...link, step: 'a', attempt: 2, prevHash: 'cd' }],
])('the hashed text of %s is its RFC 8785 form', (_what, value) => {
  expect(chainText(value)).toBe(canonicalJson(value));
});
