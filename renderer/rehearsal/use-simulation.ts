/** What is rehearsed, and the simulation of it. */
import { useState } from 'react';
import type { Json } from '../../shared/base/json';
import type { SimulationReport } from '../../shared/ipc/contract';
import type { Flow } from '../../shared/spec/flow';
import { request, sentenceOf } from '../bridge/bridge';
import { emptyInput, testInputs, typedInput } from '../run/start-input';
import { type FaultDraft, faultsOf } from './fault-list';

export interface Plan {
  readonly runs: number;
  readonly seed: number;
  readonly input: Json | undefined;
  readonly faults: readonly FaultDraft[];
}

/** Simulates on demand; the last report stays until the next is there. */
export function useSimulation(flow: Flow) {
  const [report, setReport] = useState<SimulationReport>();
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const simulate = (plan: Plan) => {
    const { input, runs, seed } = plan;
    setBusy(true);
    setError(undefined);
    request('rehearse.simulate', {
      document: flow,
      ...(input === undefined ? {} : { input }),
      runs,
      seed,
      faults: faultsOf(plan.faults),
    })
      .then(setReport, (failure: unknown) => setError(sentenceOf(failure).message))
      .finally(() => setBusy(false));
  };
  return { report, error, isBusy, simulate };
}

export function startPlan(flow: Flow): Plan {
  const input = typedInput(flow.id) ?? testInputs(flow)[0]?.value ?? emptyInput(flow);
  return { runs: 1_000, seed: flow.rehearsal?.seed ?? 1, input, faults: [] };
}
