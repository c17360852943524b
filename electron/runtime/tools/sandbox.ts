/**
 * Runs a piece of JavaScript that nobody vouches for.
 *
 * S1. Each run has a machine of its own, with its own memory that cannot grow past 64 MiB. (The limit inside QuickJS does not
 *     bound many small allocations, the size of the WebAssembly memory does.)
 * S2. Only JSON text goes in and out; nothing of the host is reachable.
 * S3. Counted steps end a loop the same way on every machine; the clock ends what the count lets through.
 */
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
} from 'quickjs-emscripten-core';
import variant from '@jitl/quickjs-singlefile-mjs-release-sync';

export interface CodeJob {
  /** Body of a function with `args` in scope. */
  readonly source: string;
  /** JSON. */
  readonly args: string;
  readonly limitMs: number;
}
export type CodeReply =
  /** JSON. */
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly why: 'failed' | 'limit' | 'time'; readonly message: string };

const PAGE_BYTES = 64 * 1024;
const INITIAL_PAGES = 256;
const MAX_PAGES = 1024;
/** More than this lets recursion overflow the host's stack, which breaks the machine. */
const STACK_BYTES = 256 * 1024;
/** The handler is asked about every 10,000 jumps and calls. */
const MAX_TICKS = 100_000;
const MAX_RESULT = 2 * 1024 * 1024;
const FILE = 'code.js';

/** Made before the code is seen, so that the code cannot replace what turns its result into text. */
const PRELUDE = `(() => {
  'use strict';
  const { parse, stringify } = JSON;
  const { freeze, values, getPrototypeOf } = Object;
  const PromiseOwn = Promise.prototype;
  const deepFreeze = (value) => {
    if (typeof value === 'object' && value !== null) {
      for (const member of values(value)) deepFreeze(member);
      freeze(value);
    }
    return value;
  };
  return (run, text) => {
    const result = run(deepFreeze(parse(text)));
    if (typeof result === 'object' && result !== null && getPrototypeOf(result) === PromiseOwn)
      throw new TypeError('the code returned a promise; it must return the value itself');
    if (typeof result === 'function' || typeof result === 'symbol')
      throw new TypeError('the code returned a ' + typeof result + '; it must return a JSON value');
    const json = stringify(result);
    return json === undefined ? 'null' : json;
  };
})()`;

export async function runCode(job: CodeJob): Promise<CodeReply> {
  const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAX_PAGES });
  const quickjs = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory: memory }));
  const runtime = quickjs.newRuntime();
  const stopAt = Date.now() + job.limitMs;
  let ticks = 0;
  let stopped: 'limit' | 'time' | undefined;
  runtime.setMaxStackSize(STACK_BYTES);
  runtime.setMemoryLimit(MAX_PAGES * PAGE_BYTES);
  runtime.setInterruptHandler(() => {
    ticks++;
    if (ticks > MAX_TICKS) stopped = 'limit';
    else if (Date.now() > stopAt) stopped = 'time';
    return stopped !== undefined;
  });
  try {
    // Nothing is put away piece by piece: the machine goes with its memory, and after a limit it could not be asked any more.
    const reply = evaluate(runtime.newContext(), job);
    return stopped === undefined ? reply : interrupted(stopped, job);
  } catch (error) {
    // Out of memory, the machine itself gives up.
    return limit(`The code needed too much memory and was stopped (${String(error).slice(0, 100)}).`);
  }
}

function interrupted(stopped: 'limit' | 'time', job: CodeJob): CodeReply {
  if (stopped === 'limit') return limit('The code took too many steps and was stopped.');
  return {
    ok: false,
    why: 'time',
    message: `The code took longer than ${job.limitMs / 1000} s and was stopped.`,
  };
}

function limit(message: string): CodeReply {
  return { ok: false, why: 'limit', message };
}

function evaluate(context: QuickJSContext, { source, args }: CodeJob): CodeReply {
  const prelude = context.evalCode(PRELUDE, 'prelude.js');
  if (prelude.error) return failure(context, prelude.error);
  // On one line with the head, so that the lines of messages are those of the source.
  const body = context.evalCode(`(function (args) { ${source}\n})`, FILE);
  if (body.error) return failure(context, body.error);
  if (context.typeof(body.value) !== 'function') {
    return { ok: false, why: 'failed', message: 'The code is not the body of one function.' };
  }
  const text = context.newString(args);
  const result = context.callFunction(prelude.value, context.undefined, body.value, text);
  if (result.error) return failure(context, result.error);
  const value = context.getString(result.value);
  if (value.length > MAX_RESULT) return limit('The code returned more than 2 MiB.');
  return { ok: true, value };
}

/** Any error is a failure, even one that has nothing to say: out of memory, there is no room left for its message. */
function failure(context: QuickJSContext, error: QuickJSHandle): CodeReply {
  const { name, message, stack } = describe(context.dump(error));
  const isOurs = name === 'InternalError' && /out of memory|stack overflow/.test(message);
  if (isOurs) return limit(`The code was stopped: ${message}.`);
  if (message === '' && name === '') return limit('The code was stopped: out of memory.');
  const line = new RegExp(`${FILE.replace('.', '\\.')}:(\\d+)`).exec(stack)?.[1];
  const where = line === undefined ? '' : ` (line ${line})`;
  return {
    ok: false,
    why: 'failed',
    message: `${kindOf(name, message)}${where}`.slice(0, 2000),
  };
}

/** A plain `Error` is what the author says and no more: that it is an error is said by everything that shows it. */
function kindOf(name: string, message: string): string {
  return (name === '' || name === 'Error') && message !== '' ? message : `${name || 'Error'}: ${message}`;
}

function describe(dumped: unknown): {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
} {
  if (typeof dumped !== 'object' || dumped === null) {
    const message = dumped === undefined || dumped === '' ? '' : String(dumped);
    return { name: message === '' ? '' : 'Thrown', message, stack: '' };
  }
  const { name, message, stack } = dumped as Readonly<Record<string, unknown>>;
  const words = (value: unknown) => (typeof value === 'string' ? value : '');
  if (message === undefined && name === undefined) {
    return { name: 'Thrown', message: JSON.stringify(dumped) ?? '', stack: '' };
  }
  return { name: words(name), message: words(message), stack: words(stack) };
}
