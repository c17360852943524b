import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../../shared/base/json';
import { callContext } from '../models/call-context';
import { call, type HttpTool, secrets, serve } from './http-call';
import { json } from './http-server';
import { executors, invocation } from './tool-call';

describe('hosts', () => {
  test.each([
    ['another port', (host: string) => `http://${host.replace(/\d+$/, '1')}/`],
    ['another host', () => 'http://elsewhere.example/'],
    ['a password', (host: string) => `http://user:pass@${host}/`],
    ['another scheme', () => 'ftp://127.0.0.1/'],
    ['a hole in the host', (host: string) => `http://${host}{{ args.path }}`],
    ['a hole for the host', () => '{{ args.url }}'],
  ])('%s is refused', async (_name, url) => {
    const server = await serve((_q, r) => json(r, {}));
    const outcome = await call(
      server,
      { url: url(server.host) },
      { path: '/', url: `http://${server.host}/` },
    );
    expect(outcome).toMatchObject({ ok: false, sent: 'no' });
    expect(outcome.ok ? '' : outcome.code).toMatch(/^tool\/(host-refused|bad-arguments)$/);
    expect(server.seen).toEqual([]);
  });

  test('a granted host is called, another is not', async () => {
    const server = await serve((_q, r) => json(r, 1));
    const granting = (granted: JsonObject) =>
      callContext({ secrets, grants: { trust: false, baseFolder: '/', granted } });
    expect(await call(server, {}, {}, granting({ hosts: [server.host] }))).toMatchObject({ ok: true });
    expect(await call(server, {}, {}, granting({ hosts: ['other'] }))).toMatchObject({
      kind: 'denied',
      code: 'grant/missing',
    });
    const hosts = [server.host];
    const withSecret = (usedBy: string) =>
      call(
        server,
        { secret: 'TOKEN' },
        {},
        granting({ hosts, secrets: [{ name: 'TOKEN', usedBy: [usedBy] }] }),
      );
    expect(await withSecret('tools/pay')).toMatchObject({ ok: true });
    expect(await withSecret('tools/other')).toMatchObject({ code: 'grant/missing' });
  });

  test('a public name that leads into this machine is refused, unless the address is allowed', async () => {
    const server = await serve((_q, r) => json(r, 'inside'));
    const all = executors({ resolve: async () => [{ address: '127.0.0.1', family: 4 }] });
    const host = `api.example:${server.port}`;
    const tool = (allowHosts: string[]): HttpTool => ({
      kind: 'http',
      method: 'GET',
      url: `http://${host}/`,
      allowHosts,
    });
    expect(await all.tool(invocation(tool([host])), callContext())).toMatchObject({
      kind: 'denied',
      code: 'tool/host-refused',
      sent: 'no',
    });
    expect(await all.tool(invocation(tool([host, '127.0.0.1'])), callContext())).toEqual({
      ok: true,
      value: 'inside',
    });
    expect(server.seen.map((one) => one.headers.host)).toEqual([host]);
  });

  test('the address that was checked is the one that is used', async () => {
    const server = await serve((_q, r) => json(r, 'first'));
    const answers = [['127.0.0.1'], ['203.0.113.1']];
    let asked = 0;
    const all = executors({
      resolve: async () => (answers[asked++] ?? []).map((address) => ({ address, family: 4 })),
    });
    const host = `api.example:${server.port}`;
    const tool: HttpTool = {
      kind: 'http',
      method: 'GET',
      url: `http://${host}/`,
      allowHosts: [host, '127.0.0.1'],
    };
    expect(await all.tool(invocation(tool), callContext())).toMatchObject({ ok: true });
    expect(asked).toBe(1);
  });
});

describe('redirects', () => {
  test('are followed, a post becomes a get, and 307 keeps it', async () => {
    const server = await serve((request, response) => {
      const to = { '/303': '/end', '/307': '/end' }[request.url];
      if (to) response.writeHead(Number(request.url.slice(1)), { location: to }).end();
      else json(response, { method: request.method, body: request.body });
    });
    const post = (status: number) =>
      call(server, { method: 'POST', url: `http://${server.host}/${status}`, body: { a: 1 } });
    expect(await post(303)).toEqual({ ok: true, value: { method: 'GET', body: '' } });
    expect(await post(307)).toEqual({ ok: true, value: { method: 'POST', body: '{"a":1}' } });
  });

  test('more than five are too many', async () => {
    const server = await serve((_q, response) => response.writeHead(302, { location: '/' }).end());
    expect(await call(server)).toMatchObject({ kind: 'denied', code: 'tool/host-refused' });
    expect(server.seen).toHaveLength(6);
  });

  test('to a host that is not allowed are refused', async () => {
    const other = await serve((_q, r) => json(r, {}));
    const server = await serve((_q, r) => r.writeHead(302, { location: `http://${other.host}/` }).end());
    expect(await call(server)).toMatchObject({ kind: 'denied', code: 'tool/host-refused' });
    expect(other.seen).toEqual([]);
  });

  test('secrets stay with their host', async () => {
    const other = await serve((_q, r) => json(r, {}));
    const server = await serve((request, response) =>
      response.writeHead(302, { location: request.url === '/' ? '/again' : `http://${other.host}/` }).end(),
    );
    await call(server, {
      secret: 'TOKEN',
      headers: { 'X-Api-Key': { secret: 'OTHER' }, 'X-Plain': 'yes' },
      allowHosts: [server.host, other.host],
    });
    expect(server.seen[1]?.headers).toMatchObject({
      authorization: 'Bearer very-secret-token',
      'x-api-key': 'other-secret',
    });
    expect(other.seen[0]?.headers).toMatchObject({ 'x-plain': 'yes' });
    expect(other.seen[0]?.headers).not.toHaveProperty('authorization');
    expect(other.seen[0]?.headers).not.toHaveProperty('x-api-key');
  });
});
