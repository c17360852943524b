import { useEffect, useState } from 'react';
import type { RequestOutput } from '../../shared/ipc/contract';
import { request, sentenceOf } from '../bridge/bridge';
import { useRun } from './use-run';

export type StepView = RequestOutput<'run.view'>;
type Loaded =
  | { readonly key: string; readonly view: StepView }
  | { readonly key: string; readonly error: string };

/** What the step saw; made again by the main side from the record. */
export function useStepView(step: string): { readonly view?: StepView; readonly error?: string } {
  const runId = useRun((s) => s.runId);
  const [loaded, setLoaded] = useState<Loaded>();
  useEffect(() => {
    let isCurrent = true;
    request('run.view', { runId, step }).then(
      (view) => isCurrent && setLoaded({ key: step, view }),
      (error: unknown) => isCurrent && setLoaded({ key: step, error: sentenceOf(error).message }),
    );
    return () => {
      isCurrent = false;
    };
  }, [runId, step]);
  if (loaded?.key !== step) return {};
  return 'view' in loaded ? { view: loaded.view } : { error: loaded.error };
}
