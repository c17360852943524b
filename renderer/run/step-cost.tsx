/** What each call of a step used. */
import type { TraceModelCall } from '../../shared/events/trace-model';
import { formatNumber, t } from '../i18n/t';
import { Facts } from './facts';
import type { StepTabProps } from './step-inspector';
import { costWords, elapsedWords, money } from './words';

export function CostTab({ step }: StepTabProps) {
  const calls = step.attempts.flatMap((attempt) =>
    attempt.calls.filter((call): call is TraceModelCall => call.type === 'model'),
  );
  const { usage } = step;
  const mono = (text: string) => <span className="mono">{text}</span>;
  return (
    <>
      <Facts
        facts={[
          {
            label: t('run.fact.cost'),
            value: mono(calls.length === 0 ? t('run.cost.none') : costWords(usage.cost)),
          },
          { label: t('run.fact.tokensIn'), value: mono(formatNumber(usage.tokens.in)) },
          { label: t('run.fact.tokensOut'), value: mono(formatNumber(usage.tokens.out)) },
          { label: t('run.fact.turns'), value: mono(formatNumber(usage.turns)) },
          { label: t('run.fact.attempts'), value: mono(formatNumber(step.attempts.length)) },
        ]}
      />
      {calls.length === 0 ? null : <Calls calls={calls} />}
    </>
  );
}

function Calls({ calls }: { readonly calls: readonly TraceModelCall[] }) {
  return (
    <table className="small-table is-figures">
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
        {calls.map(({ seq, model, usage, latencyMs, cost }) => (
          <tr key={seq}>
            <td className="truncate">{model}</td>
            <td className="mono">{formatNumber(usage.in)}</td>
            <td className="mono">{formatNumber(usage.out)}</td>
            <td className="mono">{latencyMs === undefined ? '–' : elapsedWords(latencyMs)}</td>
            <td className="mono">{cost ? money(cost.amount, cost.currency) : t('run.cost.unknown')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
