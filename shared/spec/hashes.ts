/** The two names of a flow's meaning: what it does, and what a caller sees of it. */
import { canonicalJson } from '../base/jcs';
import { secretNames } from './secrets-of';
import { isRecord } from './schema-walk';
import { semanticPart } from './semantic';
import { everyEdge, everyNode } from './walk-document';

type Sha256 = (text: string) => string;
type Members = Readonly<Record<string, unknown>>;

/** Changes when the flow would run differently; moving, naming and describing nodes does not change it. */
export function semanticHash(document: unknown, sha256: Sha256): string {
  return `sha256:${sha256(canonicalJson(semanticPart(document)))}`;
}

/** Changes when a caller has to change something: input, output, forms, handoffs, tool signatures, secrets. */
export function interfaceHash(document: unknown, sha256: Sha256): string {
  return `sha256:${sha256(canonicalJson(interfacePart(document)))}`;
}

/** What `interfaceHash` covers. `input` and `output` are left out when missing; the groups are there even when empty. */
export function interfacePart(document: unknown): Members {
  const flow = isRecord(document) ? document : {};
  return {
    input: flow['input'],
    output: flow['output'],
    forms: formsByNode(flow),
    handoffs: handoffsBySource(flow),
    tools: toolSignatures(flow['tools']),
    secrets: secretNames(flow),
  };
}

function formsByNode(flow: Members): Members {
  const forms: [string, unknown][] = [];
  for (const { id, node } of everyNode(flow)) {
    if (node['kind'] === 'human' && node['form'] !== undefined) forms.push([id, node['form']]);
  }
  return Object.fromEntries(forms);
}

function handoffsBySource(flow: Members): Members {
  const sources = new Map<string, [string, unknown][]>();
  for (const { edge } of everyEdge(flow)) {
    const { from, handoff } = edge;
    if (typeof from !== 'string' || !isRecord(handoff)) continue;
    const list = sources.get(from) ?? [];
    list.push([String(handoff['name']), handoff['schema']]);
    sources.set(from, list);
  }
  return Object.fromEntries([...sources].map(([from, list]) => [from, Object.fromEntries(list)]));
}

function toolSignatures(tools: unknown): Members {
  if (!isRecord(tools)) return {};
  return Object.fromEntries(
    Object.entries(tools).map(([name, tool]) => {
      const { input, output, effect } = isRecord(tool) ? tool : {};
      return [name, { input, output, effect }];
    }),
  );
}
