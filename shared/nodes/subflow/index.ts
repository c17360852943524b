import { defineNodeKind } from '../define';
import { emptyBody, freeName, mappingWords } from '../words';

export const subflow = defineNodeKind({
  kind: 'subflow',
  title: 'Subflow',
  group: 'teams',
  description: 'Runs a named part of this flow that several places can share.',
  keywords: ['call', 'reuse', 'group', 'module', 'component'],
  shares: ['reads', 'writes', 'policy', 'budget', 'compensate', 'disabled'],
  create: (flow, taken) => {
    const have = Object.keys(flow.subflows ?? {})[0];
    if (have !== undefined) return { node: { kind: 'subflow', flow: have } };
    const name = freeName('part', flow.subflows);
    return { node: { kind: 'subflow', flow: name }, parts: { subflows: { [name]: emptyBody(taken) } } };
  },
  summary: (node, _flow, say) =>
    node.input === undefined
      ? say('Runs {name}', { name: node.flow })
      : say('Runs {name} with {keys}', { name: node.flow, keys: mappingWords(node.input, say) }),
  inspector: [
    { control: 'ref', to: 'subflow', path: 'flow', label: 'Subflow', required: true },
    {
      control: 'mapping',
      path: 'input',
      label: 'Input',
      help: 'All the subflow sees of this flow, besides shared state.',
    },
    { control: 'body', path: 'flow', label: 'Steps of the subflow' },
  ],
});
