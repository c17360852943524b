/** E301: every name that is used is declared somewhere. */
import type { Findings } from './findings';
import type { FlowIndex, NodeEntry, PartGroup } from './flow-index';
import type { Gate, PolicyRef } from './parts';
import { placeOfPointer } from './place';

const NOUNS: Readonly<Record<PartGroup, string>> = {
  context: 'context field',
  models: 'model',
  mcpServers: 'MCP server',
  tools: 'tool',
  agents: 'agent',
  policies: 'policy',
  schemas: 'schema',
  subflows: 'subflow',
};

export function checkNames(index: FlowIndex, findings: Findings): void {
  const names = new Names(index, findings);
  for (const [name, model] of index.parts('models')) {
    for (const [i, other] of (model?.fallback ?? []).entries())
      names.use('models', other, `/models/${name}/fallback/${i}`);
  }
  for (const [name, tool] of index.parts('tools')) {
    if (tool?.kind === 'mcp') names.use('mcpServers', tool.server, `/tools/${name}/server`);
    names.policy(tool?.policy, `/tools/${name}/policy`);
  }
  for (const [name, agent] of index.parts('agents')) {
    if (!agent) continue;
    names.use('models', agent.model, `/agents/${name}/model`);
    for (const [i, tool] of (agent.tools ?? []).entries())
      names.use('tools', tool, `/agents/${name}/tools/${i}`);
    names.gate(agent.gate, `/agents/${name}/gate`);
    names.policy(agent.policy, `/agents/${name}/policy`);
  }
  for (const graph of index.graphs) for (const entry of graph.nodes.values()) checkNode(entry, names);
  checkOnFailure(index, findings);
}

class Names {
  constructor(
    private readonly index: FlowIndex,
    private readonly findings: Findings,
  ) {}

  use(group: PartGroup, name: string, pointer: string): void {
    const declared = this.index.parts(group);
    if (declared.has(name)) return;
    const guess = this.findings.guess(name, declared);
    const place = placeOfPointer(this.index.document, pointer).name;
    const rest = guess === undefined ? ` Declare it under "${group}".` : ` Did you mean "${guess}"?`;
    const path = pointer;
    const fix =
      guess === undefined
        ? undefined
        : { title: `Change it to "${guess}"`, patch: [{ op: 'replace' as const, path, value: guess }] };
    this.findings.error(
      'E301',
      pointer,
      `In ${place}, there is no ${NOUNS[group]} called "${name}".${rest}`,
      fix,
    );
  }

  /** The name is a key here, so a fix cannot simply replace a value. */
  key(group: PartGroup, name: string, pointer: string): void {
    const declared = this.index.parts(group);
    if (declared.has(name)) return;
    const guess = this.findings.guess(name, declared);
    const place = placeOfPointer(this.index.document, pointer).name;
    const rest = guess === undefined ? `Declare it under "${group}".` : `Did you mean "${guess}"?`;
    this.findings.error(
      'E301',
      pointer,
      `In ${place}, there is no ${NOUNS[group]} called "${name}". ${rest}`,
    );
  }

  policy(policy: PolicyRef | undefined, pointer: string): void {
    if (typeof policy === 'string') this.use('policies', policy, pointer);
  }

  gate(gate: Gate | undefined, pointer: string): void {
    if (gate?.judge) this.use('models', gate.judge.model, `${pointer}/judge/model`);
  }
}

function checkNode(entry: NodeEntry, names: Names): void {
  const { node, pointer } = entry;
  if (!node) return;
  for (const [i, field] of (node.reads ?? []).entries()) names.use('context', field, `${pointer}/reads/${i}`);
  for (const field of Object.keys(node.writes ?? {}))
    names.key('context', field, `${pointer}/writes/${field}`);
  names.policy(node.policy, `${pointer}/policy`);
  names.gate(node.gate, `${pointer}/gate`);
  if (node.compensate) names.use('tools', node.compensate.tool, `${pointer}/compensate/tool`);
  switch (node.kind) {
    case 'agent':
      names.use('agents', node.agent, `${pointer}/agent`);
      break;
    case 'tool':
      names.use('tools', node.tool, `${pointer}/tool`);
      break;
    case 'subflow':
      names.use('subflows', node.flow, `${pointer}/flow`);
      break;
    case 'supervisor':
      names.use('models', node.model, `${pointer}/model`);
      for (const [i, agent] of node.workers.entries()) names.use('agents', agent, `${pointer}/workers/${i}`);
      break;
    case 'planner':
      names.use('models', node.model, `${pointer}/model`);
      break;
    case 'chat':
      for (const [i, agent] of node.participants.entries())
        names.use('agents', agent, `${pointer}/participants/${i}`);
      break;
    default: // the other kinds name nothing else
  }
}

/** `onFailure.to` is a person in the root graph. */
function checkOnFailure(index: FlowIndex, findings: Findings): void {
  const onFailure = index.top('onFailure');
  if (!onFailure) return;
  if (onFailure.to === undefined) {
    if (onFailure.do !== 'escalate') return;
    findings.error(
      'E105',
      '/onFailure/to',
      'The flow escalates failures, but "to" does not say to whom. Name a human node of the flow.',
    );
    return;
  }
  if (onFailure.do !== 'escalate') {
    const fix = { title: 'Remove "to"', patch: [{ op: 'remove' as const, path: '/onFailure/to' }] };
    findings.error(
      'E310',
      '/onFailure/to',
      `"to" belongs to "escalate" only; on failure this flow does "${onFailure.do}".`,
      fix,
    );
    return;
  }
  const target = index.root.nodes.get(onFailure.to);
  if (target && (target.kind === 'human' || !target.node)) return;
  const found = target ? `is of kind "${target.kind}"` : 'is no node of the flow itself';
  findings.error(
    'E301',
    '/onFailure/to',
    `Failures escalate to "${onFailure.to}", which ${found}. It has to be a human node outside of bodies and subflows.`,
  );
}
