/** Code of the flow's author, in its sandbox: code nodes and tools of kind `code`. */
import type { Json } from '../../../shared/base/json';
import { type Attempt, CallError } from './outcome';
import { type CodeJob, type CodeReply, runCode } from './sandbox';
import { ThreadPool } from './thread-pool';

const THREADS = 4;
const MAX_MEGABYTES = 128;

export type CodePool = ThreadPool<CodeJob, CodeReply>;

export function codePool(script?: string): CodePool {
  return new ThreadPool<CodeJob, CodeReply>({
    name: 'code-worker',
    size: THREADS,
    maxMegabytes: MAX_MEGABYTES,
    inPlace: runCode,
    ...(script === undefined ? {} : { script }),
  });
}

/** Nothing leaves the sandbox, so whatever goes wrong, nothing was sent. */
export async function runUserCode(
  pool: CodePool,
  source: string,
  args: Json,
  limitMs: number,
  attempt: Attempt,
): Promise<Json> {
  const job = { source, args: JSON.stringify(args), limitMs };
  const reply = await pool.run(job, attempt.signal, () => undefined);
  if (reply === 'stopped') throw failure('cancelled', 'tool/cancelled', 'The code was stopped.');
  if (reply === 'died')
    throw failure('error', 'sandbox/limit', 'The code needed too much memory and was stopped.');
  if (reply.ok) return JSON.parse(reply.value) as Json; // the sandbox gives JSON text
  if (reply.why === 'time') throw failure('timeout', 'sandbox/limit', reply.message);
  throw failure('error', reply.why === 'limit' ? 'sandbox/limit' : 'code/failed', reply.message);
}

function failure(kind: 'cancelled' | 'error' | 'timeout', code: string, message: string): CallError {
  return new CallError({ kind, code, message, sent: 'no' });
}
