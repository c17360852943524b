/** What an HTTP answer means: its body as a value, or its status as a failure. */
import type http from 'node:http';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Readable } from 'node:stream';
import type { Json } from '../../../../shared/base/json';
import { CallError, type Failure } from '../outcome';
import { brokenOff, reasonOf } from './exchange';

export const MAX_BODY_BYTES = 2 * 1024 * 1024;
const MAX_SAID = 300;
/** The server gave up waiting for the request: it did not act, as with every 4xx, but may when asked again. */
const REQUEST_TIMEOUT = 408;

export async function valueOf(answer: http.IncomingMessage, url: URL, nowMs: number): Promise<Json> {
  const status = answer.statusCode ?? 0;
  if (status < 200 || status >= 300) throw new CallError(await failureOf(answer, url, status, nowMs));
  const text = await readText(answer, url);
  if (text.trim() === '') return null;
  if (!isJson(answer.headers['content-type'])) return text;
  try {
    return JSON.parse(text) as Json; // what JSON.parse gives is JSON
  } catch {
    const message = `"${url.host}" answered ${status} with a body that is not the JSON it says it is.`;
    throw new CallError({ kind: 'invalid_output', code: 'tool/failed', message, sent: 'yes' });
  }
}

function isJson(contentType = ''): boolean {
  return /^\s*(application\/json|text\/json|application\/[\w.+-]+\+json)\s*(;|$)/i.test(contentType);
}

async function failureOf(
  answer: http.IncomingMessage,
  url: URL,
  status: number,
  nowMs: number,
): Promise<Failure> {
  const retryAfterMs = retryAfter(answer.headers['retry-after'], nowMs);
  const said = await whatItSaid(answer, url);
  const message = `"${url.host}" answered ${status}${said === '' ? '.' : `: ${said}`}`;
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 429)
    return { kind: 'rate_limited', code: 'tool/rate-limited', message, sent: 'yes', ...wait };
  if (status >= 500 || status === REQUEST_TIMEOUT) {
    const sent = status === REQUEST_TIMEOUT ? 'no' : 'yes';
    return { kind: 'unavailable', code: 'tool/unavailable', message, sent, ...wait };
  }
  return { kind: 'error', code: 'tool/failed', message, sent: 'yes' };
}

/** The start of the body of a failure; that it cannot be read changes nothing about the failure. */
async function whatItSaid(answer: http.IncomingMessage, url: URL): Promise<string> {
  try {
    const text = await readText(answer, url);
    return text.replace(/\s+/g, ' ').trim().slice(0, MAX_SAID);
  } catch (error) {
    if (error instanceof CallError) return '';
    throw error;
  }
}

/** Seconds, or a date. */
export function retryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

async function readText(answer: http.IncomingMessage, url: URL): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of decoded(answer)) {
      sizeBytes += (chunk as Buffer).length; // no encoding was set, so chunks are buffers
      if (sizeBytes > MAX_BODY_BYTES) throw tooLarge(url);
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    if (error instanceof CallError) throw error;
    throw brokenOff(url, reasonOf(error));
  } finally {
    answer.destroy();
  }
  return decoderFor(answer.headers['content-type']).decode(Buffer.concat(chunks));
}

function tooLarge(url: URL): CallError {
  const message = `"${url.host}" answered with more than 2 MiB.`;
  return new CallError({ kind: 'error', code: 'tool/too-large', message, sent: 'yes' });
}

/** We ask for plain bytes; some servers compress all the same. */
function decoded(answer: http.IncomingMessage): Readable {
  const encoding = answer.headers['content-encoding']?.trim().toLowerCase();
  const unpack =
    encoding === 'gzip' || encoding === 'x-gzip'
      ? createGunzip()
      : encoding === 'deflate'
        ? createInflate()
        : encoding === 'br'
          ? createBrotliDecompress()
          : undefined;
  if (!unpack) return answer;
  answer.once('error', (error) => unpack.destroy(error));
  return answer.pipe(unpack);
}

function decoderFor(contentType = ''): TextDecoder {
  const charset = /charset\s*=\s*"?([\w:.-]+)/i.exec(contentType)?.[1];
  try {
    return new TextDecoder(charset ?? 'utf-8');
  } catch {
    return new TextDecoder('utf-8'); // a character set nobody knows: UTF-8 is the best guess
  }
}
