/** Policies as the engine uses them: resolved part by part (node, else agent or tool, else default, else built in). */
import type { CallLimits } from '../ports/calls';
import type { Flow } from '../spec/flow';
import type { FlowNode } from '../spec/nodes';
import type { Budget, Policy, PolicyRef, Retry } from '../spec/parts';
import { factsOf } from '../spec/ports-of';
import { NEVER_RETRIED, RETRIED_BY_DEFAULT } from '../spec/recovery-kinds';
import type { FailureKind } from '../spec/values';
import { durationMs } from './duration';

export interface ResolvedRetry {
  readonly maxAttempts: number;
  readonly on: ReadonlySet<FailureKind>;
  readonly when?: string;
  readonly initialMs: number;
  readonly factor: number;
  readonly maxMs: number;
  readonly jitter: boolean;
}

export interface ResolvedPolicy {
  readonly retry: ResolvedRetry;
  readonly limits: CallLimits;
  /** Bound on a whole container step, human waits excluded. */
  readonly stepTimeoutMs?: number;
  /** The shortest `duration` among the budgets of node and agent: bounds the step as its timeout does. */
  readonly budgetMs?: number;
}

const TOOL_TIMEOUT_MS = 5_000;
const AGENT_TIMEOUT_MS = 30_000;

/** A wait longer than this is no wait: the attempt counts as the last. */
export const MAX_RETRY_AFTER_MS = 300_000;

type Part = keyof Policy;

function lookup(flow: Flow, ref: PolicyRef | undefined): Policy | undefined {
  return typeof ref === 'string' ? flow.policies?.[ref] : ref;
}

function partOf<P extends Part>(
  flow: Flow,
  part: P,
  refs: readonly (PolicyRef | undefined)[],
): Policy[P] | undefined {
  for (const ref of [...refs, flow.policies?.['default']]) {
    const value = lookup(flow, ref)?.[part];
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Policies of a flow's nodes; one that adds nothing of its own shares that of its kind and agent or tool. */
export function policyResolver(flow: Flow): (node: FlowNode) => ResolvedPolicy {
  const shared = new Map<string, ResolvedPolicy>();
  return (node) => {
    if (node.policy !== undefined || node.budget !== undefined) return resolvePolicy(flow, node);
    const owner = node.kind === 'agent' ? node.agent : node.kind === 'tool' ? node.tool : '';
    const key = `${node.kind} ${owner}`;
    const known = shared.get(key) ?? resolvePolicy(flow, node);
    shared.set(key, known);
    return known;
  };
}

/** The policy of a node's own calls. */
function resolvePolicy(flow: Flow, node: FlowNode): ResolvedPolicy {
  const owner =
    node.kind === 'agent'
      ? flow.agents?.[node.agent]?.policy
      : node.kind === 'tool'
        ? flow.tools?.[node.tool]?.policy
        : undefined;
  return resolve(flow, [node.policy, owner], node);
}

/** The policy of a tool called by an agent: the tool's own, never the agent node's. */
export function resolveToolPolicy(flow: Flow, toolName: string): ResolvedPolicy {
  const tool = flow.tools?.[toolName];
  return resolve(flow, [tool?.policy], { kind: 'tool', tool: toolName });
}

/** The policy of an agent that works in a team. */
export function resolveAgentPolicy(flow: Flow, agentName: string): ResolvedPolicy {
  return resolve(flow, [flow.agents?.[agentName]?.policy], { kind: 'agent', agent: agentName });
}

/** Budgets that hold for a step by itself: the node's, and for an agent its own. */
export function budgetsOf(flow: Flow, node: FlowNode): readonly Budget[] {
  const own = node.kind === 'agent' ? flow.agents?.[node.agent]?.budget : undefined;
  return [node.budget, own].filter((budget) => budget !== undefined);
}

function resolve(flow: Flow, refs: readonly (PolicyRef | undefined)[], node: FlowNode): ResolvedPolicy {
  const facts = factsOf(node.kind);
  // A container's own bound comes from the node alone: `policies.default` speaks of calls.
  const stepTimeout = facts.timeout === 'step' ? durationMs(lookup(flow, node.policy)?.timeout) : undefined;
  const callTimeout = durationMs(partOf(flow, 'timeout', facts.timeout === 'step' ? [] : refs));
  const durations = budgetsOf(flow, node).flatMap((budget) => durationMs(budget.duration) ?? []);
  const standard = node.kind === 'tool' || node.kind === 'code' ? TOOL_TIMEOUT_MS : AGENT_TIMEOUT_MS;
  const breaker = partOf(flow, 'breaker', refs);
  const rate = partOf(flow, 'rateLimit', refs);
  return {
    retry: resolveRetry(flow, node, facts.retry ? partOf(flow, 'retry', refs) : { maxAttempts: 1 }),
    limits: {
      timeoutMs: callTimeout ?? standard,
      breaker: {
        failures: breaker?.failures ?? 5,
        windowMs: durationMs(breaker?.window ?? 'PT1M'),
        cooldownMs: durationMs(breaker?.cooldown ?? 'PT30S'),
        halfOpen: breaker?.halfOpen ?? 1,
      },
      ...(rate ? { rateLimit: { requests: rate.requests, perMs: durationMs(rate.per) } } : {}),
      concurrency: partOf(flow, 'concurrency', refs) ?? 4,
    },
    ...(stepTimeout === undefined ? {} : { stepTimeoutMs: stepTimeout }),
    ...(durations.length === 0 ? {} : { budgetMs: Math.min(...durations) }),
  };
}

function resolveRetry(flow: Flow, node: FlowNode, retry: Retry | undefined): ResolvedRetry {
  const on =
    retry?.on ??
    (node.kind === 'agent' ? [...RETRIED_BY_DEFAULT, 'invalid_output' as const] : RETRIED_BY_DEFAULT);
  return {
    maxAttempts: retry?.maxAttempts ?? defaultAttempts(flow, node),
    on: new Set(on.filter((kind) => !NEVER_RETRIED.has(kind))),
    ...(retry?.when === undefined ? {} : { when: retry.when }),
    initialMs: durationMs(retry?.initial ?? 'PT1S'),
    factor: retry?.factor ?? 2,
    maxMs: durationMs(retry?.max ?? 'PT30S'),
    jitter: retry?.jitter ?? true,
  };
}

function defaultAttempts(flow: Flow, node: FlowNode): number {
  if (node.kind === 'agent') return 3;
  if (node.kind === 'tool') return flow.tools?.[node.tool]?.effect === 'once' ? 1 : 3;
  return 1;
}
