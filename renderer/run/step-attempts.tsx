/** Each attempt: what it did, why it was not enough, and how long until the next. */
import type { TraceAttempt, TraceCall } from '../../shared/events/trace-model';
import { durationWords } from '../../shared/base/duration-words';
import { kindWords } from '../i18n/failure-words';
import { t } from '../i18n/t';
import type { VisualState } from '../ui/states';
import { StateBadge } from '../ui/state-badge';
import type { StepTabProps } from './step-inspector';
import { elapsedWords, reasonWords } from './words';

const outcomes: Readonly<Record<TraceAttempt['outcome'], VisualState>> = {
  running: 'running',
  completed: 'done',
  failed: 'failed',
  rejected: 'retrying',
  cancelled: 'cancelled',
  interrupted: 'skipped',
};

export function AttemptsTab({ trace, step }: StepTabProps) {
  if (step.attempts.length === 0) return <p className="meta">{t('run.attempts.none')}</p>;
  return (
    <ol className="plain attempts">
      {step.attempts.map((attempt) => (
        <li key={attempt.attempt}>
          <Attempt
            attempt={attempt}
            nowMs={trace.lastAt}
            rejections={step.rejections.filter((r) => r.attempt === attempt.attempt)}
          />
        </li>
      ))}
    </ol>
  );
}

interface Props {
  readonly attempt: TraceAttempt;
  readonly nowMs: number;
  readonly rejections: readonly {
    readonly seq: number;
    readonly check: string;
    readonly message: string;
    readonly attempt: number;
  }[];
}

function Attempt({ attempt, nowMs, rejections }: Props) {
  const { outcome, model, dependency, kind, message, code, sent } = attempt;
  return (
    <article className="attempt" aria-label={t('run.attempt', { attempt: attempt.attempt })}>
      <header className="row">
        <strong>{t('run.attempt', { attempt: attempt.attempt })}</strong>
        <StateBadge state={outcomes[outcome]} word={t(`run.outcome.${outcome}`)} />
        <span className="grow" />
        <span className="mono meta">{elapsedWords((attempt.endedAt ?? nowMs) - attempt.startedAt)}</span>
      </header>
      {(model ?? dependency) ? <p className="mono meta truncate">{model ?? dependency}</p> : null}
      {kind === undefined ? null : (
        <p>
          <strong>{kindWords(kind)}</strong> {message}{' '}
          {code ? <span className="mono meta">{code}</span> : null}
        </p>
      )}
      {sent === undefined ? null : <p className="meta">{t(`run.sent.${sent}`)}</p>}
      {rejections.map((rejection) => (
        <p key={rejection.seq} className="meta">
          {t('run.rejected', {
            attempt: rejection.attempt,
            check: rejection.check,
            message: rejection.message,
          })}
        </p>
      ))}
      {attempt.calls.length > 0 ? (
        <ul className="plain calls">
          {attempt.calls.map((call) => (
            <li key={`${call.type}${call.seq}`}>
              <CallLine call={call} nowMs={nowMs} />
            </li>
          ))}
        </ul>
      ) : null}
    </article>
  );
}

function CallLine({ call, nowMs }: { readonly call: TraceCall; readonly nowMs: number }) {
  switch (call.type) {
    case 'model':
      return (
        <span className="call-line">
          <span className="bar-key bar-model" aria-hidden />
          {t('run.call.model', { model: call.model, tokens: call.usage.in + call.usage.out })}
          <span className="mono meta">
            {call.latencyMs === undefined ? '' : elapsedWords(call.latencyMs)}
          </span>
        </span>
      );
    case 'tool':
      return (
        <span className="call-line">
          <span className="bar-key bar-tool" aria-hidden />
          {t(`run.prompt.tool.${call.status}`, { tool: call.tool })}
          <span className="mono meta">{elapsedWords((call.endedAt ?? nowMs) - call.startedAt)}</span>
        </span>
      );
    case 'governor':
      return (
        <span className="call-line">
          <span className="bar-key bar-queue" aria-hidden />
          {t(`run.governor.${call.decision}`, {
            dependency: call.dependency,
            reason: reasonWords(call.reason),
          })}
        </span>
      );
    case 'retry':
      return (
        <span className="call-line">
          <span className="bar-key bar-delay" aria-hidden />
          {t('run.event.retry.scheduled', { attempt: call.nextAttempt, time: durationWords(call.delayMs) })}
        </span>
      );
  }
}
