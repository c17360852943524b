/** Whether a person has allowed what a call is about to touch. Grants are kept in the words of the flow's requirements. */
import { type JsonObject, isJsonObject } from '../../../shared/base/json';
import type { Grants } from '../../../shared/ports/calls';
import type { McpServer } from '../../../shared/spec/parts';
import { type CallError, refuse } from './outcome';

function items(grants: Grants, part: string): readonly unknown[] {
  const list = grants.granted[part];
  return Array.isArray(list) ? list : [];
}

function records(grants: Grants, part: string): readonly JsonObject[] {
  return items(grants, part).filter(isJsonObject);
}

function missing(what: string): CallError {
  return refuse(
    'denied',
    'grant/missing',
    `Nobody has allowed this flow to ${what}. Start the run again and agree to it.`,
  );
}

export function requireHost(grants: Grants, host: string): void {
  if (grants.trust || items(grants, 'hosts').includes(host)) return;
  throw missing(`call ${host}`);
}

/** `path` as the flow writes it. */
export function requirePath(grants: Grants, path: string, access: 'read' | 'write'): void {
  const fits = (folder: JsonObject) =>
    folder['path'] === path && (folder['access'] === 'write' || folder['access'] === access);
  if (grants.trust || records(grants, 'folders').some(fits)) return;
  throw missing(`${access === 'write' ? 'write to' : 'read'} "${path}"`);
}

/** A secret goes only to the part of the flow it was allowed for, for example `tools/refund`. */
export function requireSecret(grants: Grants, name: string, usedBy: string): void {
  const fits = (secret: JsonObject) =>
    secret['name'] === name && Array.isArray(secret['usedBy']) && secret['usedBy'].includes(usedBy);
  if (grants.trust || records(grants, 'secrets').some(fits)) return;
  throw missing(`give the secret "${name}" to ${usedBy}`);
}

export function requireMcpServer(grants: Grants, name: string, server: McpServer): void {
  const fits = (granted: JsonObject) =>
    granted['name'] === name &&
    granted['transport'] === server.transport &&
    (server.transport === 'stdio'
      ? granted['command'] === commandLine(server)
      : granted['url'] === server.url);
  if (grants.trust || records(grants, 'mcpServers').some(fits)) return;
  const target = server.transport === 'stdio' ? `start "${commandLine(server)}"` : `call "${server.url}"`;
  throw missing(`${target} as MCP server "${name}"`);
}

function commandLine(server: McpServer & { transport: 'stdio' }): string {
  return [server.command, ...(server.args ?? [])].join(' ');
}
