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
  /** Where it came, when the call had waited for its turn until then. */
  readonly after?: { readonly seq: number; readonly at: number; readonly queued: Queued };
}

/** What the governor made wait for; tokens reserved by others are the engine's own affair. */
type Queued = 'concurrency' | 'rate';

export interface Tape {
  readonly outcomes: Map<string, Recorded[]>;
  /** Why the governor refused, in order, by who asked: a second model of one attempt may be let through. */
  readonly refusals: Map<string, Refusal[]>;
  /** Why attempts waited that never began: the step was over before its turn came. */
  readonly queued: Map<string, Queued>;
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
  const reader = new TapeReader();
  for (const event of events) reader.take(event);
  return reader.tape;
}

class TapeReader {
  readonly tape = {
    outcomes: new Map<string, Recorded[]>(),
    refusals: new Map<string, Refusal[]>(),
    queued: new Map<string, Queued>(),
    decisions: new Map<string, Recorded>(),
    timers: new Map<string, Recorded>(),
    edits: [] as Recorded[],
    endings: new Map<string, RunEvent>(),
  };
  /** By tool call: what was asked, how often it was started. */
  readonly #asked = new Map<string, string>();
  readonly #starts = new Map<string, number>();
  readonly #begun = new Set<string>();
  /** Model turns by attempt, and the latest answer by step. */
  readonly #turns = new Map<string, number>();
  readonly #latest = new Map<string, Recorded>();

  take(event: RunEvent): void {
    switch (event.type) {
      case 'tool.started':
      case 'tool.completed':
      case 'tool.failed':
        return this.#tool(event);
      case 'model.completed':
      case 'attempt.completed':
      case 'attempt.failed':
      case 'governor.refused':
        return this.#attempt(event);
      case 'attempt.started':
      case 'governor.queued':
        return this.#begin(event);
      case 'human.decided':
        this.tape.decisions.set(event.data.task, recordedOf(event));
        return;
      case 'timer.fired':
        this.tape.timers.set(event.data.timer, recordedOf(event));
        return;
      case 'context.set':
      case 'output.set':
        this.tape.edits.push(recordedOf(event));
        return;
      case 'step.committed':
      case 'step.failed':
      case 'step.cancelled':
        this.tape.endings.set(event.step ?? '', event);
        return;
      default:
    }
  }

  #tool(event: RunEvent & { type: 'tool.started' | 'tool.completed' | 'tool.failed' }): void {
    const { step = '' } = event;
    const place = `${step}:${event.data.call}`;
    if (event.type === 'tool.started') {
      this.#asked.set(place, `${step}|${canonicalJson(event.data.args)}`);
      this.#starts.set(place, (this.#starts.get(place) ?? 0) + 1);
      return;
    }
    // A call an agent wanted and the governor refused was never started.
    const reason = event.type === 'tool.failed' ? REFUSED.get(event.data.code) : undefined;
    if (reason) refuse(this.tape, `${place}/${this.#starts.get(place) ?? 0}`, { reason });
    else this.#keep(this.#asked.get(place) ?? `${step}|?`, event);
  }

  /** Of a call inside an attempt `governor.queued` comes after its start: those are let through when they are wanted. */
  #begin(event: RunEvent & { type: 'attempt.started' | 'governor.queued' }): void {
    const place = `${event.step}@${event.attempt}`;
    if (event.type === 'attempt.started') {
      this.#begun.add(place);
      this.tape.queued.delete(place);
      return;
    }
    const { reason } = event.data;
    if (!this.#begun.has(place) && (reason === 'concurrency' || reason === 'rate'))
      this.tape.queued.set(place, reason);
  }

  #attempt(
    event: RunEvent & {
      type: 'model.completed' | 'attempt.completed' | 'attempt.failed' | 'governor.refused';
    },
  ): void {
    const { step = '', attempt } = event;
    const place = `${step}@${attempt}`;
    if (event.type === 'model.completed') {
      this.#keep(`${step}|${event.data.requestHash}`, event);
      this.#turns.set(place, (this.#turns.get(place) ?? 0) + 1);
    } else if (event.type === 'governor.refused') {
      if (attempt !== undefined) this.#refused(event, place);
    } else {
      // The end of an attempt belongs to the answer that brought it; a failed model call or code has only this.
      const before = this.#latest.get(step);
      if (before && this.#brought(before, event, place)) before.facts.push(bare(event));
      else this.#keep(`${step}|@${attempt}`, event);
    }
  }

  /** Just before it, at the same moment; what a tool tells an agent ends nothing: the model call after it does. */
  #brought(answer: Recorded, end: RunEvent, place: string): boolean {
    const isAsideOf = answer.facts[0]?.type !== 'model.completed' && this.#turns.has(place);
    return answer.seq === end.seq - 1 && answer.at === end.at && !isAsideOf;
  }

  #refused({ seq, at, data }: RunEvent<'governor.refused'>, place: string): void {
    const queued = this.tape.queued.get(place);
    this.tape.queued.delete(place);
    const after = queued === undefined ? {} : { after: { seq, at, queued } };
    const { reason, dependency } = data;
    refuse(this.tape, `${place}/${this.#turns.get(place) ?? 0}`, { reason, dependency, ...after });
  }

  #keep(key: string, event: RunEvent): void {
    const recorded = recordedOf(event);
    const known = this.tape.outcomes.get(key);
    if (known) known.push(recorded);
    else this.tape.outcomes.set(key, [recorded]);
    this.#latest.set(event.step ?? '', recorded);
  }
}

function recordedOf(event: RunEvent): Recorded {
  return { seq: event.seq, at: event.at, facts: [bare(event)] };
}

function refuse(tape: Tape, who: string, refusal: Refusal): void {
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
  const all = tape.outcomes.get(key) ?? [];
  const own = all.findIndex(({ facts: [fact] }) => fact?.attempt === call.attempt && isOfCall(fact, call));
  return (own < 0 ? undefined : all.splice(own, 1)[0]) ?? shift(tape, ofAttempt) ?? shift(tape, key);
}

/** Two calls of one turn may ask for the same: each has its own answer. */
function isOfCall({ data }: NewEvent, call: Call): boolean {
  return call.type !== 'tool' || !('call' in data) || data.call === call.call;
}

/** A recorded fact as the answer to this call: of its attempt, and of its place in the turn. */
export function asAnswerTo(call: Call, event: NewEvent): NewEvent {
  const data = call.type === 'tool' && 'call' in event.data ? { ...event.data, call: call.call } : event.data;
  return { ...event, attempt: call.attempt, data } as NewEvent; // the type stays with its data
}

function shift(tape: Tape, key: string): Recorded | undefined {
  return tape.outcomes.get(key)?.shift();
}
