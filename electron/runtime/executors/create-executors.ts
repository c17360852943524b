/** The executors of a real run: every call a flow can make, with the machine's own means. */
import { assertNever } from '../../../shared/base/assert-never';
import type { Json } from '../../../shared/base/json';
import type {
  CallContext,
  CallLimits,
  CodeCall,
  Executors,
  ToolInvocation,
  ValueOutcome,
} from '../../../shared/ports/calls';
import type { Pure } from '../../../shared/ports/pure';
import { createModelExecutor, type ModelExecutor } from '../models/create-model-executor';
import { argsWithKey } from '../tools/args-scope';
import { builtinTool } from '../tools/builtin';
import { type CodePool, codePool, runUserCode } from '../tools/code-tool';
import { fileTool } from '../tools/file-tool';
import { type Resolve, systemResolve } from '../tools/http/addresses';
import { httpTool } from '../tools/http/http-tool';
import { type AgreedTools, rememberTools } from '../tools/mcp/agreed-tools';
import type { McpServers } from '../tools/mcp/mcp-tool';
import { type Attempt, attempt, heedEffect } from '../tools/outcome';
import { type SqlPool, sqlPool, sqlTool } from '../tools/sql-tool';

/** When a flow sets no time for its code at all. */
const DEFAULT_CODE_MS = 5000;
/** The sandbox ends itself at its limit and says so; its thread is ended only when that fails. */
const SANDBOX_GRACE_MS = 500;

export interface ExecutorOptions {
  readonly pure: Pure;
  /** Instead of the model executor with its own defaults. */
  readonly models?: ModelExecutor;
  /** Instead of the system's name resolution. */
  readonly resolve?: Resolve;
  /** Instead of what is remembered until the process ends. */
  readonly agreedTools?: AgreedTools;
  /** Files of the threads, where they do not lie beside this code. */
  readonly threads?: { readonly code?: string; readonly sql?: string };
}

interface Means {
  readonly pure: Pure;
  readonly resolve: Resolve;
  readonly code: CodePool;
  readonly sql: SqlPool;
  /** The client is loaded with the first call: most flows have no MCP server. */
  mcp(): Promise<McpServers>;
}

/** They never throw for a foreseen failure. `close` ends threads and MCP servers. */
export function createExecutors(options: ExecutorOptions): Executors & { close(): Promise<void> } {
  const { pure, resolve = systemResolve, threads = {}, agreedTools = rememberTools() } = options;
  let mcp: Promise<McpServers> | undefined;
  const means: Means = {
    pure,
    resolve,
    code: codePool(threads.code),
    sql: sqlPool(threads.sql),
    mcp: () => (mcp ??= loadMcp(pure, resolve, agreedTools)),
  };
  return {
    model: options.models ?? createModelExecutor(),
    tool: (call, context) => callTool(means, call, context),
    code: (call, context) => callCode(means, call, context),
    close: async () => {
      await Promise.all([means.code.close(), means.sql.close(), mcp?.then((servers) => servers.close())]);
    },
  };
}

async function loadMcp(pure: Pure, resolve: Resolve, agreed: AgreedTools): Promise<McpServers> {
  const { McpServers: Servers } = await import('../tools/mcp/mcp-tool');
  return new Servers(pure, resolve, agreed);
}

async function callTool(means: Means, call: ToolInvocation, context: CallContext): Promise<ValueOutcome> {
  const what = `Tool "${call.toolName}"`;
  const isCode = call.tool.kind === 'code';
  const limits = isCode ? codeLimits(call.limits) : call.limits;
  const outcome = await attempt(
    what,
    limits,
    context,
    (state) => valueOf(means, call, context, state),
    isCode ? SANDBOX_GRACE_MS : 0,
  );
  return heedEffect(call.tool.effect, outcome);
}

async function valueOf(
  means: Means,
  call: ToolInvocation,
  context: CallContext,
  state: Attempt,
): Promise<Json> {
  const { tool } = call;
  switch (tool.kind) {
    case 'http':
      return httpTool({ ...means, now: Date.now }, tool, call, context, state);
    case 'mcp':
      return (await means.mcp()).call(tool, call, context, state);
    case 'sql':
      return sqlTool(means.sql, tool, call, context, state);
    case 'file':
      return fileTool(tool, call, context, state);
    case 'code':
      return runUserCode(
        means.code,
        tool.source,
        argsWithKey(call),
        codeLimits(call.limits).timeoutMs,
        state,
      );
    case 'builtin':
      return builtinTool(means.pure, tool, call);
    default:
      return assertNever(tool, 'tool kind');
  }
}

function callCode(means: Means, call: CodeCall, context: CallContext): Promise<ValueOutcome> {
  const limits = codeLimits(call.limits);
  const work = (state: Attempt) => runUserCode(means.code, call.source, call.args, limits.timeoutMs, state);
  return attempt('The code', limits, context, work, SANDBOX_GRACE_MS);
}

/** Code is never without a limit. */
function codeLimits(limits: CallLimits): CallLimits & { readonly timeoutMs: number } {
  return { ...limits, timeoutMs: limits.timeoutMs ?? DEFAULT_CODE_MS };
}
