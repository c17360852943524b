/**
 * The audit of a record: every consequence is derived again, and every event must still be the one that was hashed when it
 * was committed. Only the second sees a fact that was changed afterwards without changing what followed.
 */
import type { Flow } from '../../shared/spec/flow';
import type { RunStore } from '../store/run-store';
import type { ReplayReport, RuntimeApi } from './api';

export function auditRun(
  store: Pick<RunStore, 'events' | 'verifyChain'>,
  runtime: Pick<RuntimeApi, 'replay'>,
  runId: string,
  flow?: Flow,
): ReplayReport {
  const report = runtime.replay(runId, flow);
  if (flow !== undefined) return report;
  const chain = store.verifyChain(runId);
  if (chain.ok || (report.firstDifference && report.firstDifference.seq <= chain.seq)) return report;
  const [event] = store.events(runId, chain.seq - 1, 1);
  return {
    ...report,
    verdict: 'different',
    firstDifference: {
      seq: chain.seq,
      step: event?.step ?? null,
      recorded: chain.recorded === undefined ? null : { hash: chain.recorded },
      derived: chain.computed === undefined ? null : { hash: chain.computed },
      reason: chain.reason,
    },
  };
}
