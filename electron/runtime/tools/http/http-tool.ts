/** Tools of kind `http`: the request of a flow's author, filled with the arguments of a call. */
import { isJsonObject, type Json, type JsonObject } from '../../../../shared/base/json';
import type { CallContext, ToolInvocation } from '../../../../shared/ports/calls';
import type { Pure } from '../../../../shared/ports/pure';
import type { Tool } from '../../../../shared/spec/parts';
import { parseTemplate, printValue } from '../../../../shared/spec/template';
import { endsAuthority } from '../../../../shared/spec/url';
import { type ArgsScope, argsScope } from '../args-scope';
import { requireHost, requireSecret } from '../granted';
import { hideSecrets, hideSecretsIn } from '../hide-secrets';
import { type Attempt, badArguments, CallError, refuse } from '../outcome';
import type { Resolve } from './addresses';
import { checkHost } from './addresses';
import { valueOf } from './answer';
import { exchange, type Outgoing } from './exchange';

type HttpTool = Tool & { kind: 'http' };

/** Set by the connection itself; a flow that sets them could speak to another host than the one that was allowed. */
const RESERVED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export interface HttpDeps {
  readonly pure: Pure;
  readonly resolve: Resolve;
  readonly now: () => number;
}

export async function httpTool(
  deps: HttpDeps,
  tool: HttpTool,
  call: ToolInvocation,
  context: CallContext,
  attempt: Attempt,
): Promise<Json> {
  const scope = argsScope(deps.pure, call, deps.now());
  const url = urlOf(tool, scope);
  checkHost(url, tool.allowHosts);
  requireHost(context.grants, url.host); // before any secret is asked for
  const secrets: string[] = [];
  const request = await requestOf(tool, call, context, scope, url, secrets);
  const rules = {
    allowHosts: tool.allowHosts,
    resolve: deps.resolve,
    requireHost: (host: string) => requireHost(context.grants, host),
  };
  let wasHeard = false;
  try {
    const { answer, isElsewhere } = await exchange(request, rules, attempt);
    wasHeard = isElsewhere;
    return hideSecretsIn(await valueOf(answer, url, deps.now()), secrets);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const message = hideSecrets(error.failure.message, secrets);
    if (wasHeard && tool.effect === 'once')
      throw new CallError({ kind: 'uncertain', code: 'tool/uncertain', message, sent: 'maybe' });
    throw new CallError({ ...error.failure, message });
  }
}

async function requestOf(
  tool: HttpTool,
  call: ToolInvocation,
  context: CallContext,
  scope: ArgsScope,
  url: URL,
  secrets: string[],
): Promise<Outgoing> {
  const secretOf = async (name: string) => {
    requireSecret(context.grants, name, `tools/${call.toolName}`);
    const value = await context.secret(name);
    secrets.push(value);
    return value;
  };
  const headers = new Map([
    ['accept', 'application/json, text/*;q=0.9, */*;q=0.5'],
    ['accept-encoding', 'identity'],
    ['user-agent', 'Baton'],
  ]);
  if (tool.effect !== 'read') headers.set('idempotency-key', call.key);
  const secretHeaders = new Set<string>();
  if (tool.secret !== undefined) {
    headers.set('authorization', checkedValue('authorization', `Bearer ${await secretOf(tool.secret)}`));
    secretHeaders.add('authorization');
  }
  for (const [name, leaf] of headerLeaves(tool, scope)) {
    const key = checkedName(name);
    const isSecret = typeof leaf !== 'string';
    headers.set(key, checkedValue(name, isSecret ? await secretOf(leaf.secret) : leaf));
    if (isSecret || key === 'authorization' || key === 'cookie') secretHeaders.add(key);
  }
  const body = bodyOf(tool, scope, headers);
  return {
    method: tool.method,
    url,
    headers: Object.fromEntries(headers),
    secretHeaders,
    ...(body === undefined ? {} : { body }),
  };
}

/** The address, its holes filled and the query added. */
function urlOf(tool: HttpTool, scope: ArgsScope): URL {
  const { parts } = parseTemplate(tool.url);
  const [front] = parts;
  if (parts.length > 1 && !(front?.type === 'literal' && endsAuthority(front.text))) {
    const message =
      'The address of this tool has a hole before the end of its host. Holes may stand only after it.';
    throw refuse('denied', 'tool/host-refused', message);
  }
  const text = parts
    .map((part, i) =>
      part.type === 'literal' ? part.text : encoded(printValue(scope.evaluate(part.source, `url/${i}`))),
    )
    .join('');
  checkSteps(text);
  if (!URL.canParse(text))
    throw badArguments('The address of this tool is not a whole address after its holes were filled.');
  const url = new URL(text);
  const query = tool.query === undefined ? undefined : scope.mapping(tool.query, 'query');
  if (query !== undefined && query !== null) addQuery(url, query);
  return url;
}

function encoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    throw badArguments('A value for the address holds half of a character.'); // a surrogate without its other half
  }
}

/** A value of "." or ".." would climb to another resource of the host. */
function checkSteps(text: string): void {
  const path = text.replace(/[?#].*$/s, '').replaceAll(/%2e/gi, '.');
  if (!path.split(/[/\\]/).some((step) => step === '.' || step === '..')) return;
  throw badArguments(
    'The path of the address has a step "." or "..". A value for the address must name a resource.',
  );
}

function addQuery(url: URL, query: Json): void {
  if (!isJsonObject(query)) throw badArguments('"query" of a tool must give an object of names and values.');
  // Not by `searchParams`, which writes a space as "+" and all that the address already holds along with it.
  const pairs = pairsOf(query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  if (pairs.length > 0) url.search = [url.search.slice(1), ...pairs].filter((part) => part !== '').join('&');
}

/** A list gives its name several times; null and what is missing are left out. */
function pairsOf(values: JsonObject): [name: string, value: string][] {
  return Object.entries(values).flatMap(([name, value]) => {
    const items = Array.isArray(value) ? (value as readonly Json[]) : [value];
    return items.flatMap((item): [string, string][] => (item === null ? [] : [[name, printValue(item)]]));
  });
}

type HeaderLeaf = string | { readonly secret: string };

/** Only what the document itself says is a secret: a value that an expression gives never names one. */
function* headerLeaves(tool: HttpTool, scope: ArgsScope): Generator<[string, HeaderLeaf]> {
  const { headers } = tool;
  if (headers === undefined || headers === null) return;
  if (!isJsonObject(headers) || Object.hasOwn(headers, '$')) {
    throw badArguments('"headers" of a tool must be an object of names and values.');
  }
  for (const [name, leaf] of Object.entries(headers)) {
    const secret = secretLeaf(leaf);
    if (secret !== undefined) {
      yield [name, { secret }];
      continue;
    }
    const value = scope.mapping(leaf, `headers/${name}`);
    if (value === undefined || value === null) continue;
    if (typeof value === 'object')
      throw badArguments(`Header "${name}" must be a text, a number or a truth value.`);
    yield [name, String(value)];
  }
}

function secretLeaf(leaf: Json | undefined): string | undefined {
  if (!isJsonObject(leaf) || Object.keys(leaf).length !== 1) return undefined;
  const { secret } = leaf;
  return typeof secret === 'string' ? secret : undefined;
}

function checkedName(name: string): string {
  const key = name.toLowerCase();
  if (!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(key)) throw badArguments(`"${name}" is not the name of a header.`);
  if (RESERVED.has(key)) throw badArguments(`Header "${name}" is set by the connection and cannot be given.`);
  return key;
}

function checkedValue(name: string, value: string): string {
  if (/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) return value;
  throw badArguments(
    `The value of header "${name}" holds a line break or another character a header cannot carry.`,
  );
}

/** JSON, unless the tool's own content type says something else. Sets the content type where it is missing. */
function bodyOf(tool: HttpTool, scope: ArgsScope, headers: Map<string, string>): Buffer | undefined {
  const value = tool.body === undefined ? undefined : scope.mapping(tool.body, 'body');
  if (value === undefined) return undefined;
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/x-www-form-urlencoded' && isJsonObject(value)) {
    return Buffer.from(new URLSearchParams(pairsOf(value)).toString(), 'utf8');
  }
  if (typeof value === 'string' && type !== undefined && !type.endsWith('json'))
    return Buffer.from(value, 'utf8');
  if (type === undefined) headers.set('content-type', 'application/json');
  return Buffer.from(JSON.stringify(value), 'utf8');
}
