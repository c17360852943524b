/** Renaming with everything that refers to the thing following. */
import { err, ok, type Result } from '../base/result';
import { isJsonObject, type Json } from '../base/json';
import type { Flow } from '../spec/flow';
import type { FlowNode, Graph } from '../spec/nodes';
import type { Agent, Edge, PolicyRef, Tool } from '../spec/parts';
import { changeExpressions, changeMember } from './expressions';
import { allNodeIds, editNode, mapGraphs, nodeAt } from './graphs';
import { freeId, idFromName, idProblem } from './ids';
import { setIn } from './set-in';

/** Gives a node another id: edges, `steps.<id>`, places, rehearsal, answers, faults and tests follow. */
export function changeNodeId(doc: Flow, from: string, to: string): Result<Flow, string> {
  if (from === to) return ok(doc);
  const problem = idProblem(to, allNodeIds(doc));
  if (problem) return err(problem);
  if (!nodeAt(doc, from)) return err(`There is no node “${from}”.`);
  const renamed = mapGraphs(doc, (graph) => renameInGraph(graph, from, to));
  const expressed = changeExpressions(renamed, (source) =>
    changeMember(source, 'steps', (name) => (name === from ? `steps.${to}` : undefined)),
  );
  return ok(renameLoose(expressed, from, to));
}

function renameInGraph(graph: Graph, from: string, to: string): Graph {
  const edge = (e: Edge): Edge =>
    e.from === from || e.to === from
      ? { ...e, from: e.from === from ? to : e.from, to: e.to === from ? to : e.to }
      : e;
  return { nodes: renameKey(graph.nodes, from, to), edges: graph.edges.map(edge) };
}

/** Places outside the graphs that name nodes by their id. */
function renameLoose(doc: Flow, from: string, to: string): Flow {
  let next = doc;
  if (next.layout?.nodes) next = setIn(next, ['layout', 'nodes'], renameKey(next.layout.nodes, from, to));
  if (next.rehearsal?.nodes)
    next = setIn(next, ['rehearsal', 'nodes'], renameKey(next.rehearsal.nodes, from, to));
  if (next.onFailure?.to === from) next = { ...next, onFailure: { ...next.onFailure, to } };
  if (next.tests) next = { ...next, tests: next.tests.map((test) => renameInTest(test, from, to)) };
  return next;
}

type Test = NonNullable<Flow['tests']>[number];

function renameInTest(test: Test, from: string, to: string): Test {
  return {
    ...test,
    ...(test.answers ? { answers: mapKeys(test.answers, (key) => renameStep(key, from, to)) } : {}),
    ...(test.faults
      ? { faults: test.faults.map((fault) => ({ ...fault, node: renameStep(fault.node, from, to) })) }
      : {}),
    ...(test.expect.path
      ? { expect: { ...test.expect, path: test.expect.path.map((id) => (id === from ? to : id)) } }
      : {}),
  };
}

/** A step key or task id names nodes between `/`, with `#visit`, `[n]`, `:approval:…` behind them. */
function renameStep(key: string, from: string, to: string): string {
  return key
    .split('/')
    .map((segment) => {
      const name = /^[A-Za-z]\w*/.exec(segment)?.[0];
      return name === from ? to + segment.slice(from.length) : segment;
    })
    .join('/');
}

/** Names a node. Its id follows as long as it was made from its name or kind, so that expressions stay readable. */
export function renameNode(doc: Flow, id: string, name: string): { readonly doc: Flow; readonly id: string } {
  const node = nodeAt(doc, id);
  if (!node || (node.name ?? '') === name) return { doc, id };
  const named = editNode(doc, id, (found) => setIn(found, ['name'], name === '' ? undefined : name));
  const stem = id.replace(/\d+$/, '');
  const derived =
    stem === node.kind ||
    (node.name !== undefined && stem === idFromName(node.name, node.kind).replace(/\d+$/, ''));
  if (!derived || name === '') return { doc: named, id };
  const taken = new Set(allNodeIds(named));
  taken.delete(id);
  const next = freeId(idFromName(name, node.kind), taken);
  const changed = changeNodeId(named, id, next);
  return changed.ok ? { doc: changed.value, id: next } : { doc: named, id };
}

/** Sections of the document that hold named parts. */
export const PART_SECTIONS = [
  'context',
  'models',
  'mcpServers',
  'tools',
  'agents',
  'policies',
  'schemas',
  'subflows',
] as const;
export type PartSection = (typeof PART_SECTIONS)[number];

export function partNames(doc: Flow, section: PartSection): readonly string[] {
  return Object.keys(doc[section] ?? {});
}

/** Gives a named part another name; whatever refers to it follows. */
export function renamePart(doc: Flow, section: PartSection, from: string, to: string): Result<Flow, string> {
  if (from === to) return ok(doc);
  const taken = new Set(partNames(doc, section));
  if (!taken.has(from)) return err(`There is no “${from}” any more.`);
  const problem = idProblem(to, taken);
  if (problem) return err(problem);
  const moved: Flow = { ...doc, [section]: renameKey(doc[section] as Record<string, unknown>, from, to) };
  return ok(followPart(moved, section, from, to));
}

function followPart(doc: Flow, section: PartSection, from: string, to: string): Flow {
  const is = (name: string | undefined) => (name === from ? to : name);
  switch (section) {
    case 'context':
      return renameContext(doc, from, to);
    case 'schemas':
      return renameSchema(doc, from, to);
    case 'mcpServers':
      return mapTools(doc, (tool) =>
        tool.kind === 'mcp' ? { ...tool, server: is(tool.server) ?? to } : tool,
      );
    case 'subflows':
      return mapNodes(doc, (node) =>
        node.kind === 'subflow' && node.flow === from ? { ...node, flow: to } : node,
      );
    case 'agents':
      return mapNodes(doc, (node) => renameAgentIn(node, from, to));
    case 'tools':
      return renameTool(doc, from, to);
    case 'models':
      return renameModel(doc, from, to);
    default:
      return renamePolicy(doc, from, to);
  }
}

function renameAgentIn(node: FlowNode, from: string, to: string): FlowNode {
  const swap = (name: string) => (name === from ? to : name);
  if (node.kind === 'agent') return { ...node, agent: swap(node.agent) };
  if (node.kind === 'supervisor') return { ...node, workers: node.workers.map(swap) };
  return node.kind === 'chat' ? { ...node, participants: node.participants.map(swap) } : node;
}

function renameTool(doc: Flow, from: string, to: string): Flow {
  const swap = (name: string) => (name === from ? to : name);
  const inNodes = mapNodes(doc, (node) => {
    const own = node.kind === 'tool' ? { ...node, tool: swap(node.tool) } : node;
    return own.compensate
      ? { ...own, compensate: { ...own.compensate, tool: swap(own.compensate.tool) } }
      : own;
  });
  return mapAgents(inNodes, (agent) => (agent.tools ? { ...agent, tools: agent.tools.map(swap) } : agent));
}

function renameModel(doc: Flow, from: string, to: string): Flow {
  const swap = (name: string) => (name === from ? to : name);
  const gate = <T extends FlowNode | Agent>(holder: T): T =>
    holder.gate?.judge
      ? {
          ...holder,
          gate: { ...holder.gate, judge: { ...holder.gate.judge, model: swap(holder.gate.judge.model) } },
        }
      : holder;
  const inNodes = mapNodes(doc, (node) =>
    gate('model' in node ? { ...node, model: swap(node.model) } : node),
  );
  const inAgents = mapAgents(inNodes, (agent) => gate({ ...agent, model: swap(agent.model) }));
  if (!inAgents.models) return inAgents;
  const models = Object.fromEntries(
    Object.entries(inAgents.models).map(([name, model]) => [
      name,
      model.fallback ? { ...model, fallback: model.fallback.map(swap) } : model,
    ]),
  );
  return { ...inAgents, models };
}

function renamePolicy(doc: Flow, from: string, to: string): Flow {
  const swap = <T extends { readonly policy?: PolicyRef | undefined }>(holder: T): T =>
    holder.policy === from ? { ...holder, policy: to } : holder;
  return mapTools(mapAgents(mapNodes(doc, swap), swap), swap);
}

function renameContext(doc: Flow, from: string, to: string): Flow {
  const inNodes = mapNodes(doc, (node) => ({
    ...node,
    ...(node.reads ? { reads: node.reads.map((field) => (field === from ? to : field)) } : {}),
    ...(node.writes ? { writes: renameKey(node.writes, from, to) } : {}),
  }));
  return changeExpressions(inNodes, (source) =>
    changeMember(source, 'context', (name) => (name === from ? `context.${to}` : undefined)),
  );
}

/** Every `$ref` to the schema, wherever in the document a schema can stand. */
function renameSchema(doc: Flow, from: string, to: string): Flow {
  const old = `#/schemas/${from}`;
  const swap = (value: Json): Json => {
    if (Array.isArray(value)) return value.map((item: Json) => swap(item));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        key === '$ref' && inner === old ? `#/schemas/${to}` : swap(inner),
      ]),
    );
  };
  return swap(doc as unknown as Json) as unknown as Flow; // the document is JSON and keeps its shape
}

function mapNodes(doc: Flow, change: (node: FlowNode) => FlowNode): Flow {
  return mapGraphs(doc, (graph) => ({
    nodes: Object.fromEntries(Object.entries(graph.nodes).map(([id, node]) => [id, change(node)])),
    edges: graph.edges,
  }));
}

function mapAgents(doc: Flow, change: (agent: Agent) => Agent): Flow {
  if (!doc.agents) return doc;
  return {
    ...doc,
    agents: Object.fromEntries(Object.entries(doc.agents).map(([name, agent]) => [name, change(agent)])),
  };
}

function mapTools(doc: Flow, change: (tool: Tool) => Tool): Flow {
  if (!doc.tools) return doc;
  return {
    ...doc,
    tools: Object.fromEntries(Object.entries(doc.tools).map(([name, tool]) => [name, change(tool)])),
  };
}

function renameKey<T>(record: Readonly<Record<string, T>>, from: string, to: string): Record<string, T> {
  return mapKeys(record, (key) => (key === from ? to : key));
}

function mapKeys<T>(record: Readonly<Record<string, T>>, change: (key: string) => string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [change(key), value]));
}
