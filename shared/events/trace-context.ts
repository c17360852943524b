/** The history of shared context: every version with its writer, and who read which version. */
import { isJsonObject, type Json } from '../base/json';
import type { ContextField } from '../spec/parts';
import type { RunEvent } from './event';
import type { ContextVersion, Trace } from './trace-model';
import { listOf } from './trace-lists';

/** Initial values count as written when the run started. */
export function initialContext(trace: Trace, seq: number, at: number): void {
  for (const [field, declared] of Object.entries(trace.flow?.context ?? {})) {
    const value = declared.initial ?? startValue(declared.merge);
    if (value !== undefined)
      listOf(trace.context, field).push({ field, version: 0, written: value, value, seq, at });
  }
}

function startValue(merge: ContextField['merge']): Json | undefined {
  switch (merge) {
    case 'append':
      return [];
    case 'merge':
      return {};
    case 'sum':
      return 0;
    default:
      return undefined;
  }
}

export function recordReads(
  trace: Trace,
  event: Extract<RunEvent, { type: 'step.started' }>,
  step: string,
): void {
  for (const [field, version] of Object.entries(event.data.reads)) {
    listOf(trace.readers, field).push({
      step,
      node: event.data.node,
      field,
      version,
      seq: event.seq,
      at: event.at,
    });
  }
}

export function recordWrites(trace: Trace, event: Extract<RunEvent, { type: 'step.committed' }>): void {
  for (const { field, version, value } of event.data.writes) {
    const step = event.step === undefined ? {} : { step: event.step };
    push(trace, {
      field,
      version,
      written: value,
      value: mergedValue(trace, field, value),
      ...step,
      seq: event.seq,
      at: event.at,
    });
  }
}

/** A person set the value (in a fork): it replaces, whatever the merge rule. */
export function recordContextSet(trace: Trace, event: Extract<RunEvent, { type: 'context.set' }>): void {
  const { field, value, by } = event.data;
  const version = (trace.context.get(field)?.at(-1)?.version ?? 0) + 1;
  push(trace, { field, version, written: value, value, by, seq: event.seq, at: event.at });
}

function push(trace: Trace, version: ContextVersion): void {
  listOf(trace.context, version.field).push(version);
}

function mergedValue(trace: Trace, field: string, added: Json): Json {
  const merge = trace.flow?.context?.[field]?.merge;
  const before = trace.context.get(field)?.at(-1)?.value;
  if (merge === undefined || merge === 'replace') return added;
  if (merge === 'append') return [...asList(before), ...asList(added)];
  if (merge === 'merge') return before === undefined ? added : mergePatch(before, added);
  if (typeof added !== 'number' || typeof before !== 'number') return added;
  if (merge === 'sum') return before + added;
  return merge === 'min' ? Math.min(before, added) : Math.max(before, added);
}

function asList(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** RFC 7396. */
function mergePatch(target: Json, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const result: Record<string, Json> = isJsonObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key] ?? {}, value);
  }
  return result;
}
