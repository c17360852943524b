import { Button } from '@mantine/core';
import { MailX, RotateCcw } from 'lucide-react';
import { useEffect, useState } from 'react';
import { type Json, jsonEquals } from '../../shared/base/json';
import type { DeadLetterInfo } from '../../shared/events/event';
import type { Trace } from '../../shared/events/trace-model';
import { whoWrote } from '../../shared/events/trace-query';
import type { ContextField } from '../../shared/spec/parts';
import { navigate } from '../app/router';
import { toastError } from '../app/toasts';
import { request, sentenceOf } from '../bridge/bridge';
import { checkValue } from '../forms/check';
import { ReadableValue } from '../forms/readable-value';
import { SchemaForm } from '../forms/schema-form';
import { kindWords } from '../i18n/failure-words';
import { t } from '../i18n/t';
import { nodeName, stepNameOfKey } from '../run/words';
import { readTrace } from '../runs/read-trace';
import { RelativeTime } from '../ui/relative-time';

interface Props {
  readonly letter: DeadLetterInfo;
  readonly onClosed: () => void;
}

/** The letter's run, read once, and what can be done with the letter. */
function useLetter({ letter, onClosed }: Props) {
  const { runId, step } = letter;
  const [trace, setTrace] = useState<Trace>();
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState<'rerun' | 'dismiss'>();
  useEffect(() => {
    let isCurrent = true;
    readTrace(runId).then(
      (read) => isCurrent && setTrace(read),
      (failure: unknown) => isCurrent && setError(sentenceOf(failure).message),
    );
    return () => {
      isCurrent = false;
    };
  }, [runId]);
  const rerun = (changed: readonly (readonly [string, Json | undefined])[]) => {
    setBusy('rerun');
    setError(undefined);
    const context = Object.fromEntries(changed) as Record<string, Json>; // what is undefined was left out
    request('deadletter.rerun', { runId, step, ...(changed.length > 0 ? { context } : {}) })
      .then(
        (made) => navigate({ screen: 'run', runId: made.runId }),
        (failure: unknown) => setError(sentenceOf(failure).message),
      )
      .finally(() => setBusy(undefined));
  };
  const dismiss = () => {
    setBusy('dismiss');
    request('deadletter.dismiss', { runId, step })
      .then(onClosed, (failure: unknown) => toastError(failure))
      .finally(() => setBusy(undefined));
  };
  return { trace, error, busy, rerun, dismiss };
}

/** What failed, what it had already done, and the state it would start with. */
export function LetterDetail(props: Props) {
  const { letter } = props;
  const { trace, error, busy, rerun, dismiss } = useLetter(props);
  const [values, setValues] = useState<Readonly<Record<string, Json | undefined>>>({});
  const startSeq = trace?.steps.get(letter.step)?.startSeq ?? letter.seq;
  const before = (field: string): Json | undefined =>
    trace ? whoWrote(trace, field, startSeq)?.value : undefined;
  const changed = Object.entries(values).filter(
    ([field, value]) => value !== undefined && !jsonEquals(value, before(field)),
  );
  const isOpen = letter.closedBy === undefined;
  return (
    <article className="decision" aria-label={t('letters.of', { name: letter.node })}>
      <Head letter={letter} trace={trace} />
      <p className="callout tint-red">{letter.message}</p>
      {trace ? <Known trace={trace} step={letter.step} /> : null}
      {trace && isOpen ? (
        <StateForm
          trace={trace}
          before={before}
          values={values}
          onChange={(field, value) => setValues((all) => ({ ...all, [field]: value }))}
        />
      ) : null}
      {error === undefined ? null : (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      {isOpen ? (
        <footer className="choices">
          <Button
            size="sm"
            leftSection={<RotateCcw size={14} aria-hidden />}
            loading={busy === 'rerun'}
            onClick={() => rerun(changed)}
          >
            {t(changed.length > 0 ? 'letters.rerunChanged' : 'letters.rerun')}
          </Button>
          <Button size="sm" variant="default" loading={busy === 'dismiss'} onClick={dismiss}>
            {t('letters.dismiss')}
          </Button>
        </footer>
      ) : (
        <p className="note">{t('letters.closedBy', { by: letter.closedBy ?? '' })}</p>
      )}
    </article>
  );
}

function Head({ letter, trace }: { readonly letter: DeadLetterInfo; readonly trace: Trace | undefined }) {
  return (
    <header className="decision-head">
      <span className="decision-icon tint-red" aria-hidden>
        <MailX size={16} />
      </span>
      <div className="grow">
        <h2 className="decision-title">{trace ? stepNameOfKey(trace, letter.step) : letter.node}</h2>
        <p className="meta">
          {kindWords(letter.kind)} · <span className="mono">{letter.code}</span> ·{' '}
          <RelativeTime at={letter.at} />
        </p>
      </div>
    </header>
  );
}

function Known({ trace, step }: { readonly trace: Trace; readonly step: string }) {
  const failure = trace.steps.get(step)?.failure;
  const via = trace.steps.get(step)?.via;
  return (
    <section className="evidence" aria-label={t('letters.known')}>
      <h3>{t('letters.known')}</h3>
      {failure ? <p>{t('letters.attempts', { count: failure.attempts })}</p> : null}
      {failure && failure.effects.length > 0 ? (
        <p className="callout tint-amber">{t('run.effects', { list: failure.effects.join(', ') })}</p>
      ) : null}
      {via ? (
        <p className="meta">
          {t('run.fact.cameFrom')}: {t('run.via', { from: nodeName(trace.flow, via.from), port: via.port })}
        </p>
      ) : null}
      <div className="evidence-piece">
        <div className="evidence-label">{t('run.input')}</div>
        <ReadableValue value={trace.run.input} />
      </div>
    </section>
  );
}

interface StateProps {
  readonly trace: Trace;
  readonly before: (field: string) => Json | undefined;
  readonly values: Readonly<Record<string, Json | undefined>>;
  readonly onChange: (field: string, value: Json | undefined) => void;
}

/** The shared state as it stood before the step, to be mended for another try. */
function StateForm({ trace, before, values, onChange }: StateProps) {
  const fields: readonly [string, ContextField][] = Object.entries(trace.flow?.context ?? {});
  if (fields.length === 0) return null;
  return (
    <section className="values" aria-label={t('letters.state')}>
      <h3>{t('letters.state')}</h3>
      {fields.map(([field, declared]) => {
        const value = Object.hasOwn(values, field) ? values[field] : before(field);
        const misses =
          value === undefined ? [] : checkValue(declared.schema, value, trace.flow?.schemas ?? {});
        return (
          <SchemaForm
            key={field}
            schema={declared.schema}
            schemas={trace.flow?.schemas ?? {}}
            value={value}
            onChange={(next) => onChange(field, next)}
            label={field}
            misses={misses}
          />
        );
      })}
    </section>
  );
}
