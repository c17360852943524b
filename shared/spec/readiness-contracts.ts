/** Readiness: contracts, quality gates, tests and documentation. */
import type { Flow } from './flow';
import type { Agent } from './parts';
import { agentsInUse, type Check, everyFlowNode, pointerTo } from './readiness-parts';
import { everyEdge } from './walk-document';

type NamedAgent = readonly [string, Agent];

function usedAgents(flow: Flow): readonly NamedAgent[] {
  const used = agentsInUse(flow);
  return Object.entries(flow.agents ?? {}).filter(([name]) => used.has(name));
}

export function contractChecks(flow: Flow): readonly Check[] {
  const shapes: Check[] = [
    {
      ok: flow.input !== undefined,
      pointer: '/input',
      message: 'The flow says nothing about its input. Declare its shape.',
    },
    {
      ok: flow.output !== undefined,
      pointer: '/output',
      message: 'The flow says nothing about its output. Declare its shape.',
    },
  ];
  const agents = usedAgents(flow).map(([name, agent]) => ({
    ok: agent.output !== undefined,
    pointer: pointerTo('agents', name, 'output'),
    message: `The agent “${name}” may answer anything. Declare the shape of its answer.`,
  }));
  const tools = Object.entries(flow.tools ?? {}).map(([name, tool]) => ({
    ok: tool.output !== undefined || tool.effect === 'once',
    pointer: pointerTo('tools', name, 'output'),
    message: `What the tool “${name}” gives back is not checked. Declare its shape.`,
  }));
  return [...shapes, ...agents, ...tools, ...handoffChecks(flow)];
}

function handoffChecks(flow: Flow): readonly Check[] {
  const accepting = new Map(
    everyFlowNode(flow).map(({ id, node }) => [id, node.kind !== 'agent' || node.accepts !== undefined]),
  );
  return [...everyEdge(flow as unknown as Record<string, unknown>)].flatMap(({ edge, pointer }) => {
    if (edge['handoff'] === undefined) return [];
    const to = String(edge['to']);
    const message = `“${to}” does not say what handed-over work it takes. Declare what it accepts.`;
    return [{ ok: accepting.get(to) !== false, pointer, node: String(edge['from']), message }];
  });
}

export function qualityChecks(flow: Flow): readonly Check[] {
  return usedAgents(flow).map(([name, agent]) => {
    const gates = [
      agent.gate,
      ...everyFlowNode(flow).flatMap(({ node }) =>
        node.kind === 'agent' && node.agent === name ? [node.gate] : [],
      ),
    ];
    const isGated = gates.some(
      (gate) => gate?.checks?.length || gate?.judge || gate?.minConfidence !== undefined,
    );
    const message = `Nothing checks whether an answer of “${name}” is any good. Add a check, a least confidence or a judge.`;
    return { ok: isGated, pointer: pointerTo('agents', name, 'gate'), message };
  });
}

export function testChecks(flow: Flow): readonly Check[] {
  const tests = flow.tests ?? [];
  const calling = everyFlowNode(flow).filter(
    ({ node }) => node.kind === 'agent' || node.kind === 'tool' || node.kind === 'human',
  );
  const rehearsed = calling.map(({ id, node, pointer }) => ({
    ok: flow.rehearsal?.nodes?.[id] !== undefined,
    pointer,
    node: id,
    message: `“${node.name ?? id}” has no rehearsal value, so a rehearsal makes one up. Give it a typical one.`,
  }));
  return [
    { ok: tests.length > 0, pointer: '/tests', message: 'The flow has no test. Record a good run as one.' },
    {
      ok: tests.some((test) => (test.faults?.length ?? 0) > 0),
      pointer: '/tests',
      message: 'No test makes anything fail. Add one with a fault.',
    },
    ...rehearsed,
  ];
}

export function documentationChecks(flow: Flow): readonly Check[] {
  const agents = usedAgents(flow).map(([name, agent]) => ({
    ok: (agent.does?.length ?? 0) > 0 && (agent.doesNot?.length ?? 0) > 0,
    pointer: pointerTo('agents', name),
    message: `Say what “${name}” does and what it does not do.`,
  }));
  const names = everyFlowNode(flow).flatMap(({ id, node, pointer }) =>
    node.kind === 'start' || node.kind === 'end'
      ? []
      : [
          {
            ok: node.name !== undefined,
            pointer,
            node: id,
            message: `“${id}” has no name people can read. Give it one.`,
          },
        ],
  );
  return [
    {
      ok: flow.description !== undefined,
      pointer: '/description',
      message: 'Say in a sentence what the flow is for.',
    },
    ...agents,
    ...names,
  ];
}
