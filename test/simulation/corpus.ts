/** The flows every commit of which is a crash point: each kind and each way a step can go, alone and inside other things. */
import type { Flow } from '../../shared/spec/flow';
import type { FlowNode } from '../../shared/spec/nodes';
import { edge, graph, type Way } from '../fakes/small-flow';
import type { Entry } from './crash-walk';
import { flowParts, VALUE } from './flow-parts';

/** One or a few nodes with a way in and a way out. Names say what the world does: see `corpus-world.ts`. */
interface Piece {
  readonly nodes: Record<string, FlowNode>;
  readonly ways?: readonly Way[];
  readonly first: string;
  /** `node.port` it is left by. */
  readonly last: string;
  readonly flow?: Partial<Flow>;
  /** Time decides which way it goes. */
  readonly timed?: boolean;
}

const LOG = { log: '$string(output.value)' };

function single(id: string, node: FlowNode, port = 'next', more: Partial<Piece> = {}): Piece {
  return { nodes: { [id]: node }, first: id, last: `${id}.${port}`, ...more };
}

function tool(name: string, more: Record<string, unknown> = {}): FlowNode {
  return { kind: 'tool', tool: name, args: { n: 1 }, writes: LOG, ...more } as FlowNode;
}

function agent(name: string, more: Record<string, unknown> = {}): FlowNode {
  return { kind: 'agent', agent: name, prompt: 'Go on', writes: LOG, ...more } as FlowNode;
}

function body(id: string, node: FlowNode): { nodes: Record<string, FlowNode>; edges: Flow['edges'] } {
  return graph(
    {
      [`${id}_in`]: { kind: 'start' },
      [id]: node,
      [`${id}_out`]: { kind: 'end', output: { $: `steps.${id}` } },
    },
    `${id}_in > ${id}`,
    `${id} > ${id}_out`,
  );
}

function fork(join: Record<string, unknown>, legs: Record<string, FlowNode>): Piece {
  const ids = Object.keys(legs);
  return {
    nodes: { fork: { kind: 'parallel' }, ...legs, join: { kind: 'join', ...join } as FlowNode },
    ways: ids.flatMap((id): Way[] => [`fork.branch > ${id}`, `${id} > join`]),
    first: 'fork',
    last: 'join.next',
  };
}

/** Fails for good and is taken up by what is drawn for it. */
function caught(id: string, node: FlowNode): Piece {
  return {
    nodes: {
      [id]: node,
      spare: { kind: 'transform', output: { value: { $: 'error.kind' } } },
      meet: { kind: 'transform', output: { value: 1 } },
    },
    ways: [`${id} > meet`, `${id}.fallback > spare`, 'spare > meet'],
    first: id,
    last: 'meet.next',
  };
}

const SIMPLE: Readonly<Record<string, Piece>> = {
  look: single('look', tool('look')),
  put: single('put', tool('put')),
  pay: single('pay', tool('pay')),
  code: single('code', { kind: 'code', source: 'return { value: 1 };', output: VALUE, writes: LOG }),
  transform: single('shape', { kind: 'transform', output: { value: { $: '1 + 1' } }, writes: LOG }),
  wait: single('wait', { kind: 'wait', for: 'PT1H' }),
  agent: single('think', agent('worker')),
  tools: single('asks', agent('clerk')),
  reask: single('wrong', agent('worker')),
  spareModel: single('nextmodel', agent('worker')),
  flaky: single('flaky', tool('put')),
  flakyTwice: single('flaky2', agent('worker')),
  approve: single(
    'person',
    { kind: 'human', mode: 'approve', title: 'Well?', form: VALUE, propose: { value: 3 } },
    'approved',
  ),
  form: single(
    'form',
    { kind: 'human', mode: 'form', title: 'Fill in', form: VALUE, propose: { value: 4 } },
    'approved',
  ),
  approvedTool: single('send', { kind: 'tool', tool: 'send', args: {} }),
  branch: {
    nodes: {
      ask: { kind: 'branch', cases: [{ port: 'yes', when: 'true' }] },
      yes: tool('look'),
      no: tool('put'),
      meet: { kind: 'transform', output: { value: 2 } },
    },
    ways: ['ask.yes > yes', 'ask.else > no', 'yes > meet', 'no > meet'],
    first: 'ask',
    last: 'meet.next',
  },
  back: {
    nodes: {
      again: tool('look', { writes: { total: '1' } }),
      enough: { kind: 'branch', cases: [{ port: 'back', when: 'context.total < 2' }], reads: ['total'] },
    },
    ways: ['again > enough', ['enough.back > again', { maxTraversals: 3 }]],
    first: 'again',
    last: 'enough.else',
  },
  all: fork({}, { a: tool('put'), b: tool('pay'), c: agent('worker') }),
  skip: fork({ onBranchFailure: 'skip' }, { a: tool('put'), dead: tool('look'), c: tool('look') }),
  map: single('items', { kind: 'map', items: '[1..4]', concurrency: 2, body: body('item', tool('put')) }),
  collect: single('items', {
    kind: 'map',
    items: '[1..3]',
    onItemFailure: 'collect',
    body: body('deadItem2', tool('look')),
  }),
  loop: single('rounds', {
    kind: 'loop',
    while: 'iteration <= 3',
    maxIterations: 5,
    body: body('pass', tool('pay')),
  }),
  handoff: {
    nodes: {
      giver: { kind: 'agent', agent: 'worker', prompt: 'Give' },
      taker: { kind: 'agent', agent: 'helper', accepts: VALUE, writes: LOG },
    },
    ways: [['giver.handoff > taker', { handoff: { name: 'to_taker', schema: VALUE } }]],
    first: 'giver',
    last: 'taker.next',
  },
  supervisor: single('lead', {
    kind: 'supervisor',
    model: 'main',
    instructions: 'Lead',
    workers: ['worker', 'helper'],
    maxRounds: 3,
    output: VALUE,
  }),
  planner: single('plan', {
    kind: 'planner',
    model: 'main',
    goal: 'Plan',
    catalogue: { nodes: { use: { kind: 'tool', tool: 'put', args: {} } } },
  }),
  chat: {
    ...single('talk', {
      kind: 'chat',
      participants: ['worker', 'helper'],
      until: '$count(messages) >= 2',
      maxRounds: 3,
    }),
  },
  fallback: caught('dead', tool('look')),
  caughtTeam: caught('items', { kind: 'map', items: '[1..2]', body: body('dead', tool('put')) }),
};

const ALONE: Readonly<Record<string, Piece>> = {
  any: {
    ...fork({ wait: 'any' }, { a: tool('put'), b: tool('look'), c: { kind: 'wait', for: 'PT1H' } }),
    timed: true,
  },
  deadline: {
    ...fork(
      { deadline: 'PT10M', onBranchFailure: 'skip' },
      { a: tool('put'), c: { kind: 'wait', for: 'PT1H' } },
    ),
    timed: true,
  },
  compensate: {
    nodes: {
      pay: tool('pay', { compensate: { tool: 'undo', args: { of: { $: 'output.value' } } } }),
      put: tool('put', { compensate: { tool: 'undo', args: {} } }),
      dead: tool('look'),
    },
    ways: ['pay > put', 'put > dead'],
    first: 'pay',
    last: 'dead.next',
    flow: { onFailure: { do: 'compensate' } },
  },
  escalate: {
    nodes: {
      pay: tool('pay'),
      dead: tool('look'),
      review: { kind: 'human', mode: 'form', title: 'Help', form: { type: 'object' } },
    },
    ways: ['pay > dead', 'review.approved > end'],
    first: 'pay',
    last: 'dead.next',
    flow: { onFailure: { do: 'escalate', to: 'review' } },
  },
  fails: {
    nodes: { pay: tool('pay'), dead: tool('look') },
    ways: ['pay > dead'],
    first: 'pay',
    last: 'dead.next',
  },
  budget: {
    nodes: { a: tool('put'), b: tool('pay'), c: tool('look') },
    ways: ['a > b', 'b > c'],
    first: 'a',
    last: 'c.next',
    flow: { budget: { steps: 2, onExceeded: 'pause' } },
  },
};

/** Puts a piece in the root graph, or inside a container of it. */
const PLACES: Readonly<Record<string, (piece: Piece) => Piece>> = {
  root: (piece) => piece,
  inLoop: (piece) =>
    single('outer', { kind: 'loop', while: 'iteration <= 2', maxIterations: 3, body: inside(piece) }),
  inMap: (piece) => single('outer', { kind: 'map', items: '[1..2]', concurrency: 2, body: inside(piece) }),
  inSubflow: (piece) => ({
    ...single('outer', { kind: 'subflow', flow: 'sub' }),
    flow: { subflows: { sub: inside(piece) } },
  }),
};

function inside({ nodes, ways = [], first, last }: Piece): ReturnType<typeof graph> {
  const all = { enter: { kind: 'start' } as FlowNode, ...nodes, leave: { kind: 'end' } as FlowNode };
  return graph(all, `enter > ${first}`, ...ways, `${last} > leave`);
}

function flowOf(name: string, { nodes, ways = [], first, last, flow }: Piece): Flow {
  const end: FlowNode = {
    kind: 'end',
    reads: ['log', 'total'],
    output: { log: { $: 'context.log' }, total: { $: 'context.total' } },
  };
  const parts = flowParts(false, 'warn');
  return {
    format: 'baton.flow/1',
    id: name.replace(/[A-Z.]/g, (letter) => `-${letter.toLowerCase().replace('.', '')}`),
    name,
    version: '1.0.0',
    ...parts,
    models: {
      main: { provider: 'test', model: 'one', fallback: ['spare'] },
      spare: { provider: 'test', model: 'two' },
    },
    policies: { default: { retry: { maxAttempts: 3, initial: 'PT1S' }, concurrency: 3 } },
    ...flow,
    nodes: { start: { kind: 'start' }, ...nodes, end },
    edges: [`start > ${first}`, ...ways, `${last} > end`].map(edge),
  };
}

/** One piece after the other, under names of their own. */
function rowOf(pieces: readonly Piece[]): Piece {
  const all = pieces.map((piece, i) => renamed(piece, `_${i + 1}`));
  return {
    nodes: Object.assign({}, ...all.map((piece) => piece.nodes)) as Piece['nodes'],
    ways: all.flatMap(({ ways = [], last }, i) => {
      const next = all[i + 1];
      return next ? [...ways, `${last} > ${next.first}`] : ways;
    }),
    first: all[0]?.first ?? '',
    last: all.at(-1)?.last ?? '',
  };
}

function renamed(piece: Piece, tail: string): Piece {
  const port = (name: string): string => name.replace(/^\w+/, `$&${tail}`);
  const way = (path: string): string =>
    path
      .split(' > ')
      .map((end) => port(end))
      .join(' > ');
  return {
    nodes: renamedNodes(piece.nodes, tail),
    ways: (piece.ways ?? []).map(
      (each): Way => (typeof each === 'string' ? way(each) : [way(each[0]), each[1]]),
    ),
    first: `${piece.first}${tail}`,
    last: port(piece.last),
  };
}

function renamedNodes(nodes: Record<string, FlowNode>, tail: string): Record<string, FlowNode> {
  return Object.fromEntries(
    Object.entries(nodes).map(([id, node]) => {
      if (node.kind === 'map' || node.kind === 'loop') {
        const end = JSON.stringify(renamedNodes(node.body.nodes, tail)).replace(
          /"steps\.(\w+)"/g,
          `"steps.$1${tail}"`,
        );
        const edges = node.body.edges.map((one) => ({ ...one, from: one.from + tail, to: one.to + tail }));
        return [id + tail, { ...node, body: { nodes: JSON.parse(end) as typeof nodes, edges } }];
      }
      if (node.kind === 'planner')
        return [id + tail, { ...node, catalogue: { nodes: renamedNodes(node.catalogue.nodes, tail) } }];
      return [id + tail, node];
    }),
  );
}

/** How many pieces make a row. */
const ROW = 4;

/** Every piece alone, and those that can be inside something inside two things, in turn. */
export function corpus(): Entry[] {
  const nested = Object.keys(PLACES).filter((place) => place !== 'root');
  const plain = Object.entries({ ...SIMPLE, ...ALONE }).map(([name, piece]) => ({
    name,
    flow: flowOf(name, piece),
    exact: piece.timed !== true,
  }));
  const inner = Object.entries(SIMPLE).flatMap(([name, piece], i) =>
    [nested[i % nested.length] ?? ''].map((place) => ({
      name: `${name}.${place}`,
      flow: flowOf(`${name}.${place}`, PLACES[place]?.(piece) ?? piece),
      exact: true,
    })),
  );
  const pieces = Object.entries(SIMPLE);
  const rows = pieces.map((_piece, i) => {
    // Neighbours far from each other in the list, so that unlike things meet.
    const chosen = Array.from({ length: ROW }, (_none, k) => pieces[(i + k * 9) % pieces.length] ?? []);
    const name = `row${i + 1}`;
    return {
      name,
      flow: flowOf(name, rowOf(chosen.flatMap(([, piece]) => (piece ? [piece] : [])))),
      exact: true,
    };
  });
  return [...plain, ...inner, ...rows];
}
