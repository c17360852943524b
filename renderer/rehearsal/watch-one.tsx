import { Button } from '@mantine/core';
import { Play } from 'lucide-react';
import { useState } from 'react';
import type { Flow } from '../../shared/spec/flow';
import { navigate } from '../app/router';
import { act } from '../app/toasts';
import { request } from '../bridge/bridge';
import { t } from '../i18n/t';
import { faultsOf } from './fault-list';
import type { Plan } from './use-simulation';

interface WatchProps {
  readonly flow: Flow;
  readonly path: string;
  readonly plan: Plan;
}

/** One run of the same plan, to be watched in the run room. */
export function WatchOne({ flow, path, plan }: WatchProps) {
  const [isBusy, setBusy] = useState(false);
  const start = () => {
    setBusy(true);
    act(() =>
      request('run.start', {
        document: flow,
        path,
        input: plan.input ?? {},
        mode: 'rehearsal',
        seed: plan.seed,
        faults: faultsOf(plan.faults),
      })
        .then((answer) => {
          if (answer.started) navigate({ screen: 'run', runId: answer.runId });
        })
        .finally(() => setBusy(false)),
    );
  };
  return (
    <Button
      size="sm"
      variant="default"
      loading={isBusy}
      leftSection={<Play size={14} aria-hidden />}
      onClick={start}
    >
      {t('rehearsal.watch')}
    </Button>
  );
}
