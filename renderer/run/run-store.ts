/**
 * One run as the window shows it: its events folded into a trace, and what the person is looking at.
 *
 * S1. `trace` and `events` grow in place; `revision` changes when they did, and is what components subscribe to.
 * S2. `shown` is the trace at the moment the scrubber stands on: the live one while `at` is undefined.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RunEvent, RunInfo } from '../../shared/events/event';
import { createTrace } from '../../shared/events/trace';
import type { Trace } from '../../shared/events/trace-model';
import type { Flow } from '../../shared/spec/flow';

/** Text of a model call that is still coming. */
export interface LiveText {
  readonly attempt: number;
  readonly text: string;
}

export interface RunViewState {
  readonly runId: string;
  readonly phase: 'loading' | 'ready' | 'failed';
  readonly error: string | undefined;
  /** How far loading is. */
  readonly progress: { readonly loaded: number; readonly total: number };
  readonly info: RunInfo | undefined;
  readonly flow: Flow | undefined;
  readonly headHash: string;
  readonly trace: Trace;
  readonly events: readonly RunEvent[];
  readonly revision: number;
  /** Event the scrubber stands on; undefined follows the newest. */
  readonly at: number | undefined;
  readonly shown: Trace;
  readonly texts: Readonly<Record<string, LiveText>>;
  /** Step key the inspector shows; undefined shows the run. */
  readonly selected: string | undefined;
  /** Lists and drawing go along with what happens. */
  readonly follow: boolean;
}
export type RunViewStore = StoreApi<RunViewState>;

export function createRunViewStore(runId: string): RunViewStore {
  const trace = createTrace();
  return createStore<RunViewState>()(() => ({
    runId,
    phase: 'loading',
    error: undefined,
    progress: { loaded: 0, total: 0 },
    info: undefined,
    flow: undefined,
    headHash: '',
    trace,
    events: [],
    revision: 0,
    at: undefined,
    shown: trace,
    texts: {},
    selected: undefined,
    follow: true,
  }));
}

export function isEnded(status: string): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}
