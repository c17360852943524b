/**
 * Tools of kind `mcp`.
 *
 * M1. A server is started at its first call and kept until the runtime closes; one that ended is started again.
 * M2. A tool whose definition changed since it was first used under a grant is not called: what was agreed to is no longer
 *     what it is. The flow is asked about again.
 */
import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CallToolResultSchema, ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { isJsonObject, type Json } from '../../../../shared/base/json';
import type { CallContext, Grants, ToolInvocation } from '../../../../shared/ports/calls';
import type { Pure } from '../../../../shared/ports/pure';
import type { McpServer, Tool } from '../../../../shared/spec/parts';
import { argsWithKey } from '../args-scope';
import { requireHost, requireMcpServer, requireSecret } from '../granted';
import { hideSecrets, hideSecretsIn } from '../hide-secrets';
import type { Resolve } from '../http/addresses';
import { reasonOf } from '../http/exchange';
import { type Attempt, badArguments, CallError, type Failure, refuse } from '../outcome';
import type { AgreedTools } from './agreed-tools';
import { connect, type McpConnection } from './mcp-connection';

type McpTool = Tool & { kind: 'mcp' };

/** Longer than any call: the call's own time ends it first. */
const NO_LIMIT_MS = 2 ** 31 - 1;
const MAX_RESULT = 2 * 1024 * 1024;

export class McpServers {
  private readonly open = new Map<string, Promise<McpConnection>>();
  private readonly pure: Pure;
  private readonly resolve: Resolve;
  private readonly agreed: AgreedTools;

  constructor(pure: Pure, resolve: Resolve, agreed: AgreedTools) {
    this.pure = pure;
    this.resolve = resolve;
    this.agreed = agreed;
  }

  async call(tool: McpTool, call: ToolInvocation, context: CallContext, attempt: Attempt): Promise<Json> {
    const server = call.mcpServer;
    if (!server) throw refuse('error', 'tool/failed', `The flow has no MCP server "${tool.server}".`);
    checkGrants(tool.server, server, context);
    const args = argsWithKey(call);
    if (!isJsonObject(args)) throw badArguments(`Tool "${call.toolName}" takes an object of arguments.`);
    const key = JSON.stringify([tool.server, server, context.grants.baseFolder]);
    const connection = await this.connected(key, tool.server, server, context);
    try {
      await this.checkDefinition(server, tool, connection, context.grants);
      attempt.signal.throwIfAborted();
      attempt.markSent();
      const request = { method: 'tools/call' as const, params: { name: tool.name, arguments: { ...args } } };
      const options = { signal: attempt.signal, timeout: NO_LIMIT_MS };
      const result = await connection.client.request(request, CallToolResultSchema, options);
      return hideSecretsIn(this.valueOf(tool, call, result), connection.secrets);
    } catch (error) {
      throw new CallError(readable(this.failureOf(error, key, tool, attempt), connection.secrets));
    }
  }

  async close(): Promise<void> {
    const open = [...this.open.values()];
    this.open.clear();
    const connections = await Promise.allSettled(open);
    await Promise.allSettled(
      connections.map((each) => (each.status === 'fulfilled' ? each.value.close() : undefined)),
    );
  }

  private async connected(
    key: string,
    name: string,
    server: McpServer,
    context: CallContext,
  ): Promise<McpConnection> {
    let connection = this.open.get(key);
    if (!connection) {
      const start = {
        server,
        baseFolder: context.grants.baseFolder,
        resolve: this.resolve,
        secret: (secret: string) => context.secret(secret),
      };
      connection = connect(start, () => this.open.delete(key));
      this.open.set(key, connection);
    }
    try {
      return await connection;
    } catch (error) {
      this.open.delete(key);
      if (error instanceof CallError || isCoded(error)) throw error;
      const message = `The MCP server "${name}" did not start (${reasonOf(error)}).`;
      throw refuse('unavailable', 'tool/unavailable', message);
    }
  }

  private async checkDefinition(
    server: McpServer,
    tool: McpTool,
    connection: McpConnection,
    { granted }: Grants,
  ): Promise<void> {
    const tools = await connection.tools();
    const hash = tools.get(tool.name);
    if (hash === undefined) {
      const names = [...tools.keys()].slice(0, 30).join(', ');
      const message = `The MCP server "${tool.server}" has no tool "${tool.name}". It has: ${names || 'none'}.`;
      throw refuse('error', 'tool/not-listed', message);
    }
    const flow = typeof granted['flow'] === 'string' ? granted['flow'] : undefined;
    const id = JSON.stringify([server, tool.name]);
    const agreed = this.agreed.get(flow, id);
    if (agreed === undefined) this.agreed.agree(flow, id, hash);
    if (agreed === undefined || agreed === hash) return;
    this.agreed.changed(flow);
    const message = `The MCP server "${tool.server}" changed its tool "${tool.name}" since this flow was allowed to use it. Look at what it does now, then start the flow again and agree to it.`;
    throw refuse('denied', 'grant/missing', message);
  }

  private valueOf(tool: McpTool, call: ToolInvocation, result: CallToolResult): Json {
    const text = result.content.map(textOf).join('\n');
    if (result.isError === true) {
      const message = `Tool "${tool.name}" failed: ${text.slice(0, 500) || 'it did not say why'}`;
      throw new CallError({ kind: 'error', code: 'tool/failed', message, sent: 'yes' });
    }
    const structured = result.structuredContent as Json | undefined; // it came as JSON
    const size = structured === undefined ? text.length : JSON.stringify(structured).length;
    if (size > MAX_RESULT) {
      const message = `Tool "${tool.name}" answered with more than 2 MiB.`;
      throw new CallError({ kind: 'error', code: 'tool/too-large', message, sent: 'yes' });
    }
    if (structured !== undefined) return structured;
    const { output } = tool;
    if (output === undefined || this.pure.schema(output, call.schemas).check(text).length === 0) return text;
    return parsed(text);
  }

  private failureOf(error: unknown, key: string, tool: McpTool, attempt: Attempt): Failure {
    if (error instanceof CallError) return error.failure;
    const message = `Tool "${tool.name}" of the MCP server "${tool.server}" failed: ${reasonText(error)}`;
    if (error instanceof StreamableHTTPError) {
      // A session the server has forgotten: the next call starts a new one.
      if (error.code === 404) this.open.delete(key);
      return { ...byStatus(error.code ?? 0), message, sent: attempt.sent };
    }
    if (error instanceof McpError) {
      if (error.code === ErrorCode.ConnectionClosed) this.open.delete(key);
      return { ...byCode(error.code), message, sent: attempt.sent };
    }
    return { kind: 'unavailable', code: 'tool/unavailable', message, sent: attempt.sent };
  }
}

function checkGrants(name: string, server: McpServer, { grants }: CallContext): void {
  requireMcpServer(grants, name, server);
  if (server.transport === 'http') {
    if (!URL.canParse(server.url)) {
      throw refuse('error', 'tool/failed', `The address of the MCP server "${name}" is not an address.`);
    }
    requireHost(grants, new URL(server.url).host);
    if (server.secret !== undefined) requireSecret(grants, server.secret, `mcpServers/${name}`);
    return;
  }
  for (const value of Object.values(server.env ?? {})) {
    if (typeof value !== 'string') requireSecret(grants, value.secret, `mcpServers/${name}`);
  }
}

function byStatus(status: number): Pick<Failure, 'kind' | 'code'> {
  if (status === 429) return { kind: 'rate_limited', code: 'tool/rate-limited' };
  const isDefinite = status >= 400 && status < 500 && status !== 404 && status !== 408;
  return isDefinite
    ? { kind: 'error', code: 'tool/failed' }
    : { kind: 'unavailable', code: 'tool/unavailable' };
}

function byCode(code: number): Pick<Failure, 'kind' | 'code'> {
  if (code === ErrorCode.RequestTimeout) return { kind: 'timeout', code: 'tool/timeout' };
  if (code === ErrorCode.ConnectionClosed || code === ErrorCode.InternalError) {
    return { kind: 'unavailable', code: 'tool/unavailable' };
  }
  return { kind: 'error', code: code === ErrorCode.InvalidParams ? 'tool/bad-arguments' : 'tool/failed' };
}

function readable(failure: Failure, secrets: readonly string[]): Failure {
  return { ...failure, message: hideSecrets(failure.message, secrets) };
}

function reasonText(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500);
}

/** Our own errors keep their code, for example of a secret that is missing. */
function isCoded(error: unknown): boolean {
  return (
    typeof (error as { code?: unknown }).code === 'string' && (error as { code: string }).code.includes('/')
  );
}

function textOf(part: CallToolResult['content'][number]): string {
  if (part.type === 'text') return part.text;
  if (part.type === 'resource')
    return 'text' in part.resource ? part.resource.text : `[${part.resource.uri}]`;
  if (part.type === 'resource_link') return `[${part.uri}]`;
  return `[${part.type} ${part.mimeType}]`;
}

/** A tool that is said to give more than text, but speaks JSON in its text. */
function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json; // what JSON.parse gives is JSON
  } catch {
    return text; // no JSON: the check of the output says what is wrong with it
  }
}
