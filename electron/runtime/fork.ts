/** A new run from a point of an old one: what happened before it is taken over, not done again. */
import { AppError } from '../../shared/base/app-error';
import { isFact, type RunEvent } from '../../shared/events/event';
import { lastSegment } from '../../shared/events/step-key';
import type { Flow } from '../../shared/spec/flow';
import type { ForkOptions, ForkPreview } from './api';
import { ENGINE_VERSION } from './version';

/** Seq of the last event a fork takes over. @throws AppError `fork/no-such-point`. */
export function forkPoint(events: readonly RunEvent[], at: number | string): number {
  const lastSeq = events.length;
  if (typeof at === 'number') {
    if (!Number.isInteger(at) || at < 1 || at > lastSeq) {
      throw new AppError('fork/no-such-point', `This run has events 1 to ${lastSeq}; there is no ${at}.`, {
        details: { lastSeq },
      });
    }
    return beforeEnd(events, turnEnd(events, at));
  }
  const start = events.find((event) => event.type === 'step.started' && event.step === at);
  if (!start) {
    const steps = [
      ...new Set(
        events.flatMap((event) =>
          event.type === 'step.started' && event.step !== undefined ? [event.step] : [],
        ),
      ),
    ];
    throw new AppError('fork/no-such-point', `No step "${at}" was started in this run.`, {
      details: { steps: steps.slice(0, 100) },
    });
  }
  return start.seq - 1;
}

/** The last consequence of what happened there: where the next fact comes in, everything has been decided. */
function turnEnd(events: readonly RunEvent[], seq: number): number {
  let last = seq;
  for (let next = events[last]; next && !isFact(next); next = events[last]) last++;
  return last;
}

/** From the first of these on a run only comes to its end: nothing is left to be done otherwise. */
const ENDINGS: ReadonlySet<string> = new Set([
  'run.completed',
  'run.failed',
  'run.cancelRequested',
  'compensation.started',
]);

/**
 * An ended run is forked from before its end, a cancelled one from before that was asked for, and one that was undoing
 * what it had done from before that: what the parent did is the parent's to undo.
 */
function beforeEnd(events: readonly RunEvent[], seq: number): number {
  const end = events.find((event) => ENDINGS.has(event.type));
  return end && end.seq <= seq ? end.seq - 1 : seq;
}

interface History extends ForkOptions {
  readonly seq: number;
  readonly runId: string;
  readonly flow: Flow;
  readonly semanticHash: string;
  readonly sameFlow: boolean;
}

/** The first events of the new run: its own start, then its parent's up to the point, under the new run's id. */
export function forkHistory(
  events: readonly RunEvent[],
  fork: Omit<History, 'runId'> & { readonly runId: string; readonly newRunId?: string },
): RunEvent[] {
  const first = events[0];
  if (first?.type !== 'run.started')
    throw new AppError('store/corrupt', 'The record of the run does not begin with its start.');
  const parentId = first.runId;
  const started: RunEvent = {
    ...first,
    runId: fork.runId,
    data: {
      ...first.data,
      flowId: fork.flow.id,
      flowVersion: fork.flow.version,
      semanticHash: fork.semanticHash,
      engineVersion: ENGINE_VERSION,
      forkedFrom: { runId: parentId, seq: fork.seq, at: String(fork.at), sameFlow: fork.sameFlow },
    },
  };
  const inherited = events.slice(1, fork.seq).map((event) => ({ ...event, runId: fork.runId }));
  return [started, ...inherited];
}

/** The history as the fork's flow understands it. @throws AppError `fork/no-such-point` when an edited flow cannot. */
export function forkSession<T>(fold: () => T, { flow, at }: Pick<ForkOptions, 'flow' | 'at'>): T {
  if (!flow) return fold();
  try {
    return fold();
  } catch (error) {
    // The fold met something the edited flow has no place for: an edge, a join, a tool.
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'fork/no-such-point',
      `The edited flow has no place for what happened before ${at}: ${reason}. Nothing was started.`,
      { details: { reason }, hint: 'Fork from an earlier point, or change less of what had already run.' },
    );
  }
}

/** What a fork reuses and which effects on the world would happen again. */
export function previewFork(events: readonly RunEvent[], seq: number): ForkPreview {
  const reused = events
    .slice(0, seq)
    .flatMap((event) => (event.type === 'step.committed' && event.step !== undefined ? [event.step] : []));
  const effectsAgain = events.slice(seq).flatMap((event) =>
    event.type === 'tool.started' &&
    event.data.effect !== 'read' &&
    event.step !== undefined &&
    // Undoing is the parent's: the fork begins before that and does it only if it comes to undo something itself.
    !lastSegment(event.step).undo
      ? [{ step: event.step, tool: event.data.tool, effect: event.data.effect }]
      : [],
  );
  return { seq, reused, effectsAgain };
}
