/** Readiness: limits, effects and people. */
import type { Flow } from './flow';
import type { FlowNode } from './nodes';
import type { Tool } from './parts';
import { type Check, everyFlowNode, pointerTo } from './readiness-parts';
import { everyGraph } from './walk-document';

export function limitChecks(flow: Flow): readonly Check[] {
  const spends = Object.values(flow.models ?? {}).some(
    (model) => model.provider !== 'builtin' && model.provider !== 'simulated',
  );
  const checks: Check[] = [
    {
      ok: flow.budget !== undefined,
      pointer: '/budget',
      message: 'Nothing bounds what a run may use. Give the flow a budget.',
    },
    {
      ok: flow.budget?.duration !== undefined,
      pointer: '/budget',
      message: 'Nothing bounds how long a run may take. Give the budget a duration.',
    },
  ];
  if (spends) {
    checks.push({
      ok: flow.budget?.cost !== undefined || flow.budget?.tokens !== undefined,
      pointer: '/budget',
      message: 'Nothing bounds what the models may cost. Give the budget an amount or a number of tokens.',
    });
  }
  return [...checks, ...priceChecks(flow)];
}

/** A money budget holds only where prices are known. */
function priceChecks(flow: Flow): readonly Check[] {
  if (flow.budget?.cost === undefined) return [];
  return Object.entries(flow.models ?? {}).flatMap(([name, model]) => {
    if (model.provider === 'builtin' || model.provider === 'simulated') return [];
    const message = `The budget is in money, but the price of “${name}” is not known. Add its price.`;
    return [{ ok: model.price !== undefined, pointer: pointerTo('models', name, 'price'), message }];
  });
}

export function effectChecks(flow: Flow): readonly Check[] {
  const nodes = everyFlowNode(flow);
  return Object.entries(flow.tools ?? {}).flatMap(([name, tool]) => {
    if (tool.effect === 'read') return [];
    const users = nodes.filter(({ node }) => usesTool(flow, node, name));
    const isUndo = nodes.some(({ node }) => node.compensate?.tool === name);
    if (users.length === 0 || isUndo) return [];
    return tool.effect === 'once'
      ? [
          onceCheck(
            flow,
            name,
            tool,
            users.map((user) => user.id),
          ),
        ]
      : [keyCheck(name, tool)];
  });
}

/** What cannot be repeated is undone by something, or somebody agrees to it first. */
function onceCheck(flow: Flow, name: string, tool: Tool, users: readonly string[]): Check {
  const nodes = everyFlowNode(flow);
  const isAsked = tool.approval === 'always' || tool.approval === 'first';
  const isSafe = users.every(
    (id) =>
      isAsked || nodes.find((n) => n.id === id)?.node.compensate !== undefined || comesAfterPerson(flow, id),
  );
  const message = `“${name}” has an effect that cannot be repeated. Let a person approve it, or name what undoes it.`;
  return { ok: isSafe, pointer: pointerTo('tools', name), message };
}

function keyCheck(name: string, tool: Tool): Check {
  // HTTP carries the key in a header by itself; code, files and databases of ours are repeated as they are.
  const ok = tool.kind !== 'mcp' || tool.keyArgument !== undefined;
  const message = `“${name}” promises to be safe to repeat with the same key. Name the argument that carries the key.`;
  return { ok, pointer: pointerTo('tools', name, 'keyArgument'), message };
}

function usesTool(flow: Flow, node: FlowNode, tool: string): boolean {
  if (node.kind === 'tool') return node.tool === tool;
  const names =
    node.kind === 'agent'
      ? [node.agent]
      : node.kind === 'supervisor'
        ? node.workers
        : node.kind === 'chat'
          ? node.participants
          : [];
  return names.some((name) => flow.agents?.[name]?.tools?.includes(tool));
}

/** Whether an edge leads from a human checkpoint to the node. */
function comesAfterPerson(flow: Flow, id: string): boolean {
  return [...everyGraph(flow as unknown as Record<string, unknown>)].some(({ graph }) => {
    const { nodes, edges = [] } = graph as unknown as Pick<Flow, 'nodes'> & Partial<Pick<Flow, 'edges'>>; // it has passed its schema; a catalogue has no edges
    return edges.some((edge) => edge.to === id && nodes[edge.from]?.kind === 'human');
  });
}

export function peopleChecks(flow: Flow): readonly Check[] {
  return everyFlowNode(flow).flatMap(({ id, node, pointer }) => {
    if (node.kind !== 'human') return [];
    const name = node.name ?? id;
    return [
      {
        ok: (node.show?.length ?? 0) > 0 || node.body !== undefined,
        pointer,
        node: id,
        message: `“${name}” asks without showing anything. Say what the person should see.`,
      },
      {
        ok: node.deadline !== undefined,
        pointer,
        node: id,
        message: `“${name}” may wait for ever. Give it a deadline.`,
      },
      {
        ok: node.assignee !== undefined,
        pointer,
        node: id,
        message: `“${name}” is for nobody in particular. Say who decides.`,
      },
    ];
  });
}
