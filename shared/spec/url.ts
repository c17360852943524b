/** Reads the fixed front of a URL. No URL parser exists in this layer, and a template is not a URL yet. */

export interface UrlFront {
  readonly scheme: 'http' | 'https';
  /** `host` or `host:port`, in lower case, the scheme's own port left out. */
  readonly host: string;
  /** A name or password stands before the host. */
  readonly hasUser: boolean;
}

const FRONT = /^(https?):\/\/([^/?#\\\s]*)/i;
const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/;

/** Scheme and host, or undefined when the text has no http address at its front. */
export function readUrlFront(text: string): UrlFront | undefined {
  const match = FRONT.exec(text);
  if (!match) return undefined;
  const scheme = match[1]?.toLowerCase() === 'https' ? 'https' : 'http';
  const authority = match[2] as string; // the group may be empty, never missing
  const at = authority.lastIndexOf('@');
  const host = normalHost(authority.slice(at + 1), scheme);
  return host === undefined ? undefined : { scheme, host, hasUser: at >= 0 };
}

/** `host[:port]` as it is compared: lower case, without the scheme's own port. */
export function normalHost(host: string, scheme: 'http' | 'https'): string | undefined {
  const lower = host.toLowerCase();
  const match = HOST.exec(lower);
  if (!match) return undefined;
  const own = scheme === 'https' ? '443' : '80';
  return match[1] === own ? lower.slice(0, -own.length - 1) : lower;
}

/** True when the fixed text before the first hole already ends the authority, so that a hole cannot change the host. */
export function endsAuthority(front: string): boolean {
  return /^https?:\/\/[^/?#\\\s]+[/?#]/i.test(front);
}
