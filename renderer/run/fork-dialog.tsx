/** Try again from a point of a run: what is kept, what would happen again, what it may cost, and with which state. */
import { Button, Checkbox, Loader, Modal } from '@mantine/core';
import { GitFork } from 'lucide-react';
import { useEffect, useState } from 'react';
import { type Json, jsonEquals } from '../../shared/base/json';
import type { Flow } from '../../shared/spec/flow';
import { navigate } from '../app/router';
import { request, sentenceOf } from '../bridge/bridge';
import { openDocument } from '../editor/tabs';
import { t } from '../i18n/t';
import { changedEdits, type ForkEdits, NO_EDITS } from './fork-edits';
import { type ForkPreview, PinnedData } from './pinned-data';
import { useRun } from './use-run';
import { stepNameOfKey } from './words';

interface Props {
  /** A step key (just before it) or the number of an event. */
  readonly at: string | number;
  readonly flow: Flow;
  readonly path: string | undefined;
  readonly onClose: () => void;
}

function useFork(at: string | number) {
  const runId = useRun((s) => s.runId);
  const trace = useRun((s) => s.trace);
  const [preview, setPreview] = useState<ForkPreview>();
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    request('run.forkPreview', { runId, at }).then(setPreview, (failure: unknown) =>
      setError(sentenceOf(failure).message),
    );
  }, [runId, at]);
  const fork = (edits: ForkEdits, document: Flow | undefined) => {
    if (!preview) return;
    setBusy(true);
    setError(undefined);
    request('run.fork', {
      runId,
      at,
      ...changedEdits(trace, preview.seq, edits),
      ...(document ? { document } : {}),
    })
      .then(
        (made) => navigate({ screen: 'run', runId: made.runId }),
        (failure: unknown) => setError(sentenceOf(failure).message),
      )
      .finally(() => setBusy(false));
  };
  return { preview, error, isBusy, fork };
}

export function ForkDialog({ at, flow, path, onClose }: Props) {
  const trace = useRun((s) => s.trace);
  const { preview, error, isBusy, fork } = useFork(at);
  const [edits, setEdits] = useState<ForkEdits>(NO_EDITS);
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
        {preview ? (
          <PinnedData trace={trace} flow={flow} preview={preview} edits={edits} onChange={setEdits} />
        ) : null}
        {!preview && error === undefined ? <Loader size="sm" /> : null}
        {edited && isOtherFlow(edited, flow) ? (
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
            onClick={() => fork(edits, useEdited ? edited : undefined)}
          >
            {t('run.fork.do')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

/** Whether the editor holds something else than what ran; looks do not count. */
export function isOtherFlow(edited: Flow, flow: Flow): boolean {
  const { layout: _a, meta: _b, ...left } = edited;
  const { layout: _c, meta: _d, ...right } = flow;
  return !jsonEquals(left as unknown as Json, right as unknown as Json); // documents are JSON
}
