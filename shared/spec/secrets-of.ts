/** Where a document names secrets. Values of secrets are never in it. */
import { escapePointerToken } from '../base/json-pointer';
import { isRecord } from './schema-walk';

type Members = Readonly<Record<string, unknown>>;

export interface SecretUse {
  readonly name: string;
  /** Pointer of the part that needs it: a model, a tool or an MCP server. */
  readonly usedBy: string;
}

/** Every use of a secret: of models, tools (also as a leaf of their headers) and MCP servers (also in their environment). */
export function* secretUses(flow: Members): Generator<SecretUse> {
  for (const group of ['models', 'tools', 'mcpServers'] as const) {
    const parts = flow[group];
    if (!isRecord(parts)) continue;
    for (const [name, part] of Object.entries(parts)) {
      if (!isRecord(part)) continue;
      const usedBy = `/${group}/${escapePointerToken(name)}`;
      for (const secret of secretsInPart(part)) yield { name: secret, usedBy };
    }
  }
}

function* secretsInPart(part: Members): Generator<string> {
  if (typeof part['secret'] === 'string') yield part['secret'];
  for (const key of ['headers', 'env']) {
    const leaves = part[key];
    if (!isRecord(leaves)) continue;
    for (const leaf of Object.values(leaves)) {
      if (isRecord(leaf) && typeof leaf['secret'] === 'string') yield leaf['secret'];
    }
  }
}

/** The names of all secrets, each once, sorted. */
export function secretNames(flow: Members): string[] {
  return [...new Set([...secretUses(flow)].map((use) => use.name))].sort();
}
