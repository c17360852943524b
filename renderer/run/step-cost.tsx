/** What each call of a step used. */
import type { TraceModelCall } from '../../shared/events/trace-model';
import { formatNumber, t } from '../i18n/t';
import { Facts } from './facts';
import type { StepTabProps } from './step-inspector';
import { costWords, elapsedWords, money } from './words';

export function CostTab({ step }: StepTabProps) {
  const calls = step.attempts.flatMap((attempt) =>
    attempt.calls
      .filter((call): call is TraceModelCall => call.type === 'model')
      .map((call) => ({ attempt: attempt.attempt, call })),
  );
  const { usage } = step;
  return (
    <>
      <Facts
        facts={[
          {
            label: t('run.fact.cost'),
            value: (
              <span className="mono">{calls.length === 0 ? t('run.cost.none') : costWords(usage.cost)}</span>
            ),
          },
          {
            label: t('run.fact.tokensIn'),
            value: <span className="mono">{formatNumber(usage.tokens.in)}</span>,
          },
          {
            label: t('run.fact.tokensOut'),
            value: <span className="mono">{formatNumber(usage.tokens.out)}</span>,
          },
          { label: t('run.fact.turns'), value: <span className="mono">{formatNumber(usage.turns)}</span> },
          {
            label: t('run.fact.attempts'),
            value: <span className="mono">{formatNumber(step.attempts.length)}</span>,
          },
        ]}
      />
      {calls.length === 0 ? null : (
        <table className="small-table">
          <caption className="sr-only">{t('run.cost.calls')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('run.cost.model')}</th>
              <th scope="col">{t('run.cost.in')}</th>
              <th scope="col">{t('run.cost.out')}</th>
              <th scope="col">{t('run.fact.took')}</th>
              <th scope="col">{t('run.fact.cost')}</th>
            </tr>
          </thead>
          <tbody>
            {calls.map(({ attempt, call }) => (
              <tr key={call.seq}>
                <td className="truncate" title={t('run.attempt', { attempt })}>
                  {call.model}
                </td>
                <td className="mono">{formatNumber(call.usage.in)}</td>
                <td className="mono">{formatNumber(call.usage.out)}</td>
                <td className="mono">{call.latencyMs === undefined ? '–' : elapsedWords(call.latencyMs)}</td>
                <td className="mono">
                  {call.cost ? money(call.cost.amount, call.cost.currency) : t('run.cost.unknown')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
