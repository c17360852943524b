/** What a step knew, and what a model was asked. */
import { Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import type { TraceCall } from '../../shared/events/trace-model';
import { whoWrote } from '../../shared/events/trace-query';
import { ReadableValue } from '../forms/readable-value';
import { t } from '../i18n/t';
import { JsonView } from '../ui/json-view';
import { Part, StepLink } from './facts';
import type { StepTabProps } from './step-inspector';
import { LiveOutput } from './step-overview';
import { useSession } from './use-run';
import { useStepView } from './use-step-view';
import { stepNameOfKey } from './words';

const SCOPE_ORDER = [
  'input',
  'handoff',
  'error',
  'item',
  'index',
  'iteration',
  'last',
  'context',
  'steps',
  'branches',
  'messages',
  'output',
  'run',
] as const;

function Loading() {
  return (
    <p className="row meta" role="status">
      <Loader size={14} /> {t('app.loading')}
    </p>
  );
}

export function ViewTab({ trace, step }: StepTabProps) {
  const { view, error } = useStepView(step.key);
  if (error !== undefined) return <p className="field-error">{error}</p>;
  if (!view) return <Loading />;
  const names = SCOPE_ORDER.filter(
    (name) => view.scope[name] !== undefined && name !== 'output' && name !== 'run',
  );
  return (
    <>
      <p className="meta">{t('run.view.help')}</p>
      {step.staleReads.map((stale) => (
        <p key={stale.field} className="callout tint-amber">
          {t('run.view.stale', { field: stale.field, seconds: Math.round(stale.ageMs / 1000) })}
        </p>
      ))}
      {names.map((name) => (
        <Part key={name} title={t(`run.scope.${name}`)}>
          {name === 'context' ? (
            <Reads trace={trace} step={step} values={view.scope['context']} />
          ) : (
            <Value value={view.scope[name]} />
          )}
        </Part>
      ))}
    </>
  );
}

function Value({ value }: { readonly value: unknown }): ReactNode {
  return typeof value === 'object' && value !== null ? (
    <JsonView value={value} openLevels={2} />
  ) : (
    <ReadableValue value={value} />
  );
}

/** The shared state it was allowed to read, with who had written it. */
function Reads({ trace, step, values }: StepTabProps & { readonly values: unknown }) {
  const session = useSession();
  const fields = Object.keys(step.reads);
  const known =
    typeof values === 'object' && values !== null ? (values as Readonly<Record<string, unknown>>) : {};
  if (fields.length === 0) return <p className="meta">{t('run.view.noReads')}</p>;
  return (
    <ul className="plain reads">
      {fields.map((field) => {
        const version = whoWrote(trace, field, step.startSeq);
        const writer = version?.step;
        return (
          <li key={field}>
            <div className="row">
              <strong>{field}</strong>
              <span className="meta num">{t('run.version', { version: step.reads[field] ?? 0 })}</span>
              {writer === undefined ? (
                <span className="meta">
                  {t(version?.by ? 'run.writtenBy' : 'run.writtenInitially', { by: version?.by ?? '' })}
                </span>
              ) : (
                <StepLink
                  name={t('run.writtenBy', { by: stepNameOfKey(trace, writer) })}
                  onClick={() => session.select(writer)}
                />
              )}
            </div>
            <Value value={known[field] ?? version?.value} />
          </li>
        );
      })}
    </ul>
  );
}

export function PromptTab({ trace, step }: StepTabProps) {
  const { view, error } = useStepView(step.key);
  const calls = step.attempts.flatMap((attempt) =>
    attempt.calls.map((call) => ({ seq: call.seq, attempt: attempt.attempt, call })),
  );
  const talks = calls.filter(({ call }) => call.type === 'model' || call.type === 'tool');
  // An answer that did not pass stands where the model was told so, before it was asked again.
  const said = [...talks, ...step.rejections].sort((a, b) => a.seq - b.seq);
  if (error !== undefined) return <p className="field-error">{error}</p>;
  if (!view) return <Loading />;
  if (view.system === undefined && view.prompt === undefined && talks.length === 0)
    return <p className="meta">{t('run.prompt.none')}</p>;
  return (
    <div className="talk">
      {view.system === undefined ? null : (
        <Say who={t('run.prompt.system')} tint="slate" text={view.system} />
      )}
      {view.prompt === undefined ? null : <Say who={t('run.prompt.user')} tint="blue" text={view.prompt} />}
      {said.map((one) =>
        'call' in one ? (
          <Call key={one.seq} attempt={one.attempt} call={one.call} />
        ) : (
          <p key={one.seq} className="callout tint-orange">
            {t('run.rejected', { attempt: one.attempt, check: one.check, message: one.message })}
          </p>
        ),
      )}
      <LiveOutput step={step} />
      <span className="sr-only">{stepNameOfKey(trace, step.key)}</span>
    </div>
  );
}

function Say({ who, tint, text }: { readonly who: string; readonly tint: string; readonly text: string }) {
  return (
    <div className={`say tint-${tint}`}>
      <div className="say-who">{who}</div>
      <div className="say-text">
        {text === '' ? <span className="meta">{t('forms.emptyText')}</span> : text}
      </div>
    </div>
  );
}

/** An answer that is JSON is shown as a value. */
function Answer({ text }: { readonly text: string }) {
  const value = /^\s*[[{]/.test(text) ? parsed(text) : undefined;
  return (
    <div className="say-text">{value === undefined ? text : <JsonView value={value} openLevels={2} />}</div>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // it only looked like JSON: shown as the text it is
  }
}

function Call({ attempt, call }: { readonly attempt: number; readonly call: TraceCall }) {
  if (call.type === 'model') {
    return (
      <div className="say tint-indigo">
        <div className="say-who">
          {t('run.prompt.model', { model: call.model, attempt, purpose: t(`run.purpose.${call.purpose}`) })}
        </div>
        {call.message === '' ? null : <Answer text={call.message} />}
        {call.toolCalls.map((tool) => (
          <div key={tool.id} className="say-tool">
            <span className="mono">{tool.name}</span> <JsonView value={tool.args} openLevels={1} />
          </div>
        ))}
      </div>
    );
  }
  if (call.type !== 'tool') return null;
  return (
    <div className={`say tint-${call.status === 'completed' ? 'teal' : 'red'}`}>
      <div className="say-who">{t(`run.prompt.tool.${call.status}`, { tool: call.tool })}</div>
      <div className="say-text">
        {call.message ?? <JsonView value={call.result ?? null} openLevels={1} />}
      </div>
    </div>
  );
}
