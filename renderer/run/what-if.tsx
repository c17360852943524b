/** The record of a run against the flow as it is edited now: the first step that would go otherwise. */
import { Button } from '@mantine/core';
import { GitCompareArrows } from 'lucide-react';
import { useState } from 'react';
import type { RequestOutput } from '../../shared/ipc/contract';
import type { Flow } from '../../shared/spec/flow';
import { request, sentenceOf } from '../bridge/bridge';
import { t } from '../i18n/t';
import { JsonView } from '../ui/json-view';
import { editedFlow } from './edited-flow';
import { useFlowPath } from './use-flow-path';
import { useRun, useSession } from './use-run';
import { StepLink } from './facts';
import { stepNameOfKey } from './words';

type Report = RequestOutput<'run.replay'>;
type Answer = { readonly report: Report } | { readonly same: true } | { readonly error: string };

async function askWhatIf(runId: string, path: string, ran: Flow): Promise<Answer> {
  try {
    const edited = await editedFlow(path, ran);
    if (!edited) return { same: true };
    return { report: await request('run.replay', { runId, document: edited }) };
  } catch (failure) {
    return { error: sentenceOf(failure).message };
  }
}

export function WhatIf() {
  const runId = useRun((s) => s.runId);
  const flow = useRun((s) => s.flow);
  const path = useFlowPath(flow?.id ?? '');
  const [answer, setAnswer] = useState<Answer>();
  const [isBusy, setBusy] = useState(false);
  if (!flow || path === undefined) return null;
  const ask = () => {
    setBusy(true);
    void askWhatIf(runId, path, flow)
      .then(setAnswer)
      .finally(() => setBusy(false));
  };
  return (
    <div className="verify">
      <div className="row">
        <Button
          variant="default"
          loading={isBusy}
          leftSection={<GitCompareArrows size={14} aria-hidden />}
          onClick={ask}
        >
          {t('run.whatIf')}
        </Button>
      </div>
      <p className="meta">{t('run.whatIf.help')}</p>
      <div role="status">
        {answer === undefined ? null : 'same' in answer ? (
          <p className="callout tint-slate">{t('run.whatIf.same')}</p>
        ) : 'error' in answer ? (
          <p className="field-error">{answer.error}</p>
        ) : (
          <Outcome report={answer.report} />
        )}
      </div>
    </div>
  );
}

function Outcome({ report }: { readonly report: Report }) {
  const session = useSession();
  const trace = useRun((s) => s.trace);
  const { firstDifference, wouldRunAgain = [], reused = 0 } = report;
  const step = firstDifference?.step;
  const names = wouldRunAgain.map((key) => stepNameOfKey(trace, key)).join(', ');
  return (
    <div className={`callout tint-${report.verdict === 'identical' ? 'green' : 'amber'}`}>
      <strong>{t(`run.whatIf.${report.verdict}`, { reused })}</strong>
      {firstDifference ? (
        <>
          <p>
            {t('run.verify.first', {
              seq: firstDifference.seq,
              step: step ? stepNameOfKey(trace, step) : t('inbox.wholeRun'),
            })}{' '}
            {step && trace.steps.has(step) ? (
              <StepLink name={stepNameOfKey(trace, step)} onClick={() => session.select(step)} />
            ) : null}
          </p>
          <p className="meta">{t('run.whatIf.recorded')}</p>
          <JsonView value={firstDifference.recorded} openLevels={1} />
          <p className="meta">{t('run.whatIf.derived')}</p>
          <JsonView value={firstDifference.derived} openLevels={1} />
        </>
      ) : null}
      <p>{names === '' ? t('run.whatIf.again.none') : t('run.whatIf.again', { names })}</p>
    </div>
  );
}
