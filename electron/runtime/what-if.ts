/**
 * What-if: recorded results against an edited flow. The edited flow is run from the start with every model and tool
 * answer, decision and timer that the record holds for it, in the order and at the times of the record; the first step
 * that comes out otherwise, or asks for something else, is where it would now differ.
 */
import type { Json } from '../../shared/base/json';
import { jsonEquals } from '../../shared/base/json';
import { createPlan } from '../../shared/engine/plan';
import { createState, type RunState } from '../../shared/engine/state';
import type { NewEvent, RunEvent } from '../../shared/events/event';
import type { Pure } from '../../shared/ports/pure';
import type { Flow } from '../../shared/spec/flow';
import type { ReplayReport } from './api';
import type { Call } from '../../shared/ports/calls';
import type { Admission } from './governor';
import { type Admitting, type Fact, isOwnCall, refusalFacts, takeTurn } from './turn';
import {
  asAnswerTo,
  readTape,
  type Recorded,
  type Refusal,
  takeOutcome,
  takeRefusal,
  type Tape,
} from './what-if-tape';

/** Facts that wait for their turn; `callId` for those that answer a call. */
type Pending = Recorded & { readonly callId?: string };

export function whatIf(pure: Pure, runId: string, flow: Flow, events: readonly RunEvent[]): ReplayReport {
  const started = events[0];
  if (started?.type !== 'run.started')
    return { runId, verdict: 'different', events: events.length, firstDifference: null };
  return new WhatIf(pure, runId, flow, events).play(started);
}

class WhatIf {
  readonly #tape: Tape;
  readonly #state: RunState;
  readonly #admitting: Admitting;
  readonly #wouldRunAgain = new Set<string>();
  /** Steps whose turn never came in the record. */
  readonly #held = new Set<string>();
  readonly #wanted = new Map<string, number>();
  /** Own calls of an attempt that were let through. */
  readonly #turns = new Map<string, number>();
  readonly #answered = new Set<string>();
  #pending: Pending[] = [];
  #reused = 0;
  #firstDifference: ReplayReport['firstDifference'] = null;

  constructor(
    pure: Pure,
    private readonly runId: string,
    flow: Flow,
    private readonly events: readonly RunEvent[],
  ) {
    this.#tape = readTape(events);
    this.#state = createState(createPlan(flow, pure), runId);
    this.#admitting = {
      admit: (call) => {
        const own = `${call.step}@${call.attempt}`;
        const turns = this.#turns.get(own) ?? 0;
        const who = isOwnCall(call) ? `${own}/${turns}` : this.#nth(call);
        const refusal = takeRefusal(this.#tape, who, call.dependency);
        if (refusal) return this.#refuse(call, refusal);
        const queued = call.opensAttempt ? this.#tape.queued.get(own) : undefined;
        if (queued) {
          this.#held.add(call.step);
          return { state: 'queued', reason: queued };
        }
        if (isOwnCall(call)) this.#turns.set(own, turns + 1);
        return { state: 'admitted' };
      },
      drop: () => undefined,
      quality: () => undefined,
      takeChanges: () => [],
    };
  }

  /** At once, or where the record says it after a wait. */
  #refuse(call: Call, { reason, after }: Refusal): Admission {
    if (!after) return { state: 'refused', reason };
    const { seq, at, queued } = after;
    this.#pending.push({ seq, at, facts: refusalFacts(call, reason, undefined), callId: call.id });
    return { state: 'queued', reason: queued };
  }

  /** The n-th time an agent wants one call of its turn. */
  #nth(call: Call): string {
    const name = `${call.step}:${call.type === 'tool' ? call.call : ''}`;
    const before = this.#wanted.get(name) ?? 0;
    this.#wanted.set(name, before + 1);
    return `${name}/${before}`;
  }

  play(started: RunEvent<'run.started'>): ReplayReport {
    const { forkedFrom: _parent, overrides, ...data } = started.data; // from the start, nothing is inherited
    // Nobody is there to resume it, so nothing stops it: pauses change when things happen, never what.
    const { breakpoints: _points, stepping: _step, ...kept } = overrides ?? {};
    this.#pending.push(...this.#tape.edits);
    const begin: NewEvent = { type: 'run.started', data: { ...data, overrides: kept } };
    let more = this.#turn([{ event: begin }], started.at);
    for (;;) {
      const next = more ? { facts: [], at: this.#state.at } : this.#next();
      if (!next) break;
      more = this.#turn(next.facts, next.at);
    }
    return this.#report();
  }

  #turn(facts: readonly Fact[], at: number): boolean {
    const turn = takeTurn(this.#state, facts, this.#admitting, at);
    for (const event of turn.events) this.#compare(event);
    for (const call of turn.start) {
      const found = takeOutcome(this.#tape, call);
      if (!found) this.#wouldRunAgain.add(call.step);
      else {
        const own = found.facts.map((event) => asAnswerTo(call, event));
        this.#pending.push({ ...found, facts: own, callId: call.id });
      }
    }
    return turn.more;
  }

  /** What came next in the record, all of that moment. */
  #next(): { facts: Fact[]; at: number } | undefined {
    for (const id of this.#state.openTasks.keys()) this.#hear(`task ${id}`, this.#tape.decisions.get(id));
    for (const { id, dueAt } of this.#state.timers.values())
      this.#hear(`timer ${id}`, this.#tape.timers.get(id) ?? ownTimer(id, dueAt));
    const first = this.#pending.sort((a, b) => a.seq - b.seq)[0];
    if (!first) return undefined;
    const now = this.#pending.filter(({ at }) => at === first.at);
    this.#pending = this.#pending.filter(({ at }) => at !== first.at);
    const facts = now.flatMap(({ facts: each, callId }) =>
      each.map((event): Fact => ({ event, ...(callId === undefined ? {} : { callId }) })),
    );
    return { facts, at: first.at };
  }

  #hear(what: string, recorded: Recorded | undefined): void {
    if (!recorded || this.#answered.has(what)) return;
    this.#answered.add(what);
    this.#pending.push(recorded);
  }

  #compare(event: RunEvent): void {
    // A call nobody waited for has no answer in the record: it was cancelled there as it is here.
    if (event.type === 'step.cancelled' && this.#tape.endings.get(event.step ?? '')?.type === event.type)
      this.#wouldRunAgain.delete(event.step ?? '');
    if ((event.type !== 'step.committed' && event.type !== 'step.failed') || event.step === undefined) return;
    const recorded = this.#tape.endings.get(event.step);
    const before = recorded ? essence(recorded) : null;
    const derived = essence(event);
    if (!jsonEquals(before ?? undefined, derived))
      this.#firstDifference ??= { seq: event.seq, step: event.step, recorded: before, derived };
    else if (event.type === 'step.committed') this.#reused++;
  }

  #report(): ReplayReport {
    const { runId, events } = this;
    // Where their step goes on after all, somebody waits for them.
    for (const step of this.#held)
      if (this.#state.steps.get(step)?.status === 'queued') this.#wouldRunAgain.add(step);
    for (const step of this.#wouldRunAgain)
      this.#firstDifference ??= {
        seq: this.#state.seq,
        step,
        recorded: null,
        derived: 'this step would be run again',
      };
    const last = events[events.length - 1];
    const hasEnded = last !== undefined && /^run\.(completed|failed|cancelled)$/.test(last.type);
    const same = this.#firstDifference === null && (this.#state.ended || !hasEnded);
    return {
      runId,
      verdict: same ? 'identical' : 'different',
      events: events.length,
      firstDifference: this.#firstDifference,
      reused: this.#reused,
      wouldRunAgain: [...this.#wouldRunAgain],
    };
  }
}

/** A wait or back-off the record does not know takes the time it says; a bound or deadline nobody met is never reached. */
function ownTimer(id: string, dueAt: number): Recorded | undefined {
  if (/:(join|timeout|budget|deadline)(:\d+)?$/.test(id)) return undefined;
  return { seq: Number.MAX_SAFE_INTEGER, at: dueAt, facts: [{ type: 'timer.fired', data: { timer: id } }] };
}

function essence(event: RunEvent): Json {
  if (event.type === 'step.cancelled') return { cancelled: event.data.reason };
  if (event.type === 'step.failed') {
    const { kind, code, routed, to } = event.data;
    return { kind, code, routed, ...(to === undefined ? {} : { to }) };
  }
  const { output, routes, writes } = (event as RunEvent<'step.committed'>).data; // only these two are compared
  return { output, routes, writes: writes as unknown as Json };
}
