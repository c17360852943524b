import { defineNodeKind } from '../define';

export const parallel = defineNodeKind({
  kind: 'parallel',
  title: 'Parallel',
  group: 'flow',
  description: 'Starts several branches at once. They meet again in one join.',
  keywords: ['fork', 'split', 'fan out', 'concurrent'],
  shares: ['reads'],
  create: () => ({ node: { kind: 'parallel' } }),
  summary: (_node, _flow, say) => say('Starts every branch at once'),
  inspector: [],
});
