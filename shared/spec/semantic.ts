/** What of a document has a meaning: the part that is hashed, compared and pinned. */
import { canonicalFlow } from './canonical';
import { isRecord } from './schema-walk';
import { graphKeyOf } from './walk-document';

type Members = Readonly<Record<string, unknown>>;

const TOP = new Set([
  '$schema',
  'name',
  'version',
  'description',
  'meta',
  'layout',
  'rehearsal',
  'tests',
  'extensions',
]);
const NODE = new Set(['name', 'description', 'extensions']);
const EDGE = new Set(['label', 'extensions']);
const FIELD = new Set(['description']);
const PART = new Set(['extensions']);

/**
 * The document in canonical order without looks, prose about it and rehearsal. Names and descriptions of tools, agents,
 * handoffs and choices stay, because models read them. Total: a part of the wrong type is kept as it is.
 */
export function semanticPart(document: unknown): unknown {
  const canonical: unknown = canonicalFlow(document);
  if (!isRecord(canonical)) return canonical;
  return rebuild(graphPart(without(canonical, TOP)), {
    context: (fields) => each(fields, (field) => without(field, FIELD)),
    tools: (tools) => each(tools, (tool) => without(tool, PART)),
    agents: (agents) => each(agents, (agent) => without(agent, PART)),
    subflows: (subflows) => each(subflows, graphPart),
  });
}

function graphPart(graph: Members): Members {
  return rebuild(graph, {
    nodes: (nodes) => each(nodes, nodePart),
    edges: (edges) =>
      Array.isArray(edges)
        ? edges.map((edge: unknown) => (isRecord(edge) ? without(edge, EDGE) : edge))
        : edges,
  });
}

function nodePart(node: Members): Members {
  const kept = without(node, NODE);
  const key = graphKeyOf(node);
  return key ? rebuild(kept, { [key]: (graph) => (isRecord(graph) ? graphPart(graph) : graph) }) : kept;
}

function without(object: Members, dropped: ReadonlySet<string>): Members {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !dropped.has(key)));
}

function rebuild(object: Members, changes: Readonly<Record<string, (value: unknown) => unknown>>): Members {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => {
      const change = Object.hasOwn(changes, key) ? changes[key] : undefined;
      return [key, change ? change(value) : value];
    }),
  );
}

function each(parts: unknown, change: (part: Members) => Members): unknown {
  if (!isRecord(parts)) return parts;
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [name, isRecord(part) ? change(part) : part]),
  );
}
