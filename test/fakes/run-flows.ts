/** Flows for tests with real processes: one for each way a run can branch, wait and touch the world. */
import type { Flow } from '../../shared/spec/flow';
import type { FlowNode } from '../../shared/spec/nodes';
import type { Edge } from '../../shared/spec/parts';

const VALUE = { type: 'object', required: ['n'], properties: { n: { type: 'number' } } };

function flow(id: string, nodes: Record<string, FlowNode>, edges: Edge[]): Flow {
  return {
    format: 'baton.flow/1',
    id,
    name: id,
    version: '1.0.0',
    context: { log: { schema: { type: 'array' }, merge: 'append' } },
    models: { main: { provider: 'test', model: 'test' } },
    tools: {
      look: { description: 'reads', input: {}, output: VALUE, effect: 'read', kind: 'builtin', name: 'echo' },
      put: {
        description: 'writes with a key',
        input: {},
        output: VALUE,
        effect: 'idempotent',
        kind: 'builtin',
        name: 'echo',
      },
      pay: {
        description: 'pays once',
        input: {},
        output: VALUE,
        effect: 'once',
        kind: 'builtin',
        name: 'echo',
      },
    },
    agents: { worker: { role: 'Works', model: 'main', output: VALUE } },
    policies: { default: { concurrency: 20, retry: { maxAttempts: 1 } } },
    nodes,
    edges,
  };
}

function chainOf(
  tool: 'look' | 'put' | 'pay',
  length: number,
): { nodes: Record<string, FlowNode>; edges: Edge[]; last: string } {
  const nodes: Record<string, FlowNode> = { start: { kind: 'start' } };
  const edges: Edge[] = [];
  let last = 'start';
  for (let i = 1; i <= length; i++) {
    nodes[`s${i}`] = { kind: 'tool', tool, args: { n: i }, writes: { log: 'output.n' } };
    edges.push({ from: last, port: 'next', to: `s${i}` });
    last = `s${i}`;
  }
  return { nodes, edges, last };
}

function ended(
  part: { nodes: Record<string, FlowNode>; edges: Edge[]; last: string },
  port = 'next',
): [Record<string, FlowNode>, Edge[]] {
  const nodes: Record<string, FlowNode> = {
    ...part.nodes,
    end: { kind: 'end', reads: ['log'], output: { log: { $: 'context.log' } } },
  };
  return [nodes, [...part.edges, { from: part.last, port, to: 'end' }]];
}

function fan(): Flow {
  const nodes: Record<string, FlowNode> = {
    start: { kind: 'start' },
    fork: { kind: 'parallel' },
    join: { kind: 'join', collect: { n: 1 } },
  };
  const edges: Edge[] = [{ from: 'start', port: 'next', to: 'fork' }];
  for (let i = 1; i <= 12; i++) {
    nodes[`b${i}`] = { kind: 'tool', tool: 'put', args: { n: i }, writes: { log: 'output.n' } };
    edges.push({ from: 'fork', port: 'branch', to: `b${i}` }, { from: `b${i}`, port: 'next', to: 'join' });
  }
  return flow('fan', ...ended({ nodes, edges, last: 'join' }));
}

function bodyOf(tool: 'look' | 'put'): { nodes: Record<string, FlowNode>; edges: Edge[] } {
  return {
    nodes: {
      bs: { kind: 'start' },
      bt: { kind: 'tool', tool, args: { n: 1 }, writes: { log: 'output.n' } },
      be: { kind: 'end' },
    },
    edges: [
      { from: 'bs', port: 'next', to: 'bt' },
      { from: 'bt', port: 'next', to: 'be' },
    ],
  };
}

function around(id: string, node: FlowNode): Flow {
  return flow(
    id,
    ...ended({
      nodes: { start: { kind: 'start' }, box: node },
      edges: [{ from: 'start', port: 'next', to: 'box' }],
      last: 'box',
    }),
  );
}

function human(): Flow {
  const chain = chainOf('look', 4);
  const nodes: Record<string, FlowNode> = {
    ...chain.nodes,
    ask: { kind: 'human', mode: 'approve', title: 'Go on?', form: VALUE, propose: { n: 7 } },
    after: {
      kind: 'tool',
      tool: 'put',
      args: { n: { $: 'steps.ask.values.n' } },
      writes: { log: 'output.n' },
    },
  };
  const edges: Edge[] = [
    ...chain.edges,
    { from: chain.last, port: 'next', to: 'ask' },
    { from: 'ask', port: 'approved', to: 'after' },
  ];
  return flow('human', ...ended({ nodes, edges, last: 'after' }));
}

function handoffs(): Flow {
  const nodes: Record<string, FlowNode> = { start: { kind: 'start' } };
  const edges: Edge[] = [];
  for (let i = 1; i <= 6; i++) {
    nodes[`a${i}`] = { kind: 'agent', agent: 'worker', prompt: `Step ${i}`, writes: { log: 'output.n' } };
    if (i === 1) edges.push({ from: 'start', port: 'next', to: 'a1' });
    else
      edges.push({
        from: `a${i - 1}`,
        port: 'handoff',
        to: `a${i}`,
        handoff: { name: `to${i}`, schema: VALUE },
      });
  }
  return flow('handoffs', ...ended({ nodes, edges, last: 'a6' }));
}

export const RUN_FLOWS: Readonly<Record<string, Flow>> = {
  chain: flow('chain', ...ended(chainOf('look', 15))),
  fan: fan(),
  map: around('map', { kind: 'map', items: '[1..10]', concurrency: 3, body: bodyOf('put') }),
  loop: around('loop', { kind: 'loop', while: 'iteration <= 8', maxIterations: 20, body: bodyOf('look') }),
  human: human(),
  handoffs: handoffs(),
  once: flow('once', ...ended(chainOf('pay', 12))),
  put: flow('put', ...ended(chainOf('put', 12))),
};
