/** Two runs side by side: where their paths part, and the first thing that came out otherwise. */
import { type Json, jsonEquals } from '../../shared/base/json';
import type { Trace, TraceStep } from '../../shared/events/trace-model';

export interface PathRow {
  readonly left?: string;
  readonly right?: string;
}

/** Both paths in rows: equal nodes stand beside each other, as many as can be. */
export function alignPaths(left: readonly string[], right: readonly string[]): readonly PathRow[] {
  const width = right.length + 1;
  const table = new Uint16Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      table[i * width + j] =
        left[i] === right[j]
          ? (table[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
    }
  }
  const rows: PathRow[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j])
      rows.push({ left: left[i++] as string, right: right[j++] as string });
    else if (
      i < left.length &&
      (j >= right.length || (table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0))
    )
      rows.push({ left: left[i++] as string });
    else rows.push({ right: right[j++] as string });
  }
  return rows;
}

export type Difference =
  | { readonly kind: 'input'; readonly before: Json; readonly after: Json }
  | { readonly kind: 'missing'; readonly step: TraceStep; readonly side: 'left' | 'right' }
  | { readonly kind: 'status'; readonly left: TraceStep; readonly right: TraceStep }
  | { readonly kind: 'output'; readonly left: TraceStep; readonly right: TraceStep };

/** Steps are compared by their keys in the order the left run started them. */
export function firstDifference(left: Trace, right: Trace): Difference | undefined {
  if (!jsonEquals(left.run.input, right.run.input))
    return { kind: 'input', before: left.run.input, after: right.run.input };
  for (const step of left.steps.values()) {
    const other = right.steps.get(step.key);
    if (!other) return { kind: 'missing', step, side: 'right' };
    if (step.status !== other.status || step.port !== other.port)
      return { kind: 'status', left: step, right: other };
    if (!jsonEquals(step.output, other.output)) return { kind: 'output', left: step, right: other };
  }
  const extra = [...right.steps.values()].find((step) => !left.steps.has(step.key));
  return extra ? { kind: 'missing', step: extra, side: 'left' } : undefined;
}
