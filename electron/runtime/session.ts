/** One run in the memory of the process that drives it. */
import { createPlan } from '../../shared/engine/plan';
import { apply } from '../../shared/engine/apply';
import { createState, type RunState } from '../../shared/engine/state';
import type { RunEvent } from '../../shared/events/event';
import type { Call, Grants } from '../../shared/ports/calls';
import type { Pure } from '../../shared/ports/pure';
import type { Flow } from '../../shared/spec/flow';
import type { Answers, Fault } from '../../shared/spec/parts';
import type { Fact } from './turn';

export interface InFlight {
  readonly call: Call;
  readonly controller: AbortController;
  readonly startedAt: number;
}

export interface Session {
  readonly runId: string;
  readonly flow: Flow;
  readonly semanticHash: string;
  readonly state: RunState;
  readonly facts: Fact[];
  readonly inFlight: Map<string, InFlight>;
  /** Calls that waited for capacity: made once the turn that records their start is committed. */
  readonly admitted: Call[];
  readonly answers: Answers;
  readonly faults: readonly Fault[];
  readonly grants: Grants;
  /** True until the first commit: it carries the flow along. */
  isNew: boolean;
  /** Who waits for the first commit. */
  begun: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | null;
  more: boolean;
  cancelWake: (() => void) | null;
  wakeAt: number | null;
}

export interface SessionParts {
  readonly runId: string;
  readonly flow: Flow;
  readonly semanticHash: string;
  readonly answers?: Answers | undefined;
  readonly faults?: readonly Fault[] | undefined;
  readonly grants: Grants;
}

export function createSession(pure: Pure, parts: SessionParts, history: Iterable<RunEvent>): Session {
  const state = createState(createPlan(parts.flow, pure), parts.runId);
  for (const event of history) apply(state, event);
  return {
    runId: parts.runId,
    flow: parts.flow,
    semanticHash: parts.semanticHash,
    state,
    facts: [],
    inFlight: new Map(),
    admitted: [],
    answers: parts.answers ?? {},
    faults: parts.faults ?? [],
    grants: parts.grants,
    isNew: state.seq === 0,
    begun: null,
    more: false,
    cancelWake: null,
    wakeAt: null,
  };
}
