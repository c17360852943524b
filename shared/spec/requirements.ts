/** What a flow needs from the machine it runs on. Derived from what it declares, never stored in it. */
import { hostOfProvider } from './providers';
import type { Flow } from './flow';
import type { Requirements } from './problem';
import { secretUses } from './secrets-of';
import { normalHost, readUrlFront } from './url';

type Folder = Requirements['folders'][number];

/** Everything in the order of the document; hosts and secrets sorted and each once. */
export function requirementsOf(flow: Flow): Requirements {
  return {
    secrets: secretsOf(flow),
    models: Object.entries(flow.models ?? {}).map(([name, { provider, model, baseURL }]) => ({
      name,
      provider,
      model,
      ...(baseURL === undefined ? {} : { baseURL }),
    })),
    tools: Object.entries(flow.tools ?? {}).map(([name, { kind, effect }]) => ({ name, kind, effect })),
    mcpServers: Object.entries(flow.mcpServers ?? {}).map(([name, server]) =>
      server.transport === 'stdio'
        ? { name, transport: server.transport, command: [server.command, ...(server.args ?? [])].join(' ') }
        : { name, transport: server.transport, url: server.url },
    ),
    hosts: hostsOf(flow),
    folders: foldersOf(flow),
  };
}

function secretsOf(flow: Flow): Requirements['secrets'] {
  const users = new Map<string, Set<string>>();
  for (const { name, usedBy } of secretUses(flow)) {
    const list = users.get(name) ?? new Set();
    users.set(name, list.add(usedBy.slice(1)));
  }
  return [...users]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, usedBy]) => ({ name, usedBy: [...usedBy] }));
}

function hostsOf(flow: Flow): string[] {
  const hosts = new Set<string>();
  const add = (url: string) => {
    const front = readUrlFront(url);
    if (front) hosts.add(front.host);
  };
  for (const tool of Object.values(flow.tools ?? {})) {
    if (tool.kind !== 'http') continue;
    const scheme = readUrlFront(tool.url)?.scheme ?? 'https';
    for (const host of tool.allowHosts) hosts.add(normalHost(host, scheme) ?? host);
  }
  for (const server of Object.values(flow.mcpServers ?? {})) if (server.transport === 'http') add(server.url);
  for (const { provider, baseURL } of Object.values(flow.models ?? {})) {
    if (baseURL !== undefined) add(baseURL);
    const host = hostOfProvider(provider);
    if (host !== undefined) hosts.add(host);
  }
  return [...hosts].sort();
}

function foldersOf(flow: Flow): Folder[] {
  const access = new Map<string, Folder['access']>();
  const need = (path: string, write: boolean) =>
    access.set(path, write || access.get(path) === 'write' ? 'write' : 'read');
  for (const tool of Object.values(flow.tools ?? {})) {
    if (tool.kind === 'file') need(tool.folder, tool.do === 'write');
    if (tool.kind === 'sql') need(tool.file, tool.write === true);
  }
  return [...access].map(([path, mode]) => ({ path, access: mode }));
}
