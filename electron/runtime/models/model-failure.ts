/** Tells what became of a model call that did not answer, in the kinds the engine decides by. */
import { APICallError } from '@ai-sdk/provider';
import type { CallFailure } from '../../../shared/ports/calls';

export type Failed = CallFailure;

export function failed(
  kind: CallFailure['kind'],
  code: string,
  message: string,
  sent: CallFailure['sent'],
  retryAfterMs?: number,
): Failed {
  return { ok: false, kind, code, message, sent, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** Thrown by our own fetch when an answer grows beyond all measure. */
export class OversizedAnswer extends Error {}

const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
]);

export function failureFromError(error: unknown, service: string): Failed {
  const causes = causesOf(error);
  if (causes.some((cause) => cause instanceof OversizedAnswer)) return tooLarge();
  const call = causes.find((cause) => APICallError.isInstance(cause));
  if (call?.statusCode !== undefined && (call.statusCode < 200 || call.statusCode >= 300)) {
    return failureFromStatus(call.statusCode, headersOf(call.responseHeaders), bodyMessage(call), service);
  }
  const code = causes
    .map((cause) => (cause as { code?: unknown }).code)
    .find((one) => typeof one === 'string') as string | undefined;
  if (code !== undefined && (NOT_SENT.has(code) || /^(E[A-Z]+|UND_ERR_\w+|ERR_(TLS|SSL)\w*)$/.test(code))) {
    return failed(
      'unavailable',
      'model/bad-response',
      `${service} could not be reached (${code}).`,
      NOT_SENT.has(code) ? 'no' : 'maybe',
    );
  }
  if (causes.some((cause) => /^bad port$|Invalid URL|Failed to parse URL/.test(cause.message))) {
    return failed('error', 'model/not-found', `${service} has an address that cannot be called.`, 'no');
  }
  if (
    causes.some((cause) => /terminated|socket|network|fetch failed|other side closed/i.test(cause.message))
  ) {
    return failed('unavailable', 'model/bad-response', `The connection to ${service} broke off.`, 'maybe');
  }
  return failed(
    'unavailable',
    'model/bad-response',
    `${service} answered with something that is not its protocol.`,
    'yes',
  );
}

export function failureFromStatus(
  status: number,
  header: (name: string) => string | undefined,
  detail: string,
  service: string,
): Failed {
  const said = detail === '' ? '' : ` It said: ${detail}`;
  if (status === 429)
    return failed(
      'rate_limited',
      'model/bad-response',
      `${service} takes no more calls for now (429).${said}`,
      'yes',
      retryAfter(header),
    );
  if (status === 401 || status === 403) {
    return failed(
      'error',
      'model/auth',
      `${service} refused the key (${status}). Check the secret of this model.${said}`,
      'yes',
    );
  }
  if (status === 404)
    return failed(
      'error',
      'model/not-found',
      `${service} does not know this model or address (404).${said}`,
      'yes',
    );
  if (status === 408 || status >= 500) {
    return failed(
      'unavailable',
      'model/bad-response',
      `${service} is not available (${status}).${said}`,
      'yes',
      retryAfter(header),
    );
  }
  return failed('error', 'model/bad-response', `${service} refused the call (${status}).${said}`, 'yes');
}

export function tooLarge(): Failed {
  return failed('invalid_output', 'model/bad-response', 'The model answered with more than 2 MiB.', 'yes');
}

/** `Retry-After` in seconds or as a date, or the finer `retry-after-ms`. */
function retryAfter(header: (name: string) => string | undefined): number | undefined {
  const ms = Number(header('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(ms) && ms >= 0) return Math.round(ms);
  const text = header('retry-after');
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= 0) return Math.round(seconds * 1000);
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

function headersOf(headers: Record<string, string> | undefined): (name: string) => string | undefined {
  const lower = new Map(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  return (name) => lower.get(name);
}

/** The service's own sentence, if it gave one, without anything else of its answer. */
function bodyMessage(error: APICallError): string {
  const data = error.data as { error?: { message?: unknown } | string; message?: unknown } | undefined;
  const inner = typeof data?.error === 'object' ? data.error.message : (data?.error ?? data?.message);
  return typeof inner === 'string' ? inner.slice(0, 300) : '';
}

function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let at: unknown = error; at instanceof Error && causes.length < 8; at = at.cause) causes.push(at);
  return causes;
}
