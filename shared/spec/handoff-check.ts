/** E307: what is handed over fits what the receiver takes, as far as the document alone can tell. */
import type { Findings } from './findings';
import type { EdgeEntry, FlowIndex, GraphEntry, NodeEntry } from './flow-index';
import { expressionOf, isLiteral } from './mapping';
import type { Handoff } from './parts';
import { propertiesOf, requiredOf, resolveSchema, typesExclude } from './schema-tools';
import { isRecord } from './schema-walk';

export function checkHandoffs(index: FlowIndex, findings: Findings): void {
  for (const graph of index.graphs) {
    for (const entry of graph.nodes.values()) {
      checkHandoffNames(graph, entry, findings);
      if (entry.node?.kind === 'agent' && entry.node.accepts !== undefined)
        checkAccepts(index, entry, entry.node.accepts, findings);
    }
    for (const edge of graph.edges)
      if (edge.edge?.handoff) checkPayload(index, graph, edge, edge.edge.handoff, findings);
  }
}

/** E211: an agent chooses a handoff by its name. */
function checkHandoffNames(graph: GraphEntry, entry: NodeEntry, findings: Findings): void {
  const seen = new Set<string>();
  for (const { edge, pointer } of graph.edgesOut(entry.id)) {
    const name = edge?.handoff?.name;
    if (name === undefined) continue;
    if (seen.has(name)) {
      findings.error(
        'E211',
        `${pointer}/handoff/name`,
        `Two handoffs of node "${entry.id}" are called "${name}". Each needs a name of its own.`,
      );
    }
    seen.add(name);
  }
}

function checkAccepts(index: FlowIndex, entry: NodeEntry, accepts: unknown, findings: Findings): void {
  const wanted = resolveSchema(accepts, index.parts('schemas'));
  for (const { edge, pointer } of entry.graph.edgesInto(entry.id)) {
    if (!edge) continue;
    const intro = `Node "${entry.id}" accepts a handoff, but`;
    if (!edge.handoff) {
      findings.error(
        'E307',
        pointer,
        `${intro} the edge ${edge.from} → ${edge.to} carries none. Give it a "handoff", or remove "accepts".`,
      );
      continue;
    }
    const given = resolveSchema(edge.handoff.schema, index.parts('schemas'));
    const at = `${pointer}/handoff/schema`;
    if (!wanted || !given) continue;
    if (typesExclude(wanted, given)) {
      findings.error(
        'E307',
        at,
        `${intro} what "${edge.handoff.name}" hands over is of another type than what it accepts.`,
      );
      continue;
    }
    compareMembers(index, { wanted, given, at, intro, name: edge.handoff.name }, findings);
  }
}

interface Pair {
  readonly wanted: Readonly<Record<string, unknown>>;
  readonly given: Readonly<Record<string, unknown>>;
  readonly at: string;
  readonly intro: string;
  readonly name: string;
}

function compareMembers(index: FlowIndex, pair: Pair, findings: Findings): void {
  const { wanted, given, at, intro, name } = pair;
  const offered = propertiesOf(given);
  if (!offered) return; // anything may be in it
  const described = propertiesOf(wanted) ?? {};
  const sure = new Set(requiredOf(given));
  const schemas = index.parts('schemas');
  for (const key of requiredOf(wanted)) {
    if (!Object.hasOwn(offered, key) && !sure.has(key)) {
      findings.error('E307', at, `${intro} the handoff "${name}" has no "${key}", which it requires.`);
    } else if (!sure.has(key)) {
      findings.warn(
        'W425',
        at,
        `${intro} the handoff "${name}" does not require "${key}", so it may arrive without it.`,
      );
    }
  }
  for (const key of Object.keys(described)) {
    if (!Object.hasOwn(offered, key)) continue;
    const [left, right] = [resolveSchema(described[key], schemas), resolveSchema(offered[key], schemas)];
    if (left && right && typesExclude(left, right)) {
      findings.error(
        'E307',
        at,
        `${intro} "${key}" of the handoff "${name}" is of another type than the one it accepts.`,
      );
    }
  }
}

/** The payload, where it is spelled out or is the fixed output of an agent, has what its own schema requires. */
function checkPayload(
  index: FlowIndex,
  graph: GraphEntry,
  { edge, pointer }: EdgeEntry,
  handoff: Handoff,
  findings: Findings,
): void {
  const schema = resolveSchema(handoff.schema, index.parts('schemas'));
  if (!schema) return;
  const required = requiredOf(schema);
  const { payload } = handoff;
  if (payload !== undefined) {
    if (expressionOf(payload) !== undefined || isLiteral(payload)) return;
    const fields = isRecord(payload) ? payload : {};
    for (const key of required) {
      if (Object.hasOwn(fields, key)) continue;
      findings.error(
        'E307',
        `${pointer}/handoff/payload`,
        `The handoff "${handoff.name}" requires "${key}", but its payload has no such key.`,
      );
    }
    return;
  }
  const source = edge && graph.nodes.get(edge.from);
  if (!source || !isFixed(graph, source, edge.port)) return;
  const output = outputOf(index, source);
  const members = output && propertiesOf(output);
  if (!members) return;
  for (const key of required) {
    if (Object.hasOwn(members, key)) continue;
    const message = `The handoff "${handoff.name}" hands over the output of "${source.id}", which has no "${key}", but requires it. Give it a "payload".`;
    findings.error('E307', `${pointer}/handoff`, message);
  }
}

/** Taken without a choice of the model: then a missing payload is the output. */
function isFixed(graph: GraphEntry, source: NodeEntry, port: string): boolean {
  if (port !== 'handoff') return port !== 'fallback';
  const ways = graph.edgesOut(source.id).filter((edge) => edge.port === 'handoff' || edge.port === 'next');
  return ways.length === 1;
}

function outputOf(index: FlowIndex, source: NodeEntry): Readonly<Record<string, unknown>> | undefined {
  const { node } = source;
  if (node?.kind === 'agent')
    return resolveSchema(index.parts('agents').get(node.agent)?.output, index.parts('schemas'));
  if (node?.kind === 'tool')
    return resolveSchema(index.parts('tools').get(node.tool)?.output, index.parts('schemas'));
  return node?.kind === 'code' ? resolveSchema(node.output, index.parts('schemas')) : undefined;
}
