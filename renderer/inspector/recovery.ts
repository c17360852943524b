/** What happens when a node fails, step by step, in words. The order is the engine's; the defaults are the format's. */
import { isoDurationWords } from '../../shared/base/duration-words';
import { graphAt, graphOf, nodeAt, type GraphRef } from '../../shared/editing/graphs';
import { nameOf } from '../../shared/nodes/lookup';
import type { Flow } from '../../shared/spec/flow';
import type { FlowNode } from '../../shared/spec/nodes';
import type { Policy, PolicyRef, Retry } from '../../shared/spec/parts';
import { factsOf } from '../../shared/spec/ports-of';
import type { FailureKind } from '../../shared/spec/values';
import { policyOf } from '../canvas/marks';
import { kindList } from '../i18n/failure-words';
import { t } from '../i18n/t';

const AGENT_RETRIES: readonly FailureKind[] = ['timeout', 'rate_limited', 'unavailable', 'invalid_output'];
const CALL_RETRIES: readonly FailureKind[] = ['timeout', 'rate_limited', 'unavailable'];

/** The parts of a policy that count for a node, each taken whole from the nearest place that says it. */
export function effectivePolicy(flow: Flow, node: FlowNode): Policy {
  const holder =
    node.kind === 'agent'
      ? flow.agents?.[node.agent]
      : node.kind === 'tool'
        ? flow.tools?.[node.tool]
        : undefined;
  const layers = [
    policyOf(flow, node.policy),
    policyOf(flow, holder?.policy),
    flow.policies?.['default'],
    builtIn(flow, node),
  ];
  const pick = <K extends keyof Policy>(key: K) => layers.find((layer) => layer?.[key] !== undefined)?.[key];
  // A container's own bound comes from the node alone: what holds for the flow speaks of calls.
  const isWhole = factsOf(node.kind).timeout === 'step';
  return {
    timeout: isWhole ? layers[0]?.timeout : pick('timeout'),
    retry: pick('retry'),
    breaker: pick('breaker'),
    rateLimit: pick('rateLimit'),
    concurrency: pick('concurrency'),
  };
}

function builtIn(flow: Flow, node: FlowNode): Policy {
  const effect = node.kind === 'tool' ? flow.tools?.[node.tool]?.effect : undefined;
  const attempts = node.kind === 'agent' ? 3 : node.kind === 'tool' && effect !== 'once' ? 3 : 1;
  const timeout = { agent: 'PT30S', tool: 'PT5S', code: 'PT5S' }[node.kind as string];
  return { ...(timeout ? { timeout } : {}), retry: { maxAttempts: attempts } };
}

/** Sentences in the order things are tried. */
export function recoveryWords(flow: Flow, id: string): readonly string[] {
  const node = nodeAt(flow, id);
  const ref = graphOf(flow, id);
  if (!node || !ref) return [];
  const policy = effectivePolicy(flow, node);
  return [...attemptWords(flow, node, policy), ...routeWords(flow, ref, id, node)];
}

function attemptWords(flow: Flow, node: FlowNode, policy: Policy): readonly string[] {
  const facts = factsOf(node.kind);
  const words: string[] = [];
  if (policy.timeout !== undefined && facts.timeout !== 'none') {
    const time = isoDurationWords(policy.timeout);
    words.push(
      facts.timeout === 'call'
        ? t('inspector.recovery.timeoutCall', { time })
        : t('inspector.recovery.timeoutStep', { time }),
    );
  }
  if (node.kind === 'agent' && flow.agents?.[node.agent]?.output !== undefined)
    words.push(t('inspector.recovery.reask'));
  if (facts.retry && policy.retry) words.push(retryWords(flow, node, policy.retry));
  const chain = node.kind === 'agent' ? modelChain(flow, flow.agents?.[node.agent]?.model) : [];
  if (chain.length > 0) words.push(t('inspector.recovery.models', { models: chain.join(', ') }));
  return words;
}

function retryWords(flow: Flow, node: FlowNode, retry: Retry): string {
  const isOnce = node.kind === 'tool' && flow.tools?.[node.tool]?.effect === 'once';
  if (retry.maxAttempts <= 1) return isOnce ? t('inspector.recovery.once') : t('inspector.recovery.noRetry');
  const kinds = kindList(retry.on ?? (node.kind === 'agent' ? AGENT_RETRIES : CALL_RETRIES));
  const initial = isoDurationWords(retry.initial ?? 'PT1S');
  return t('inspector.recovery.retry', { count: retry.maxAttempts, kinds, initial });
}

function modelChain(flow: Flow, model: string | undefined): readonly string[] {
  return (model === undefined ? undefined : flow.models?.[model]?.fallback) ?? [];
}

function routeWords(flow: Flow, ref: GraphRef, id: string, node: FlowNode): readonly string[] {
  const graph = graphAt(flow, ref);
  const named = (to: string) => nameOf(to, graph?.nodes[to] ?? node);
  const fallbacks = (graph?.edges ?? []).filter((edge) => edge.from === id && edge.port === 'fallback');
  const words = fallbacks.map((edge) =>
    edge.on?.length
      ? t('inspector.recovery.fallbackOn', { kinds: kindList(edge.on), to: named(edge.to) })
      : t('inspector.recovery.fallback', { to: named(edge.to) }),
  );
  if (fallbacks.some((edge) => !edge.on?.length && edge.when === undefined)) return words;
  return [...words, outwardWords(flow, ref)];
}

function outwardWords(flow: Flow, ref: GraphRef): string {
  if (ref.type === 'inside')
    return t('inspector.recovery.container', {
      name: nameOf(ref.node, nodeAt(flow, ref.node) ?? { kind: 'start' }),
    });
  if (ref.type === 'subflow') return t('inspector.recovery.subflow', { name: ref.name });
  const { onFailure } = flow;
  if (onFailure?.do === 'escalate' && onFailure.to)
    return t('inspector.recovery.escalate', {
      name: nameOf(onFailure.to, nodeAt(flow, onFailure.to) ?? { kind: 'start' }),
    });
  return onFailure?.do === 'compensate' ? t('inspector.recovery.compensate') : t('inspector.recovery.fail');
}

/** A policy in few words, for folded sections and lists. */
export function policyWords(policy: Policy): string {
  const parts = [
    ...(policy.retry ? [t('inspector.policy.wordsRetry', { count: policy.retry.maxAttempts })] : []),
    ...(policy.timeout === undefined ? [] : [isoDurationWords(policy.timeout)]),
    ...(policy.breaker ? [t('inspector.policy.wordsBreaker')] : []),
    ...(policy.rateLimit
      ? [
          t('inspector.policy.wordsRate', {
            count: policy.rateLimit.requests,
            per: isoDurationWords(policy.rateLimit.per),
          }),
        ]
      : []),
    ...(policy.concurrency === undefined
      ? []
      : [t('inspector.policy.wordsConcurrency', { count: policy.concurrency })]),
  ];
  return parts.join(' · ');
}

export function policyRefWords(flow: Flow, ref: PolicyRef | undefined): string {
  if (ref === undefined) return t('inspector.policy.inherited');
  if (typeof ref === 'string') return `${ref}: ${policyWords(flow.policies?.[ref] ?? {})}`;
  return policyWords(ref) || t('inspector.policy.empty');
}
