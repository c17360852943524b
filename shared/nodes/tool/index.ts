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
  summary: (node, flow, say) => {
    const called = flow.tools?.[node.tool];
    const name = node.tool;
    if (!called) return say('Calls the unknown tool “{name}”', { name });
    const what =
      node.args === undefined
        ? say('Calls {name}', { name })
        : say('Calls {name} with {keys}', { name, keys: mappingWords(node.args, say) });
    return {
      read: what,
      idempotent: say('{what} · may repeat safely', { what }),
      once: say('{what} · happens once', { what }),
    }[called.effect];
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
