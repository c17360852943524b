import type { RunEvent } from '../../shared/events/event';
import { traceOf } from '../../shared/events/trace';
import type { Trace } from '../../shared/events/trace-model';
import { request } from '../bridge/bridge';

const PAGE = 5_000;

/** A whole run as a trace. */
export async function readTrace(runId: string): Promise<Trace> {
  const { flow } = await request('run.get', { runId });
  const all: RunEvent[] = [];
  for (;;) {
    const { events, lastSeq } = await request('run.events', { runId, afterSeq: all.length, limit: PAGE });
    all.push(...events);
    if (events.length === 0 || all.length >= lastSeq) return traceOf(all, flow);
  }
}
