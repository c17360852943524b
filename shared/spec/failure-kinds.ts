/** Which ways a node can fail at all, from what the document says about it. */
import type { Flow } from './flow';
import type { FlowNode } from './nodes';
import type { Agent, Gate, Policy, PolicyRef, Retry, Tool } from './parts';
import { factsOf } from './ports-of';
import { CHAIN_KINDS, NEVER_RETRIED } from './recovery-kinds';
import type { FailureKind } from './values';

const MODEL_KINDS: readonly FailureKind[] = [
  'timeout',
  'rate_limited',
  'unavailable',
  'circuit_open',
  'invalid_output',
  'error',
];
const REMOTE_TOOL_KINDS: readonly FailureKind[] = [
  'timeout',
  'rate_limited',
  'unavailable',
  'circuit_open',
  'error',
];

/** In the order people ask about them. */
const ORDER: readonly FailureKind[] = [
  'timeout',
  'rate_limited',
  'unavailable',
  'circuit_open',
  'invalid_output',
  'low_confidence',
  'rejected',
  'expired',
  'uncertain',
  'loop_limit',
  'stale_context',
  'conflict',
  'denied',
  'budget',
  'error',
];

export function failureKindsOf(
  flow: Flow,
  id: string,
  node: FlowNode,
  edges: Flow['edges'],
): readonly FailureKind[] {
  const kinds = new Set<FailureKind>(ownKinds(flow, node));
  if (node.budget) kinds.add('budget');
  if (isFresh(flow, node)) kinds.add('stale_context');
  if (hasConfidenceGate(node.gate)) kinds.add('low_confidence');
  if (factsOf(node.kind).gate && node.gate?.checks?.length) kinds.add('invalid_output');
  if (edges.some((edge) => edge.from === id && edge.maxTraversals !== undefined)) kinds.add('loop_limit');
  return ORDER.filter((kind) => kinds.has(kind));
}

function ownKinds(flow: Flow, node: FlowNode): readonly FailureKind[] {
  switch (node.kind) {
    case 'start':
    case 'parallel':
      return [];
    case 'end':
      return [
        ...(node.output === undefined ? [] : (['error'] as const)),
        ...(flow.output ? (['invalid_output'] as const) : []),
      ];
    case 'agent':
      return agentKinds(flow, flow.agents?.[node.agent]);
    case 'tool':
      return toolKinds(flow.tools?.[node.tool]);
    case 'human':
      return [
        ...(node.mode === 'approve' ? (['rejected'] as const) : []),
        ...(node.deadline ? (['expired'] as const) : []),
        'error',
      ];
    case 'code':
      return ['timeout', 'error', ...(node.output === undefined ? [] : (['invalid_output'] as const))];
    case 'wait':
      return node.until === undefined ? [] : ['error'];
    case 'branch':
    case 'transform':
      return ['error'];
    case 'join':
      return ['error', ...(node.deadline ? (['timeout'] as const) : [])];
    case 'map':
      return [
        'error',
        ...stepTimeout(flow, node),
        ...(writesReplace(flow, node) ? (['conflict'] as const) : []),
      ];
    case 'loop':
      return ['error', 'loop_limit', ...stepTimeout(flow, node)];
    case 'subflow':
      return [
        'error',
        ...stepTimeout(flow, node),
        ...(flow.subflows?.[node.flow]?.output ? (['invalid_output'] as const) : []),
      ];
    case 'planner':
      return [
        ...MODEL_KINDS,
        'loop_limit',
        ...(node.approve ? (['rejected'] as const) : []),
        ...(node.approve?.deadline ? (['expired'] as const) : []),
      ];
    case 'supervisor':
    case 'chat':
      return [...MODEL_KINDS, 'loop_limit'];
    default:
      return []; // a kind of a newer version: nothing is known about it
  }
}

function agentKinds(flow: Flow, agent: Agent | undefined): readonly FailureKind[] {
  const tools = (agent?.tools ?? []).flatMap((name) => flow.tools?.[name] ?? []);
  return [
    ...MODEL_KINDS,
    'loop_limit',
    ...(hasConfidenceGate(agent?.gate) ? (['low_confidence'] as const) : []),
    ...(tools.length > 0 ? (['denied'] as const) : []),
    ...(tools.some((tool) => tool.effect === 'once') ? (['uncertain'] as const) : []),
    ...(agent?.budget ? (['budget'] as const) : []),
  ];
}

function toolKinds(tool: Tool | undefined): readonly FailureKind[] {
  if (!tool) return ['error'];
  const isRemote = tool.kind === 'http' || tool.kind === 'mcp';
  return [
    ...(isRemote ? REMOTE_TOOL_KINDS : (['timeout', 'error'] as const)),
    ...(tool.output === undefined ? [] : (['invalid_output'] as const)),
    ...(tool.effect === 'once' ? (['uncertain'] as const) : []),
    ...(tool.approval === undefined || tool.approval === 'never' ? [] : (['rejected'] as const)),
  ];
}

function hasConfidenceGate(gate: Gate | undefined): boolean {
  return gate?.minConfidence !== undefined || gate?.judge !== undefined;
}

function isFresh(flow: Flow, node: FlowNode): boolean {
  return (node.reads ?? []).some((field) => {
    const declared = flow.context?.[field];
    return declared?.freshFor !== undefined && declared.onStale !== 'warn';
  });
}

function stepTimeout(flow: Flow, node: FlowNode): readonly FailureKind[] {
  const policy = typeof node.policy === 'string' ? flow.policies?.[node.policy] : node.policy;
  return policy?.timeout === undefined ? [] : ['timeout'];
}

function writesReplace(flow: Flow, node: Extract<FlowNode, { kind: 'map' }>): boolean {
  return Object.values(node.body.nodes).some((inner) =>
    Object.keys(inner.writes ?? {}).some((field) => flow.context?.[field]?.merge === 'replace'),
  );
}

/** How often a failure of this kind is tried again before anything else happens: the policy, part by part. */
export function retriesOf(flow: Flow, node: FlowNode, kind: FailureKind): number {
  if (!factsOf(node.kind).retry || NEVER_RETRIED.has(kind)) return 0;
  const retry = retryPolicyOf(flow, node);
  const on = retry?.on ?? [
    'timeout',
    'rate_limited',
    'unavailable',
    ...(node.kind === 'agent' ? ['invalid_output'] : []),
  ];
  if (!on.includes(kind)) return 0;
  return (retry?.maxAttempts ?? standardAttempts(flow, node)) - 1;
}

function retryPolicyOf(flow: Flow, node: FlowNode): Retry | undefined {
  const owner =
    node.kind === 'agent'
      ? flow.agents?.[node.agent]
      : node.kind === 'tool'
        ? flow.tools?.[node.tool]
        : undefined;
  const refs: readonly (PolicyRef | undefined)[] = [node.policy, owner?.policy, 'default'];
  return refs.map((ref) => policyOf(flow, ref)?.retry).find((retry) => retry !== undefined);
}

function policyOf(flow: Flow, ref: PolicyRef | undefined): Policy | undefined {
  return typeof ref === 'string' ? flow.policies?.[ref] : ref;
}

function standardAttempts(flow: Flow, node: FlowNode): number {
  if (node.kind === 'agent') return 3;
  return node.kind === 'tool' && flow.tools?.[node.tool]?.effect !== 'once' ? 3 : 1;
}

/** Models that are asked after the first one failed with this kind. */
export function fallbackModelsOf(flow: Flow, node: FlowNode, kind: FailureKind): readonly string[] {
  const name = node.kind === 'agent' ? flow.agents?.[node.agent]?.model : undefined;
  if (name === undefined || !CHAIN_KINDS.has(kind)) return [];
  return flow.models?.[name]?.fallback ?? [];
}
