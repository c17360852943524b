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
  summary: (node) => `Makes ${mappingWords(node.output)}`,
  inspector: [{ control: 'mapping', path: 'output', label: 'Result', required: true }],
});
