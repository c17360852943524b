/** One run read from a store for export: its events masked, its hashes as recorded. */
import { AppError } from '../../../shared/base/app-error';
import type { RunEvent, RunInfo } from '../../../shared/events/event';
import type { Trace } from '../../../shared/events/trace';
import { traceOf } from '../../../shared/events/trace';
import type { Flow } from '../../../shared/spec/flow';
import type { ChainEntry, RunStore } from '../../store/run-store';
import { maskEvent, type Masker, runMasker } from './masking';

export type RunSource = Pick<RunStore, 'run' | 'events' | 'flow' | 'chain' | 'sensitive' | 'headHash'>;

export interface RunRecord {
  readonly run: RunInfo;
  readonly flow: Flow;
  /** As they may leave this machine. */
  readonly events: readonly RunEvent[];
  /** Made of the masked events. */
  readonly trace: Trace;
  readonly maskedSeqs: ReadonlySet<number>;
  readonly chain: ReadonlyMap<number, ChainEntry>;
  readonly headHash: string | undefined;
  readonly masker: Masker;
}

/** @throws AppError `run/unknown`. */
export function readRun(store: RunSource, runId: string, secrets: Iterable<string> = []): RunRecord {
  const run = store.run(runId);
  if (!run)
    throw new AppError('run/unknown', `There is no run ${runId} in this database.`, { details: { runId } });
  const flow = store.flow(runId);
  const recorded = store.events(runId);
  const keys = store.sensitive(runId);
  const { fields, masker } = runMasker(flow, recorded, secrets);
  const chain = new Map(store.chain(runId).map((entry) => [entry.seq, entry]));
  const maskedSeqs = new Set<number>();
  const events = recorded.map((event) => {
    const shown = maskEvent(event, keys[event.seq] ?? [], fields, masker);
    // Hashed with a nonce that stays at home: its data cannot be checked outside, whatever is in it.
    if (shown.masked || chain.get(event.seq)?.nonce !== undefined) maskedSeqs.add(event.seq);
    return shown.event;
  });
  return {
    run: shownRun(run, masker),
    flow,
    events,
    trace: traceOf(events, flow),
    maskedSeqs,
    chain,
    headHash: store.headHash(runId),
    masker,
  };
}

/** The document a run is pinned to is what somebody wrote, not what was said in the run: it stays as it is. */
function shownRun(run: RunInfo, masker: Masker): RunInfo {
  return run.error ? { ...run, error: { ...run.error, message: masker.text(run.error.message) } } : run;
}
