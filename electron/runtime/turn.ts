/**
 * One turn of one run: facts in, consequences out, calls admitted. Used by the real host and by the simulator alike;
 * it commits nothing and calls nobody.
 */
import { apply } from '../../shared/engine/apply';
import { qualitySettings } from '../../shared/engine/conversation';
import { decide } from '../../shared/engine/decide';
import { placeEvent } from '../../shared/engine/decider';
import type { RunState } from '../../shared/engine/state';
import type { NewEvent, RunEvent } from '../../shared/events/event';
import type { Call, ModelOutcome, ValueOutcome } from '../../shared/ports/calls';
import type { BreakerChange, Governor } from './governor';

/** A fact on its way into the record. With `callId` it answers that call, and is dropped when nobody waits for it. */
export interface Fact {
  readonly event: NewEvent;
  readonly callId?: string;
}

export interface TurnResult {
  readonly events: RunEvent[];
  readonly start: Call[];
  readonly aborts: string[];
  /** What breakers did meanwhile: in this run's record already, news to all others. */
  readonly changes: BreakerChange[];
  readonly more: boolean;
}

/** The part of the governor a turn asks. */
export type Admitting = Pick<Governor, 'admit' | 'drop' | 'quality' | 'takeChanges'>;

export function takeTurn(
  state: RunState,
  facts: readonly Fact[],
  governor: Admitting,
  nowMs: number,
): TurnResult {
  const result = {
    events: [] as RunEvent[],
    start: [] as Call[],
    aborts: [] as string[],
    changes: [] as BreakerChange[],
  };
  state.verdicts = []; // what a fold of recorded events noted has been heard long ago
  const record = (event: NewEvent): void => {
    const placed = placeEvent(state, event, Math.max(state.at, nowMs));
    apply(state, placed);
    result.events.push(placed);
  };
  // What the governor decides is in the record before anything follows from it.
  const noteChanges = (): void => {
    for (const change of governor.takeChanges()) {
      result.changes.push(change);
      if (!state.ended) record({ type: 'breaker.changed', data: change });
    }
  };
  for (const fact of facts) if (isWanted(state, fact)) record(fact.event);
  for (;;) {
    const turn = decide(state);
    result.events.push(...turn.events);
    result.aborts.push(...turn.aborts);
    // The breakers hear of results before the calls that follow from them are admitted.
    for (const verdict of state.verdicts.splice(0))
      governor.quality(verdict.subject, verdict.passed, qualitySettings(verdict), nowMs);
    noteChanges();
    let changed = false;
    for (const call of turn.calls) {
      // A step may have been cancelled later in the same turn.
      if (!state.steps.get(call.step)?.issued.has(call.id)) continue;
      changed = admit(call, governor, nowMs, record, result.start) || changed;
      noteChanges();
    }
    if (turn.more || !changed) {
      const start = result.start.filter((call) => isStillWanted(state, call, governor));
      return { ...result, start, more: turn.more };
    }
  }
}

/** What was admitted and then cancelled in the same turn is not called at all. */
function isStillWanted(state: RunState, call: Call, governor: Admitting): boolean {
  if (state.steps.get(call.step)?.issued.has(call.id)) return true;
  governor.drop(call.runId, call.id);
  return false;
}

function isWanted(state: RunState, { event, callId }: Fact): boolean {
  if (state.ended) return event.type === 'deadletter.closed';
  if (callId !== undefined) return event.step !== undefined && state.steps.get(event.step) !== undefined;
  if (event.type === 'timer.fired')
    return state.timers.has(event.data.timer) || event.data.timer === 'run:duration';
  return event.type !== 'human.decided' || state.openTasks.has(event.data.task);
}

/** True when the governor's answer added facts. */
function admit(
  call: Call,
  governor: Admitting,
  nowMs: number,
  record: (event: NewEvent) => void,
  start: Call[],
): boolean {
  const admission = governor.admit(call, nowMs);
  if (admission.state === 'admitted') {
    const facts = startFacts(call);
    for (const fact of facts) record(fact);
    start.push(call);
    return facts.length > 0;
  }
  const { until } = admission;
  if (admission.state === 'queued') {
    record({
      type: 'governor.queued',
      step: call.step,
      attempt: call.attempt,
      data: {
        dependency: call.dependency,
        reason: admission.reason,
        ...(until === undefined ? {} : { until }),
      },
    });
    return true;
  }
  for (const fact of refusalFacts(call, admission.reason, until)) record(fact);
  return true;
}

/**
 * What is recorded before a call is made; for `once` it is the intent, committed before the call. Members of `data` stand
 * in the order they are hashed in, as in all events that come with every step: one text is stored and hashed.
 */
export function startFacts(call: Call): NewEvent[] {
  const facts: NewEvent[] = [];
  const { step, attempt, dependency } = call;
  if (call.opensAttempt) {
    facts.push({
      type: 'attempt.started',
      step,
      attempt,
      data: { dependency, ...(call.type === 'model' ? { model: call.modelName } : {}) },
    });
  }
  if (call.type === 'tool') {
    const { toolName, args, key } = call;
    facts.push({
      type: 'tool.started',
      step,
      attempt,
      data: { args, call: call.call, effect: call.tool.effect, key, tool: toolName },
    });
  }
  return facts;
}

export function refusalFacts(
  call: Call,
  reason: 'circuit_open' | 'retry_budget' | 'quality',
  until: number | undefined,
): NewEvent[] {
  const { step, attempt, dependency } = call;
  const data = { dependency, reason, ...(until === undefined ? {} : { until }) };
  if (isOwnCall(call)) return [{ type: 'governor.refused', step, attempt, data }];
  const message =
    reason === 'retry_budget'
      ? `Too many calls of ${dependency} are repeated already; this one is not.`
      : `${dependency} failed too often; it is not called for a while.`;
  return [
    { type: 'governor.refused', step, data },
    {
      type: 'tool.failed',
      step,
      attempt,
      data: {
        call: (call as { call: number }).call,
        kind: 'circuit_open',
        code: `governor/${reason}`,
        message,
        sent: 'no',
      },
    },
  ];
}

/** Whether a call is its step's own attempt, rather than a tool an agent calls during one. */
export function isOwnCall(call: Call): boolean {
  return call.type !== 'tool' || call.ofStep;
}

/** The facts a finished call becomes. */
export function outcomeFacts(
  call: Call,
  outcome: ModelOutcome | ValueOutcome,
  latencyMs: number,
): NewEvent[] {
  const { step, attempt } = call;
  if (!outcome.ok) return failureFacts(call, outcome, latencyMs);
  if (call.type === 'model' && 'text' in outcome) {
    const { text, toolCalls, finish, usage, cost } = outcome;
    const completed: NewEvent = {
      type: 'model.completed',
      step,
      attempt,
      data: {
        turn: call.turn,
        purpose: call.purpose,
        model: call.modelName,
        requestHash: call.requestHash,
        message: text,
        toolCalls: [...toolCalls],
        finish,
        usage,
        ...(cost ? { cost } : {}),
        latencyMs,
      },
    };
    const last = call.purpose === 'turn' && toolCalls.length === 0;
    return last
      ? [completed, { type: 'attempt.completed', step, attempt, data: { result: text, latencyMs } }]
      : [completed];
  }
  if (!('value' in outcome)) throw new Error(`call ${call.id} was answered with an outcome of another type`);
  const facts: NewEvent[] = [];
  if (call.type === 'tool')
    facts.push({
      type: 'tool.completed',
      step,
      attempt,
      data: { call: call.call, latencyMs, result: outcome.value },
    });
  if (isOwnCall(call))
    facts.push({ type: 'attempt.completed', step, attempt, data: { latencyMs, result: outcome.value } });
  return facts;
}

function failureFacts(
  call: Call,
  outcome: (ModelOutcome | ValueOutcome) & { ok: false },
  latencyMs: number,
): NewEvent[] {
  const { step, attempt } = call;
  const { kind, code, message, sent, retryAfterMs } = outcome;
  const data = { kind, code, message, sent, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  const facts: NewEvent[] = [];
  if (call.type === 'tool')
    facts.push({ type: 'tool.failed', step, attempt, data: { call: call.call, ...data } });
  if (isOwnCall(call)) facts.push({ type: 'attempt.failed', step, attempt, data: { ...data, latencyMs } });
  return facts;
}
