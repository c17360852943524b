/** The small signs of a card: shown only for what is set. */
import { durationWords, isoDurationWords } from '../../shared/base/duration-words';
import { parseDuration } from '../../shared/base/duration';
import type { Flow } from '../../shared/spec/flow';
import type { FlowNode } from '../../shared/spec/nodes';
import type { Budget, Gate, Policy, PolicyRef } from '../../shared/spec/parts';
import { formatNumber, t } from '../i18n/t';

export type MarkKind =
  | 'tools'
  | 'reads'
  | 'writes'
  | 'retry'
  | 'timeout'
  | 'gate'
  | 'deadline'
  | 'budget'
  | 'undo'
  | 'inside';

export interface Mark {
  readonly kind: MarkKind;
  readonly text: string;
  /** The whole sentence, for the tooltip and screen readers. */
  readonly title: string;
}

/** The policy a reference stands for. */
export function policyOf(flow: Flow, ref: PolicyRef | undefined): Policy | undefined {
  return typeof ref === 'string' ? flow.policies?.[ref] : ref;
}

export function marksOf(node: FlowNode, flow: Flow): readonly Mark[] {
  const agent = node.kind === 'agent' ? flow.agents?.[node.agent] : undefined;
  const tool = node.kind === 'tool' ? flow.tools?.[node.tool] : undefined;
  return [
    ...insideMarks(node, flow),
    ...toolMarks(agent?.tools),
    ...dataMarks(node),
    ...policyMarks(policyOf(flow, node.policy ?? agent?.policy ?? tool?.policy)),
    ...gateMarks(node.gate ?? agent?.gate),
    ...deadlineMarks(node),
    ...budgetMarks(node.budget ?? agent?.budget),
    ...(node.compensate
      ? [{ kind: 'undo' as const, text: '', title: t('canvas.mark.undo', { tool: node.compensate.tool }) }]
      : []),
  ];
}

function insideMarks(node: FlowNode, flow: Flow): Mark[] {
  const nodes =
    node.kind === 'map' || node.kind === 'loop'
      ? node.body.nodes
      : node.kind === 'planner'
        ? node.catalogue.nodes
        : node.kind === 'subflow'
          ? flow.subflows?.[node.flow]?.nodes
          : undefined;
  if (!nodes) return [];
  const count = Object.values(nodes).filter(({ kind }) => kind !== 'start' && kind !== 'end').length;
  return [
    {
      kind: 'inside',
      text: t('canvas.mark.inside', { count }),
      title: t('canvas.mark.insideTitle', { count }),
    },
  ];
}

function toolMarks(tools: readonly string[] | undefined): Mark[] {
  if (!tools?.length) return [];
  return [
    {
      kind: 'tools',
      text: formatNumber(tools.length),
      title: t('canvas.mark.tools', { names: tools.join(', ') }),
    },
  ];
}

function dataMarks(node: FlowNode): Mark[] {
  const marks: Mark[] = [];
  const writes = Object.keys(node.writes ?? {});
  if (node.reads?.length) {
    marks.push({
      kind: 'reads',
      text: formatNumber(node.reads.length),
      title: t('canvas.mark.reads', { names: node.reads.join(', ') }),
    });
  }
  if (writes.length) {
    marks.push({
      kind: 'writes',
      text: formatNumber(writes.length),
      title: t('canvas.mark.writes', { names: writes.join(', ') }),
    });
  }
  return marks;
}

function policyMarks(policy: Policy | undefined): Mark[] {
  const marks: Mark[] = [];
  if (policy?.retry) {
    const count = policy.retry.maxAttempts;
    marks.push({ kind: 'retry', text: `×${count}`, title: t('canvas.mark.retry', { count }) });
  }
  if (policy?.timeout !== undefined) {
    const time = isoDurationWords(policy.timeout);
    marks.push({ kind: 'timeout', text: time, title: t('canvas.mark.timeout', { time }) });
  }
  return marks;
}

function gateMarks(gate: Gate | undefined): Mark[] {
  if (!gate) return [];
  const parts = [
    ...(gate.minConfidence === undefined ? [] : [t('canvas.mark.confidence', { value: gate.minConfidence })]),
    ...(gate.checks?.length ? [t('canvas.mark.checks', { count: gate.checks.length })] : []),
    ...(gate.judge ? [t('canvas.mark.judge', { model: gate.judge.model })] : []),
  ];
  const text = gate.minConfidence === undefined ? '' : `≥ ${formatNumber(gate.minConfidence)}`;
  return [{ kind: 'gate', text, title: t('canvas.mark.gate', { parts: parts.join(', ') }) }];
}

function deadlineMarks(node: FlowNode): Mark[] {
  const deadline = node.kind === 'human' || node.kind === 'join' ? node.deadline : undefined;
  if (deadline === undefined) return [];
  const time = isoDurationWords(deadline);
  return [{ kind: 'deadline', text: time, title: t('canvas.mark.deadline', { time }) }];
}

/** A budget in few words: "$0.20, 4,000 tokens". */
export function budgetWords(budget: Budget): string {
  const parts = [
    ...(budget.cost
      ? [
          new Intl.NumberFormat(undefined, {
            style: 'currency',
            currency: safeCurrency(budget.cost.currency),
          }).format(budget.cost.amount),
        ]
      : []),
    ...(budget.tokens === undefined ? [] : [t('canvas.budget.tokens', { count: budget.tokens })]),
    ...(budget.steps === undefined ? [] : [t('canvas.budget.steps', { count: budget.steps })]),
    ...(budget.turns === undefined ? [] : [t('canvas.budget.turns', { count: budget.turns })]),
    ...(budget.duration === undefined ? [] : [durationWords(parseDuration(budget.duration) ?? 0)]),
    ...(budget.handoffs === undefined ? [] : [t('canvas.budget.handoffs', { count: budget.handoffs })]),
  ];
  return parts.join(', ');
}

function safeCurrency(currency: string): string {
  return /^[A-Za-z]{3}$/.test(currency) ? currency : 'XXX';
}

function budgetMarks(budget: Budget | undefined): Mark[] {
  if (!budget) return [];
  const words = budgetWords(budget);
  return [{ kind: 'budget', text: words.split(', ')[0] ?? '', title: t('canvas.mark.budget', { words }) }];
}
