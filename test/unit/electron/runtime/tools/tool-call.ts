import { expect } from 'vitest';
import {
  createExecutors,
  type ExecutorOptions,
} from '../../../../../electron/runtime/executors/create-executors';
import { createPure } from '../../../../../electron/runtime/pure/create-pure';
import type { Json } from '../../../../../shared/base/json';
import type { CallContext, Grants, ToolInvocation, ValueOutcome } from '../../../../../shared/ports/calls';
import type { Tool } from '../../../../../shared/spec/parts';
import { callContext } from '../models/call-context';

export const KEY = '0123456789abcdef0123456789abcdef';

type Kind<K> = Extract<Tool, { kind: K }>;
type Given<T> = Omit<T, 'description' | 'input' | 'effect'> & { effect?: Tool['effect'] };
/** A tool without the parts that do not matter for its calls. */
export type AnyTool =
  | Given<Kind<'http'>>
  | Given<Kind<'mcp'>>
  | Given<Kind<'sql'>>
  | Given<Kind<'file'>>
  | Given<Kind<'code'>>
  | Given<Kind<'builtin'>>;

export function invocation(
  tool: AnyTool,
  args: Json = {},
  extra: Partial<ToolInvocation> = {},
): ToolInvocation {
  return {
    type: 'tool',
    id: 'pay@1:t1',
    runId: 'r1',
    step: 'pay',
    node: 'pay',
    visit: 1,
    attempt: 1,
    opensAttempt: true,
    isRetry: false,
    dependency: 'tool:pay',
    limits: limits(2000),
    call: 1,
    toolName: 'pay',
    tool: { description: '', input: true, effect: 'read', ...tool } as Tool,
    args,
    key: KEY,
    ofStep: true,
    schemas: {},
    ...extra,
  };
}

export function limits(timeoutMs: number): ToolInvocation['limits'] {
  return {
    timeoutMs,
    breaker: { failures: 5, windowMs: 60_000, cooldownMs: 30_000, halfOpen: 1 },
    concurrency: 4,
  };
}

export const trusted = (baseFolder = '/nowhere'): Grants => ({ trust: true, baseFolder, granted: {} });

export function executors(options: Partial<ExecutorOptions> = {}): ReturnType<typeof createExecutors> {
  return createExecutors({ pure: createPure(), ...options });
}

export async function callTool(
  tool: AnyTool,
  args: Json = {},
  context: CallContext = callContext(),
  extra: Partial<ToolInvocation> = {},
): Promise<ValueOutcome> {
  const all = executors();
  try {
    return await all.tool(invocation(tool, args, extra), context);
  } finally {
    await all.close();
  }
}

/** The value of a call that must work. */
export async function valueOf(outcome: Promise<ValueOutcome>): Promise<Json> {
  const done = await outcome;
  expect(done).toMatchObject({ ok: true });
  return done.ok ? done.value : null;
}
