/** Try again from a point of a run: what is kept, what would happen again, what it may cost, and with which state. */
import { Button, Checkbox, Loader, Modal, Select } from '@mantine/core';
import { GitFork } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Flow } from '../../shared/spec/flow';
import type { Trace } from '../../shared/events/trace-model';
import { navigate } from '../app/router';
import { request, sentenceOf } from '../bridge/bridge';
import { openDocument } from '../editor/tabs';
import { t } from '../i18n/t';
import { Field } from '../ui/field';
import { treeRows } from './bars';
import { isOtherFlow } from './edited-flow';
import { changedEdits, type ForkEdits, NO_EDITS } from './fork-edits';
import { type ForkPreview, PinnedData } from './pinned-data';
import { useRun } from './use-run';
import { stepNameOfKey } from './words';

/** Just before a step, or at the end of an event. */
export type ForkPoint = string | number;

interface Props {
  /** A step key (just before it) or the number of an event: the point that is proposed. */
  readonly at: ForkPoint;
  readonly flow: Flow;
  readonly path: string | undefined;
  readonly onClose: () => void;
}

/** What is known of a fork at this point. What was asked of another point says nothing about it. */
function useFork(at: ForkPoint) {
  const runId = useRun((s) => s.runId);
  const trace = useRun((s) => s.trace);
  const [answer, setAnswer] = useState<{ at: ForkPoint; preview?: ForkPreview; error?: string }>();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    let isCurrent = true;
    request('run.forkPreview', { runId, at }).then(
      (preview) => isCurrent && setAnswer({ at, preview }),
      (failure: unknown) => isCurrent && setAnswer({ at, error: sentenceOf(failure).message }),
    );
    return () => {
      isCurrent = false;
    };
  }, [runId, at]);
  const { preview, error } = answer?.at === at ? answer : {};
  const fork = (edits: ForkEdits, document: Flow | undefined) => {
    if (!preview) return;
    setBusy(true);
    setAnswer({ at, preview });
    request('run.fork', {
      runId,
      at,
      ...changedEdits(trace, preview.seq, edits),
      ...(document ? { document } : {}),
    })
      .then(
        (made) => navigate({ screen: 'run', runId: made.runId }),
        (failure: unknown) => setAnswer({ at, preview, error: sentenceOf(failure).message }),
      )
      .finally(() => setBusy(false));
  };
  return { preview, error, isBusy, fork };
}

export function ForkDialog({ at: proposed, flow, path, onClose }: Props) {
  const trace = useRun((s) => s.trace);
  const [at, setAt] = useState(proposed);
  const { preview, error, isBusy, fork } = useFork(at);
  const [edits, setEdits] = useState<ForkEdits>(NO_EDITS);
  const edited = path === undefined ? undefined : openDocument(path);
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
        <PointField
          trace={trace}
          proposed={proposed}
          at={at}
          onChange={(next) => {
            setEdits(NO_EDITS);
            setAt(next);
          }}
        />
        {preview ? (
          <PinnedData trace={trace} flow={flow} preview={preview} edits={edits} onChange={setEdits} />
        ) : null}
        {!preview && error === undefined ? <Loader size="sm" /> : null}
        <ForkEnd
          edited={edited && isOtherFlow(edited, flow) ? edited : undefined}
          ready={preview !== undefined}
          busy={isBusy}
          error={error}
          onClose={onClose}
          onFork={(document) => fork(edits, document)}
        />
      </div>
    </Modal>
  );
}

interface EndProps {
  /** The flow as it is in the designer, when it is another one by now. */
  readonly edited: Flow | undefined;
  readonly ready: boolean;
  readonly busy: boolean;
  readonly error: string | undefined;
  readonly onClose: () => void;
  readonly onFork: (document: Flow | undefined) => void;
}

/** With which flow, what went wrong, and the buttons. */
function ForkEnd({ edited, ready, busy, error, onClose, onFork }: EndProps) {
  const [useEdited, setUseEdited] = useState(false);
  return (
    <>
      {edited ? (
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
          disabled={!ready}
          loading={busy}
          onClick={() => onFork(useEdited ? edited : undefined)}
        >
          {t('run.fork.do')}
        </Button>
      </div>
    </>
  );
}

interface PointProps {
  readonly trace: Trace;
  readonly proposed: ForkPoint;
  readonly at: ForkPoint;
  readonly onChange: (at: ForkPoint) => void;
}

function PointField({ trace, proposed, at, onChange }: PointProps) {
  return (
    <Field label={t('run.fork.at')} help={t('run.fork.at.help')}>
      {(ids) => (
        <Select
          {...ids}
          searchable
          limit={MAX_POINTS}
          allowDeselect={false}
          data={pointOptions(trace, proposed)}
          value={String(at)}
          onChange={(value) => {
            if (value !== null) onChange(value === String(proposed) ? proposed : value);
          }}
        />
      )}
    </Field>
  );
}

const MAX_POINTS = 200;

/** The proposed moment, and just before each step. Undoing is not forked into. */
function pointOptions(trace: Trace, proposed: ForkPoint): { value: string; label: string }[] {
  const steps = treeRows(trace).flatMap(({ step: { key, kind, undo } }) =>
    kind === 'start' || undo
      ? []
      : [{ value: key, label: t('run.fork.before', { name: stepNameOfKey(trace, key) }) }],
  );
  return typeof proposed === 'number'
    ? [{ value: String(proposed), label: t('run.fork.after', { seq: proposed }) }, ...steps]
    : steps;
}
