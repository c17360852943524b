/** Reads a node's entry in `rehearsal.nodes`. */
import { isJsonObject, type Json } from '../../shared/base/json';
import type { Call } from '../../shared/ports/calls';
import type { RehearsalNode } from '../../shared/spec/parts';

/** What the entry says the node gives, if it says so: one per visit (per item in a map), the last one for all others. */
export function outputOf(call: Call, entry: RehearsalNode | undefined): Json | undefined {
  const list = entry?.outputs;
  if (!list || list.length === 0) return entry?.output;
  return list[Math.min(call.item ?? call.visit - 1, list.length - 1)];
}

export function withConfidence(value: Json, confidence: number | undefined): Json {
  return confidence === undefined || !isJsonObject(value) ? value : { ...value, confidence };
}
