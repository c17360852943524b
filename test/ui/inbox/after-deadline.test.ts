import { expect, test } from 'vitest';
import { afterDeadline } from '../../../renderer/inbox/after-deadline';
import type { Flow } from '../../../shared/spec/flow';

const flow = {
  format: 'baton.flow/1',
  id: 'f',
  name: 'F',
  version: '1.0.0',
  onFailure: { do: 'compensate' },
  nodes: {
    start: { kind: 'start' },
    ask: { kind: 'human', mode: 'approve', title: 'Ship?', deadline: 'PT2H' },
    later: { kind: 'end', name: 'Later' },
    done: { kind: 'end' },
  },
  edges: [
    { from: 'start', port: 'next', to: 'ask' },
    { from: 'ask', port: 'approved', to: 'done' },
  ],
} as unknown as Flow; // as a file holds it
const choices = [
  { port: 'approved', label: 'Approve' },
  { port: 'rejected', label: 'Reject' },
];

test('a deadline that chooses says what it chooses', () => {
  expect(afterDeadline({ choices, node: 'ask', onDeadline: 'rejected' }, flow)).toBe(
    'then it is decided by itself: Reject',
  );
});

test('a deadline with a way out says where that leads', () => {
  const drawn = { ...flow, edges: [...flow.edges, { from: 'ask', port: 'expired', to: 'later' }] };
  expect(afterDeadline({ choices, node: 'ask' }, drawn)).toBe('then it goes on to “Later” by itself');
});

test('a deadline without a way out is a failure, and says where that ends', () => {
  expect(afterDeadline({ choices, node: 'ask' }, flow)).toBe(
    'then it fails: what was done is undone, then the run fails',
  );
});

test('without the flow only the way out is known', () => {
  expect(afterDeadline({ choices, node: 'ask' }, undefined)).toBe('then the run goes on by “expired”');
});
