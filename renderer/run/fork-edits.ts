/** What a person changes before a run starts again from a point: shared state and outputs of steps that are kept. */
import { type Json, jsonEquals } from '../../shared/base/json';
import type { Trace } from '../../shared/events/trace-model';
import { whoWrote } from '../../shared/events/trace-query';

export type Values = Readonly<Record<string, Json | undefined>>;

export interface ForkEdits {
  /** By field of the shared state. */
  readonly context: Values;
  /** By step key. */
  readonly steps: Values;
}
export const NO_EDITS: ForkEdits = { context: {}, steps: {} };

/** The value a field had when event `seq` was over. */
export function fieldBefore(trace: Trace, field: string, seq: number): Json | undefined {
  return whoWrote(trace, field, seq)?.value;
}

/** Only what differs from the record is sent: an edit taken back is none. */
export function changedEdits(
  trace: Trace,
  seq: number,
  { context, steps }: ForkEdits,
): { context?: Record<string, Json>; steps?: Record<string, Json> } {
  const fields = changed(context, (field) => fieldBefore(trace, field, seq));
  const outputs = changed(steps, (key) => trace.steps.get(key)?.output);
  return {
    ...(Object.keys(fields).length > 0 ? { context: fields } : {}),
    ...(Object.keys(outputs).length > 0 ? { steps: outputs } : {}),
  };
}

function changed(values: Values, before: (name: string) => Json | undefined): Record<string, Json> {
  const kept: Record<string, Json> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && !jsonEquals(value, before(name))) kept[name] = value;
  }
  return kept;
}

export interface Spent {
  readonly calls: number;
  readonly tokens: number;
  readonly cost: { readonly amount: number; readonly currency: string; readonly known: boolean };
  /** From the point to the end of the run, time in which people were waited for included. */
  readonly tookMs: number;
}

/** What the part of the run after a point used: the best guess of what going through it again costs. */
export function spentAfter(trace: Trace, seq: number): Spent {
  let calls = 0;
  let tokens = 0;
  let amount = 0;
  let known = true;
  let currency = trace.run.usage.cost.currency;
  let firstAt = Number.POSITIVE_INFINITY;
  for (const step of trace.steps.values()) {
    if (step.startSeq > seq) firstAt = Math.min(firstAt, step.startedAt);
    for (const call of step.attempts.flatMap((attempt) => attempt.calls)) {
      if (call.type !== 'model' || call.seq <= seq) continue;
      calls++;
      tokens += call.usage.in + call.usage.out;
      if (call.cost) {
        amount += call.cost.amount;
        ({ currency } = call.cost);
      } else known = false;
    }
  }
  const tookMs = Number.isFinite(firstAt) ? Math.max(0, trace.lastAt - firstAt) : 0;
  return { calls, tokens, cost: { amount, currency, known }, tookMs };
}
