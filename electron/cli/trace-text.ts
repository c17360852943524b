/** `baton trace` for people: the steps as a tree, with times, attempts, tokens and cost. */
import { durationWords } from '../../shared/base/duration-words';
import { isoTime } from '../../shared/base/iso-time';
import { childrenOf } from '../../shared/events/trace-json';
import type { Trace, TraceAttempt, TraceCall, TraceStep } from '../../shared/events/trace-model';
import { oneLine, type Output } from './output';
import { costWords, joined, statusWords, timeWords, tokenWords } from './words';

export function printTrace(out: Output, trace: Trace, flowName: string): void {
  const { run } = trace;
  const facts = joined([timeWords(run.startedAt, run.endedAt), tokenWords(run.usage), costWords(run.usage)]);
  out.line(
    `${statusWords(out, run.status)}${run.reason === undefined ? '' : ` (${oneLine(run.reason)})`}  ${out.paint('bold', oneLine(flowName))} ${run.flowVersion}  run ${run.runId}`,
  );
  out.line(out.paint('dim', joined([`started ${isoTime(run.startedAt)}`, `${run.mode}`, facts])));
  if (run.forkedFrom)
    out.line(out.paint('dim', `forked from ${run.forkedFrom.runId} after event ${run.forkedFrom.seq}`));
  for (const key of trace.roots) printStep(out, trace, key, '');
  if (run.error)
    out.line(`${out.paint('red', run.error.kind)} ${run.error.code}: ${oneLine(run.error.message, 400)}`);
  for (const task of trace.openTasks.keys())
    out.line(
      `${statusWords(out, 'waiting')}  task ${oneLine(task)}: ${oneLine(trace.tasks.get(task)?.title ?? '')}`,
    );
}

function printStep(out: Output, trace: Trace, key: string, indent: string): void {
  const step = trace.steps.get(key);
  if (!step) return;
  out.line(`${indent}${stepWords(out, step)}`);
  const inner = `${indent}  `;
  for (const attempt of step.attempts) printAttempt(out, step, attempt, inner);
  for (const id of step.tasks) {
    const task = trace.tasks.get(id);
    if (task)
      out.line(
        `${inner}${task.status === 'open' ? statusWords(out, 'waiting') : `person  ${task.status}`}  ${oneLine(task.title)}${decision(task)}`,
      );
  }
  for (const child of childrenOf(trace, step)) printStep(out, trace, child, inner);
}

function decision(task: {
  readonly choice?: string;
  readonly by?: string;
  readonly comment?: string;
}): string {
  if (task.choice === undefined) return '';
  const by = task.by === undefined ? '' : ` by ${oneLine(task.by)}`;
  return `: ${oneLine(task.choice)}${by}${task.comment === undefined ? '' : ` (${oneLine(task.comment)})`}`;
}

function stepWords(out: Output, step: TraceStep): string {
  const went = step.to.length === 0 ? '' : `${step.port ?? ''} → ${step.to.join(', ')}`;
  const queued = step.queuedMs > 0 ? `waited ${durationWords(step.queuedMs)} for capacity` : '';
  const why = step.failure
    ? `${step.failure.kind}: ${oneLine(step.failure.message, 300)}`
    : oneLine(step.cancelReason ?? '');
  const facts = joined([
    timeWords(step.startedAt, step.endedAt),
    queued,
    tokenWords(step.usage),
    costWords(step.usage),
    why,
    went,
  ]);
  return `${statusWords(out, step.status)}  ${out.paint('bold', oneLine(step.key))} ${step.kind}  ${out.paint('dim', facts)}`;
}

/** One good attempt without anything to tell says no more than its step. */
function printAttempt(out: Output, step: TraceStep, attempt: TraceAttempt, indent: string): void {
  const isDull = step.attempts.length === 1 && attempt.outcome === 'completed' && attempt.calls.length === 0;
  if (isDull) return;
  const why = attempt.kind === undefined ? '' : `${attempt.kind}: ${oneLine(attempt.message ?? '', 300)}`;
  const model = attempt.model === undefined ? '' : `model ${oneLine(attempt.model)}`;
  out.line(
    `${indent}attempt ${attempt.attempt}  ${attempt.outcome}  ${out.paint('dim', joined([timeWords(attempt.startedAt, attempt.endedAt), model, why]))}`,
  );
  for (const rejection of step.rejections) {
    if (rejection.attempt === attempt.attempt)
      out.line(`${indent}  rejected by ${oneLine(rejection.check)}: ${oneLine(rejection.message, 300)}`);
  }
  for (const call of attempt.calls) out.line(`${indent}  ${callWords(call)}`);
}

function callWords(call: TraceCall): string {
  switch (call.type) {
    case 'model': {
      const time = call.latencyMs === undefined ? '' : durationWords(call.latencyMs);
      return `model ${oneLine(call.model)}  turn ${call.turn}  ${joined([time, `${call.usage.in} → ${call.usage.out} tokens`, call.finish])}`;
    }
    case 'tool': {
      const why = call.message === undefined ? '' : `${call.kind ?? ''} ${oneLine(call.message, 200)}`;
      return `tool ${oneLine(call.tool)}  ${call.status}  ${joined([timeWords(call.startedAt, call.endedAt), call.effect ?? '', why.trim()])}`;
    }
    case 'governor':
      return `governor  ${call.decision}  ${oneLine(call.dependency)} (${oneLine(call.reason)})`;
    case 'retry':
      return `retry  attempt ${call.nextAttempt} in ${durationWords(call.delayMs)}${call.why ? ` after ${call.why.kind}` : ''}`;
  }
}
