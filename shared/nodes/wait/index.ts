import { defineNodeKind } from '../define';
import { clip, durationOr } from '../words';

export const wait = defineNodeKind({
  kind: 'wait',
  title: 'Wait',
  group: 'flow',
  description: 'Goes on after a length of time, or at a point in time.',
  keywords: ['delay', 'sleep', 'timer', 'schedule', 'pause'],
  shares: ['reads', 'writes', 'disabled'],
  create: () => ({ node: { kind: 'wait', for: 'PT1M' } }),
  summary: (node) => {
    if (node.for !== undefined) return `Waits ${durationOr(node.for, '')}`;
    return node.until === undefined
      ? 'Waits for a time that is not set'
      : `Waits until ${clip(node.until, 40)}`;
  },
  inspector: [{ control: 'wait', path: 'for', label: 'Waits' }],
});
