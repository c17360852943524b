import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../../../shared/base/json';
import type { CallContext, ValueOutcome } from '../../../../../shared/ports/calls';
import type { McpServer, Tool } from '../../../../../shared/spec/parts';
import type { JsonSchema } from '../../../../../shared/spec/values';
import { createServer } from '../../../../servers/mcp-server.mjs';
import { GrantStore } from '../../../../../electron/runtime/service/grants';
import { tempFolder } from '../../../../fakes/temp-folder';
import { callContext } from '../models/call-context';
import { freePort } from './http-server';
import { executors, invocation, limits, trusted } from './tool-call';

const script = path.resolve('test/servers/mcp-server.mjs');
const stdio: McpServer = {
  transport: 'stdio',
  command: process.execPath,
  args: [script],
  env: { PLAIN: 'yes', HIDDEN: { secret: 'TOKEN' } },
};
const here = (extra: Partial<CallContext> = {}) =>
  callContext({ secrets: { TOKEN: 'very-secret-token' }, grants: trusted(process.cwd()), ...extra });

interface Options {
  readonly args?: Json;
  readonly output?: JsonSchema;
  readonly effect?: Tool['effect'];
  readonly timeoutMs?: number;
  readonly context?: CallContext;
  readonly server?: McpServer;
  readonly keyArgument?: string;
}

let all: ReturnType<typeof executors>;
beforeEach(() => {
  all = executors();
});
afterEach(() => all.close());

function call(name: string, options: Options = {}): Promise<ValueOutcome> {
  const {
    args = {},
    output,
    effect = 'read',
    timeoutMs = 10_000,
    context = here(),
    server = stdio,
    keyArgument,
  } = options;
  const tool = {
    kind: 'mcp',
    server: 'small',
    name,
    effect,
    ...(output ? { output } : {}),
    ...(keyArgument ? { keyArgument } : {}),
  } as const;
  return all.tool(invocation(tool, args, { mcpServer: server, limits: limits(timeoutMs) }), context);
}

describe('over stdio', () => {
  test('structured content is the value, else the joined text', async () => {
    expect(await call('add', { args: { a: 2, b: 3 } })).toEqual({ ok: true, value: { sum: 5 } });
    expect(await call('words')).toEqual({ ok: true, value: 'one\ntwo' });
  });

  test('text is read as JSON only when the tool is said to give more than text', async () => {
    expect(await call('json')).toMatchObject({ value: '{"a":[1,2]}' });
    expect(await call('json', { output: { type: 'object' } })).toMatchObject({ value: { a: [1, 2] } });
    expect(await call('json', { output: { type: 'string' } })).toMatchObject({ value: '{"a":[1,2]}' });
    expect(await call('words', { output: { type: 'object' } })).toMatchObject({ value: 'one\ntwo' });
  });

  test('the server gets its environment and nothing else of ours, and cannot tell a secret', async () => {
    process.env['BATON_TEST_PRIVATE'] = 'private';
    const env = (name: string) => call('env', { args: { name } });
    expect(await env('PLAIN')).toMatchObject({ value: 'yes' });
    expect(await env('HIDDEN')).toMatchObject({ value: '[secret]' });
    expect(await env('BATON_TEST_PRIVATE')).toMatchObject({ value: 'undefined' });
  });

  test('one server answers all calls, a new one after it died', async () => {
    const pids = await Promise.all([call('pid'), call('pid'), call('pid')]);
    expect(new Set(pids.map((outcome) => outcome.ok && outcome.value)).size).toBe(1);
    expect(await call('die')).toMatchObject({ kind: 'unavailable', sent: 'maybe' });
    expect(await call('pid')).toMatchObject({ ok: true });
    expect(await call('pid')).not.toEqual(pids[0]);
  });

  test('closing ends the server', async () => {
    const outcome = await call('pid');
    await all.close();
    const pid = Number(outcome.ok && outcome.value);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('the key is one of the arguments', async () => {
    const outcome = await call('env', { keyArgument: 'name', effect: 'idempotent' });
    expect(outcome).toMatchObject({ value: 'undefined' });
  });

  test.each<[string, string, Partial<Extract<ValueOutcome, { ok: false }>>]>([
    [
      'an error of the tool',
      'fail',
      { kind: 'error', code: 'tool/failed', message: expect.stringContaining('no such customer') },
    ],
    ['arguments it refuses', 'refuse', { kind: 'error', code: 'tool/bad-arguments' }],
    [
      'an error inside',
      'stumble',
      { kind: 'unavailable', message: expect.stringContaining('something inside broke') },
    ],
    ['an unknown tool', 'nothing', { kind: 'error', code: 'tool/not-listed', sent: 'no' }],
    ['an answer that is too large', 'large', { kind: 'error', code: 'tool/too-large' }],
  ])('%s', async (_name, tool, expected) => {
    expect(await call(tool)).toMatchObject({ ok: false, ...expected });
  });

  test('no answer is a timeout, and uncertain when it must not happen twice', async () => {
    await call('pid');
    expect(await call('hang', { timeoutMs: 100 })).toMatchObject({ kind: 'timeout', sent: 'maybe' });
    expect(await call('hang', { timeoutMs: 100, effect: 'once' })).toMatchObject({ kind: 'uncertain' });
    expect(await call('die', { effect: 'once' })).toMatchObject({ kind: 'uncertain' });
    expect(await call('fail', { effect: 'once' })).toMatchObject({ kind: 'error' });
  });

  test('a tool that changed since it was agreed to is not called', async () => {
    await call('pid');
    await call('change');
    expect(await call('pid')).toMatchObject({ kind: 'denied', code: 'grant/missing' });
  });

  test('what a tool was is kept with the grant of the flow: a change while we were away ends the grant', async () => {
    const folder = tempFolder();
    const said = path.join(folder, 'said.txt');
    const server: McpServer = { transport: 'stdio', command: process.execPath, args: [script, said] };
    const wants = { secrets: [], models: [], tools: [], hosts: [], folders: [] };
    const granted = {
      ...wants,
      mcpServers: [
        { name: 'small', transport: 'stdio' as const, command: [process.execPath, script, said].join(' ') },
      ],
    };
    const context = here({
      grants: { trust: false, baseFolder: folder, granted: { ...granted, flow: 'sha256:f' } },
    });
    const calledAfter = async (words: string, agree: boolean): Promise<ValueOutcome> => {
      fs.writeFileSync(said, words);
      await all.close();
      const grants = new GrantStore(path.join(folder, 'grants.json')); // as after a restart of the app
      if (agree) grants.set('sha256:f', granted, 'ada', 1);
      all = executors({ agreedTools: grants.agreedTools() });
      return call('words', { server, context });
    };
    const isGranted = () => new GrantStore(path.join(folder, 'grants.json')).get('sha256:f') !== undefined;
    expect(await calledAfter('Says two words', true)).toMatchObject({ ok: true });
    expect(await calledAfter('Says two words', false)).toMatchObject({ ok: true });
    expect(isGranted()).toBe(true);
    expect(await calledAfter('Deletes everything', false)).toMatchObject({
      kind: 'denied',
      code: 'grant/missing',
    });
    expect(isGranted()).toBe(false);
    expect(await call('words', { server, context })).toMatchObject({ kind: 'denied' });
    expect(await calledAfter('Deletes everything', true)).toMatchObject({ ok: true });
    expect(isGranted()).toBe(true);
  });

  test('a command that does not exist or is no server is not available', async () => {
    const none: McpServer = { transport: 'stdio', command: 'no-such-command-here' };
    expect(await call('add', { server: none, effect: 'once' })).toMatchObject({
      kind: 'unavailable',
      sent: 'no',
    });
    const other: McpServer = { transport: 'stdio', command: process.execPath, args: ['-e', '0'] };
    expect(await call('add', { server: other })).toMatchObject({ kind: 'unavailable', sent: 'no' });
  });

  test('a missing secret is told, and asked for again', async () => {
    const context = callContext({ grants: trusted(process.cwd()) });
    expect(await call('pid', { context })).toMatchObject({ kind: 'error', code: 'secret/missing' });
    expect(await call('pid')).toMatchObject({ ok: true });
  });
});

describe('grants', () => {
  const command = `${process.execPath} ${script}`;
  const granting = (granted: JsonObject) =>
    here({ grants: { trust: false, baseFolder: process.cwd(), granted } });
  const secrets = [{ name: 'TOKEN', usedBy: ['mcpServers/small'] }];

  test('name the command with its arguments and the secret', async () => {
    const mcpServers = [{ name: 'small', transport: 'stdio', command }];
    expect(await call('pid', { context: granting({ mcpServers, secrets }) })).toMatchObject({ ok: true });
    const wrong: JsonObject[] = [
      {},
      { mcpServers },
      { mcpServers: [{ name: 'small', transport: 'stdio', command: `${command} --all` }], secrets },
      { mcpServers, secrets: [{ name: 'TOKEN', usedBy: ['tools/pay'] }] },
    ];
    for (const granted of wrong) {
      expect(await call('pid', { context: granting(granted) })).toMatchObject({
        kind: 'denied',
        code: 'grant/missing',
      });
    }
  });
});

describe('over HTTP', () => {
  let web: http.Server;
  let port = 0;
  const seen: http.IncomingHttpHeaders[] = [];
  beforeAll(async () => {
    web = http.createServer(async (request, response) => {
      seen.push(request.headers);
      const server = createServer();
      const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
      await server.connect(transport as Transport);
      await transport.handleRequest(request, response);
    });
    await new Promise<void>((resolve) => {
      web.listen(0, '127.0.0.1', resolve);
    });
    port = (web.address() as AddressInfo).port;
  });
  afterAll(() => {
    web.closeAllConnections();
    web.close();
  });

  const remote = (): McpServer => ({
    transport: 'http',
    url: `http://127.0.0.1:${port}/mcp`,
    secret: 'TOKEN',
  });

  test('calls go to the server with its secret', async () => {
    expect(await call('add', { server: remote(), args: { a: 1, b: 1 } })).toEqual({
      ok: true,
      value: { sum: 2 },
    });
    expect(seen.at(-1)?.authorization).toBe('Bearer very-secret-token');
    expect(await call('fail', { server: remote() })).toMatchObject({ kind: 'error', code: 'tool/failed' });
    expect(await call('hang', { server: remote(), timeoutMs: 100, effect: 'once' })).toMatchObject({
      kind: 'uncertain',
    });
  });

  test('the host must be granted', async () => {
    const url = `http://127.0.0.1:${port}/mcp`;
    const granting = (hosts: string[]) => {
      const granted = {
        hosts,
        mcpServers: [{ name: 'small', transport: 'http', url }],
        secrets: [{ name: 'TOKEN', usedBy: ['mcpServers/small'] }],
      };
      return here({ grants: { trust: false, baseFolder: '/', granted } });
    };
    expect(await call('pid', { server: remote(), context: granting([]) })).toMatchObject({
      code: 'grant/missing',
    });
    const context = granting([`127.0.0.1:${port}`]);
    expect(await call('pid', { server: remote(), context })).toMatchObject({ ok: true });
  });

  test('nobody listening is not available', async () => {
    const server: McpServer = { transport: 'http', url: `http://127.0.0.1:${await freePort()}/mcp` };
    expect(await call('add', { server, effect: 'once' })).toMatchObject({ kind: 'unavailable', sent: 'no' });
  });
});
