import { defineNodeKind } from '../define';
import { mappingWords } from '../words';

export const end = defineNodeKind({
  kind: 'end',
  title: 'End',
  group: 'ends',
  description: 'Where a run ends, and what it gives back.',
  keywords: ['finish', 'result', 'output', 'return', 'stop'],
  shares: ['reads'],
  create: () => ({ node: { kind: 'end' } }),
  summary: (node, _flow, say) => {
    const what =
      node.output === undefined
        ? say('without a result')
        : say('with {keys}', { keys: mappingWords(node.output, say) });
    return node.outcome === 'failed'
      ? say('Ends the run as failed, {what}', { what })
      : say('Ends the run {what}', { what });
  },
  inspector: [
    {
      control: 'mapping',
      path: 'output',
      label: 'Result',
      help: 'What the run gives back. It has to fit the output of the flow.',
    },
    {
      control: 'select',
      path: 'outcome',
      label: 'Counts as',
      fallback: 'completed',
      options: [
        { value: 'completed', label: 'Completed' },
        { value: 'failed', label: 'Failed', help: 'Cancels whatever else is still running in this graph.' },
      ],
    },
  ],
});
