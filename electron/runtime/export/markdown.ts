/** A flow as a document people read: what it is for, who does what, what happens when something fails. */
import { isoDurationWords } from '../../../shared/base/duration-words';
import type { Json } from '../../../shared/base/json';
import { sortEdges } from '../../../shared/spec/canonical';
import { failureModes } from '../../../shared/spec/failure-modes';
import type { Flow } from '../../../shared/spec/flow';
import type { FlowNode } from '../../../shared/spec/nodes';
import type { Agent, Budget, Gate, Policy, Tool } from '../../../shared/spec/parts';
import type { Requirements } from '../../../shared/spec/problem';
import { everyFlowNode } from '../../../shared/spec/readiness-parts';
import { everyEdge } from '../../../shared/spec/walk-document';
import { code, prose, section, table, words } from './markdown-text';
import { mermaidOf } from './mermaid';
import { describeNode } from './node-words';

export interface MarkdownFacts {
  readonly semanticHash: string;
  readonly interfaceHash: string;
  readonly requirements: Requirements;
}

export function markdownOf(flow: Flow, facts: MarkdownFacts): string {
  const parts = [
    head(flow, facts),
    section('Picture', `\`\`\`mermaid\n${mermaidOf(flow)}\`\`\``),
    section('Input and output', inputAndOutput(flow)),
    section('Steps', stepTable(flow)),
    section(
      'Agents',
      Object.entries(flow.agents ?? {})
        .map(([name, agent]) => agentPart(name, agent))
        .join('\n'),
    ),
    section('Handoffs', handoffTable(flow)),
    section('People', peopleTable(flow)),
    section('Tools', toolTable(flow)),
    section('Shared context', contextTable(flow)),
    section('Models', modelTable(flow)),
    section('Limits and policies', limits(flow)),
    section('What happens when something fails', failureTable(flow)),
    section('What it needs', needs(facts.requirements)),
    section('Tests', testTable(flow)),
  ];
  return `${parts.filter((part) => part !== '').join('\n')}`;
}

function head(flow: Flow, facts: MarkdownFacts): string {
  const rows: [string, string][] = [
    ['Id', code(flow.id)],
    ['Version', flow.version],
    ['Format', code(flow.format)],
    ['Meaning', code(facts.semanticHash)],
    ['Interface', code(facts.interfaceHash)],
  ];
  if (flow.meta?.authors?.length) rows.push(['Authors', prose(flow.meta.authors.join(', '))]);
  if (flow.meta?.tags?.length) rows.push(['Tags', prose(flow.meta.tags.join(', '))]);
  const purpose = flow.description === undefined ? 'No purpose is written down.' : prose(flow.description);
  return `# ${prose(flow.name)}\n\n${purpose}\n\n${table(['', ''], rows)}`;
}

function inputAndOutput(flow: Flow): string {
  const show = (title: string, schema: unknown): string =>
    schema === undefined ? `**${title}**: any value.\n` : `**${title}**\n\n${schemaTable(schema)}`;
  return `${show('Input', flow.input)}\n${show('Output', flow.output)}`;
}

/** Properties of an object schema as rows; any other schema as it stands. */
function schemaTable(schema: unknown): string {
  const object = schema as {
    readonly properties?: Readonly<Record<string, unknown>>;
    readonly required?: readonly string[];
  };
  if (typeof schema !== 'object' || schema === null || object.properties === undefined)
    return `\`\`\`json\n${JSON.stringify(schema, null, 2)}\n\`\`\`\n`;
  const required = new Set(object.required ?? []);
  const rows = Object.entries(object.properties).map(([name, property]): [string, string, string, string] => {
    const { description, ...rest } = (
      typeof property === 'object' && property !== null ? property : {}
    ) as Readonly<Record<string, Json>>;
    const shape = typeof property === 'object' ? JSON.stringify(rest) : String(property);
    return [
      code(name),
      code(shape),
      required.has(name) ? 'yes' : 'no',
      typeof description === 'string' ? prose(description) : '',
    ];
  });
  return table(['Field', 'Shape', 'Required', 'Meaning'], rows);
}

function stepTable(flow: Flow): string {
  const edges = sortEdges(allEdges(flow));
  const rows = everyFlowNode(flow).map(({ id, node }): [string, string, string, string] => {
    const out = edges.filter((edge) => edge.from === id).map((edge) => `${edge.port} → ${code(edge.to)}`);
    return [nodeName(id, node), node.kind, describeNode(node), out.join('<br>')];
  });
  return table(['Step', 'Kind', 'What it does', 'Goes on to'], rows);
}

function allEdges(flow: Flow): Flow['edges'] {
  // The flow has passed its schema, so its edges are what their type says.
  return [...everyEdge(flow as unknown as Record<string, unknown>)].map(
    ({ edge }) => edge as unknown as Flow['edges'][number],
  );
}

function nodeName(id: string, node: FlowNode): string {
  return node.name === undefined || node.name === id ? code(id) : `${prose(node.name)} (${code(id)})`;
}

function agentPart(name: string, agent: Agent): string {
  const rows: [string, string][] = [['Role', prose(agent.role)]];
  const list = (title: string, items: readonly string[] | undefined): void => {
    if (items?.length) rows.push([title, items.map(prose).join('<br>')]);
  };
  list('Does', agent.does);
  list('Does not', agent.doesNot);
  rows.push(['Model', code(agent.model)]);
  list('May call', agent.tools);
  list('Can', agent.capabilities);
  rows.push(['Most turns', String(agent.maxTurns ?? 10)]);
  if (agent.gate) rows.push(['Quality gate', gateWords(agent.gate)]);
  if (agent.budget) rows.push(['Budget', budgetWords(agent.budget)]);
  if (agent.policy)
    rows.push(['Policy', typeof agent.policy === 'string' ? code(agent.policy) : policyWords(agent.policy)]);
  rows.push(['Answer', agent.output === undefined ? 'any text' : code(JSON.stringify(agent.output))]);
  return `### ${prose(name)}\n\n${table(['', ''], rows)}`;
}

function gateWords(gate: Gate): string {
  return words([
    gate.minConfidence === undefined ? undefined : `confidence of at least ${gate.minConfidence}`,
    ...(gate.checks ?? []).map((check) => `${code(check.expr)} (${prose(check.message)})`),
    gate.judge && `the judge ${code(gate.judge.model)} gives at least ${gate.judge.minScore}`,
    gate.breaker &&
      `after ${gate.breaker.failures} bad answers in a row it rests for ${isoDurationWords(gate.breaker.cooldown)}`,
  ]);
}

function handoffTable(flow: Flow): string {
  const rows = allEdges(flow).flatMap((edge): [string, string, string, string, string][] => {
    const { handoff } = edge;
    if (!handoff) return [];
    const payload =
      handoff.payload === undefined ? 'the sender decides' : code(JSON.stringify(handoff.payload));
    return [
      [code(handoff.name), code(edge.from), code(edge.to), code(JSON.stringify(handoff.schema)), payload],
    ];
  });
  return rows.length === 0 ? '' : table(['Handoff', 'From', 'To', 'Contract', 'What is handed over'], rows);
}

function peopleTable(flow: Flow): string {
  const rows = everyFlowNode(flow).flatMap(({ id, node }): [string, string, string, string, string][] => {
    if (node.kind !== 'human') return [];
    const choices =
      node.mode === 'choose' ? (node.choices ?? []).map((choice) => choice.label).join(', ') : node.mode;
    const deadline = node.deadline
      ? `${isoDurationWords(node.deadline)}, then ${node.onDeadline ?? 'expired'}`
      : 'none';
    return [
      [nodeName(id, node), prose(node.title), prose(choices), prose(node.assignee ?? 'anybody'), deadline],
    ];
  });
  return rows.length === 0 ? '' : table(['Checkpoint', 'Question', 'Answers', 'Who', 'Deadline'], rows);
}

function toolTable(flow: Flow): string {
  const rows = Object.entries(flow.tools ?? {}).map(
    ([name, tool]): [string, string, string, string, string] => [
      code(name),
      prose(tool.description),
      targetWords(tool),
      { read: 'only reads', idempotent: 'may be repeated with the same key', once: 'must happen only once' }[
        tool.effect
      ],
      { never: 'no', first: 'the first time', always: 'every time' }[tool.approval ?? 'never'],
    ],
  );
  return rows.length === 0
    ? ''
    : table(['Tool', 'What it does', 'Where', 'Effect', 'A person approves'], rows);
}

function targetWords(tool: Tool): string {
  switch (tool.kind) {
    case 'http':
      return `${tool.method} ${code(tool.url)}`;
    case 'mcp':
      return `${code(tool.name)} of ${code(tool.server)}`;
    case 'sql':
      return `SQL in ${code(tool.file)}`;
    case 'file':
      return `${tool.do} in ${code(tool.folder)}`;
    case 'builtin':
      return code(tool.name);
    case 'code':
      return 'sandboxed code';
  }
}

function contextTable(flow: Flow): string {
  const nodes = everyFlowNode(flow);
  const rows = Object.entries(flow.context ?? {}).map(
    ([name, field]): [string, string, string, string, string] => {
      const writers = nodes
        .filter(({ node }) => node.writes && Object.hasOwn(node.writes, name))
        .map(({ id }) => code(id));
      const readers = nodes.filter(({ node }) => node.reads?.includes(name)).map(({ id }) => code(id));
      const notes = words([
        field.description && prose(field.description),
        field.sensitive ? 'sensitive' : undefined,
        field.freshFor && `fresh for ${isoDurationWords(field.freshFor)}`,
      ]);
      return [code(name), field.merge, writers.join(', ') || 'nobody', readers.join(', ') || 'nobody', notes];
    },
  );
  return rows.length === 0 ? '' : table(['Field', 'Merge', 'Written by', 'Read by', 'Notes'], rows);
}

function modelTable(flow: Flow): string {
  const rows = Object.entries(flow.models ?? {}).map(([name, model]): [string, string, string, string] => [
    code(name),
    `${prose(model.provider)} ${code(model.model)}`,
    (model.fallback ?? []).map(code).join(', then ') || 'none',
    model.price
      ? `${model.price.inputPerMTok} in, ${model.price.outputPerMTok} out ${prose(model.price.currency)} per million tokens`
      : 'not known',
  ]);
  return rows.length === 0 ? '' : table(['Model', 'Which', 'Instead, when it fails', 'Price'], rows);
}

function limits(flow: Flow): string {
  const budget = flow.budget
    ? budgetWords(flow.budget)
    : 'the built-in one: 10,000 steps, 100 handoffs, one day';
  const policies = Object.entries(flow.policies ?? {}).map(([name, policy]): [string, string] => [
    code(name),
    policyWords(policy),
  ]);
  const rule = flow.onFailure;
  const failing =
    rule?.do === 'escalate'
      ? `the person at ${code(rule.to ?? '')} is asked`
      : rule?.do === 'compensate'
        ? 'what was done is undone, in reverse order'
        : 'the run fails';
  const list = policies.length === 0 ? '' : `\n${table(['Policy', 'What it says'], policies)}`;
  return `Budget of a run: ${budget}.\n\nWhen a failure is taken by nobody: ${failing}.\n${list}`;
}

function budgetWords(budget: Budget): string {
  return words([
    budget.steps && `${budget.steps} steps`,
    budget.turns && `${budget.turns} model calls`,
    budget.tokens && `${budget.tokens} tokens`,
    budget.cost && `${budget.cost.amount} ${prose(budget.cost.currency)}`,
    budget.duration && isoDurationWords(budget.duration),
    budget.handoffs === undefined ? undefined : `${budget.handoffs} handoffs`,
    budget.onExceeded && `then ${budget.onExceeded}`,
  ]);
}

function policyWords(policy: Policy): string {
  const { timeout, retry, breaker, rateLimit, concurrency } = policy;
  return words([
    timeout && `at most ${isoDurationWords(timeout)}`,
    retry && `${retry.maxAttempts} attempts${retry.on ? ` on ${retry.on.join(', ')}` : ''}`,
    breaker &&
      `rests ${isoDurationWords(breaker.cooldown)} after ${breaker.failures} failures in ${isoDurationWords(breaker.window)}`,
    rateLimit && `${rateLimit.requests} calls in ${isoDurationWords(rateLimit.per)}`,
    concurrency && `${concurrency} at a time`,
  ]);
}

function failureTable(flow: Flow): string {
  const modes = failureModes(flow);
  const rows = modes.map((mode): [string, string, string] => [
    code(mode.node),
    mode.kind,
    prose(mode.sentence),
  ]);
  return rows.length === 0 ? '' : table(['Step', 'Failure', 'What happens'], rows);
}

function needs(requirements: Requirements): string {
  const rows: [string, string][] = [
    ...requirements.secrets.map((secret): [string, string] => ['Secret', code(secret.name)]),
    ...requirements.models.map((model): [string, string] => [
      'Model',
      `${prose(model.provider)} ${code(model.model)}`,
    ]),
    ...requirements.mcpServers.map((server): [string, string] => [
      'MCP server',
      code(server.command ?? server.url ?? server.name),
    ]),
    ...requirements.hosts.map((host): [string, string] => ['Host', code(host)]),
    ...requirements.folders.map((folder): [string, string] => [
      `Folder (${folder.access})`,
      code(folder.path),
    ]),
  ];
  return rows.length === 0 ? 'Nothing from outside.\n' : table(['What', 'Which'], rows);
}

function testTable(flow: Flow): string {
  const rows = (flow.tests ?? []).map((test): [string, string, string] => {
    const faults = (test.faults ?? []).map((fault) => `${fault.kind} at ${fault.node}`).join(', ');
    return [
      prose(test.name),
      prose(faults) || 'none',
      `${test.expect.status ?? 'completed'}${test.expect.path ? `: ${test.expect.path.join(' → ')}` : ''}`,
    ];
  });
  return rows.length === 0 ? '' : table(['Test', 'Faults', 'Expected'], rows);
}
