/** Shows what a table holds before it starts: one run for each row that fits. */
import { Button, Modal } from '@mantine/core';
import { Rows3 } from 'lucide-react';
import { useState } from 'react';
import type { Requirements } from '../../shared/spec/problem';
import { navigate } from '../app/router';
import { sentenceOf } from '../bridge/bridge';
import { t } from '../i18n/t';
import { type Batch, type BatchRow, MAX_BATCH } from './batch';
import { startBatch, type StartOptions } from './batch-runner';
import { WantedPermissions } from './wanted-permissions';

interface Props {
  readonly batch: Batch;
  readonly options: StartOptions;
  readonly onClose: () => void;
}

const MAX_PROBLEMS = 8;

function useBatchStart(good: readonly BatchRow[], options: StartOptions) {
  const [isBusy, setBusy] = useState(false);
  const [wants, setWants] = useState<Requirements>();
  const [error, setError] = useState<string>();
  const start = (grant: boolean) => {
    setBusy(true);
    setError(undefined);
    startBatch({ ...options, ...(grant ? { grant } : {}) }, good, Date.now())
      .then(
        (wanted) => {
          if (wanted) setWants(wanted);
          else navigate({ screen: 'batch' });
        },
        (failure: unknown) => {
          setWants(undefined);
          setError(sentenceOf(failure).message);
        },
      )
      .finally(() => setBusy(false));
  };
  return { isBusy, wants, error, start, forget: () => setWants(undefined) };
}

export function BatchDialog({ batch, options, onClose }: Props) {
  const good = batch.rows.filter((row) => row.problems.length === 0).slice(0, MAX_BATCH);
  const bad = batch.rows.filter((row) => row.problems.length > 0);
  const { isBusy, wants, error, start, forget } = useBatchStart(good, options);
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('run.batch.title', { count: good.length })}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      {wants ? (
        <WantedPermissions wants={wants} isBusy={isBusy} onAllow={() => start(true)} onCancel={forget} />
      ) : (
        <div className="fork-form">
          <Rows batch={batch} good={good.length} bad={bad} />
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
              leftSection={<Rows3 size={14} aria-hidden />}
              disabled={good.length === 0}
              loading={isBusy}
              onClick={() => start(false)}
            >
              {t('run.batch.start', { count: good.length })}
            </Button>
          </div>
        </div>
      )}
    </Modal>
  );
}

interface RowsProps {
  readonly batch: Batch;
  readonly good: number;
  readonly bad: readonly BatchRow[];
}

/** What of the table can be used, and why the rest cannot. */
function Rows({ batch, good, bad }: RowsProps) {
  return (
    <>
      <p>{t(bad.length === 0 ? 'run.batch.allRows' : 'run.batch.rows', { good, bad: bad.length })}</p>
      {batch.rows.length > MAX_BATCH ? (
        <p className="callout tint-amber">{t('run.batch.max', { max: MAX_BATCH })}</p>
      ) : null}
      {batch.missing.length > 0 ? (
        <p className="callout tint-red">{t('run.batch.missing', { names: batch.missing.join(', ') })}</p>
      ) : null}
      {batch.unknown.length > 0 ? (
        <p className="note">{t('run.batch.unknown', { names: batch.unknown.join(', ') })}</p>
      ) : null}
      {bad.length > 0 ? (
        <ul className="plain">
          {bad.slice(0, MAX_PROBLEMS).map((row) => (
            <li key={row.line} className="field-error">
              {t('run.batch.line', { line: row.line })} {row.problems.join(' ')}
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
