import { afterEach, describe, expect, test } from 'vitest';
import { createModelExecutor } from '../../../../../electron/runtime/models/create-model-executor';
import type { ModelCall } from '../../../../../shared/ports/calls';
import {
  type HostedModelsServer,
  type Speech,
  startHostedModelsServer,
} from '../../../../servers/hosted-models-server';
import { modelCall, object } from './builtin/model-call';
import { callContext } from './call-context';

let server: HostedModelsServer;
afterEach(() => server.close());

async function ask(provider: string, speech: Speech, extra: Partial<ModelCall> = {}) {
  server = await startHostedModelsServer(speech);
  const endpoints = {
    openai: `${server.origin}/v1`,
    anthropic: `${server.origin}/v1`,
    google: `${server.origin}/v1beta`,
  };
  const call = modelCall('Hello', { model: { provider, model: 'fake', secret: 'KEY' }, ...extra });
  return createModelExecutor({ endpoints })(call, callContext({ secrets: { KEY: 'sk-test' } }));
}

const providers = [
  ['openai', 'authorization', 'Bearer sk-test'],
  ['anthropic', 'x-api-key', 'sk-test'],
  ['google', 'x-goog-api-key', 'sk-test'],
] as const;

describe.each(providers)('%s', (provider, header, key) => {
  test('text, usage and the key where it belongs', async () => {
    expect(await ask(provider, { text: 'Good morning.' })).toEqual({
      ok: true,
      text: 'Good morning.',
      toolCalls: [],
      finish: 'stop',
      usage: { in: 12, out: 5 },
    });
    expect(server.calls[0]?.headers[header]).toBe(key);
  });

  test('a schema with optional members', async () => {
    const output = object({ total: { type: 'number' }, note: { type: 'string' } }, ['total']);
    expect(await ask(provider, { text: '{"total":5}' }, { output })).toMatchObject({
      ok: true,
      text: expect.stringContaining('{"total":5}'),
    });
    expect(JSON.stringify(server.calls[0]?.body)).toContain('total');
  });

  test('a tool call comes back unmade', async () => {
    const tools = [{ name: 'lookup', description: 'Looks up', input: object({ id: { type: 'integer' } }) }];
    const outcome = await ask(provider, { text: '', tool: 'lookup', args: { id: 7 } }, { tools });
    expect(outcome).toMatchObject({
      ok: true,
      finish: 'tool_calls',
      toolCalls: [{ name: 'lookup', args: { id: 7 } }],
    });
  });
});
