/** Requests of the MCP client, sent like those of an http tool: to the one host that was allowed, at addresses that were checked. */
import { Readable, Transform } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Resolve } from '../http/addresses';
import { exchange } from '../http/exchange';
import { CallError } from '../outcome';

const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

export function mcpFetch(host: string, resolve: Resolve): Fetch {
  return async (address, init = {}) => {
    let sent: 'no' | 'maybe' = 'no';
    const attempt = {
      signal: init.signal ?? new AbortController().signal,
      get sent() {
        return sent;
      },
      markSent: () => {
        sent = 'maybe';
      },
    };
    const outgoing = {
      method: init.method ?? 'GET',
      url: new URL(address),
      headers: { ...Object.fromEntries(new Headers(init.headers)), 'accept-encoding': 'identity' },
      secretHeaders: new Set(['authorization']),
      ...(typeof init.body === 'string' ? { body: Buffer.from(init.body, 'utf8') } : {}),
    };
    // The host was agreed to with the server.
    const rules = { allowHosts: [host], resolve, requireHost: () => undefined };
    const { answer } = await exchange(outgoing, rules, attempt);
    const status = answer.statusCode ?? 0;
    const headers = new Headers();
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    }
    if (WITHOUT_BODY.has(status)) {
      answer.destroy();
      return new Response(null, { status, headers });
    }
    const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true;
    const body = isStream ? answer : limited(answer);
    return new Response(Readable.toWeb(body) as ReadableStream<Uint8Array> as unknown as BodyInit, {
      status,
      headers,
    }); // the same class by two names
  };
}

/** A stream of events has no end; any other answer is one message and must not be larger than a message may be. */
function limited(source: Readable): Readable {
  let sizeBytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length;
      if (sizeBytes <= MAX_MESSAGE_BYTES) return done(null, chunk);
      const message = 'The MCP server answered with more than 4 MiB.';
      done(new CallError({ kind: 'error', code: 'tool/too-large', message, sent: 'yes' }));
    },
  });
  source.once('error', (error) => counter.destroy(error));
  counter.once('close', () => source.destroy());
  return source.pipe(counter);
}
