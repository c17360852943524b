/**
 * Recorded exchanges with models and tools: JSON Lines, one exchange a line, keyed by a hash of the request.
 *
 * K1. Secrets are masked before a line is written. The hash is made of the request as it was, so a masked tape still plays.
 * K2. The same request asked again gets its recordings in the order they were made, then the last one for ever.
 * K3. A request that is not on the tape fails with `cassette/miss` and the nearest recording; nothing is called.
 * K4. Sandboxed code has no effects and always gives the same: without a recording it is simply run.
 */
import { createHash } from 'node:crypto';
import { AppError } from '../../shared/base/app-error';
import { canonicalJson } from '../../shared/base/jcs';
import { type Json, type JsonObject, parseJson } from '../../shared/base/json';
import { Tokens, ToolCall } from '../../shared/events/event';
import type {
  Call,
  CallContext,
  CallFailure,
  CodeCall,
  Executors,
  ModelCall,
  ModelOutcome,
  ToolInvocation,
  ValueOutcome,
} from '../../shared/ports/calls';
import { FailureKind, JsonValue } from '../../shared/spec/values';
import { z } from '../../shared/spec/zod';
import { createMasker } from './export/masking';

const Failed = z.strictObject({
  ok: z.literal(false),
  kind: FailureKind,
  code: z.string(),
  message: z.string(),
  sent: z.enum(['no', 'maybe', 'yes']),
  retryAfterMs: z.number().optional(),
});
const Spoken = z.strictObject({
  ok: z.literal(true),
  text: z.string(),
  toolCalls: z.array(ToolCall),
  finish: z.string(),
  usage: Tokens,
  cost: z.strictObject({ amount: z.number(), currency: z.string() }).optional(),
});
const Given = z.strictObject({ ok: z.literal(true), value: JsonValue });

const line = { hash: z.string().min(1), request: JsonValue };
export const CassetteLine = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('model'), ...line, response: z.union([Spoken, Failed]) }),
  z.strictObject({ type: z.literal('tool'), ...line, response: z.union([Given, Failed]) }),
  z.strictObject({ type: z.literal('code'), ...line, response: z.union([Given, Failed]) }),
]);
export type CassetteLine = z.infer<typeof CassetteLine>;
type LineOf<T extends CassetteLine['type']> = Extract<CassetteLine, { type: T }>;

export function toolRequestHash(tool: string, args: Json): string {
  return sha256(canonicalJson({ tool, args }));
}

export function codeRequestHash(source: string, args: Json): string {
  return sha256(canonicalJson({ source, args }));
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** What is compared to find the nearest recording, and what a reader of the tape sees. */
function requestOf(call: Call): { readonly hash: string; readonly request: JsonObject } {
  switch (call.type) {
    case 'model': {
      const { requestHash, purpose, model, messages, tools, output } = call;
      const request = {
        model: `${model.provider}/${model.model}`,
        purpose,
        messages: messages as unknown as Json,
        tools: tools.map((tool) => tool.name),
        ...(output === undefined ? {} : { output: output as Json }),
      };
      return { hash: requestHash, request };
    }
    case 'tool':
      return {
        hash: toolRequestHash(call.toolName, call.args),
        request: { tool: call.toolName, args: call.args },
      };
    case 'code':
      return {
        hash: codeRequestHash(call.source, call.args),
        request: { source: call.source, args: call.args },
      };
  }
}

/** Passes every call on and hands each exchange, masked, to `sink` as a line of text with its line feed. */
export function recordExecutors(inner: Executors, sink: (line: string) => void): Executors {
  const write = (call: Call, response: ModelOutcome | ValueOutcome, secrets: ReadonlySet<string>): void => {
    const entry = createMasker(secrets).json({ type: call.type, ...requestOf(call), response });
    sink(`${JSON.stringify(entry)}\n`);
  };
  const recorded = async <C extends Call, R extends ModelOutcome | ValueOutcome>(
    call: C,
    context: CallContext,
    run: (call: C, context: CallContext) => Promise<R>,
  ): Promise<R> => {
    const secrets = new Set<string>();
    const response = await run(call, { ...listening(context), secret: remember(context, secrets) });
    // A call that was stopped has no answer that could be played again.
    if (response.ok || response.kind !== 'cancelled') write(call, response, secrets);
    return response;
  };
  return {
    model: (call, context) => recorded(call, context, (c, x) => inner.model(c, x)),
    tool: (call, context) => recorded(call, context, (c, x) => inner.tool(c, x)),
    code: (call, context) => recorded(call, context, (c, x) => inner.code(c, x)),
  };
}

function listening(context: CallContext): CallContext {
  return {
    signal: context.signal,
    grants: context.grants,
    onText: (text) => context.onText(text),
    secret: (name) => context.secret(name),
  };
}

function remember(context: CallContext, secrets: Set<string>): CallContext['secret'] {
  return async (name) => {
    const value = await context.secret(name);
    secrets.add(value);
    return value;
  };
}

/** @throws AppError `cassette/invalid` naming the line. */
export function parseCassette(text: string): CassetteLine[] {
  const lines: CassetteLine[] = [];
  for (const [index, source] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (source.trim() === '') continue;
    lines.push(parseLine(source, index + 1));
  }
  return lines;
}

function parseLine(source: string, number: number): CassetteLine {
  let value: unknown;
  try {
    value = parseJson(source);
  } catch (cause) {
    throw invalid(number, 'it is not JSON', cause);
  }
  const parsed = CassetteLine.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(number, `${issue?.path.join('/') || 'the line'}: ${issue?.message ?? 'not an exchange'}`);
}

function invalid(number: number, why: string, cause?: unknown): AppError {
  return new AppError('cassette/invalid', `Line ${number} of the cassette cannot be used: ${why}.`, {
    details: { line: number },
    hint: 'A cassette is made with: baton run <flow.json> --record <cassette>',
    cause,
  });
}

/** Answers every call from the tape. `code` runs what is not on it. */
export function replayExecutors(
  cassette: readonly CassetteLine[],
  code?: Pick<Executors, 'code'>,
): Executors {
  const tape = new Tape(cassette);
  return {
    model: async (call, context) => {
      const found = tape.next('model', call);
      if (!('response' in found)) return found;
      if (found.response.ok) context.onText(found.response.text);
      return found.response;
    },
    tool: async (call) => {
      const found = tape.next('tool', call);
      return 'response' in found ? found.response : found;
    },
    code: async (call, context) => {
      const found = tape.next('code', call);
      if ('response' in found) return found.response;
      return code ? code.code(call, context) : found;
    },
  };
}

class Tape {
  private readonly lines = new Map<string, CassetteLine[]>();
  private readonly played = new Map<string, number>();

  constructor(private readonly all: readonly CassetteLine[]) {
    for (const entry of all) {
      const key = `${entry.type}:${entry.hash}`;
      this.lines.set(key, [...(this.lines.get(key) ?? []), entry]);
    }
  }

  next<T extends CassetteLine['type']>(
    type: T,
    call: ModelCall | ToolInvocation | CodeCall,
  ): LineOf<T> | CallFailure {
    const { hash, request } = requestOf(call);
    const key = `${type}:${hash}`;
    const recorded = this.lines.get(key) as LineOf<T>[] | undefined; // lines are kept by their type
    if (!recorded) return this.miss(type, call, request);
    const turn = this.played.get(key) ?? 0;
    this.played.set(key, turn + 1);
    return recorded[Math.min(turn, recorded.length - 1)] as LineOf<T>;
  }

  private miss(type: CassetteLine['type'], call: Call, request: JsonObject): CallFailure {
    const what =
      type === 'model'
        ? `the model ${request['model']}`
        : type === 'tool'
          ? `the tool ${request['tool']}`
          : 'code';
    const nearest = nearestOf(
      this.all.filter((entry) => entry.type === type),
      request,
    );
    const hint = nearest
      ? ` The nearest recording differs: ${nearest}.`
      : ` The cassette has no ${type} exchange at all.`;
    const message = `The cassette has no answer for this request of ${call.step} to ${what}.${hint} Record it again, or run without --replay.`;
    return { ok: false, kind: 'error', code: 'cassette/miss', message, sent: 'no' };
  }
}

/** The most similar recording, told as the first place where the two differ. */
function nearestOf(entries: readonly CassetteLine[], request: JsonObject): string | undefined {
  const wanted = JSON.stringify(request);
  const words = new Set(wanted.match(/\w+/g));
  let best: { text: string; score: number } | undefined;
  for (const entry of entries) {
    const text = JSON.stringify(entry.request);
    const score = similarity(words, new Set(text.match(/\w+/g)));
    if (!best || score > best.score) best = { text, score };
  }
  return best && firstDifference(best.text, wanted);
}

function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared++;
  return shared / Math.max(1, a.size + b.size - shared);
}

const AROUND = 30;

function firstDifference(recorded: string, asked: string): string {
  let at = 0;
  while (at < recorded.length && at < asked.length && recorded[at] === asked[at]) at++;
  const from = Math.max(0, at - AROUND);
  const part = (text: string): string =>
    `${from > 0 ? '…' : ''}${text.slice(from, at + AROUND)}${at + AROUND < text.length ? '…' : ''}`;
  return `recorded ${JSON.stringify(part(recorded))}, asked now ${JSON.stringify(part(asked))}`;
}
