/** What every random flow has to work with: shared state, models, tools and agents. */
import type { Flow } from '../../shared/spec/flow';
import type { FlowNode } from '../../shared/spec/nodes';

/** What a random flow is composed of. */
export const KINDS = [
  'agent',
  'tool',
  'transform',
  'human',
  'branch',
  'parallel',
  'map',
  'loop',
  'subflow',
  'code',
  'wait',
  'supervisor',
  'planner',
  'chat',
  'back',
  'handoff',
  'choice',
  'choose',
  'form',
  'stale',
  'bounded',
  'once',
] as const;
export type Piece = (typeof KINDS)[number];

/** Those that may have a fallback drawn. */
export const CAN_FAIL: ReadonlySet<Piece> = new Set([
  'agent',
  'tool',
  'once',
  'code',
  'map',
  'loop',
  'subflow',
  'bounded',
  'stale',
  'supervisor',
  'planner',
  'chat',
]);

/** The shape of what every call gives. */
export const VALUE = {
  type: 'object',
  required: ['value'],
  properties: { value: { type: 'integer', minimum: 0, maximum: 99 } },
};

/** `asksFirst`: the tool that pays asks a person before its first call. */
export function flowParts(
  asksFirst: boolean,
  onStale: 'warn' | 'fail',
): Pick<Flow, 'context' | 'models' | 'tools' | 'agents'> {
  return {
    context: {
      log: { schema: { type: 'array' }, merge: 'append' },
      total: { schema: { type: 'number' }, merge: 'sum' },
      note: { schema: { type: 'object' }, merge: 'merge' },
      best: { schema: { type: 'number' }, merge: 'max' },
      hidden: { schema: { type: 'array' }, merge: 'append', sensitive: true },
      fresh: { schema: { type: 'number' }, merge: 'max', freshFor: 'PT10M', onStale },
    },
    models: {
      main: { provider: 'simulated', model: 'one', fallback: ['spare'] },
      spare: { provider: 'simulated', model: 'two' },
    },
    tools: {
      look: {
        description: 'reads',
        input: { type: 'object' },
        output: VALUE,
        effect: 'read',
        kind: 'builtin',
        name: 'echo',
      },
      put: {
        description: 'writes with a key',
        input: { type: 'object' },
        output: VALUE,
        effect: 'idempotent',
        kind: 'builtin',
        name: 'echo',
      },
      pay: {
        description: 'pays once',
        input: { type: 'object' },
        output: VALUE,
        effect: 'once',
        kind: 'builtin',
        name: 'echo',
        ...(asksFirst ? { approval: 'first' as const } : {}),
      },
      send: {
        description: 'writes when a person agrees',
        input: { type: 'object' },
        effect: 'idempotent',
        kind: 'builtin',
        name: 'echo',
        approval: 'always',
      },
      undo: {
        description: 'undoes',
        input: { type: 'object' },
        effect: 'idempotent',
        kind: 'builtin',
        name: 'echo',
      },
    },
    agents: {
      worker: { role: 'Works', model: 'main', output: VALUE, capabilities: ['work'] },
      clerk: {
        role: 'Asks first',
        model: 'main',
        output: VALUE,
        tools: ['look', 'send', 'pay'],
        toolApprovalDeadline: 'PT1H',
        budget: { turns: 30, duration: 'P1D' },
      },
      helper: { role: 'Helps', model: 'main', output: VALUE, tools: ['look'], capabilities: ['help'] },
    },
  };
}

const CHOICES = [
  { port: 'red', label: 'Red' },
  { port: 'blue', label: 'Blue' },
];

/** Nodes that are always the same. */
export const FIXED_NODES = {
  choose: { kind: 'human', mode: 'choose', title: 'Which?', choices: CHOICES, deadline: 'PT1H' },
  form: {
    kind: 'human',
    mode: 'form',
    title: 'Fill in',
    form: VALUE,
    propose: { value: 4 },
    deadline: 'PT30M',
    onDeadline: 'approved',
  },
  stale: {
    kind: 'tool',
    tool: 'look',
    args: {},
    reads: ['fresh'],
    writes: { fresh: '1', hidden: '"secret"' },
  },
  supervisor: {
    kind: 'supervisor',
    model: 'main',
    instructions: 'Lead',
    workers: ['worker', 'helper'],
    maxRounds: 3,
    output: VALUE,
  },
} as const satisfies Record<string, FlowNode>;
