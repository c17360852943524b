/**
 * Models behind a network, through the Vercel AI SDK: one call, streamed, never retried here (the engine retries), never
 * longer than its timeout, never larger than 2 MiB.
 */
import type { LanguageModel, ModelMessage, ToolSet } from 'ai';
import { type Json, type JsonObject, parseJson, whyNotKept } from '../../../shared/base/json';
import type { Message, Tokens, ToolCall } from '../../../shared/events/event';
import type { CallContext, ModelCall, ModelOutcome } from '../../../shared/ports/calls';
import { AppError } from '../../../shared/base/app-error';
import { type Failed, failed, failureFromError, OversizedAnswer, tooLarge } from './model-failure';
import { portableSchema } from './portable-schema';

export const MAX_ANSWER = 2 * 1024 * 1024;
/** Everything around the text (event framing, repeated ids) may take more, but not without end. */
const MAX_BODY = 8 * MAX_ANSWER;
const DEFAULT_TIMEOUT_MS = 30_000;

/** Where services live when it is not their own address; tests and proxies set these. */
export type Endpoints = Readonly<Partial<Record<'openai' | 'anthropic' | 'google', string>>>;

export const AI_PROVIDERS = ['openai', 'anthropic', 'google', 'openai-compatible'] as const;
type AiProvider = (typeof AI_PROVIDERS)[number];

export function isAiProvider(provider: string): provider is AiProvider {
  return (AI_PROVIDERS as readonly string[]).includes(provider);
}

export async function aiSdkModel(
  call: ModelCall,
  context: CallContext,
  endpoints: Endpoints,
): Promise<ModelOutcome> {
  const service = `The model ${call.model.provider}/${call.model.model}`;
  const deadline = new AbortController();
  const state = { timedOut: false };
  const timer = setTimeout(() => {
    state.timedOut = true;
    deadline.abort();
  }, call.limits.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const onAbort = (): void => deadline.abort();
  context.signal.addEventListener('abort', onAbort);
  try {
    if (context.signal.aborted)
      return failed('cancelled', 'model/bad-response', 'The call was cancelled before it started.', 'no');
    return await untilAborted(stream(call, context, endpoints, service, deadline.signal), deadline.signal);
  } catch (error) {
    if (state.timedOut) {
      return failed(
        'timeout',
        'model/bad-response',
        `${service} did not finish within ${call.limits.timeoutMs ?? DEFAULT_TIMEOUT_MS} ms.`,
        'maybe',
      );
    }
    if (context.signal.aborted)
      return failed('cancelled', 'model/bad-response', 'The call was cancelled.', 'maybe');
    if (error instanceof AppError) return failed('error', error.code, error.message, 'no');
    return failureFromError(error, service);
  } finally {
    clearTimeout(timer);
    context.signal.removeEventListener('abort', onAbort);
    deadline.abort();
  }
}

/** A library that does not notice an abort must not keep a run waiting. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    work.then(resolve, reject);
  });
}

async function stream(
  call: ModelCall,
  context: CallContext,
  endpoints: Endpoints,
  service: string,
  signal: AbortSignal,
): Promise<ModelOutcome> {
  const [{ streamText, jsonSchema, Output, tool }, model] = await Promise.all([
    import('ai'),
    languageModel(call, context, endpoints),
  ]);
  const schema = call.output === undefined ? undefined : portableSchema(call.output, call.schemas);
  const tools: ToolSet = Object.fromEntries(
    call.tools.map((offered) => [
      offered.name,
      // no `execute`: calls come back to the engine, which decides about them
      tool({
        description: offered.description,
        inputSchema: jsonSchema(portableSchema(offered.input, call.schemas)),
      }),
    ]),
  );
  const structured = schema !== undefined && schema['type'] === 'object';
  const { temperature, seed } = call.model.settings ?? {};
  const result = streamText({
    model,
    ...(call.tools.length > 0 ? { tools } : {}),
    system: systemText(call, schema, structured),
    messages: messagesOf(call.messages),
    maxOutputTokens: call.maxOutputTokens,
    maxRetries: 0,
    abortSignal: signal,
    ...(typeof temperature === 'number' ? { temperature } : {}),
    ...(typeof seed === 'number' ? { seed } : {}),
    ...(structured ? { output: asItComes(Output.object({ schema: jsonSchema(schema) })) } : {}),
    // strict mode refuses schemas with optional members, which ours have
    providerOptions: { openai: { strictJsonSchema: false, store: false } },
    onError: () => undefined, // reported through the stream
  });
  return collect(result.fullStream as AsyncIterable<StreamPart>, call, context, service);
}

/**
 * Asks for an object but hands its text on piece by piece: the engine checks it. The SDK's own reader parses everything so
 * far anew for every piece, which for a large answer keeps the process busy long after its timeout.
 */
function asItComes<T extends { readonly name: string }>(output: T) {
  return {
    ...output,
    parsePartialOutput: async ({ text }: { readonly text: string }) => ({ partial: text.length }),
    parseCompleteOutput: async ({ text }: { readonly text: string }) => text,
  };
}

/** The parts of the SDK's stream we use. */
type StreamPart =
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'tool-input-delta'; readonly delta: string }
  | {
      readonly type: 'tool-call';
      readonly toolCallId: string;
      readonly toolName: string;
      readonly input: unknown;
    }
  | {
      readonly type: 'finish';
      readonly finishReason: string;
      readonly rawFinishReason?: string;
      readonly totalUsage: { readonly inputTokens?: number; readonly outputTokens?: number };
    }
  | { readonly type: 'error'; readonly error: unknown }
  | { readonly type: 'abort' };

async function collect(
  parts: AsyncIterable<StreamPart>,
  call: ModelCall,
  context: CallContext,
  service: string,
): Promise<ModelOutcome> {
  let text = '';
  let size = 0;
  const toolCalls: ToolCall[] = [];
  let finish: Extract<StreamPart, { type: 'finish' }> | undefined;
  for await (const part of parts) {
    switch (part.type) {
      case 'text-delta':
        text += part.text;
        size += part.text.length;
        context.onText(part.text);
        break;
      case 'tool-input-delta':
        size += part.delta.length;
        break;
      case 'tool-call':
        toolCalls.push({ id: part.toolCallId, name: part.toolName, args: toJson(part.input) });
        break;
      case 'finish':
        finish = part;
        break;
      case 'error':
        throw part.error;
      case 'abort':
        throw new Error('aborted');
      default: // starts, ends, reasoning and sources carry nothing we keep
    }
    if (size > MAX_ANSWER) return tooLarge();
  }
  return finished(call, service, text, toolCalls, finish);
}

function finished(
  call: ModelCall,
  service: string,
  text: string,
  toolCalls: readonly ToolCall[],
  finish: Extract<StreamPart, { type: 'finish' }> | undefined,
): ModelOutcome {
  // a service that ended properly gave a reason; OpenAI's newer protocol gives none in words, but the SDK knows it
  if (!finish || (finish.finishReason === 'other' && finish.rawFinishReason === undefined)) {
    return failed(
      'unavailable',
      'model/bad-response',
      `${service} broke off before the end of its answer.`,
      'yes',
    );
  }
  if (finish.finishReason === 'content-filter') return refused(`${service} refused to answer.`);
  if (finish.finishReason === 'error')
    return failed('unavailable', 'model/bad-response', `${service} reported an error.`, 'yes');
  if (text.trim() === '' && toolCalls.length === 0) return refused(`${service} gave an empty answer.`);
  const usage = usageOf(call, text, toolCalls, finish.totalUsage);
  const { price } = call.model;
  const cost = price && {
    amount: (usage.in * price.inputPerMTok + usage.out * price.outputPerMTok) / 1e6,
    currency: price.currency,
  };
  return {
    ok: true,
    text,
    toolCalls,
    finish: finish.finishReason.replace('-', '_'),
    usage,
    ...(cost ? { cost } : {}),
  };
}

function refused(message: string): Failed {
  return failed('invalid_output', 'model/bad-response', message, 'yes');
}

/** What the service counted; where it counts nothing, four characters are about a token. */
function usageOf(
  call: ModelCall,
  text: string,
  toolCalls: readonly ToolCall[],
  counted: { inputTokens?: number; outputTokens?: number },
): Tokens {
  const asked = call.messages.reduce(
    (sum, message) =>
      sum + (message.role === 'tool' ? JSON.stringify(message.result).length : message.text.length),
    0,
  );
  const answered = text.length + toolCalls.reduce((sum, one) => sum + JSON.stringify(one.args).length, 0);
  return {
    in: counted.inputTokens ?? Math.ceil(asked / 4),
    out: counted.outputTokens ?? Math.ceil(answered / 4),
  };
}

/** Arguments that are no JSON stay the text they are: the engine refuses them and tells the model. */
function toJson(input: unknown): Json {
  if (typeof input === 'string') {
    try {
      return parseJson(input);
    } catch {
      return input;
    }
  }
  return whyNotKept(input) === undefined ? ((input ?? {}) as Json) : String(input);
}

function systemText(call: ModelCall, schema: JsonObject | undefined, structured: boolean): string {
  const own = call.messages.filter((message) => message.role === 'system').map((message) => message.text);
  // where the service cannot be held to a shape, it is asked for it
  if (schema !== undefined && !structured)
    own.push(
      `Answer with JSON only, without any other text, that fits this JSON Schema:\n${JSON.stringify(schema)}`,
    );
  return own.join('\n\n');
}

function messagesOf(messages: readonly Message[]): ModelMessage[] {
  return messages.flatMap((message): ModelMessage[] => {
    switch (message.role) {
      case 'system':
        return [];
      case 'user':
        return [{ role: 'user', content: message.text }];
      case 'assistant': {
        const calls = (message.toolCalls ?? []).map((call) => ({
          type: 'tool-call' as const,
          toolCallId: call.id,
          toolName: call.name,
          input: call.args,
        }));
        const text = message.text === '' ? [] : [{ type: 'text' as const, text: message.text }];
        return [{ role: 'assistant', content: [...text, ...calls] }];
      }
      case 'tool': {
        const output = {
          type: message.isError ? ('error-json' as const) : ('json' as const),
          value: mutable(message.result),
        };
        return [
          {
            role: 'tool',
            content: [{ type: 'tool-result', toolCallId: message.callId, toolName: message.name, output }],
          },
        ];
      }
    }
  });
}

type MutableJson = null | string | number | boolean | MutableJson[] | { [key: string]: MutableJson };

function mutable(value: Json): MutableJson {
  return structuredClone(value) as MutableJson;
}

async function languageModel(
  call: ModelCall,
  context: CallContext,
  endpoints: Endpoints,
): Promise<LanguageModel> {
  const { provider, model, baseURL, secret } = call.model;
  const apiKey = secret === undefined ? undefined : await context.secret(secret);
  const fetch = boundedFetch;
  if (provider === 'openai-compatible') {
    if (baseURL === undefined)
      throw new AppError('model/not-found', 'A model of provider openai-compatible needs a baseURL.');
    const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
    const supportsStructuredOutputs = call.model.settings?.['structuredOutputs'] !== false;
    return createOpenAICompatible({
      name: 'compatible',
      baseURL,
      fetch,
      includeUsage: true,
      supportsStructuredOutputs,
      ...(apiKey === undefined ? {} : { apiKey }),
    })(model);
  }
  if (apiKey === undefined)
    throw new AppError('model/auth', `A model of provider ${provider} needs a secret.`, {
      hint: 'Name the secret in the model and store its value.',
    });
  switch (provider) {
    case 'openai': {
      const { createOpenAI } = await import('@ai-sdk/openai');
      return createOpenAI({ apiKey, fetch, ...at(endpoints.openai) })(model);
    }
    case 'anthropic': {
      const { createAnthropic } = await import('@ai-sdk/anthropic');
      return createAnthropic({ apiKey, fetch, ...at(endpoints.anthropic) })(model);
    }
    case 'google': {
      const { createGoogleGenerativeAI } = await import('@ai-sdk/google');
      return createGoogleGenerativeAI({ apiKey, fetch, ...at(endpoints.google) })(model);
    }
    default:
      throw new AppError('model/not-found', `The provider ${provider} is not known.`);
  }
}

function at(baseURL: string | undefined): { baseURL?: string } {
  return baseURL === undefined ? {} : { baseURL };
}

/** Model services do not redirect; following one could carry the key to somebody else. */
const boundedFetch: typeof globalThis.fetch = async (input, init) => {
  const response = await globalThis.fetch(input, { ...init, redirect: 'error' });
  if (!response.body) return response;
  let size = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      size += chunk.byteLength;
      if (size > MAX_BODY) controller.error(new OversizedAnswer('too large'));
      else controller.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(limit), {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
  });
};
