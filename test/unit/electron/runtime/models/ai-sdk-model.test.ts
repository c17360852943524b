import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createModelExecutor } from '../../../../../electron/runtime/models/create-model-executor';
import { portableSchema } from '../../../../../electron/runtime/models/portable-schema';
import type { ModelCall, ModelOutcome } from '../../../../../shared/ports/calls';
import type { JsonSchema } from '../../../../../shared/spec/values';
import { type Behaviour, type OpenAiServer, startOpenAiServer } from '../../../../servers/openai-server';
import { callContext } from './call-context';
import { modelCall, object } from './builtin/model-call';

let server: OpenAiServer;
beforeAll(async () => {
  server = await startOpenAiServer();
});
afterAll(() => server.close());

function hosted(extra: Partial<ModelCall> = {}): ModelCall {
  return modelCall('Hello', {
    model: { provider: 'openai-compatible', model: 'fake', baseURL: server.baseURL, secret: 'KEY' },
    ...extra,
  });
}

function ask(call: ModelCall, context = callContext({ secrets: { KEY: 'sk-test' } })): Promise<ModelOutcome> {
  return createModelExecutor({ endpoints: { openai: server.baseURL } })(call, context);
}

function quick(behaviour: Behaviour, extra: Partial<ModelCall> = {}): Promise<ModelOutcome> {
  server.script(behaviour);
  const { limits } = hosted();
  return ask(hosted({ limits: { ...limits, timeoutMs: 400 }, ...extra }));
}

describe('answers', () => {
  test('text is streamed, counted and priced', async () => {
    server.script({
      do: 'text',
      text: 'Good morning, this is a longer answer.',
      usage: { in: 1000, out: 500 },
    });
    const context = callContext({ secrets: { KEY: 'sk-test' } });
    const call = hosted();
    const model = { ...call.model, price: { inputPerMTok: 2, outputPerMTok: 8, currency: 'USD' } };
    expect(await ask({ ...call, model }, context)).toEqual({
      ok: true,
      text: 'Good morning, this is a longer answer.',
      toolCalls: [],
      finish: 'stop',
      usage: { in: 1000, out: 500 },
      cost: { amount: 0.006, currency: 'USD' },
    });
    expect(context.texts.join('')).toBe('Good morning, this is a longer answer.');
    expect(context.texts.length).toBeGreaterThan(1);
    expect(server.calls.at(-1)).toMatchObject({
      path: '/v1/chat/completions',
      headers: { authorization: 'Bearer sk-test' },
    });
  });

  test('a schema goes out as the response format, with what it refers to', async () => {
    const output = object({ total: { $ref: '#/schemas/Money' } });
    server.script({ do: 'json', value: { total: 5 } });
    const outcome = await ask(hosted({ output, schemas: { Money: { type: 'number' } } }));
    expect(outcome).toMatchObject({ ok: true, text: '{"total":5}' });
    expect(server.calls.at(-1)?.body['response_format']).toMatchObject({
      type: 'json_schema',
      json_schema: {
        schema: { properties: { total: { $ref: '#/$defs/Money' } }, $defs: { Money: { type: 'number' } } },
      },
    });
  });

  test('a schema that is no object is asked for in words', async () => {
    server.script({ do: 'text', text: '"billing"' });
    const outcome = await ask(hosted({ output: { enum: ['billing', 'other'] } }));
    expect(outcome).toMatchObject({ ok: true, text: '"billing"' });
    expect(JSON.stringify(server.calls.at(-1)?.body['messages'])).toContain('fits this JSON Schema');
  });

  test('tool calls come back unmade, those nobody offered too', async () => {
    server.script({
      do: 'tools',
      text: 'Let me look.',
      calls: [
        { id: 'a', name: 'lookup', args: { id: 7 } },
        { id: 'b', name: 'no_such_tool', args: {} },
        { id: 'c', name: 'lookup', args: '{"id": 7' },
      ],
    });
    const outcome = await ask(
      hosted({
        tools: [{ name: 'lookup', description: 'Looks up', input: object({ id: { type: 'integer' } }) }],
      }),
    );
    expect(outcome).toMatchObject({
      ok: true,
      text: 'Let me look.',
      finish: 'tool_calls',
      toolCalls: [
        { id: 'a', name: 'lookup', args: { id: 7 } },
        { id: 'b', name: 'no_such_tool', args: {} },
        { id: 'c', name: 'lookup', args: '{"id": 7' },
      ],
    });
  });

  test('the whole conversation goes out', async () => {
    server.script({ do: 'text', text: 'done' });
    await ask(
      hosted({
        messages: [
          { role: 'system', text: 'Be brief.' },
          { role: 'user', text: 'Look up 7' },
          { role: 'assistant', text: '', toolCalls: [{ id: 'a', name: 'lookup', args: { id: 7 } }] },
          { role: 'tool', callId: 'a', name: 'lookup', result: { name: 'seven' } },
          { role: 'assistant', text: 'It is seven.' },
          { role: 'user', text: 'Sure?' },
        ],
      }),
    );
    const messages = server.calls.at(-1)?.body['messages'] as {
      role: string;
      content: unknown;
      tool_call_id?: string;
    }[];
    expect(messages.map((message) => message.role)).toEqual([
      'system',
      'user',
      'assistant',
      'tool',
      'assistant',
      'user',
    ]);
    expect(messages[3]).toMatchObject({ tool_call_id: 'a', content: '{"name":"seven"}' });
  });

  test('right JSON of the wrong types is an answer: the engine checks it', async () => {
    server.script({ do: 'json', value: { total: 'five' } });
    expect(await ask(hosted({ output: object({ total: { type: 'number' } }) }))).toMatchObject({
      ok: true,
      text: '{"total":"five"}',
    });
  });
});

describe('failures become the kinds the engine decides by', () => {
  test.each<[string, Behaviour, Record<string, unknown>]>([
    [
      '429 with seconds',
      { do: 'status', status: 429, headers: { 'retry-after': '7' } },
      { kind: 'rate_limited', retryAfterMs: 7000 },
    ],
    ['429 without', { do: 'status', status: 429 }, { kind: 'rate_limited' }],
    ['500', { do: 'status', status: 500 }, { kind: 'unavailable' }],
    [
      '503',
      { do: 'status', status: 503, headers: { 'retry-after-ms': '250' } },
      { kind: 'unavailable', retryAfterMs: 250 },
    ],
    ['408', { do: 'status', status: 408 }, { kind: 'unavailable' }],
    ['401', { do: 'status', status: 401 }, { kind: 'error', code: 'model/auth' }],
    ['403', { do: 'status', status: 403 }, { kind: 'error', code: 'model/auth' }],
    ['404', { do: 'status', status: 404 }, { kind: 'error', code: 'model/not-found' }],
    [
      '400',
      { do: 'status', status: 400, message: 'too long' },
      { kind: 'error', message: expect.stringContaining('too long') },
    ],
    [
      'a redirect',
      { do: 'status', status: 302, headers: { location: 'http://127.0.0.1:9/' } },
      { kind: 'unavailable' },
    ],
    ['a hang', { do: 'hang' }, { kind: 'timeout', sent: 'maybe' }],
    ['a slow drip', { do: 'drip', everyMs: 40 }, { kind: 'timeout' }],
    ['a cut line', { do: 'cut', after: 'Half an ans' }, { kind: 'unavailable', code: 'model/bad-response' }],
    [
      'an answer without an end',
      { do: 'end-early', text: 'Half' },
      { kind: 'unavailable', code: 'model/bad-response' },
    ],
    ['no JSON', { do: 'garbage' }, { kind: 'unavailable', code: 'model/bad-response' }],
    ['a web page', { do: 'html' }, { kind: 'unavailable', code: 'model/bad-response' }],
    ['a reset', { do: 'reset' }, { kind: 'unavailable' }],
    ['a refusal', { do: 'refuse' }, { kind: 'invalid_output' }],
    ['a content filter', { do: 'filter' }, { kind: 'invalid_output' }],
    ['an empty answer', { do: 'empty' }, { kind: 'invalid_output' }],
  ])('%s', async (_name, behaviour, expected) => {
    expect(await quick(behaviour)).toMatchObject({ ok: false, ...expected });
  });

  test('an answer of 10 MB is stopped', async () => {
    server.script({ do: 'huge', bytes: 10_000_000 });
    const left = server.callerLeft();
    expect(await ask(hosted())).toMatchObject({
      ok: false,
      kind: 'invalid_output',
      message: 'The model answered with more than 2 MiB.',
    });
    await left;
  });

  test('a timeout and a cancel hang up', async () => {
    server.script({ do: 'hang' });
    const left = server.callerLeft();
    const stop = new AbortController();
    const running = ask(hosted(), callContext({ signal: stop.signal, secrets: { KEY: 'k' } }));
    while (!server.calls.at(-1) || server.calls.at(-1)?.closedEarly) await new Promise(setImmediate);
    stop.abort();
    expect(await running).toMatchObject({ ok: false, kind: 'cancelled' });
    await left;
  });

  test('nobody listening is not available, and nothing was sent', async () => {
    const closed = await startOpenAiServer();
    await closed.close();
    const model = { provider: 'openai-compatible', model: 'fake', baseURL: closed.baseURL };
    expect(await ask(hosted({ model }))).toMatchObject({ ok: false, kind: 'unavailable', sent: 'no' });
  });

  test('an address nobody may call is an error, not an outage', async () => {
    const model = { provider: 'openai-compatible', model: 'fake', baseURL: 'http://127.0.0.1:9/v1' };
    expect(await ask(hosted({ model }))).toMatchObject({
      kind: 'error',
      code: 'model/not-found',
      sent: 'no',
    });
  });

  test('a missing secret, a missing key, an unknown provider', async () => {
    expect(await ask(hosted(), callContext())).toMatchObject({
      kind: 'error',
      code: 'secret/missing',
      sent: 'no',
    });
    expect(await ask(hosted({ model: { provider: 'openai', model: 'gpt' } }))).toMatchObject({
      kind: 'error',
      code: 'model/auth',
      sent: 'no',
    });
    expect(await ask(hosted({ model: { provider: 'abacus', model: 'x' } }))).toMatchObject({
      kind: 'error',
      code: 'model/not-found',
    });
    expect(await ask(hosted({ model: { provider: 'builtin', model: 'xx' } }))).toMatchObject({
      kind: 'error',
      code: 'model/not-found',
    });
  });

  test('no failure tells the key', async () => {
    for (const status of [400, 401, 404, 429, 500])
      expect(JSON.stringify(await quick({ do: 'status', status }))).not.toContain('sk-test');
  });
});

test('definitions of named schemas cannot meet', () => {
  const schemas: Record<string, JsonSchema> = {
    A: { $ref: '#/$defs/x', $defs: { x: { type: 'number' } } },
    B: { properties: { me: { $ref: '#' }, x: { $ref: '#/$defs/x' } }, $defs: { x: { type: 'string' } } },
  };
  expect(
    portableSchema({ properties: { a: { $ref: '#/schemas/A' }, b: { $ref: '#/schemas/B' } } }, schemas),
  ).toEqual({
    properties: { a: { $ref: '#/$defs/A' }, b: { $ref: '#/$defs/B' } },
    $defs: {
      A: { $ref: '#/$defs/A__x' },
      A__x: { type: 'number' },
      B: { properties: { me: { $ref: '#/$defs/B' }, x: { $ref: '#/$defs/B__x' } } },
      B__x: { type: 'string' },
    },
  });
});
