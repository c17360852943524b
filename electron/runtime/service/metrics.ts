/** Figures about a flow's history. */
import { jsonEquals } from '../../../shared/base/json';
import type { FlowMetrics } from '../../../shared/ipc/contract';
import type { DecisionRow, RunStore } from '../../store/run-store';

export function flowMetrics(store: Pick<RunStore, 'countRuns' | 'decisions'>, flowId: string): FlowMetrics {
  const agreement: Record<string, { decided: number; unedited: number }> = Object.create(null) as Record<
    string,
    { decided: number; unedited: number }
  >;
  for (const row of store.decisions(flowId)) {
    // Only what a person saw and could have changed says anything about agreement.
    if (row.type !== 'checkpoint' || row.node === undefined || row.by === 'sampling') continue;
    const sum = (agreement[row.node] ??= { decided: 0, unedited: 0 });
    sum.decided += 1;
    if (isUnedited(row)) sum.unedited += 1;
  }
  return {
    runs: store.countRuns({ flowId }),
    succeeded: store.countRuns({ flowId, status: ['completed'] }),
    agreement: { ...agreement },
  };
}

function isUnedited(row: DecisionRow): boolean {
  if (row.choice === 'rejected') return false;
  return row.values === undefined || jsonEquals(row.values, row.proposed ?? {});
}
