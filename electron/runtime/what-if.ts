/**
 * What-if: recorded results against an edited flow. The edited flow is run from the start with every model and tool
 * answer, decision and timer that the record holds for it; the first step that asks for something else is where it would
 * now differ.
 */
import { canonicalJson } from '../../shared/base/jcs';
import type { Json } from '../../shared/base/json';
import { createPlan } from '../../shared/engine/plan';
import { createState, type RunState } from '../../shared/engine/state';
import type { NewEvent, RunEvent } from '../../shared/events/event';
import type { Call } from '../../shared/ports/calls';
import type { Pure } from '../../shared/ports/pure';
import type { Flow } from '../../shared/spec/flow';
import type { ReplayReport } from './api';
import { Governor } from './governor';
import { type Fact, takeTurn } from './turn';

interface Tape {
  /** Outcome facts by what asked for them. */
  readonly outcomes: Map<string, NewEvent[]>;
  readonly decisions: Map<string, NewEvent>;
  readonly committed: Map<string, RunEvent>;
}

export function whatIf(pure: Pure, runId: string, flow: Flow, events: readonly RunEvent[]): ReplayReport {
  const started = events[0];
  if (started?.type !== 'run.started')
    return { runId, verdict: 'different', events: events.length, firstDifference: null };
  const tape = readTape(events);
  const state = createState(createPlan(flow, pure), runId);
  const governor = new Governor();
  const wouldRunAgain = new Set<string>();
  let facts: Fact[] = [{ event: { type: 'run.started', data: started.data } }];
  let reused = 0;
  let firstDifference: ReplayReport['firstDifference'] = null;
  while (facts.length > 0) {
    const turn = takeTurn(state, facts, governor, started.at);
    facts = turn.more ? [] : facts.slice(0, 0);
    for (const event of turn.events) {
      if (event.type !== 'step.committed' || event.step === undefined) continue;
      const recorded = tape.committed.get(event.step);
      if (recorded && sameOutput(recorded, event)) reused++;
      else firstDifference ??= difference(event, recorded);
    }
    for (const call of turn.start) {
      const found = takeOutcome(tape, call);
      governor.finished(call, 'ok', started.at);
      if (found) facts.push(...found.map((event) => ({ event, callId: call.id })));
      else wouldRunAgain.add(call.step);
    }
    facts.push(...decided(state, tape), ...timers(state));
    if (turn.more && facts.length === 0)
      facts.push({ event: { type: 'timer.fired', data: { timer: 'none' } } });
  }
  for (const step of wouldRunAgain)
    firstDifference ??= { seq: state.seq, step, recorded: null, derived: 'this step would be run again' };
  const verdict = firstDifference === null && state.ended ? 'identical' : 'different';
  return {
    runId,
    verdict,
    events: events.length,
    firstDifference,
    reused,
    wouldRunAgain: [...wouldRunAgain],
  };
}

function sameOutput(a: RunEvent, b: RunEvent): boolean {
  if (a.type !== 'step.committed' || b.type !== 'step.committed') return false;
  const essence = (event: typeof a): Json => ({
    output: event.data.output,
    routes: event.data.routes,
    writes: event.data.writes as unknown as Json,
  });
  return canonicalJson(essence(a)) === canonicalJson(essence(b));
}

function difference(
  event: RunEvent<'step.committed'>,
  recorded: RunEvent | undefined,
): NonNullable<ReplayReport['firstDifference']> {
  const before =
    recorded?.type === 'step.committed'
      ? { output: recorded.data.output, routes: recorded.data.routes }
      : null;
  return {
    seq: event.seq,
    step: event.step ?? null,
    recorded: before,
    derived: { output: event.data.output, routes: event.data.routes },
  };
}

/** A call asks for the same when the model gets the same request, the tool the same arguments. */
function readTape(events: readonly RunEvent[]): Tape {
  const tape: Tape = { outcomes: new Map(), decisions: new Map(), committed: new Map() };
  const asked = new Map<string, string>();
  for (const event of events) {
    const { step = '' } = event;
    const bare = {
      type: event.type,
      step,
      data: event.data,
      ...(event.attempt === undefined ? {} : { attempt: event.attempt }),
    } as NewEvent;
    if (event.type === 'tool.started')
      asked.set(`${step}:${event.data.call}`, `${step}|${canonicalJson(event.data.args)}`);
    if (event.type === 'model.completed') remember(tape, `${step}|${event.data.requestHash}`, bare);
    if (event.type === 'tool.completed') remember(tape, asked.get(`${step}:${event.data.call}`) ?? '', bare);
    if (event.type === 'attempt.completed') remember(tape, lastKey(tape, step), bare);
    if (event.type === 'human.decided') tape.decisions.set(event.data.task, bare);
    if (event.type === 'step.committed') tape.committed.set(step, event);
  }
  return tape;
}

function remember(tape: Tape, key: string, event: NewEvent): void {
  tape.outcomes.set(key, [...(tape.outcomes.get(key) ?? []), event]);
}

/** An attempt's completion belongs to the call that was recorded just before it in the same step. */
function lastKey(tape: Tape, step: string): string {
  const keys = [...tape.outcomes.keys()].filter((key) => key.startsWith(`${step}|`));
  return keys[keys.length - 1] ?? `${step}|code`;
}

function takeOutcome(tape: Tape, call: Call): NewEvent[] | undefined {
  const key =
    call.type === 'model'
      ? `${call.step}|${call.requestHash}`
      : call.type === 'tool'
        ? `${call.step}|${canonicalJson(call.args)}`
        : `${call.step}|code`;
  const found = tape.outcomes.get(key);
  tape.outcomes.delete(key);
  return found?.map((event) => ({ ...event, attempt: call.attempt }));
}

function decided(state: RunState, tape: Tape): Fact[] {
  return [...state.openTasks.keys()].flatMap((task) => {
    const event = tape.decisions.get(task);
    tape.decisions.delete(task);
    return event ? [{ event }] : [];
  });
}

/** Time does not have to pass again; only deadlines of people are left alone. */
function timers(state: RunState): Fact[] {
  return [...state.timers.keys()]
    .filter((timer) => !timer.endsWith(':deadline'))
    .map((timer) => ({ event: { type: 'timer.fired', data: { timer } } }));
}
