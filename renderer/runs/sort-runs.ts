import type { RunInfo } from '../../shared/events/event';

export const COLUMNS = ['status', 'flow', 'started', 'duration', 'tokens', 'cost'] as const;
export type Column = (typeof COLUMNS)[number];
export interface Sorting {
  readonly by: Column;
  readonly down: boolean;
}

function valueOf(run: RunInfo, by: Column): number | string {
  switch (by) {
    case 'status':
      return run.status;
    case 'flow':
      return run.flowName.toLowerCase();
    case 'started':
      return run.startedAt;
    case 'duration':
      return run.usage.durationMs;
    case 'tokens':
      return run.usage.tokens.in + run.usage.tokens.out;
    case 'cost':
      // An unknown price is no price: such runs stand together, after all others.
      return run.usage.cost.known ? run.usage.cost.amount : Number.NEGATIVE_INFINITY;
  }
}

export function sortRuns(runs: readonly RunInfo[], { by, down }: Sorting): readonly RunInfo[] {
  const sign = down ? -1 : 1;
  return runs.toSorted((a, b) => {
    const left = valueOf(a, by);
    const right = valueOf(b, by);
    const order =
      typeof left === 'string'
        ? left.localeCompare(String(right))
        : left === right
          ? 0
          : left < (right as number)
            ? -1
            : 1; // both are of the same column
    return order === 0 ? b.startedAt - a.startedAt : order * sign;
  });
}
