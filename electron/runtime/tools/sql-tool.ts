/** Tools of kind `sql`: one prepared statement on a granted SQLite file. */
import path from 'node:path';
import { isJsonObject, type Json } from '../../../shared/base/json';
import type { CallContext, ToolInvocation } from '../../../shared/ports/calls';
import type { Tool } from '../../../shared/spec/parts';
import { argsWithKey } from './args-scope';
import { lstat, pathMissing, pathRefused } from './file-path';
import { requirePath } from './granted';
import { type Attempt, CallError, refuse } from './outcome';
import { checkStatement } from './sql-check';
import { runSql, type SqlJob, type SqlReply, type SqlValue } from './sql-statement';
import { ThreadPool } from './thread-pool';

const THREADS = 2;
const MAX_MEGABYTES = 256;
const MAX_BUSY_MS = 5000;

export type SqlPool = ThreadPool<SqlJob, SqlReply>;

export function sqlPool(script?: string): SqlPool {
  return new ThreadPool<SqlJob, SqlReply>({
    name: 'sql-worker',
    size: THREADS,
    maxMegabytes: MAX_MEGABYTES,
    inPlace: async (job) => runSql(job),
    ...(script === undefined ? {} : { script }),
  });
}

export async function sqlTool(
  pool: SqlPool,
  tool: Tool & { kind: 'sql' },
  call: ToolInvocation,
  context: CallContext,
  attempt: Attempt,
): Promise<Json> {
  const write = tool.write === true;
  requirePath(context.grants, tool.file, write ? 'write' : 'read');
  const checked = checkStatement(tool.statement, write);
  if (typeof checked === 'string') throw refuse('denied', 'tool/bad-arguments', checked);
  const job: SqlJob = {
    file: await databaseFile(context.grants.baseFolder, tool.file),
    statement: tool.statement,
    parameters: bindings(checked.parameters, argsWithKey(call)),
    write,
    // Shorter than the call, so that a locked database is told from a slow query.
    busyTimeoutMs: Math.min(MAX_BUSY_MS, Math.floor((call.limits.timeoutMs ?? MAX_BUSY_MS) / 2)),
  };
  const reply = await pool.run(job, attempt.signal, () => write && attempt.markSent());
  return answer(reply, attempt);
}

function answer(reply: SqlReply | 'stopped' | 'died', attempt: Attempt): Json {
  if (reply === 'stopped' || reply === 'died') {
    const message = 'The statement was stopped before it was done.';
    throw new CallError({ kind: 'unavailable', code: 'tool/unavailable', message, sent: attempt.sent });
  }
  if (reply.ok) return reply.value as Json; // rows of texts, numbers and null
  const { message, why } = reply;
  if (why === 'busy') throw refuse('unavailable', 'tool/unavailable', message);
  // Rolled back as a whole: nothing happened.
  throw refuse('error', why === 'too-large' ? 'tool/too-large' : 'tool/failed', message);
}

async function databaseFile(baseFolder: string, file: string): Promise<string> {
  const full = path.resolve(baseFolder, file);
  const info = await lstat(full);
  if (!info) throw pathMissing(`There is no database "${file}". It is looked for at ${full}.`);
  if (info.isSymbolicLink()) throw pathRefused(`"${file}" is a link, and links are not followed.`);
  if (!info.isFile()) throw pathRefused(`"${file}" is not a plain file.`);
  return full;
}

/** Every parameter gets a value: an argument that is missing is NULL, what SQLite has no type for is JSON text. */
function bindings(parameters: readonly string[], args: Json): Record<string, SqlValue> {
  const values = isJsonObject(args) ? args : {};
  return Object.fromEntries(
    parameters.map((name) => [name, Object.hasOwn(values, name) ? bound(values[name] ?? null) : null]),
  );
}

function bound(value: Json): SqlValue {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
