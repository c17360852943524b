import type http from 'node:http';
import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../../../shared/base/json';
import type { ValueOutcome } from '../../../../../shared/ports/calls';
import { callContext } from '../models/call-context';
import { type Answer, call, type HttpTool, serve } from './http-call';
import { freePort, json } from './http-server';
import { callTool, executors, invocation, KEY } from './tool-call';

describe('requests', () => {
  test('holes of the address are encoded', async () => {
    const server = await serve((_request, response) => json(response, {}));
    await call(
      server,
      { url: `http://${server.host}/users/{{ args.name }}?q={{ args.q }}` },
      {
        name: 'a/b?c#d é',
        q: 'x&y=1',
      },
    );
    expect(server.seen[0]?.url).toBe('/users/a%2Fb%3Fc%23d%20%C3%A9?q=x%26y%3D1');
  });

  test('query, headers and body are mapped from the arguments alone', async () => {
    const server = await serve((_request, response) => json(response, { ok: true }));
    const outcome = await call(
      server,
      {
        method: 'POST',
        query: { tag: { $: 'args.tags' }, none: { $: 'args.none' }, page: 1 },
        headers: { 'X-Plain': 'yes', 'X-Amount': { $: 'args.amount' }, 'X-None': { $: 'args.none' } },
        body: { amount: { $: 'args.amount' }, peek: { $: 'input' } },
      },
      { tags: ['a', 'b c'], amount: 12.5 },
    );
    expect(outcome).toEqual({ ok: true, value: { ok: true } });
    expect(server.seen[0]).toMatchObject({
      method: 'POST',
      url: '/?tag=a&tag=b%20c&page=1',
      body: '{"amount":12.5}',
      headers: { 'x-plain': 'yes', 'x-amount': '12.5', 'content-type': 'application/json' },
    });
    expect(server.seen[0]?.headers).not.toHaveProperty('x-none');
  });

  test('a query is percent-encoded like the holes of the address and leaves these as they are', async () => {
    const server = await serve((_request, response) => json(response, {}));
    const url = `http://${server.host}/?q={{ args.q }}`;
    await call(server, { url, query: { 'k ey': { $: 'args.q' } } }, { q: 'a b/é&=+' });
    await call(server, { url, query: { none: { $: 'args.none' } } }, { q: 'a b' });
    expect(server.seen.map((one) => one.url)).toEqual([
      '/?q=a%20b%2F%C3%A9%26%3D%2B&k%20ey=a%20b%2F%C3%A9%26%3D%2B',
      '/?q=a%20b',
    ]);
  });

  test('a form and plain text are sent as their content type says', async () => {
    const server = await serve((_request, response) => json(response, {}));
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    await call(server, { method: 'POST', headers: form, body: { a: 'b c', d: [1, 2] } });
    await call(
      server,
      { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: { $: 'args.text' } },
      {
        text: 'plain "text"',
      },
    );
    expect(server.seen.map((one) => one.body)).toEqual(['a=b+c&d=1&d=2', 'plain "text"']);
  });

  test('the key goes along unless the call only reads, also as an argument', async () => {
    const server = await serve((_request, response) => json(response, {}));
    await call(server, { effect: 'read' });
    await call(server, { effect: 'idempotent' });
    await call(server, {
      effect: 'once',
      method: 'POST',
      keyArgument: 'ref',
      body: { ref: { $: 'args.ref' } },
    });
    expect(server.seen.map((one) => one.headers['idempotency-key'])).toEqual([undefined, KEY, KEY]);
    expect(server.seen[2]?.body).toBe(`{"ref":"${KEY}"}`);
  });

  test('the secret is sent as a bearer, a leaf of the headers as it is', async () => {
    const server = await serve((_request, response) => json(response, {}));
    await call(server, { secret: 'TOKEN', headers: { 'X-Api-Key': { secret: 'OTHER' } } });
    expect(server.seen[0]?.headers).toMatchObject({
      authorization: 'Bearer very-secret-token',
      'x-api-key': 'other-secret',
    });
  });

  test('an expression cannot name a secret', async () => {
    const server = await serve((_request, response) => json(response, {}));
    const outcome = await call(
      server,
      { headers: { 'X-Api-Key': { $: 'args.key' } } },
      { key: { secret: 'OTHER' } },
    );
    expect(outcome).toMatchObject({ kind: 'error', code: 'tool/bad-arguments' });
    expect(server.seen).toEqual([]);
  });

  test.each<[string, Partial<HttpTool>, Json]>([
    ['a line break in a header', { headers: { 'X-A': { $: 'args.a' } } }, { a: 'b\r\nX-Evil: 1' }],
    ['a line break in the name of a header', { headers: { 'X-A\r\nX-Evil': '1' } }, {}],
    ['a Host header', { headers: { Host: 'elsewhere' } }, {}],
    ['a body length', { headers: { 'Content-Length': '5' } }, {}],
    ['a query that is no object', { query: { $: 'args.q' } }, { q: 5 }],
    ['half a character', { url: 'http://{host}/{{ args.a }}' }, { a: '\ud800' }],
    ['a step up', { url: 'http://{host}/users/{{ args.a }}/orders' }, { a: '..' }],
    ['a step up made of two', { url: 'http://{host}/{{ args.a }}{{ args.a }}/x' }, { a: '.' }],
  ])('%s is refused before anything is sent', async (_name, tool, args) => {
    const server = await serve((_request, response) => json(response, {}));
    const url = tool.url === undefined ? {} : { url: tool.url.replace('{host}', server.host) };
    expect(await call(server, { ...tool, ...url }, args)).toMatchObject({
      ok: false,
      kind: 'error',
      code: 'tool/bad-arguments',
      sent: 'no',
    });
    expect(server.seen).toEqual([]);
  });

  test('a secret that is missing stops the call', async () => {
    const server = await serve((_request, response) => json(response, {}));
    expect(await call(server, { secret: 'NONE' })).toMatchObject({
      kind: 'error',
      code: 'secret/missing',
      sent: 'no',
    });
  });
});

describe('answers', () => {
  test.each<[string, Answer, Json]>([
    ['JSON', (_q, r) => json(r, { a: [1] }), { a: [1] }],
    [
      'JSON of a kind',
      (_q, r) => r.writeHead(201, { 'content-type': 'application/problem+json; charset=utf-8' }).end('[1]'),
      [1],
    ],
    ['text', (_q, r) => r.writeHead(200, { 'content-type': 'text/plain' }).end('Grüße'), 'Grüße'],
    [
      'text in another character set',
      (_q, r) =>
        r.writeHead(200, { 'content-type': 'text/plain; charset=iso-8859-1' }).end(Buffer.from([0xfc])),
      'ü',
    ],
    ['JSON without its type', (_q, r) => r.end('{"a":1}'), '{"a":1}'],
    ['nothing', (_q, r) => r.writeHead(204).end(), null],
    ['an empty body', (_q, r) => r.writeHead(200, { 'content-type': 'application/json' }).end(), null],
    [
      'a packed body',
      (_q, r) =>
        r
          .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
          .end(zlib.gzipSync('{"a":1}')),
      { a: 1 },
    ],
  ])('%s', async (_name, answer, value) => {
    expect(await call(await serve(answer))).toEqual({ ok: true, value });
  });

  test.each<[string, Answer, Partial<Extract<ValueOutcome, { ok: false }>>]>([
    [
      '400',
      (_q, r) => json(r, { why: 'amount' }, 400),
      { kind: 'error', message: expect.stringContaining('{"why":"amount"}') },
    ],
    ['404', (_q, r) => json(r, {}, 404), { kind: 'error', code: 'tool/failed' }],
    ['304', (_q, r) => r.writeHead(304).end(), { kind: 'error' }],
    ['408', (_q, r) => json(r, {}, 408), { kind: 'unavailable', sent: 'no' }],
    ['500', (_q, r) => json(r, {}, 500), { kind: 'unavailable' }],
    ['503', (_q, r) => json(r, {}, 503), { kind: 'unavailable' }],
    ['429', (_q, r) => json(r, {}, 429), { kind: 'rate_limited' }],
    ['429 with seconds', (_q, r) => r.writeHead(429, { 'retry-after': '7' }).end(), { retryAfterMs: 7000 }],
    [
      '429 with a past date',
      (_q, r) => r.writeHead(429, { 'retry-after': new Date(0).toUTCString() }).end(),
      { retryAfterMs: 0 },
    ],
    ['a reset', (_q, r) => r.destroy(), { kind: 'unavailable', sent: 'maybe' }],
    ['a body cut short', (_q, r) => cut(r), { kind: 'unavailable', sent: 'maybe' }],
    [
      'JSON that is none',
      (_q, r) => r.writeHead(200, { 'content-type': 'application/json' }).end('{"a":'),
      { kind: 'invalid_output' },
    ],
    [
      'a number that is infinite',
      (_q, r) => r.writeHead(200, { 'content-type': 'application/json' }).end('{"a":[1e999]}'),
      { kind: 'invalid_output', message: 'The answer cannot be kept: a number in it is too large.' },
    ],
    [
      'JSON without an end in depth',
      (_q, r) =>
        r.writeHead(200, { 'content-type': 'application/json' }).end('['.repeat(1e5) + ']'.repeat(1e5)),
      { kind: 'invalid_output', code: 'tool/failed' },
    ],
    [
      'more than 2 MiB',
      (_q, r) => r.end('x'.repeat(2 * 1024 * 1024 + 1)),
      { kind: 'error', code: 'tool/too-large' },
    ],
    [
      'more than 2 MiB after unpacking',
      (_q, r) =>
        r.writeHead(200, { 'content-encoding': 'gzip' }).end(zlib.gzipSync('x'.repeat(50 * 1024 * 1024))),
      { code: 'tool/too-large' },
    ],
  ])('%s fails', async (_name, answer, expected) => {
    expect(await call(await serve(answer))).toMatchObject({ ok: false, ...expected });
  });

  test('Retry-After as a date is a time from now', async () => {
    const at = new Date(Date.now() + 60_000).toUTCString();
    const outcome = await call(await serve((_q, r) => r.writeHead(503, { 'retry-after': at }).end()));
    expect(outcome.ok ? 0 : outcome.retryAfterMs).toBeGreaterThan(50_000);
  });

  test('an answer that repeats the secret does not tell it', async () => {
    const echo: Answer = (request, response) =>
      json(response, { got: request.headers.authorization }, request.url === '/bad' ? 400 : 200);
    const server = await serve(echo);
    expect(await call(server, { secret: 'TOKEN' })).toEqual({ ok: true, value: { got: 'Bearer [secret]' } });
    const failed = await call(server, { secret: 'TOKEN', url: `http://${server.host}/bad` });
    expect(failed).toMatchObject({ message: expect.stringContaining('Bearer [secret]') });
  });
});

function cut(response: http.ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '100' });
  response.write('half', () => response.destroy());
}

describe('time', () => {
  test('an answer that does not come is a timeout', async () => {
    const server = await serve(() => undefined);
    expect(await call(server, {}, {}, undefined, 100)).toMatchObject({ kind: 'timeout', sent: 'maybe' });
  });

  test('the body counts, too', async () => {
    const server = await serve((_q, response) => void response.write('begin'));
    expect(await call(server, {}, {}, undefined, 100)).toMatchObject({ kind: 'timeout' });
  });

  test('cancelling hangs up', async () => {
    const stop = new AbortController();
    const left = new Promise<void>((resolve) => {
      void serve((_q, response) => {
        response.on('close', () => resolve());
        stop.abort();
      }).then(async (server) => {
        const outcome = await call(server, {}, {}, callContext({ signal: stop.signal }));
        expect(outcome).toMatchObject({ kind: 'cancelled', sent: 'maybe' });
      });
    });
    await left;
  });
});

describe('a call that must not happen twice', () => {
  const once = { effect: 'once', method: 'POST', body: {} } as const;

  test.each<[string, Answer]>([
    ['a timeout', () => undefined],
    ['a reset', (_q, r) => r.destroy()],
    ['a 500', (_q, r) => json(r, {}, 500)],
    ['a 503', (_q, r) => json(r, {}, 503)],
    ['a body cut short', (_q, r) => cut(r)],
    ['a good answer that is too large', (_q, r) => r.end('x'.repeat(3_000_000))],
    [
      'a good answer that cannot be read',
      (_q, r) => r.writeHead(200, { 'content-type': 'application/json' }).end('{'),
    ],
    [
      'a redirect to a forbidden host',
      (_q, r) => r.writeHead(302, { location: 'http://elsewhere.example/' }).end(),
    ],
    [
      'a page about it that is missing',
      (q, r) => (q.url === '/' ? r.writeHead(303, { location: '/done' }).end() : json(r, {}, 404)),
    ],
  ])('%s is uncertain', async (_name, answer) => {
    expect(await call(await serve(answer), once, {}, undefined, 150)).toMatchObject({
      ok: false,
      kind: 'uncertain',
      code: 'tool/uncertain',
      sent: 'maybe',
    });
  });

  test('a definite no is an ordinary failure', async () => {
    expect(await call(await serve((_q, r) => json(r, {}, 409)), once)).toMatchObject({ kind: 'error' });
    expect(await call(await serve((_q, r) => json(r, {}, 429)), once)).toMatchObject({
      kind: 'rate_limited',
    });
    expect(await call(await serve((_q, r) => json(r, {}, 408)), once)).toMatchObject({ kind: 'unavailable' });
  });

  test('nobody listening is ordinary, because nothing was sent', async () => {
    const host = `127.0.0.1:${await freePort()}`;
    const outcome = await callTool({ kind: 'http', url: `http://${host}/`, allowHosts: [host], ...once });
    expect(outcome).toMatchObject({ kind: 'unavailable', code: 'tool/unavailable', sent: 'no' });
  });

  test('an unknown name is ordinary', async () => {
    const all = executors({
      resolve: () => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' })),
    });
    const tool: HttpTool = { kind: 'http', url: 'http://no.example/', allowHosts: ['no.example'], ...once };
    expect(await all.tool(invocation(tool), callContext())).toMatchObject({
      kind: 'unavailable',
      sent: 'no',
    });
  });
});
