/** Rules of adding to a run that hold for every store. */
import type { RunEvent } from '../../shared/events/event';
import type { RunAppend } from '../../shared/ports/run-log';
import type { Flow } from '../../shared/spec/flow';
import type { RunProjection } from './projection';
import { SEQS } from './rows';

/** @throws Error when the events do not continue the run without a gap: a bug of the caller. */
export function checkSeqs(append: RunAppend, lastSeq: number): void {
  if (append.events.length === 0) throw new Error(`A commit of run ${append.runId} has no events`);
  append.events.forEach((event: RunEvent, i) => {
    if (event.runId !== append.runId)
      throw new Error(`An event of run ${event.runId} was added to run ${append.runId}`);
    if (event.seq !== lastSeq + i + 1 || event.seq >= SEQS) {
      throw new Error(
        `Event ${event.seq} of run ${append.runId} is out of order: ${lastSeq + i + 1} comes next`,
      );
    }
  });
}

/** The projection of a run that a commit pinned to a flow. */
export function repinned(
  projection: RunProjection,
  pin: { readonly flow: Flow; readonly semanticHash: string },
): RunProjection {
  const { flow, semanticHash } = pin;
  return {
    ...projection,
    info: {
      ...projection.info,
      flowId: flow.id,
      flowName: flow.name,
      flowVersion: flow.version,
      semanticHash,
    },
  };
}

/** Which commit this is, for tests that stop at it: `run-1@7 run-2@3`. */
export function commitLabel(appends: readonly RunAppend[]): string {
  return appends.map(({ runId, events }) => `${runId}@${events.at(-1)?.seq ?? 0}`).join(' ');
}
