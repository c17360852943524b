import { expect, test } from 'vitest';
import { previewFork } from '../../../../electron/runtime/fork';
import type { RunEvent } from '../../../../shared/events/event';

const started = (step: string, tool: string, effect: string) => ({
  type: 'tool.started',
  step,
  data: { tool, effect },
});

test('effects that a fork would have again are those of its own steps, not the undoing of its parent', () => {
  const events = [
    { type: 'step.committed', step: 'start', data: {} },
    started('look', 'search', 'read'),
    started('pay', 'pay', 'idempotent'),
    started('pay~undo', 'refund', 'idempotent'),
  ];
  // Only these members are read.
  expect(previewFork(events as unknown as readonly RunEvent[], 1)).toEqual({
    seq: 1,
    reused: ['start'],
    effectsAgain: [{ step: 'pay', tool: 'pay', effect: 'idempotent' }],
  });
});
