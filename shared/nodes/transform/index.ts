import { defineNodeKind } from '../define';
import { mappingWords } from '../words';

export const transform = defineNodeKind({
  kind: 'transform',
  title: 'Transform',
  group: 'work',
  description: 'Builds a value from others with expressions; no model, no cost.',
  keywords: ['map', 'set', 'format', 'json', 'jsonata', 'reshape', 'merge'],
  shares: ['reads', 'writes', 'disabled'],
  create: () => ({ node: { kind: 'transform', output: {} } }),
  summary: (node, _flow, say) => say('Makes {keys}', { keys: mappingWords(node.output, say) }),
  inspector: [{ control: 'mapping', path: 'output', label: 'Result', required: true }],
});
