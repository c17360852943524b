/** E310 and its kin: fields that are not allowed where they stand, and those another field calls for. */
import type { Findings } from './findings';
import type { FlowIndex, GraphEntry, NodeEntry } from './flow-index';
import type { HumanFields, NodeOf } from './nodes';
import { factsOf, portsOf } from './ports-of';

export function checkFields(index: FlowIndex, findings: Findings): void {
  for (const [name, model] of index.parts('models')) {
    if (!model) continue;
    const isCompatible = model.provider === 'openai-compatible';
    if (model.baseURL !== undefined && !isCompatible) {
      const message = `Model "${name}" has a "baseURL", but only the provider "openai-compatible" may have one; "${model.provider}" has an address of its own.`;
      findings.error(
        'E310',
        `/models/${name}/baseURL`,
        message,
        removal('Remove it', `/models/${name}/baseURL`),
      );
    }
    if (model.baseURL === undefined && isCompatible) {
      findings.error(
        'E105',
        `/models/${name}/baseURL`,
        `Model "${name}" is "openai-compatible", so it needs a "baseURL", for example "http://127.0.0.1:11434/v1".`,
      );
    }
    if (model.fallback?.includes(name))
      findings.error('E310', `/models/${name}/fallback`, `Model "${name}" cannot be its own fallback.`);
  }
  for (const [name, tool] of index.parts('tools')) {
    if (tool?.kind === 'sql' && tool.write === true && tool.effect === 'read')
      contradictsEffect(name, 'write', findings);
    if (tool?.kind === 'file' && tool.do === 'write' && tool.effect === 'read')
      contradictsEffect(name, 'do', findings);
  }
  for (const graph of index.graphs) {
    for (const entry of graph.nodes.values()) checkNode(index, graph, entry, findings);
    checkEdges(graph, findings);
  }
}

function removal(title: string, path: string) {
  return { title, patch: [{ op: 'remove' as const, path }] };
}

function contradictsEffect(name: string, key: string, findings: Findings): void {
  const pointer = `/tools/${name}/${key}`;
  findings.error(
    'E310',
    pointer,
    `Tool "${name}" writes, but its "effect" says it only reads. Set the effect to "idempotent" or "once".`,
  );
}

function checkNode(index: FlowIndex, graph: GraphEntry, entry: NodeEntry, findings: Findings): void {
  const { node, pointer, id } = entry;
  if (!node) return;
  const facts = factsOf(node.kind);
  if (graph.role === 'catalogue' && !facts.catalogue) {
    findings.error(
      'E310',
      `${pointer}/kind`,
      `Node "${id}" is a ${node.kind}. A catalogue holds only agent, tool, transform, code and human nodes.`,
    );
  }
  if (node.gate && !facts.gate) {
    const message = `Node "${id}" is a ${node.kind}, which has no gate. Only agent, tool, code, supervisor, planner and chat have gates.`;
    findings.error('E310', `${pointer}/gate`, message, removal('Remove the gate', `${pointer}/gate`));
  }
  checkPolicy(index, entry, findings);
  checkFailedWrites(graph, entry, findings);
  if (node.kind === 'human') checkHuman(entry, node, findings);
  if (node.kind === 'wait') checkWait(entry, node, findings);
}

/** A policy is allowed on every kind, but not every part of it: `retry` and `timeout` need something to retry or to end. */
function checkPolicy(index: FlowIndex, entry: NodeEntry, findings: Findings): void {
  const { node, pointer, id } = entry;
  const given = node?.policy;
  if (!node || given === undefined) return;
  const isNamed = typeof given === 'string';
  const policy = isNamed ? index.parts('policies').get(given) : given;
  const facts = factsOf(node.kind);
  const report = (key: 'retry' | 'timeout', why: string) => {
    const at = isNamed ? `${pointer}/policy` : `${pointer}/policy/${key}`;
    const source = isNamed ? `The policy "${given}" of node "${id}"` : `The policy of node "${id}"`;
    findings.error(
      'E310',
      at,
      `${source} has "${key}", but ${why}`,
      removal(isNamed ? 'Remove the policy' : `Remove "${key}"`, at),
    );
  };
  if (policy?.retry && !facts.retry)
    report('retry', `a ${node.kind} is never retried; only agent, tool and code are.`);
  if (policy?.timeout !== undefined && facts.timeout === 'none')
    report('timeout', `a ${node.kind} has none.`);
}

/** E304: what the failing end of a flow or of an item writes is dropped before anybody could read it. */
function checkFailedWrites(graph: GraphEntry, entry: NodeEntry, findings: Findings): void {
  const { node, pointer, id } = entry;
  if (node?.kind !== 'end' || node.outcome !== 'failed') return;
  if (graph.role !== 'root' && graph.owner?.kind !== 'map') return;
  for (const field of Object.keys(node.writes ?? {})) {
    const message = `The end "${id}" fails ${graph.role === 'root' ? 'the flow' : 'the item'}, so what it writes to "${field}" can never be read. Write it in a step before.`;
    findings.error(
      'E304',
      `${pointer}/writes/${field}`,
      message,
      removal('Remove the write', `${pointer}/writes/${field}`),
    );
  }
}

function checkHuman(entry: NodeEntry, node: NodeOf<'human'>, findings: Findings): void {
  const { pointer, id } = entry;
  if (node.mode === 'choose' && (node.choices ?? []).length === 0) {
    findings.error(
      'E105',
      `${pointer}/choices`,
      `Node "${id}" lets a person choose, so it needs "choices", at least one.`,
    );
  }
  if (node.mode === 'form' && node.form === undefined) {
    findings.error(
      'E105',
      `${pointer}/form`,
      `Node "${id}" asks a person to fill in a form, so it needs "form", a JSON Schema of the values.`,
    );
  }
  const misplaced = (key: keyof HumanFields, why: string) => {
    if (node[key] === undefined) return;
    findings.error(
      'E310',
      `${pointer}/${key}`,
      `Node "${id}" has "${key}", but ${why}`,
      removal(`Remove "${key}"`, `${pointer}/${key}`),
    );
  };
  if (node.mode !== 'choose')
    misplaced('choices', `only mode "choose" has choices; this one is "${node.mode}".`);
  else misplaced('review', 'a choice cannot be made by sampling; only "approve" and "form" have a review.');
  if (node.deadline === undefined) misplaced('onDeadline', 'there is no "deadline" that could pass.');
  const ports = portsOf(node).out.map((port) => port.name);
  if (node.onDeadline === undefined || ports.includes(node.onDeadline)) return;
  const guess = findings.guess(node.onDeadline, ports);
  const hint = guess === undefined ? '' : ` Did you mean "${guess}"?`;
  const message = `When its time is up, node "${id}" leaves by "${node.onDeadline}", which it does not have; it has ${ports.map((port) => `"${port}"`).join(', ')}.${hint}`;
  findings.error('E205', `${pointer}/onDeadline`, message);
}

function checkWait(entry: NodeEntry, node: NodeOf<'wait'>, findings: Findings): void {
  const { pointer, id } = entry;
  if (node.for === undefined && node.until === undefined) {
    findings.error(
      'E105',
      `${pointer}/for`,
      `Node "${id}" does not say how long to wait. Give it "for" (a duration) or "until" (an expression).`,
    );
  }
  if (node.for !== undefined && node.until !== undefined) {
    const message = `Node "${id}" has both "for" and "until". Keep the one that is meant.`;
    findings.error('E310', `${pointer}/until`, message, removal('Remove "until"', `${pointer}/until`));
  }
}

function checkEdges(graph: GraphEntry, findings: Findings): void {
  for (const { edge, pointer } of graph.edges) {
    if (!edge) continue;
    const name = `The edge ${edge.from} → ${edge.to}`;
    if (edge.port === 'handoff' && graph.nodes.get(edge.from)?.kind === 'agent') {
      if (!edge.handoff)
        findings.error(
          'E105',
          `${pointer}/handoff`,
          `${name} leaves by "handoff", so it needs a "handoff" with a name and the schema of what is handed over.`,
        );
      if (edge.when !== undefined) {
        const message = `${name} leaves by "handoff" and has a condition. The agent chooses among its handoffs; a "when" is not allowed there.`;
        findings.error(
          'E310',
          `${pointer}/when`,
          message,
          removal('Remove the condition', `${pointer}/when`),
        );
      }
    }
    if (edge.on && edge.port !== 'fallback') {
      const message = `${name} has "on", a list of failure kinds, but it leaves by "${edge.port}". Only "fallback" edges have one.`;
      findings.error('E310', `${pointer}/on`, message, removal('Remove "on"', `${pointer}/on`));
    }
  }
}
