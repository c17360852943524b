/** The run as it happens, for people: a line per step that ended, and on a terminal one line of what is going on now. */
import type { RunEvent } from '../../shared/events/event';
import { lastSegment } from '../../shared/events/step-key';
import type { Trace, TraceStep } from '../../shared/events/trace-model';
import type { Flow } from '../../shared/spec/flow';
import { everyFlowNode } from '../../shared/spec/readiness-parts';
import { durationWords } from '../../shared/base/duration-words';
import { oneLine, type Output } from './output';
import { costWords, joined, statusWords, timeWords, tokenWords } from './words';

const QUIET_KINDS: ReadonlySet<string> = new Set(['start', 'end']);

export class LiveView {
  private readonly names: ReadonlyMap<string, string>;

  constructor(
    private readonly out: Output,
    flow: Flow,
  ) {
    this.names = new Map(everyFlowNode(flow).map(({ id, node }) => [id, node.name ?? id]));
  }

  /** `trace` has taken the event in already. */
  onEvent(trace: Trace, event: RunEvent): void {
    const line = this.lineOf(trace, event);
    if (line !== undefined) this.out.note(line);
    this.showNow(trace);
  }

  private lineOf(trace: Trace, event: RunEvent): string | undefined {
    const step = event.step === undefined ? undefined : trace.steps.get(event.step);
    switch (event.type) {
      case 'step.committed':
      case 'step.failed':
      case 'step.cancelled':
      case 'step.skipped':
        return step && !QUIET_KINDS.has(step.kind) ? this.stepLine(step) : undefined;
      case 'retry.scheduled':
        return step && this.retryLine(step, event.data.delayMs, event.data.nextAttempt);
      case 'human.asked':
        return `${statusWords(this.out, 'waiting')}  ${this.nameOf(step, event.data.task)}: ${oneLine(event.data.title)} (task ${oneLine(event.data.task)})`;
      case 'human.decided':
        return `  decided  ${this.nameOf(step, event.data.task)}: ${oneLine(event.data.choice)} by ${oneLine(event.data.by)}`;
      case 'breaker.changed':
        return event.data.to === 'open'
          ? `  breaker open: ${oneLine(event.data.subject)} is not called for a while`
          : undefined;
      case 'budget.warned':
        return `  budget: ${oneLine(event.data.metric)} at ${event.data.used} of ${event.data.limit}`;
      case 'compensation.started':
        return `${statusWords(this.out, 'compensating')}  undoing: ${event.data.steps.map((key) => oneLine(key)).join(', ')}`;
      default:
        return undefined;
    }
  }

  private stepLine(step: TraceStep): string {
    const went = step.to.length > 0 ? `→ ${step.to.join(', ')}` : '';
    const why = step.failure
      ? `${step.failure.kind}: ${oneLine(step.failure.message, 200)}`
      : (step.cancelReason ?? '');
    const attempts = step.attempts.length > 1 ? `${step.attempts.length} attempts` : '';
    const facts = joined([
      timeWords(step.startedAt, step.endedAt),
      attempts,
      tokenWords(step.usage),
      costWords(step.usage),
      oneLine(why, 200),
      went,
    ]);
    return `${indent(step)}${statusWords(this.out, step.status)}  ${this.nameOf(step, step.key)}  ${this.out.paint('dim', facts)}`;
  }

  private retryLine(step: TraceStep, delayMs: number, attempt: number): string {
    const failed = step.attempts.findLast((candidate) => candidate.kind !== undefined);
    const why = failed?.kind === undefined ? '' : ` after ${failed.kind}`;
    return `${indent(step)}${statusWords(this.out, 'retrying')}  ${this.nameOf(step, step.key)}  attempt ${attempt} in ${durationWords(delayMs)}${why}`;
  }

  private nameOf(step: TraceStep | undefined, other: string): string {
    if (!step) return oneLine(other);
    const name = this.names.get(step.node) ?? step.node;
    const where = step.key === step.node ? '' : ` (${step.key})`;
    return this.out.paint('bold', oneLine(`${name}${where}${step.undo ? ' undo' : ''}`));
  }

  private showNow(trace: Trace): void {
    if (!this.out.isLive) return;
    const running = [...trace.active.keys()].flatMap((key) => {
      const step = trace.steps.get(key);
      return step && step.children.length === 0 && !QUIET_KINDS.has(step.kind)
        ? [this.names.get(step.node) ?? step.node]
        : [];
    });
    if (running.length === 0) return;
    const { usage } = trace.run;
    const line = `${running.length > 4 ? `${running.slice(0, 4).join(', ')} and ${running.length - 4} more` : running.join(', ')}`;
    this.out.transient(
      oneLine(`▶ running  ${line}  ${joined([tokenWords(usage), costWords(usage)])}`, this.out.columns - 1),
    );
  }
}

function indent(step: TraceStep): string {
  const depth = step.key.split('/').length - 1;
  return '  '.repeat(depth + (lastSegment(step.key).undo ? 1 : 0));
}
