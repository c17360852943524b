/** What an answer had to pass before it counted, in the order it is asked, and how sure it was. */
import { isJsonObject } from '../../shared/base/json';
import type { TraceStep } from '../../shared/events/trace-model';
import { nodeAt } from '../../shared/editing/graphs';
import type { Flow } from '../../shared/spec/flow';
import type { Gate } from '../../shared/spec/parts';
import { formatNumber, t } from '../i18n/t';
import { StateBadge } from '../ui/state-badge';
import { Part } from './facts';
import type { StepTabProps } from './step-inspector';

export interface CheckLine {
  readonly check: string;
  readonly label: string;
  readonly state: 'passed' | 'refused' | 'unasked';
  /** Why, or how sure. */
  readonly said?: string;
}

function gatesOf(flow: Flow | undefined, step: TraceStep): readonly Gate[] {
  const node = flow ? nodeAt(flow, step.node) : undefined;
  if (!flow || !node) return [];
  const own = 'gate' in node ? node.gate : undefined;
  const agent = node.kind === 'agent' ? flow.agents?.[node.agent]?.gate : undefined;
  return [agent, own].filter((gate): gate is Gate => gate !== undefined);
}

/** Each check of a step; what the newest answer came to. */
export function checkLines(flow: Flow | undefined, step: TraceStep): readonly CheckLine[] {
  const gates = gatesOf(flow, step);
  const refusal = step.rejections.at(-1);
  if (gates.length === 0 && !refusal) return [];
  const least = Math.max(...gates.map((gate) => gate.minConfidence ?? Number.NEGATIVE_INFINITY));
  const asked: { readonly check: string; readonly label: string }[] = [
    { check: 'shape', label: t('run.checks.shape') },
    ...gates
      .flatMap((gate) => gate.checks ?? [])
      .map((check, i) => ({ check: `check:${i}`, label: t('run.checks.own', { message: check.message }) })),
    ...(Number.isFinite(least)
      ? [{ check: 'confidence', label: t('run.checks.confidence', { limit: least }) }]
      : []),
    ...gates
      .flatMap((gate) => gate.judge ?? [])
      .map((judge) => ({
        check: 'judge',
        label: t('run.checks.judge', { model: judge.model, limit: judge.minScore }),
      })),
  ];
  const answered = step.status === 'committed' || refusal !== undefined;
  // An answer that counted passed everything, whatever was refused before it.
  const refusedAt =
    step.status === 'committed' ? -1 : asked.findIndex((line) => line.check === refusal?.check);
  return asked.map(({ check, label }, i): CheckLine => {
    if (!answered || (refusedAt >= 0 && i > refusedAt)) return { check, label, state: 'unasked' };
    if (i === refusedAt) return { check, label, state: 'refused', said: refusal?.message ?? '' };
    const said = check === 'confidence' ? confidenceOf(step) : undefined;
    return { check, label, state: 'passed', ...(said === undefined ? {} : { said }) };
  });
}

function confidenceOf(step: TraceStep): string | undefined {
  const confidence = isJsonObject(step.output) ? step.output['confidence'] : undefined;
  return typeof confidence === 'number' ? formatNumber(confidence) : undefined;
}

const LOOKS = { passed: 'done', refused: 'failed', unasked: 'idle' } as const;

export function Checks({ trace, step }: StepTabProps) {
  const lines = checkLines(trace.flow, step);
  if (lines.length === 0) return null;
  return (
    <Part title={t('run.checks')}>
      <ul className="plain checks">
        {lines.map((line, i) => (
          // the checks of a flow that ran never change
          <li key={i}>
            <StateBadge state={LOOKS[line.state]} compact word={t(`run.checks.${line.state}`)} />
            <span className="grow">{line.label}</span>
            {line.said === undefined ? null : <span className="mono meta">{line.said}</span>}
          </li>
        ))}
      </ul>
    </Part>
  );
}
