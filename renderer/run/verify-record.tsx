import { Button } from '@mantine/core';
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import type { RequestOutput } from '../../shared/ipc/contract';
import { act } from '../app/toasts';
import { request } from '../bridge/bridge';
import { t } from '../i18n/t';
import { JsonView } from '../ui/json-view';
import { isEnded } from './run-store';
import { useRun } from './use-run';

/** Replays the record and says whether every consequence comes out as it was written. */
export function VerifyRecord() {
  const runId = useRun((s) => s.runId);
  const status = useRun((s) => s.trace.run.status);
  useRun((s) => s.revision);
  const [report, setReport] = useState<RequestOutput<'run.replay'>>();
  const [isBusy, setBusy] = useState(false);
  const verify = () => {
    setBusy(true);
    act(() =>
      request('run.replay', { runId })
        .then(setReport)
        .finally(() => setBusy(false)),
    );
  };
  const difference = report?.firstDifference;
  return (
    <div className="verify">
      <div className="row">
        <Button
          variant="default"
          loading={isBusy}
          leftSection={<ShieldCheck size={14} aria-hidden />}
          onClick={verify}
        >
          {t('run.verify')}
        </Button>
        <span className="meta grow">{t(isEnded(status) ? 'run.verify.help' : 'run.verify.helpOpen')}</span>
      </div>
      <div role="status">
        {report ? (
          <div className={`callout tint-${report.verdict === 'identical' ? 'green' : 'red'}`}>
            <strong>{t(`run.verify.${report.verdict}`, { count: report.events })}</strong>
            {difference ? (
              <>
                <p>
                  {t('run.verify.first', {
                    seq: difference.seq,
                    step: difference.step ?? t('inbox.wholeRun'),
                  })}
                </p>
                <JsonView
                  value={{ recorded: difference.recorded, derived: difference.derived }}
                  openLevels={2}
                />
              </>
            ) : null}
          </div>
        ) : null}
      </div>
    </div>
  );
}
