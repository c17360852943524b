/** The exchanges of a run as a cassette, made from its record. */
import type { Json } from '../../../shared/base/json';
import type { RunEvent } from '../../../shared/events/event';
import type { TraceAttempt, TraceCall, TraceStep } from '../../../shared/events/trace-model';
import { type CassetteLine, toolRequestHash } from '../cassette';
import type { Loss } from './files';
import type { RunRecord } from './run-record';

export interface Recordings {
  readonly lines: readonly CassetteLine[];
  readonly losses: readonly Loss[];
}

/**
 * Model calls are keyed by the request hash that was recorded. Tool calls are keyed by their arguments; where those had to
 * be masked the key cannot be made again from this file, and the call is named as lost.
 */
export function recordingsOf(record: RunRecord, recorded: readonly RunEvent[]): Recordings {
  const argsBySeq = new Map<number, Json>();
  for (const event of recorded) if (event.type === 'tool.started') argsBySeq.set(event.seq, event.data.args);
  const lines: { readonly seq: number; readonly line: CassetteLine }[] = [];
  const losses: Loss[] = [];
  for (const step of record.trace.steps.values()) {
    for (const attempt of step.attempts) addAttempt(record, step, attempt, argsBySeq, lines, losses);
  }
  return { lines: lines.sort((a, b) => a.seq - b.seq).map(({ line }) => line), losses };
}

function addAttempt(
  record: RunRecord,
  step: TraceStep,
  attempt: TraceAttempt,
  argsBySeq: ReadonlyMap<number, Json>,
  lines: { readonly seq: number; readonly line: CassetteLine }[],
  losses: Loss[],
): void {
  for (const call of attempt.calls) {
    const line = lineOf(record, call, argsBySeq);
    if (line) lines.push({ seq: call.seq, line });
  }
  const failedModelCall = attempt.outcome === 'failed' && attempt.model !== undefined;
  if (!failedModelCall) return;
  losses.push({
    path: step.key,
    what: `attempt ${attempt.attempt}, a model call that failed`,
    how: 'left out: the record of a run holds no request of a failed call',
  });
}

function lineOf(
  record: RunRecord,
  call: TraceCall,
  argsBySeq: ReadonlyMap<number, Json>,
): CassetteLine | undefined {
  if (call.type === 'model') {
    const { requestHash, model, purpose, message, toolCalls, finish, usage, cost } = call;
    const declared = record.flow.models?.[model];
    const name = declared ? `${declared.provider}/${declared.model}` : model;
    const response = {
      ok: true as const,
      text: message,
      toolCalls: [...toolCalls],
      finish,
      usage,
      ...(cost ? { cost } : {}),
    };
    return { type: 'model', hash: requestHash, request: { model: name, purpose }, response };
  }
  if (
    call.type !== 'tool' ||
    call.args === undefined ||
    call.status === 'refused' ||
    call.status === 'running'
  )
    return undefined;
  const hash = toolRequestHash(call.tool, argsBySeq.get(call.seq) ?? call.args);
  const request = { tool: call.tool, args: call.args };
  if (call.status === 'completed')
    return { type: 'tool', hash, request, response: { ok: true, value: call.result ?? null } };
  const { kind = 'error', code = 'error', message = kind, sent = 'maybe' } = call;
  return { type: 'tool', hash, request, response: { ok: false, kind, code, message, sent } };
}
