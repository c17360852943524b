/** W4xx: the flow is valid, but something in it will surprise whoever runs it. */
import { usersOfAgents } from './agent-users';
import type { Findings } from './findings';
import type { FlowIndex, NodeEntry, PartGroup } from './flow-index';
import { expressionOf, isLiteral } from './mapping';
import type { Agent, Gate, Tool } from './parts';
import { propertiesOf, requiredOf, resolveSchema } from './schema-tools';
import { isRecord } from './schema-walk';

export function checkWarnings(index: FlowIndex, findings: Findings): void {
  const users = usersOfAgents(index);
  for (const graph of index.graphs)
    for (const entry of graph.nodes.values()) checkNode(index, entry, findings);
  if (users.size > 0) checkBudget(index, findings);
  for (const [name, agent] of index.parts('agents')) {
    if (!agent) continue;
    checkAgentTools(index, name, agent, findings);
    checkConfidence(index, name, agent, users.get(name) ?? [], findings);
  }
  checkUnused(index, users, findings);
  checkNamesInTests(index, findings);
}

function checkNode(index: FlowIndex, entry: NodeEntry, findings: Findings): void {
  const { node, pointer, id } = entry;
  if (node?.kind === 'agent' || node?.kind === 'tool') checkFallback(index, entry, findings);
  if (node?.kind === 'human' && node.deadline === undefined) {
    const message = `Node "${id}" waits for a person without a deadline, so the run may wait for ever. Give it a "deadline".`;
    findings.warn('W405', pointer, message);
  }
  if (node?.kind !== 'tool') return;
  const tool = index.parts('tools').get(node.tool);
  if (!tool) return;
  if (isUnguarded(tool) && !node.compensate) {
    const message = `Node "${id}" calls "${node.tool}", which must happen only once, without asking anybody and without a way to undo it. Set "approval" on the tool, or give the node "compensate".`;
    findings.warn('W403', pointer, message, askFix(node.tool));
  }
  checkArguments(index, entry, node.args, tool, node.tool, findings);
}

function isUnguarded(tool: Tool): boolean {
  return tool.effect === 'once' && (tool.approval === undefined || tool.approval === 'never');
}

function askFix(tool: string) {
  const patch = [{ op: 'add' as const, path: `/tools/${tool}/approval`, value: 'always' }];
  return { title: `Ask before every call of "${tool}"`, patch };
}

/** W424: an argument the tool requires and the mapping, spelled out, does not give. */
function checkArguments(
  index: FlowIndex,
  entry: NodeEntry,
  args: unknown,
  tool: Tool,
  name: string,
  findings: Findings,
): void {
  const schema = resolveSchema(tool.input, index.parts('schemas'));
  if (!schema || expressionOf(args) !== undefined || isLiteral(args)) return;
  const given = isRecord(args) ? args : {};
  for (const key of requiredOf(schema)) {
    if (Object.hasOwn(given, key) || key === tool.keyArgument) continue;
    const message = `Tool "${name}" requires the argument "${key}", but node "${entry.id}" does not give it.`;
    findings.warn('W424', entry.pointer, message);
  }
}

/** W401: what goes wrong here must go somewhere. A container around it or an escalation is a way, too. */
function checkFallback(index: FlowIndex, entry: NodeEntry, findings: Findings): void {
  if (index.top('onFailure')?.do === 'escalate' || entry.graph.role === 'catalogue') return;
  for (let at: NodeEntry | undefined = entry; at; at = at.graph.owner) {
    if (!at.graph.complete || at.graph.edgesOut(at.id).some((edge) => edge.port === 'fallback')) return;
  }
  const message = `When node "${entry.id}" fails, the flow fails: it has no "fallback" edge. Lead it to a person, a simpler step or an end.`;
  findings.warn('W401', entry.pointer, message);
}

/** W402 */
function checkBudget(index: FlowIndex, findings: Findings): void {
  if (index.document['budget'] === undefined) {
    const value = { tokens: 100_000, duration: 'PT1H' };
    const fix = { title: 'Add a budget', patch: [{ op: 'add' as const, path: '/budget', value }] };
    const message = 'The flow uses models but has no budget. Set at least "tokens", "cost" or "turns".';
    findings.warn('W402', '/budget', message, fix);
    return;
  }
  const budget = index.top('budget');
  if (!budget || budget.tokens !== undefined || budget.cost || budget.turns !== undefined) return;
  findings.warn(
    'W402',
    '/budget',
    'The budget does not bound what models may use. Set "tokens", "cost" or "turns".',
  );
}

/** W403, for tools an agent may call by itself. */
function checkAgentTools(index: FlowIndex, name: string, agent: Agent, findings: Findings): void {
  for (const [i, tool] of (agent.tools ?? []).entries()) {
    const definition = index.parts('tools').get(tool);
    if (!definition || !isUnguarded(definition)) continue;
    const message = `Agent "${name}" may call "${tool}", which must happen only once, without asking anybody. Set "approval" on the tool.`;
    findings.warn('W403', `/agents/${name}/tools/${i}`, message, askFix(tool));
  }
}

/** W404 */
function checkConfidence(
  index: FlowIndex,
  name: string,
  agent: Agent,
  users: readonly NodeEntry[],
  findings: Findings,
): void {
  const output = resolveSchema(agent.output, index.parts('schemas'));
  const members = output && propertiesOf(output);
  if (!members || !Object.hasOwn(members, 'confidence')) return;
  if (hasBar(agent.gate) || (users.length > 0 && users.every(({ node }) => hasBar(node?.gate)))) return;
  const path = `/agents/${name}/gate${agent.gate ? '/minConfidence' : ''}`;
  const value = agent.gate ? 0.7 : { minConfidence: 0.7 };
  const fix = { title: 'Ask for a confidence of 0.7', patch: [{ op: 'add' as const, path, value }] };
  const message = `Agent "${name}" tells how confident it is, but nothing looks at it. Give it a gate with "minConfidence".`;
  findings.warn('W404', `/agents/${name}`, message, fix);
}

function hasBar(gate: Gate | undefined): boolean {
  if (gate?.minConfidence !== undefined) return true;
  return gate?.checks?.some((check) => check.expr.includes('confidence')) === true;
}

type Used = Record<Exclude<PartGroup, 'context' | 'policies' | 'schemas'>, Set<string>>;

/** W406: declared but used by nothing. Only said where every user could be read. */
function checkUnused(index: FlowIndex, users: ReadonlyMap<string, unknown>, findings: Findings): void {
  if (index.graphs.some((graph) => !graph.complete || [...graph.nodes.values()].some((entry) => !entry.node)))
    return;
  const used: Used = {
    agents: new Set(users.keys()),
    tools: new Set(),
    models: new Set(),
    mcpServers: new Set(),
    subflows: new Set(),
  };
  noteParts(index, used);
  noteNodes(index, used);
  for (const group of ['agents', 'tools', 'models', 'mcpServers', 'subflows'] as const) {
    for (const name of index.parts(group).keys()) {
      if (used[group].has(name)) continue;
      const message = `Nothing in the flow uses "${name}". Remove it from "${group}", or use it.`;
      findings.warn('W406', `/${group}/${name}`, message);
    }
  }
}

function noteParts(index: FlowIndex, used: Used): void {
  for (const model of index.parts('models').values()) {
    for (const name of model?.fallback ?? []) used.models.add(name);
  }
  for (const agent of index.parts('agents').values()) {
    if (!agent) continue;
    used.models.add(agent.model);
    if (agent.gate?.judge) used.models.add(agent.gate.judge.model);
    for (const name of agent.tools ?? []) used.tools.add(name);
  }
  for (const tool of index.parts('tools').values())
    if (tool?.kind === 'mcp') used.mcpServers.add(tool.server);
}

function noteNodes(index: FlowIndex, used: Used): void {
  for (const graph of index.graphs) {
    for (const { node } of graph.nodes.values()) {
      if (node?.gate?.judge) used.models.add(node.gate.judge.model);
      if (node?.compensate) used.tools.add(node.compensate.tool);
      if (node?.kind === 'tool') used.tools.add(node.tool);
      if (node?.kind === 'subflow') used.subflows.add(node.flow);
      if (node?.kind === 'supervisor' || node?.kind === 'planner') used.models.add(node.model);
    }
  }
}

/** W421: rehearsal and tests name nodes; a name that leads nowhere is never looked at when the flow runs. */
function checkNamesInTests(index: FlowIndex, findings: Findings): void {
  const known = (id: string, pointer: string, what: string) => {
    if (index.nodes.has(id)) return;
    const guess = findings.guess(id, index.nodes);
    const hint = guess === undefined ? '' : ` Did you mean "${guess}"?`;
    findings.warn('W421', pointer, `${what} names the node "${id}", which does not exist.${hint}`);
  };
  const rehearsal = index.top('rehearsal');
  for (const id of Object.keys(rehearsal?.nodes ?? {})) known(id, `/rehearsal/nodes/${id}`, 'The rehearsal');
  for (const [i, test] of index.tests.entries()) {
    if (!test) continue;
    const what = `Test "${test.name}"`;
    for (const [j, id] of (test.expect.path ?? []).entries()) known(id, `/tests/${i}/expect/path/${j}`, what);
    for (const [j, fault] of (test.faults ?? []).entries()) {
      known(nodeOfStep(fault.node, index), `/tests/${i}/faults/${j}/node`, what);
    }
  }
}

const TEAMS: ReadonlySet<string | undefined> = new Set(['planner', 'supervisor', 'chat']);

/**
 * The node of a step key such as `orders[3]/review#2`; a node id is its own step key. Below a planner, supervisor or chat
 * the key goes on with names that only the run knows.
 */
function nodeOfStep(step: string, index: FlowIndex): string {
  const ids = step.split('/').map((segment) => segment.replace(/[#[~].*$/, ''));
  return ids.find((id) => TEAMS.has(index.nodes.get(id)?.node?.kind)) ?? (ids.at(-1) as string); // split gives one at least
}
