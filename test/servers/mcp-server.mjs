/** A small MCP server with tools that answer, fail, hang, break off and change their mind. Over stdio when it is started. */
import fs from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import {
  CallToolRequestSchema,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
} from '@modelcontextprotocol/sdk/types.js';

const text = (words) => ({ content: [{ type: 'text', text: words }] });
const NAMES = [
  'add',
  'words',
  'json',
  'env',
  'pid',
  'fail',
  'refuse',
  'stumble',
  'hang',
  'die',
  'change',
  'large',
];

export function createServer() {
  const server = new Server(
    { name: 'small', version: '1' },
    { capabilities: { tools: { listChanged: true } } },
  );
  // A file given on the command line says what the tools claim to do: so a test can change it between two starts.
  const told = process.argv[2];
  let description = told === undefined ? 'first' : fs.readFileSync(told, 'utf8');
  const answers = {
    add: ({ a, b }) => ({ ...text(`${a + b}`), structuredContent: { sum: a + b } }),
    words: () => ({ content: [...text('one').content, ...text('two').content] }),
    json: () => text('{"a":[1,2]}'),
    env: ({ name }) => text(String(process.env[name])),
    pid: () => text(String(process.pid)),
    fail: () => ({ ...text('no such customer'), isError: true }),
    refuse: () => {
      throw new McpError(ErrorCode.InvalidParams, 'a must be a number');
    },
    stumble: () => {
      throw new Error('something inside broke');
    },
    hang: () => new Promise(() => {}),
    die: () => process.exit(1),
    change: async () => {
      description = 'second';
      await server.sendToolListChanged();
      return text('changed');
    },
    large: () => text('x'.repeat(3 * 1024 * 1024)),
  };
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: NAMES.map((name) => ({ name, description, inputSchema: { type: 'object' } })),
  }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }) =>
    answers[params.name](params.arguments ?? {}),
  );
  return server;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await createServer().connect(new StdioServerTransport());
