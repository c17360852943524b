import { defineNodeKind } from '../define';
import { clip, mappingWords } from '../words';

export const code = defineNodeKind({
  kind: 'code',
  title: 'Code',
  group: 'work',
  description: 'Runs a little JavaScript in a sandbox without network, files or clock.',
  keywords: ['javascript', 'script', 'function', 'compute'],
  shares: ['reads', 'writes', 'policy', 'retry', 'gate', 'compensate', 'disabled'],
  create: () => ({ node: { kind: 'code', source: 'return args;' } }),
  summary: (node, _flow, say) => {
    const first =
      node.source.split('\n').find((line) => line.trim() !== '' && !line.trim().startsWith('//')) ?? '';
    return node.args === undefined
      ? clip(first, 50)
      : say('From {keys} · {code}', { keys: mappingWords(node.args, say), code: clip(first, 30) });
  },
  inspector: [
    {
      control: 'code',
      path: 'source',
      label: 'JavaScript',
      required: true,
      help: 'The body of a function of “args”. What it returns is the output.',
    },
    { control: 'mapping', path: 'args', label: 'Arguments' },
    { control: 'schema', path: 'output', section: 'result', label: 'Shape of the result' },
  ],
});
