/**
 * One exchange with a host: the request goes to the addresses that were checked, and redirects are checked like the first
 * address. Secret headers stay with the host they were meant for.
 */
import type { LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { type Attempt, CallError } from '../outcome';
import { addressesOf, checkHost, type Resolve } from './addresses';

const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export interface Outgoing {
  readonly method: string;
  readonly url: URL;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names of headers that hold secrets. */
  readonly secretHeaders: ReadonlySet<string>;
  readonly body?: Buffer;
}

export interface Rules {
  readonly allowHosts: readonly string[];
  readonly resolve: Resolve;
  /** Asked for every host before it is called. @throws CallError `grant/missing`. */
  requireHost(host: string): void;
}

export interface Exchanged {
  /** The answer after all redirects, its body not read yet. */
  readonly answer: http.IncomingMessage;
  /** A host took the request and pointed to a page about it: whatever that page says, the request was heard. */
  readonly isElsewhere: boolean;
}

export async function exchange(first: Outgoing, rules: Rules, attempt: Attempt): Promise<Exchanged> {
  let request = first;
  for (let hops = 0; ; hops++) {
    const answer = await hop(request, rules, attempt);
    const { location } = answer.headers;
    if (!REDIRECTS.has(answer.statusCode ?? 0) || location === undefined) {
      return { answer, isElsewhere: request.method !== first.method };
    }
    answer.destroy();
    if (hops === MAX_REDIRECTS)
      throw refusedRedirect(first.url, `it redirected more than ${MAX_REDIRECTS} times`);
    request = follow(request, location, answer.statusCode ?? 0);
  }
}

/** A refusal after the first host was called is no longer one before anything was sent. */
async function hop(request: Outgoing, rules: Rules, attempt: Attempt): Promise<http.IncomingMessage> {
  try {
    return await send(request, rules, attempt);
  } catch (error) {
    if (!(error instanceof CallError) || error.failure.sent !== 'no') throw error;
    throw new CallError({ ...error.failure, sent: attempt.sent });
  }
}

function refusedRedirect(url: URL, why: string): CallError {
  const message = `A redirect of "${url.host}" was not followed: ${why}.`;
  return new CallError({ kind: 'denied', code: 'tool/host-refused', message, sent: 'maybe' });
}

function follow(request: Outgoing, location: string, status: number): Outgoing {
  let url: URL;
  try {
    url = new URL(location, request.url);
  } catch {
    throw refusedRedirect(request.url, 'it leads to something that is no address');
  }
  if (request.url.protocol === 'https:' && url.protocol === 'http:') {
    throw refusedRedirect(request.url, 'it leads from https to http');
  }
  const sameHost = url.protocol === request.url.protocol && url.host === request.url.host;
  const becomesGet =
    (status === 303 && request.method !== 'HEAD') ||
    ((status === 301 || status === 302) && request.method === 'POST');
  const dropped = (name: string) =>
    (!sameHost && request.secretHeaders.has(name)) ||
    (becomesGet && (name === 'content-type' || name === 'idempotency-key'));
  return {
    method: becomesGet ? 'GET' : request.method,
    url,
    headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !dropped(name))),
    secretHeaders: request.secretHeaders,
    ...(request.body === undefined || becomesGet ? {} : { body: request.body }),
  };
}

async function send(request: Outgoing, rules: Rules, attempt: Attempt): Promise<http.IncomingMessage> {
  const { url } = request;
  checkHost(url, rules.allowHosts);
  rules.requireHost(url.host);
  const addresses = await resolved(request, rules, attempt);
  attempt.signal.throwIfAborted();
  return connect(request, addresses, attempt);
}

async function resolved(
  request: Outgoing,
  rules: Rules,
  attempt: Attempt,
): Promise<readonly LookupAddress[]> {
  try {
    return await addressesOf(request.url, rules.allowHosts, rules.resolve);
  } catch (error) {
    if (error instanceof CallError) throw error;
    throw notReached(`The host "${request.url.hostname}" was not found (${reasonOf(error)}).`, attempt);
  }
}

function connect(
  request: Outgoing,
  addresses: readonly LookupAddress[],
  attempt: Attempt,
): Promise<http.IncomingMessage> {
  const { url, method, headers, body } = request;
  const isSecure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const outgoing = (isSecure ? https : http).request(url, {
      method,
      headers: body === undefined ? headers : { ...headers, 'content-length': String(body.length) },
      lookup: pinned(addresses),
      agent: false, // a connection of its own: a used one may be closing, and nobody could say whether the request arrived
      signal: attempt.signal,
    });
    let connected = false;
    outgoing.once('socket', (socket) =>
      socket.once(isSecure ? 'secureConnect' : 'connect', () => {
        connected = true;
        attempt.markSent();
      }),
    );
    outgoing.once('response', resolve);
    outgoing.once('error', (error) => reject(connectionError(error, url, connected, attempt)));
    outgoing.end(body);
  });
}

function connectionError(error: Error, url: URL, connected: boolean, attempt: Attempt): CallError {
  const reason = reasonOf(error);
  if (connected) return brokenOff(url, reason);
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_/.test(reason)) {
    const message = `The certificate of "${url.host}" cannot be trusted (${reason}).`;
    return new CallError({ kind: 'error', code: 'tool/failed', message, sent: attempt.sent });
  }
  return notReached(`"${url.host}" could not be reached (${reason}).`, attempt);
}

export function brokenOff(url: URL, reason: string): CallError {
  const message = `The connection to "${url.host}" broke off (${reason}).`;
  return new CallError({ kind: 'unavailable', code: 'tool/unavailable', message, sent: 'maybe' });
}

function notReached(message: string, attempt: Attempt): CallError {
  return new CallError({ kind: 'unavailable', code: 'tool/unavailable', message, sent: attempt.sent });
}

/** Answers every question about the name with the addresses that were checked. */
function pinned(addresses: readonly LookupAddress[]): LookupFunction {
  return (host, options, callback) => {
    const [first] = addresses;
    if (!first) callback(Object.assign(new Error(`no address of ${host}`), { code: 'ENOTFOUND' }), '', 0);
    else if (options.all) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
}

export function reasonOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') return code;
  return error instanceof Error ? error.message : String(error);
}
