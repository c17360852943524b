/** What an expression can see at a place of the flow: completion, help and the variable picker read it. */
import { allGraphs, type GraphRef, graphAt, graphOf, nodeAt } from '../../shared/editing/graphs';
import { nameOf } from '../../shared/nodes/lookup';
import { isJsonObject, type Json, type JsonObject } from '../../shared/base/json';
import type { Flow } from '../../shared/spec/flow';
import { defined } from '../i18n/define-words';
import type { FlowNode } from '../../shared/spec/nodes';
import type { JsonSchema } from '../../shared/spec/values';

export interface ScopeEntry {
  readonly name: string;
  /** What it is, in a few words. */
  readonly detail: string;
  readonly children: readonly ScopeEntry[];
}

/** Where an expression stands: in a node, on an edge from a node, in a tool definition. */
export type ScopePlace =
  | {
      readonly type: 'node';
      readonly id: string;
      readonly withOutput?: boolean;
      readonly extra?: readonly ScopeEntry[];
    }
  | { readonly type: 'edge'; readonly from: string; readonly isFallback: boolean }
  | { readonly type: 'tool'; readonly input: JsonSchema }
  /** An agent's instructions: used by several nodes, so only what all of them see. */
  | { readonly type: 'agent' };

const leaf = (name: string, detail: string): ScopeEntry => ({ name, detail: defined(detail), children: [] });
const MAX_DEPTH = 4;

/** The entries of a schema's fields; follows named schemas. */
export function schemaEntries(schema: JsonSchema | undefined, flow: Flow, depth = 0): readonly ScopeEntry[] {
  const shape = resolve(schema, flow);
  const properties = shape?.['properties'];
  if (!isJsonObject(properties) || depth > MAX_DEPTH) return [];
  return Object.entries(properties).map(([name, inner]) => ({
    name,
    detail: typeWords(inner, flow),
    children: schemaEntries(inner as JsonSchema, flow, depth + 1),
  }));
}

function resolve(schema: JsonSchema | Json | undefined, flow: Flow): JsonObject | undefined {
  if (!isJsonObject(schema)) return undefined;
  const ref = schema['$ref'];
  if (typeof ref !== 'string') return schema;
  const named = flow.schemas?.[ref.replace('#/schemas/', '')];
  return isJsonObject(named) ? named : undefined;
}

export function typeWords(schema: Json | undefined, flow: Flow): string {
  const shape = resolve(schema, flow);
  if (!shape) return defined('any value');
  const choices = shape['enum'];
  if (Array.isArray(choices)) return choices.map(String).slice(0, 4).join(' | ');
  const { type } = shape;
  if (type === 'array') return `${defined('list of')} ${typeWords(shape['items'], flow)}`;
  if (type === 'string') return defined('text');
  if (type === 'integer') return defined('whole number');
  if (type === 'boolean') return defined('yes or no');
  return typeof type === 'string' ? defined(type) : defined('any value');
}

/** What `steps.<id>` of a node holds. */
export function outputEntries(node: FlowNode, flow: Flow): readonly ScopeEntry[] {
  switch (node.kind) {
    case 'start':
      return schemaEntries(flow.input, flow);
    case 'agent':
      return schemaEntries(flow.agents?.[node.agent]?.output, flow);
    case 'tool':
      return schemaEntries(flow.tools?.[node.tool]?.output, flow);
    case 'human':
      return [
        leaf('choice', 'the way it left by'),
        {
          name: 'values',
          detail: defined('what the person entered'),
          children: schemaEntries(node.form, flow),
        },
        leaf('comment', 'text'),
        leaf('by', 'who decided'),
      ];
    case 'branch':
      return [leaf('port', 'the case that was true')];
    case 'transform':
      return isJsonObject(node.output)
        ? Object.keys(node.output)
            .filter((k) => k !== '$')
            .map((name) => leaf(name, 'value'))
        : [];
    case 'subflow':
      return schemaEntries(flow.subflows?.[node.flow]?.output, flow);
    case 'code':
    case 'supervisor':
    case 'planner':
    case 'chat':
      return schemaEntries(node.output, flow);
    case 'wait':
      return [leaf('until', 'when it was due')];
    default:
      return [];
  }
}

/** Ids of the nodes that can have run before a node in its own graph. */
function before(flow: Flow, ref: GraphRef, id: string): ReadonlySet<string> {
  const edges = graphAt(flow, ref)?.edges ?? [];
  const found = new Set<string>();
  const pending = [id];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const edge of edges) {
      if (edge.to !== at || found.has(edge.from)) continue;
      found.add(edge.from);
      pending.push(edge.from);
    }
  }
  return found;
}

function stepEntries(flow: Flow, id: string, includeSelf: boolean): readonly ScopeEntry[] {
  const ref = graphOf(flow, id);
  if (!ref) return [];
  const ids = new Set(before(flow, ref, id));
  if (includeSelf) ids.add(id);
  const graph = graphAt(flow, ref);
  const own = [...ids].flatMap((step) => {
    const node = graph?.nodes[step];
    return node && node.kind !== 'end' && node.kind !== 'start'
      ? [{ name: step, detail: nameOf(step, node), children: outputEntries(node, flow) }]
      : [];
  });
  // Inside a body the steps around its container are visible too.
  return ref.type === 'inside' ? [...own, ...stepEntries(flow, ref.node, false)] : own;
}

function containers(flow: Flow, id: string): readonly FlowNode[] {
  const ref = graphOf(flow, id);
  if (ref?.type !== 'inside') return [];
  const node = nodeAt(flow, ref.node);
  return node ? [node, ...containers(flow, ref.node)] : [];
}

function handoffEntries(flow: Flow, id: string): readonly ScopeEntry[] {
  const ref = graphOf(flow, id);
  const edges = (ref ? graphAt(flow, ref)?.edges : undefined) ?? [];
  const schemas = edges.filter((edge) => edge.to === id && edge.handoff).map((edge) => edge.handoff?.schema);
  const children = schemas.flatMap((schema) => schemaEntries(schema, flow));
  return schemas.length > 0
    ? [{ name: 'handoff', detail: defined('what was handed over'), children: unique(children) }]
    : [];
}

function unique(entries: readonly ScopeEntry[]): readonly ScopeEntry[] {
  return [...new Map(entries.map((entry) => [entry.name, entry])).values()];
}

function inputEntry(flow: Flow, id: string | undefined): ScopeEntry {
  const graph = allGraphs(flow).find(
    ({ ref, graph: g }) => ref.type === 'subflow' && id !== undefined && Object.hasOwn(g.nodes, id),
  );
  const input = graph?.ref.type === 'subflow' ? flow.subflows?.[graph.ref.name]?.input : flow.input;
  return {
    name: 'input',
    detail: defined('what the run was started with'),
    children: schemaEntries(input, flow),
  };
}

function contextEntry(flow: Flow, reads: readonly string[]): readonly ScopeEntry[] {
  if (reads.length === 0) return [];
  const children = reads.map((field) => ({
    name: field,
    detail: typeWords(flow.context?.[field]?.schema as Json | undefined, flow),
    children: schemaEntries(flow.context?.[field]?.schema, flow),
  }));
  return [{ name: 'context', detail: defined('shared state it may read'), children }];
}

const errorEntry = (): ScopeEntry => ({
  name: 'error',
  detail: defined('the failure that led here'),
  children: ['node', 'step', 'kind', 'code', 'message', 'attempts'].map((name) =>
    leaf(name, 'of the failure'),
  ),
});
const runEntry = (): ScopeEntry => ({
  name: 'run',
  detail: defined('this run'),
  children: [leaf('id', 'its id')],
});

/** Everything visible at a place, outermost names first. */
export function scopeAt(flow: Flow, place: ScopePlace): readonly ScopeEntry[] {
  if (place.type === 'tool')
    return [
      {
        name: 'args',
        detail: defined('what the tool was called with'),
        children: schemaEntries(place.input, flow),
      },
    ];
  if (place.type === 'agent')
    return [inputEntry(flow, undefined), ...contextEntry(flow, Object.keys(flow.context ?? {})), runEntry()];
  const id = place.type === 'node' ? place.id : place.from;
  const node = nodeAt(flow, id);
  if (!node) return [];
  const withOutput = place.type === 'edge' || place.withOutput === true;
  const around = containers(flow, id);
  const steps = stepEntries(flow, id, place.type === 'edge');
  return [
    inputEntry(flow, id),
    ...contextEntry(flow, node.reads ?? []),
    ...(steps.length > 0
      ? [{ name: 'steps', detail: defined('results of steps before'), children: steps }]
      : []),
    ...handoffEntries(flow, id),
    ...(around.some((n) => n.kind === 'map')
      ? [leaf('item', 'the current item'), leaf('index', 'its place, from 0')]
      : []),
    ...(around.some((n) => n.kind === 'loop') || node.kind === 'loop'
      ? [leaf('iteration', 'the pass, from 1'), leaf('last', 'result of the pass before')]
      : []),
    ...(withOutput
      ? [{ name: 'output', detail: defined('its own result'), children: outputEntries(node, flow) }]
      : []),
    ...(isAfterFailure(flow, id) || (place.type === 'edge' && place.isFallback) ? [errorEntry()] : []),
    ...(place.type === 'node' ? (place.extra ?? []) : []),
    runEntry(),
  ];
}

function isAfterFailure(flow: Flow, id: string): boolean {
  const ref = graphOf(flow, id);
  const edges = (ref ? graphAt(flow, ref)?.edges : undefined) ?? [];
  return flow.onFailure?.to === id || edges.some((edge) => edge.to === id && edge.port === 'fallback');
}

/** The entries that may follow a dotted path, for example `steps.resolve.`. */
export function entriesAfter(scope: readonly ScopeEntry[], path: readonly string[]): readonly ScopeEntry[] {
  let entries = scope;
  for (const name of path) entries = entries.find((entry) => entry.name === name)?.children ?? [];
  return entries;
}
