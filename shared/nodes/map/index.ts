import { defineNodeKind } from '../define';
import { clip, emptyBody } from '../words';

export const map = defineNodeKind({
  kind: 'map',
  title: 'Map',
  group: 'flow',
  description: 'Does the same steps for every item of a list, several at a time.',
  keywords: ['for each', 'list', 'items', 'batch', 'iterate'],
  shares: ['reads', 'writes', 'policy', 'budget', 'disabled'],
  create: (_flow, taken) => ({ node: { kind: 'map', items: 'input.items', body: emptyBody(taken) } }),
  summary: (node, _flow, say) =>
    say('For each of {items} · {count} at a time', {
      items: clip(node.items, 40),
      count: node.concurrency ?? 4,
    }),
  inspector: [
    {
      control: 'expression',
      path: 'items',
      label: 'Items',
      required: true,
      placeholder: 'input.items',
      help: 'A list. Inside, the current one is “item”, its place “index”.',
    },
    { control: 'body', path: 'body', label: 'Steps for each item' },
    {
      control: 'number',
      path: 'concurrency',
      label: 'At a time',
      min: 1,
      step: 1,
      fallback: 4,
      section: 'limits',
    },
    {
      control: 'select',
      path: 'onItemFailure',
      section: 'failure',
      label: 'When an item fails',
      fallback: 'fail',
      options: [
        { value: 'fail', label: 'Start no more and fail' },
        { value: 'skip', label: 'Leave it out' },
        { value: 'collect', label: 'Keep the error in the result' },
      ],
    },
  ],
});
