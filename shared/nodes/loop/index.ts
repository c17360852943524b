import { defineNodeKind } from '../define';
import { clip, emptyBody } from '../words';

export const loop = defineNodeKind({
  kind: 'loop',
  title: 'Loop',
  group: 'flow',
  description: 'Repeats its steps while a condition holds, at most as often as you allow.',
  keywords: ['repeat', 'while', 'until', 'iterate', 'refine'],
  shares: ['reads', 'writes', 'policy', 'budget', 'disabled'],
  create: (_flow, taken) => ({
    node: { kind: 'loop', while: 'iteration <= 3', maxIterations: 3, body: emptyBody(taken) },
  }),
  summary: (node, _flow, say) =>
    say('While {condition} · at most {count}×', {
      condition: clip(node.while, 36),
      count: node.maxIterations,
    }),
  inspector: [
    {
      control: 'expression',
      path: 'while',
      label: 'While',
      required: true,
      help: 'Asked before each pass. “last” is what the pass before gave, “iteration” counts from 1.',
    },
    {
      control: 'number',
      path: 'maxIterations',
      label: 'At most',
      min: 1,
      step: 1,
      unit: 'passes',
      required: true,
    },
    { control: 'body', path: 'body', label: 'Steps of a pass' },
  ],
});
