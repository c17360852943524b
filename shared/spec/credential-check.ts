/** W441: a literal that looks like a credential. Secrets are named in a flow, never written into it. */
import { escapePointerToken } from '../base/json-pointer';
import type { Findings } from './findings';
import type { FlowIndex } from './flow-index';
import { isRecord } from './schema-walk';
import { readUrlFront } from './url';

const SECRET_KEY =
  /authorization|api[-_]?key|apikey|access[-_]?key|token|secret|password|passwd|credential|cookie|private[-_]?key/i;
/** Counts and limits are no secrets, whatever their name. */
const PLAIN_KEY = /max|count|limit|tokens$/i;
const SECRET_VALUE =
  /\bsk-[A-Za-z0-9_-]{16}|\bgh[pousr]_[A-Za-z0-9]{20}|\bgithub_pat_|\bxox[abprs]-|\bAKIA[0-9A-Z]{16}|\bAIza[0-9A-Za-z_-]{30}|\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.|-----BEGIN [A-Z ]*PRIVATE KEY|^(?:Bearer|Basic) +[A-Za-z0-9+/=._-]{8}/;
const SECRET_QUERY =
  /[?&](?:api[-_]?key|key|access_token|token|secret|password|sig|signature)=(?!\{\{)[^&#{\s]{4}/i;

export function checkCredentials(index: FlowIndex, findings: Findings): void {
  for (const [name, tool] of index.parts('tools')) {
    if (tool?.kind !== 'http') continue;
    const pointer = `/tools/${name}`;
    checkUrl(tool.url, `${pointer}/url`, findings);
    checkLeaves(tool.headers, `${pointer}/headers`, '', findings);
    checkLeaves(tool.query, `${pointer}/query`, '', findings);
  }
  for (const [name, server] of index.parts('mcpServers')) {
    const pointer = `/mcpServers/${name}`;
    if (server?.transport === 'http') checkUrl(server.url, `${pointer}/url`, findings);
    if (server?.transport !== 'stdio') continue;
    checkLeaves(server.env, `${pointer}/env`, '', findings);
    checkLeaves(server.args, `${pointer}/args`, '', findings);
  }
  for (const [name, model] of index.parts('models')) {
    if (!model) continue;
    if (model.baseURL !== undefined) checkUrl(model.baseURL, `/models/${name}/baseURL`, findings);
    checkLeaves(model.settings, `/models/${name}/settings`, '', findings);
  }
}

function checkUrl(url: string, pointer: string, findings: Findings): void {
  if (readUrlFront(url)?.hasUser || SECRET_QUERY.test(url) || SECRET_VALUE.test(url))
    report(pointer, findings);
}

function checkLeaves(value: unknown, pointer: string, key: string, findings: Findings): void {
  if (typeof value === 'string') {
    if (isCredential(key, value)) report(pointer, findings);
  } else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) checkLeaves(item, `${pointer}/${i}`, key, findings);
  } else if (isRecord(value)) {
    for (const [name, item] of Object.entries(value)) {
      // `$` holds an expression and `secret` a name; `$literal` is the value of its own key
      if (name === '$' || name === 'secret') continue;
      checkLeaves(item, `${pointer}/${escapePointerToken(name)}`, name === '$literal' ? key : name, findings);
    }
  }
}

function isCredential(key: string, value: string): boolean {
  if (SECRET_VALUE.test(value)) return true;
  return value.length >= 4 && SECRET_KEY.test(key) && !PLAIN_KEY.test(key);
}

function report(pointer: string, findings: Findings): void {
  findings.warn(
    'W441',
    pointer,
    'This looks like a credential written into the flow. Refer to it by name with "secret" instead, and change it if the file was ever shared.',
  );
}
