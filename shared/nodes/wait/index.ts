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
  summary: (node, _flow, say) => {
    if (node.for !== undefined) return say('Waits {time}', { time: durationOr(node.for, '') });
    return node.until === undefined
      ? say('Waits for a time that is not set')
      : say('Waits until {moment}', { moment: clip(node.until, 40) });
  },
  inspector: [{ control: 'wait', path: 'for', label: 'Waits' }],
});
