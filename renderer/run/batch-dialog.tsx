/** Starts one run for each row of a table. */
import { Button, Modal, Progress } from '@mantine/core';
import { Rows3 } from 'lucide-react';
import { useState } from 'react';
import type { RequestInput } from '../../shared/ipc/contract';
import { navigate } from '../app/router';
import { request, sentenceOf } from '../bridge/bridge';
import { t } from '../i18n/t';
import { type Batch, type BatchRow, MAX_BATCH } from './batch';

interface Props {
  readonly batch: Batch;
  readonly options: Omit<RequestInput<'run.start'>, 'input'>;
  readonly onClose: () => void;
}

const MAX_PROBLEMS = 8;

function useBatch(good: readonly BatchRow[], options: Props['options']) {
  const [started, setStarted] = useState<number>();
  const [error, setError] = useState<string>();
  const start = async () => {
    setStarted(0);
    setError(undefined);
    try {
      for (const [i, row] of good.entries()) {
        const answer = await request('run.start', { ...options, input: row.input });
        if (!answer.started) {
          setError(t('run.batch.grant'));
          setStarted(undefined);
          return;
        }
        setStarted(i + 1);
      }
      navigate({ screen: 'runs', flowId: options.document.id });
    } catch (failure) {
      setError(sentenceOf(failure).message);
      setStarted(undefined);
    }
  };
  return { started, error, start };
}

export function BatchDialog({ batch, options, onClose }: Props) {
  const good = batch.rows.filter((row) => row.problems.length === 0).slice(0, MAX_BATCH);
  const bad = batch.rows.filter((row) => row.problems.length > 0);
  const { started, error, start } = useBatch(good, options);
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('run.batch.title', { count: good.length })}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <div className="fork-form">
        <Rows batch={batch} good={good.length} bad={bad} />
        {started === undefined ? null : (
          <Progress
            value={(started / Math.max(1, good.length)) * 100}
            aria-label={t('run.batch.progress', { started, count: good.length })}
          />
        )}
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
            loading={started !== undefined}
            onClick={() => void start()}
          >
            {t('run.batch.start', { count: good.length })}
          </Button>
        </div>
      </div>
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
      <p>{t('run.batch.rows', { good, bad: bad.length })}</p>
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
