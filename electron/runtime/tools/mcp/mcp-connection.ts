/** One running client of one MCP server. */
import { createHash } from 'node:crypto';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { canonicalJson } from '../../../../shared/base/jcs';
import type { Json } from '../../../../shared/base/json';
import type { McpServer } from '../../../../shared/spec/parts';
import type { Resolve } from '../http/addresses';
import { mcpFetch } from './mcp-fetch';

const CONNECT_MS = 30_000;
const MAX_PAGES = 50;
const MAX_BUFFER_BYTES = 8 * 1024 * 1024;

export interface ServerStart {
  readonly server: McpServer;
  readonly baseFolder: string;
  readonly resolve: Resolve;
  secret(name: string): Promise<string>;
}

export interface McpConnection {
  readonly client: Client;
  /** What the server was given and must not come back. */
  readonly secrets: readonly string[];
  /** Hash of the definition of every tool the server offers now. */
  tools(): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

export async function connect(start: ServerStart, onClose: () => void): Promise<McpConnection> {
  const secrets: string[] = [];
  const transport = await transportOf(start, secrets);
  const client = new Client({ name: 'baton', version: '1' });
  let known: Promise<ReadonlyMap<string, string>> | undefined;
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
    known = undefined;
  });
  client.onclose = onClose;
  try {
    await client.connect(transport, { timeout: CONNECT_MS });
  } catch (error) {
    await client.close();
    throw error;
  }
  const tools = () => {
    known ??= listTools(client).catch((error: unknown) => {
      known = undefined; // asked again by the next call
      throw error;
    });
    return known;
  };
  return { client, secrets, tools, close: () => client.close() };
}

async function transportOf({ server, ...start }: ServerStart, secrets: string[]): Promise<Transport> {
  const secretOf = async (name: string) => {
    const value = await start.secret(name);
    secrets.push(value);
    return value;
  };
  if (server.transport === 'stdio') {
    const env = getDefaultEnvironment();
    for (const [name, value] of Object.entries(server.env ?? {})) {
      env[name] = typeof value === 'string' ? value : await secretOf(value.secret);
    }
    return new StdioClientTransport({
      command: server.command,
      args: [...(server.args ?? [])],
      env,
      cwd: start.baseFolder,
      stderr: 'ignore', // it may hold secrets, and nobody reads it
      maxBufferSize: MAX_BUFFER_BYTES,
    });
  }
  const url = new URL(server.url);
  const headers: Record<string, string> = {};
  if (server.secret !== undefined) headers['authorization'] = `Bearer ${await secretOf(server.secret)}`;
  return new StreamableHTTPClientTransport(url, {
    requestInit: { headers },
    fetch: mcpFetch(url.host, start.resolve),
  }) as Transport; // its types do not agree with themselves about `undefined`
}

async function listTools(client: Client): Promise<ReadonlyMap<string, string>> {
  const tools = new Map<string, string>();
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await client.listTools(cursor === undefined ? {} : { cursor }, { timeout: CONNECT_MS });
    for (const { name, description = '', inputSchema, outputSchema = null } of answer.tools) {
      const definition = JSON.parse(JSON.stringify({ description, inputSchema, outputSchema })) as Json;
      tools.set(name, createHash('sha256').update(canonicalJson(definition), 'utf8').digest('hex'));
    }
    cursor = answer.nextCursor;
    if (cursor === undefined) break;
  }
  return tools;
}
