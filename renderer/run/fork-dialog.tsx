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

export function ForkDialog({ at, flow, path, onClose }: Props) {
  const runId = useRun((s) => s.runId);
  const trace = useRun((s) => s.trace);
  const [preview, setPreview] = useState<RequestOutput<'run.forkPreview'>>();
  const [error, setError] = useState<string>();
  const [values, setValues] = useState<Readonly<Record<string, unknown>>>({});
  const [useEdited, setUseEdited] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const edited = path === undefined ? undefined : openDocument(path);
  useEffect(() => {
    request('run.forkPreview', { runId, at }).then(setPreview, (failure: unknown) =>
      setError(sentenceOf(failure).message),
    );
  }, [runId, at]);
  const before = (field: string): Json | undefined =>
    preview ? whoWrote(trace, field, preview.seq)?.value : undefined;
  const fork = () => {
    setBusy(true);
    setError(undefined);
    const context = Object.fromEntries(
      Object.entries(values).filter(
        ([field, value]) => value !== undefined && !jsonEquals(value as Json, before(field)),
      ),
    ) as Record<string, Json>; // JSON.parse made them
    request('run.fork', {
      runId,
      at,
      ...(Object.keys(context).length > 0 ? { context } : {}),
      ...(useEdited && edited ? { document: edited } : {}),
    })
      .then(
        (made) => navigate({ screen: 'run', runId: made.runId }),
        (failure: unknown) => setError(sentenceOf(failure).message),
      )
      .finally(() => setBusy(false));
  };
  const fields = Object.keys(flow.context ?? {});
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={
        typeof at === 'string'
          ? t('run.fork.title', { name: stepNameOfKey(trace, at) })
          : t('run.fork.titleSeq', { seq: at })
      }
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <div className="fork-form">
        {preview ? (
          <Preview preview={preview} flow={flow} />
        ) : error === undefined ? (
          <Loader size="sm" />
        ) : null}
        {preview && fields.length > 0 ? (
          <details>
            <summary>{t('run.fork.state', { count: fields.length })}</summary>
            {fields.map((field) => (
              <Field key={field} label={field} help={flow.context?.[field]?.description}>
                {() => (
                  <JsonInput
                    label={field}
                    value={Object.hasOwn(values, field) ? values[field] : before(field)}
                    optional
                    onChange={(value) => setValues((all) => ({ ...all, [field]: value }))}
                  />
                )}
              </Field>
            ))}
          </details>
        ) : null}
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
            onClick={fork}
          >
            {t('run.fork.do')}
          </Button>
        </div>
      </div>
    </Modal>
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
