/** The recorded answers of a run, found again by what was asked: the same request, the same arguments, the same task. */
import { canonicalJson } from '../../shared/base/jcs';
import type { DataOf, NewEvent, RunEvent } from '../../shared/events/event';
import type { Call } from '../../shared/ports/calls';

/** Facts as they came in together, at their place in the record. */
export interface Recorded {
  readonly seq: number;
  readonly at: number;
  readonly facts: NewEvent[];
}

export interface Refusal {
  readonly reason: DataOf<'governor.refused'>['reason'];
  /** What refused, where the record names it. */
  readonly dependency?: string;
}

export interface Tape {
  readonly outcomes: Map<string, Recorded[]>;
  /** Why the governor refused, in order, by who asked: a second model of one attempt may be let through. */
  readonly refusals: Map<string, Refusal[]>;
  readonly decisions: Map<string, Recorded>;
  readonly timers: Map<string, Recorded>;
  /** Edits of a fork. */
  readonly edits: readonly Recorded[];
  /** How each step came out. */
  readonly endings: Map<string, RunEvent>;
}

const REFUSED: ReadonlyMap<string, Refusal['reason']> = new Map<string, Refusal['reason']>([
  ['governor/circuit_open', 'circuit_open'],
  ['governor/retry_budget', 'retry_budget'],
]);

export function readTape(events: readonly RunEvent[]): Tape {
  const tape = {
    outcomes: new Map<string, Recorded[]>(),
    refusals: new Map<string, Refusal[]>(),
    decisions: new Map<string, Recorded>(),
    timers: new Map<string, Recorded>(),
    edits: [] as Recorded[],
    endings: new Map<string, RunEvent>(),
  };
  const asked = new Map<string, string>();
  const starts = new Map<string, number>();
  const turns = new Map<string, number>();
  const latest = new Map<string, Recorded>();
  for (const event of events) {
    const { step = '', seq, at, attempt } = event;
    const recorded: Recorded = { seq, at, facts: [bare(event)] };
    const keep = (key: string): void => {
      tape.outcomes.set(key, [...(tape.outcomes.get(key) ?? []), recorded]);
      latest.set(step, recorded);
    };
    switch (event.type) {
      case 'tool.started':
        asked.set(`${step}:${event.data.call}`, `${step}|${canonicalJson(event.data.args)}`);
        starts.set(`${step}:${event.data.call}`, (starts.get(`${step}:${event.data.call}`) ?? 0) + 1);
        break;
      case 'model.completed':
        keep(`${step}|${event.data.requestHash}`);
        turns.set(`${step}@${attempt}`, (turns.get(`${step}@${attempt}`) ?? 0) + 1);
        break;
      case 'tool.completed':
      case 'tool.failed': {
        // A call an agent wanted and the governor refused was never started.
        const { call } = event.data;
        const reason = event.type === 'tool.failed' ? REFUSED.get(event.data.code) : undefined;
        if (reason) refuse(tape, `${step}:${call}/${starts.get(`${step}:${call}`) ?? 0}`, { reason });
        else keep(asked.get(`${step}:${call}`) ?? `${step}|?`);
        break;
      }
      case 'attempt.completed':
      case 'attempt.failed': {
        // The end of an attempt belongs to the answer just before it; a failed model call or code has only this.
        const before = latest.get(step);
        const joins = before?.seq === seq - 1;
        if (before && joins) before.facts.push(bare(event));
        else keep(`${step}|@${attempt}`);
        break;
      }
      case 'governor.refused':
        if (attempt !== undefined)
          refuse(tape, `${step}@${attempt}/${turns.get(`${step}@${attempt}`) ?? 0}`, event.data);
        break;
      case 'human.decided':
        tape.decisions.set(event.data.task, recorded);
        break;
      case 'timer.fired':
        tape.timers.set(event.data.timer, recorded);
        break;
      case 'context.set':
      case 'output.set':
        tape.edits.push(recorded);
        break;
      case 'step.committed':
      case 'step.failed':
      case 'step.cancelled':
        tape.endings.set(step, event);
        break;
      default:
    }
  }
  return tape;
}

function refuse(tape: Tape, who: string, { reason, dependency }: Refusal): void {
  const refusal = { reason, ...(dependency === undefined ? {} : { dependency }) };
  tape.refusals.set(who, [...(tape.refusals.get(who) ?? []), refusal]);
}

/** Whether the record refused this call, and why; each refusal is used once. */
export function takeRefusal(tape: Tape, who: string, dependency: string): Refusal | undefined {
  const [first] = tape.refusals.get(who) ?? [];
  if (!first || (first.dependency !== undefined && first.dependency !== dependency)) return undefined;
  return tape.refusals.get(who)?.shift();
}

function bare({ type, step, attempt, data }: RunEvent): NewEvent {
  // Type and data come from one event, which the compiler cannot follow through the union.
  return {
    type,
    data,
    ...(step === undefined ? {} : { step }),
    ...(attempt === undefined ? {} : { attempt }),
  } as NewEvent;
}

/** The answer recorded for a call: of the same attempt first, else of any that asked for the same. */
export function takeOutcome(tape: Tape, call: Call): Recorded | undefined {
  const ofAttempt = `${call.step}|@${call.attempt}`;
  if (call.type === 'code') return shift(tape, ofAttempt);
  const key =
    call.type === 'model' ? `${call.step}|${call.requestHash}` : `${call.step}|${canonicalJson(call.args)}`;
  const [first] = tape.outcomes.get(key) ?? [];
  const isOfAttempt = first?.facts.some((fact) => fact.attempt === call.attempt) ?? false;
  return (isOfAttempt ? shift(tape, key) : undefined) ?? shift(tape, ofAttempt) ?? shift(tape, key);
}

function shift(tape: Tape, key: string): Recorded | undefined {
  return tape.outcomes.get(key)?.shift();
}
