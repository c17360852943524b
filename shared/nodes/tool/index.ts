import { defineNodeKind } from '../define';
import { mappingWords } from '../words';

export const tool = defineNodeKind({
  kind: 'tool',
  title: 'Tool',
  group: 'work',
  description: 'Calls one tool with arguments you choose: a service, a database, a file, an MCP server.',
  keywords: ['http', 'api', 'mcp', 'sql', 'database', 'file', 'call', 'action'],
  shares: ['reads', 'writes', 'policy', 'retry', 'gate', 'compensate', 'disabled'],
  create: (flow) => {
    const have = Object.keys(flow.tools ?? {})[0];
    if (have !== undefined) return { node: { kind: 'tool', tool: have } };
    return {
      node: { kind: 'tool', tool: 'tool' },
      parts: {
        tools: {
          tool: {
            kind: 'code',
            description: 'Describe what this tool does',
            input: { type: 'object', properties: {} },
            effect: 'read',
            source: 'return args;',
          },
        },
      },
    };
  },
  summary: (node, flow) => {
    const called = flow.tools?.[node.tool];
    if (!called) return `Calls the unknown tool “${node.tool}”`;
    const how = { read: '', idempotent: ' · may repeat safely', once: ' · happens once' }[called.effect];
    return node.args === undefined
      ? `Calls ${node.tool}${how}`
      : `Calls ${node.tool} with ${mappingWords(node.args)}${how}`;
  },
  inspector: [
    { control: 'ref', to: 'tool', path: 'tool', label: 'Tool', required: true },
    {
      control: 'mapping',
      path: 'args',
      label: 'Arguments',
      help: 'Checked against what the tool takes before it is called.',
    },
  ],
});
