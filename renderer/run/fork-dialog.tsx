/** Try again from a point of a run: what is kept, what would happen again, and with which state. */
import { Button, Checkbox, Loader, Modal } from '@mantine/core';
import { GitFork } from 'lucide-react';
import { useEffect, useState } from 'react';
import { type Json, jsonEquals } from '../../shared/base/json';
import { lastSegment } from '../../shared/events/step-key';
import { whoWrote } from '../../shared/events/trace-query';
import type { RequestOutput } from '../../shared/ipc/contract';
import type { Flow } from '../../shared/spec/flow';
import { navigate } from '../app/router';
import { request, sentenceOf } from '../bridge/bridge';
import { openDocument } from '../editor/tabs';
import { JsonInput } from '../inspector/json-input';
import { t } from '../i18n/t';
import { Field } from '../ui/field';
import { useRun } from './use-run';
import { nodeName, stepNameOfKey } from './words';

interface Props {
  /** A step key (just before it) or the number of an event. */
  readonly at: string | number;
  readonly flow: Flow;
  readonly path: string | undefined;
  readonly onClose: () => void;
}

type Values = Readonly<Record<string, unknown>>;

function useFork(at: string | number) {
  const runId = useRun((s) => s.runId);
  const trace = useRun((s) => s.trace);
  const [preview, setPreview] = useState<RequestOutput<'run.forkPreview'>>();
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    request('run.forkPreview', { runId, at }).then(setPreview, (failure: unknown) =>
      setError(sentenceOf(failure).message),
    );
  }, [runId, at]);
  const before = (field: string): Json | undefined =>
    preview ? whoWrote(trace, field, preview.seq)?.value : undefined;
  const fork = (values: Values, document: Flow | undefined) => {
    setBusy(true);
    setError(undefined);
    const changed = Object.entries(values).filter(
      ([field, value]) => value !== undefined && !jsonEquals(value as Json, before(field)), // JSON.parse made it
    );
    const context = Object.fromEntries(changed) as Record<string, Json>; // as above
    request('run.fork', {
      runId,
      at,
      ...(changed.length > 0 ? { context } : {}),
      ...(document ? { document } : {}),
    })
      .then(
        (made) => navigate({ screen: 'run', runId: made.runId }),
        (failure: unknown) => setError(sentenceOf(failure).message),
      )
      .finally(() => setBusy(false));
  };
  return { preview, error, isBusy, before, fork };
}

export function ForkDialog({ at, flow, path, onClose }: Props) {
  const trace = useRun((s) => s.trace);
  const { preview, error, isBusy, before, fork } = useFork(at);
  const [values, setValues] = useState<Values>({});
  const [useEdited, setUseEdited] = useState(false);
  const edited = path === undefined ? undefined : openDocument(path);
  const title =
    typeof at === 'string'
      ? t('run.fork.title', { name: stepNameOfKey(trace, at) })
      : t('run.fork.titleSeq', { seq: at });
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={title}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <div className="fork-form">
        {preview ? <Preview preview={preview} flow={flow} /> : null}
        {!preview && error === undefined ? <Loader size="sm" /> : null}
        {preview ? <StateFields flow={flow} values={values} before={before} onChange={setValues} /> : null}
        {edited && isOther(edited, flow) ? (
          <Checkbox
            checked={useEdited}
            label={t('run.fork.edited')}
            onChange={(event) => setUseEdited(event.currentTarget.checked)}
          />
        ) : null}
        {error === undefined ? null : (
          <p className="field-error" role="alert">
            {error}
          </p>
        )}
        <div className="dialog-end">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button
            leftSection={<GitFork size={14} aria-hidden />}
            disabled={!preview}
            loading={isBusy}
            onClick={() => fork(values, useEdited ? edited : undefined)}
          >
            {t('run.fork.do')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

interface StateProps {
  readonly flow: Flow;
  readonly values: Values;
  readonly before: (field: string) => Json | undefined;
  readonly onChange: (values: Values) => void;
}

function StateFields({ flow, values, before, onChange }: StateProps) {
  const fields = Object.keys(flow.context ?? {});
  if (fields.length === 0) return null;
  return (
    <details>
      <summary>{t('run.fork.state', { count: fields.length })}</summary>
      {fields.map((field) => (
        <Field key={field} label={field} help={flow.context?.[field]?.description}>
          {() => (
            <JsonInput
              label={field}
              value={Object.hasOwn(values, field) ? values[field] : before(field)}
              optional
              onChange={(value) => onChange({ ...values, [field]: value })}
            />
          )}
        </Field>
      ))}
    </details>
  );
}

/** Whether the editor holds something else than what ran; looks do not count. */
function isOther(edited: Flow, flow: Flow): boolean {
  const { layout: _a, meta: _b, ...left } = edited;
  const { layout: _c, meta: _d, ...right } = flow;
  return !jsonEquals(left as unknown as Json, right as unknown as Json); // documents are JSON
}

function Preview({
  preview,
  flow,
}: {
  readonly preview: RequestOutput<'run.forkPreview'>;
  readonly flow: Flow;
}) {
  const names = preview.reused.map((key) => nodeName(flow, lastSegment(key).node));
  return (
    <>
      <p>
        {preview.reused.length > 0
          ? t('run.fork.reused', { count: preview.reused.length, names: names.slice(0, 8).join(', ') })
          : t('run.fork.fresh')}
      </p>
      {preview.effectsAgain.length > 0 ? (
        <div className="callout tint-amber">
          <strong>{t('run.fork.again', { count: preview.effectsAgain.length })}</strong>
          <ul>
            {preview.effectsAgain.map((effect) => (
              <li key={`${effect.step}${effect.tool}`}>
                {t('run.fork.effect', {
                  tool: effect.tool,
                  name: nodeName(flow, lastSegment(effect.step).node),
                  effect: effect.effect,
                })}
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <p className="meta">{t('run.fork.noEffects')}</p>
      )}
    </>
  );
}
