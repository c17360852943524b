/**
 * Where a request may go.
 *
 * A1. The host is one of the tool's `allowHosts`, letter by letter, with its port.
 * A2. A name is resolved once; all its addresses are looked at, and the connection uses these and no others.
 * A3. A public name must not lead into this machine or its network, unless the address itself is allowed, too.
 */
import { promises as dns, type LookupAddress } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { refuse } from '../outcome';

export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** The system's resolver. */
export const systemResolve: Resolve = (host) => dns.lookup(host, { all: true });

/** Two lists: in one, an IPv4 address would also be looked for among the IPv6 networks that hold IPv4 addresses. */
const NOT_PUBLIC_4 = new BlockList();
const NOT_PUBLIC_6 = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  NOT_PUBLIC_4.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 96], // unspecified, loopback and the old form of IPv4 addresses
  ['::ffff:0:0', 96], // IPv4 in the clothes of IPv6
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  NOT_PUBLIC_6.addSubnet(network, prefix, 'ipv6');
}

export function isPublic(address: string): boolean {
  return isIP(address) === 6 ? !NOT_PUBLIC_6.check(address, 'ipv6') : !NOT_PUBLIC_4.check(address, 'ipv4');
}

/** `host[:port]` as it is compared, without the scheme's own port; undefined when it is no host. */
export function canonicalHost(host: string, protocol: string): string | undefined {
  if (!/^[^/?#@\\\s]+$/.test(host)) return undefined;
  try {
    return new URL(`${protocol}//${host}`).host;
  } catch {
    return undefined; // not the name of a host, so it allows nothing
  }
}

/** @throws CallError `tool/host-refused`. */
export function checkHost(url: URL, allowHosts: readonly string[]): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw refuse(
      'denied',
      'tool/host-refused',
      `An address must begin with "https://" or "http://", not with "${url.protocol}".`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw refuse(
      'denied',
      'tool/host-refused',
      'An address must not hold a name or password. Use "secret" for that.',
    );
  }
  if (allowHosts.some((host) => canonicalHost(host, url.protocol) === url.host)) return;
  throw refuse('denied', 'tool/host-refused', `The host "${url.host}" is not among the tool's "allowHosts".`);
}

/** The addresses of a host, all of them allowed. */
export async function addressesOf(
  url: URL,
  allowHosts: readonly string[],
  resolve: Resolve,
): Promise<readonly LookupAddress[]> {
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(name);
  if (family !== 0) return [{ address: name, family }];
  const found = await resolve(name);
  for (const { address } of found) {
    if (isPublic(address) || (isLocalName(name) && isLoopback(address))) continue;
    if (allowHosts.some((host) => addressIn(host) === address)) continue;
    const message = `"${name}" leads to ${address}, which is inside this machine or its network. If that is meant, put ${address} into the tool's "allowHosts", too.`;
    throw refuse('denied', 'tool/host-refused', message);
  }
  return found;
}

function isLocalName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

/** The address an entry of `allowHosts` names, whatever its port. */
function addressIn(host: string): string | undefined {
  const name = canonicalHost(host, 'http:');
  const bare = name === undefined ? '' : new URL(`http://${name}`).hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? undefined : bare;
}
