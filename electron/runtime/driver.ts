/**
 * Drives runs: takes their turns, commits, then acts. Knows nothing of what a host may ask; that is `runtime.ts`.
 *
 * R1. An event is in the log before anyone hears of it and before anything it allows is done.
 * R2. What arrives together is committed together: one transaction for the facts and consequences of all runs, up to
 *     what a slice of time holds; the rest follows in the next turn of the event loop, first come first served.
 * R3. A run whose commit or turn failed stands still in memory and is taken up again from the log.
 */
import { AppError, serializeError } from '../../shared/base/app-error';
import { dueTimers, nextDueAt } from '../../shared/engine/timers';
import type { RunEvent, RunInfo } from '../../shared/events/event';
import type { Call, ModelOutcome, ValueOutcome } from '../../shared/ports/calls';
import type { RunAppend } from '../../shared/ports/run-log';
import { answerFor } from './answering';
import type { RuntimeOptions } from './api';
import { type BreakerChange, Governor } from './governor';
import { sensitiveKeys } from './notes';
import { performCall } from './perform';
import type { InFlight, Session } from './session';
import { type Fact, outcomeFacts, refusalFacts, startFacts, takeTurn, type TurnResult } from './turn';

export const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

export interface Waiter {
  readonly throughWaits: boolean;
  readonly resolve: (run: RunInfo) => void;
  /** The run stands still because its commit or turn failed. */
  readonly reject: (error: unknown) => void;
}

/** A turn of one session on its way to the log. */
type Taken = { -readonly [K in keyof TurnResult]: TurnResult[K] } & { readonly session: Session };

/** Turns are collected for one commit this long: other work of the process waits no longer for them. */
const SLICE_MS = 4;

export class Driver {
  readonly sessions = new Map<string, Session>();
  readonly waiters = new Map<string, Waiter[]>();
  readonly #governor = new Governor();
  /** Runs with something to do, in the order they came. */
  readonly #due = new Set<Session>();
  #scheduled = false;
  #closed = false;
  #governorWake: { readonly at: number; readonly cancel: () => void } | null = null;

  constructor(private readonly options: RuntimeOptions) {
    this.#governor.load(options.log.breakers());
  }

  /** Calls in flight are aborted; their runs go on from the log another time. */
  close(): void {
    this.#closed = true;
    this.#governorWake?.cancel();
    for (const session of this.sessions.values()) {
      session.cancelWake?.();
      for (const { controller } of session.inFlight.values()) controller.abort();
    }
    this.sessions.clear();
    this.#due.clear();
  }

  /** One run under another flow: what memory holds of it is let go. @throws what the store throws. */
  replace(before: Session, after: Session): void {
    before.cancelWake?.();
    this.#due.delete(before);
    for (const step of before.state.steps.values())
      for (const id of step.issued) this.#governor.drop(before.runId, id);
    this.sessions.set(after.runId, after);
    this.flush([after]);
  }

  /** Takes up a new run; resolves once its start is durable, in one commit with whatever else is due. */
  begin(session: Session): Promise<void> {
    if (this.#closed)
      return Promise.reject(new AppError('runtime/unavailable', 'The engine has been closed.'));
    return new Promise((resolve, reject) => {
      session.begun = { resolve, reject };
      this.sessions.set(session.runId, session);
      this.#later(session);
    });
  }

  #later(session: Session): void {
    this.#due.add(session);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    this.options.clock.soon(() => {
      this.#scheduled = false;
      this.#flushQuietly();
    });
  }

  /** Nobody waits for these turns' results: `onFault` has heard of a failure, and the runs stand still. */
  #flushQuietly(): void {
    try {
      this.flush([]);
    } catch (error) {
      if (this.options.onFault === undefined) throw error;
    }
  }

  /**
   * Turns for these runs and those that are due, one commit, then the world. `history` is a fork's: the first run's.
   * @throws what the store throws.
   */
  flush(asked: readonly Session[], history: readonly RunEvent[] = []): void {
    if (this.#closed) return;
    const nowMs = this.options.clock.now();
    this.#admitWaiting(nowMs);
    this.#tellOfBreakers(asked);
    const failed: unknown[] = [];
    const turns = this.#takeTurns(asked, nowMs, failed);
    this.#tellEachOther(turns, nowMs);
    const appends = turns.flatMap((turn) => appendOf(turn, turn.session === asked[0] ? history : []));
    try {
      if (appends.length > 0) this.options.log.commit(appends, this.#governor.dirtyRows());
    } catch (error) {
      for (const { session } of turns) this.#giveUp(session, error);
      this.options.onFault?.(error);
      throw error;
    }
    for (const { events } of appends) this.options.onEvents?.(events);
    for (const turn of turns) this.#after(turn.session, turn);
    this.#admitWaiting(nowMs);
    this.#scheduleGovernor();
    if (this.#due.size > 0) this.#schedule();
    if (failed.length > 0) throw failed[0];
  }

  /** Those asked for all of them, the others while the slice lasts. A turn that fails is its own run's trouble. */
  #takeTurns(asked: readonly Session[], nowMs: number, failed: unknown[]): Taken[] {
    const turns: Taken[] = [];
    const take = (session: Session, isAsked: boolean): void => {
      this.#due.delete(session);
      try {
        turns.push({ session, ...takeTurn(session.state, session.facts.splice(0), this.#governor, nowMs) });
      } catch (error) {
        this.#giveUp(session, error);
        this.options.onFault?.(error);
        if (isAsked || this.options.onFault === undefined) failed.push(error);
      }
    };
    for (const session of asked) take(session, true);
    const until = this.options.clock.now() + SLICE_MS;
    for (const session of this.#due) {
      if (turns.length > 0 && this.options.clock.now() >= until) break;
      take(session, false);
    }
    return turns;
  }

  /** What calls that have just ended changed is known to every run that goes on now. */
  #tellOfBreakers(asked: readonly Session[]): void {
    const known = this.#governor.takeChanges().map(breakerFact);
    if (known.length === 0) return;
    for (const session of new Set([...asked, ...this.#due])) {
      if (session.isNew)
        session.facts.push(...known); // its record begins with its start
      else session.facts.unshift(...known);
    }
  }

  /** What breakers did in the turn of one run is news to the others of the same commit. */
  #tellEachOther(turns: readonly Taken[], nowMs: number): void {
    const news = turns.flatMap((from) => from.changes.map((change) => ({ change, from })));
    for (const { change, from } of news)
      for (const turn of turns) {
        if (turn === from || turn.events.length === 0) continue;
        const noted = takeTurn(turn.session.state, [breakerFact(change)], this.#governor, nowMs);
        turn.events.push(...noted.events);
        turn.start.push(...noted.start);
        turn.aborts.push(...noted.aborts);
        turn.more ||= noted.more;
        news.push(...noted.changes.map((further) => ({ change: further, from: turn })));
      }
  }

  /** Nothing of its turn is in the log: what memory says is no longer true, so it is let go. */
  #giveUp(session: Session, error: unknown): void {
    session.begun?.reject(error);
    session.cancelWake?.();
    for (const call of session.admitted) this.#governor.drop(session.runId, call.id);
    for (const [id, { controller }] of session.inFlight) {
      controller.abort();
      this.#governor.drop(session.runId, id);
    }
    this.#due.delete(session);
    this.sessions.delete(session.runId);
    for (const waiter of this.waiters.get(session.runId) ?? []) waiter.reject(error);
    this.waiters.delete(session.runId);
  }

  #after(session: Session, turn: Taken): void {
    session.isNew = false;
    session.begun?.resolve();
    session.begun = null;
    session.more = turn.more;
    for (const id of turn.aborts) this.#abort(session, id);
    for (const call of turn.start) this.#perform(session, call);
    for (const call of session.admitted.splice(0)) {
      if (session.state.steps.get(call.step)?.issued.has(call.id)) this.#perform(session, call);
    }
    const asked = turn.events.flatMap((event) => (event.type === 'human.asked' ? [event.data.task] : []));
    this.answerTasks(session, asked);
    this.#setWake(session);
    if (session.more || session.facts.length > 0) this.#later(session);
    this.#wakeWaiters(session);
    if (session.state.ended) {
      session.cancelWake?.();
      this.#due.delete(session);
      this.sessions.delete(session.runId);
    }
  }

  #wakeWaiters(session: Session): void {
    const waiters = this.waiters.get(session.runId);
    if (!waiters || session.more || session.facts.length > 0 || session.state.status === 'running') return;
    const run = this.options.log.run(session.runId);
    if (!run) return;
    const left = waiters.filter((waiter) => {
      if (!isSettled(run, waiter.throughWaits)) return true;
      waiter.resolve(run);
      return false;
    });
    if (left.length > 0) this.waiters.set(session.runId, left);
    else this.waiters.delete(session.runId);
  }

  answerTasks(session: Session, tasks: readonly string[]): void {
    for (const id of tasks) {
      const task = session.state.openTasks.get(id);
      for (const event of task ? answerFor(session, task) : []) session.facts.push({ event });
    }
    if (session.facts.length > 0) this.#later(session);
  }

  #setWake(session: Session): void {
    const dueAt = nextDueAt(session.state) ?? null;
    if (dueAt === session.wakeAt) return;
    session.cancelWake?.();
    session.wakeAt = dueAt;
    session.cancelWake = dueAt === null ? null : this.options.clock.at(dueAt, () => this.#wake(session));
  }

  #wake(session: Session): void {
    session.wakeAt = null;
    session.cancelWake = null;
    if (this.sessions.get(session.runId) !== session) return;
    for (const timer of dueTimers(session.state, this.options.clock.now()))
      session.facts.push({ event: { type: 'timer.fired', data: { timer } } });
    if (session.facts.length > 0) this.#later(session);
    else this.#setWake(session);
  }

  #abort(session: Session, id: string): void {
    session.inFlight.get(id)?.controller.abort();
    session.inFlight.delete(id);
    this.#governor.drop(session.runId, id);
  }

  #perform(session: Session, call: Call): void {
    const flight = { call, controller: new AbortController(), startedAt: this.options.clock.now() };
    session.inFlight.set(call.id, flight);
    void this.#land(session, flight);
  }

  /** Waits for a call's outcome and turns it into facts, unless nobody wants it any more. */
  async #land(session: Session, flight: InFlight): Promise<void> {
    const { call, controller, startedAt } = flight;
    const outcome = await this.#outcomeOf(session, call, controller.signal);
    if (this.#closed || session.inFlight.get(call.id) !== flight) return;
    session.inFlight.delete(call.id);
    const nowMs = this.options.clock.now();
    this.#governor.finished(call, outcome.ok ? 'ok' : outcome.kind, nowMs);
    const facts = outcomeFacts(call, outcome, Math.max(0, nowMs - startedAt));
    session.facts.push(...facts.map((event): Fact => ({ event, callId: call.id })));
    this.#later(session);
  }

  /** A failure nobody foresaw is a bug of ours: it fails the attempt and is told as such. */
  async #outcomeOf(session: Session, call: Call, signal: AbortSignal): Promise<ModelOutcome | ValueOutcome> {
    try {
      return await performCall(this.options, session, call, signal);
    } catch (error) {
      const { code, message } = serializeError(error);
      return { ok: false, kind: 'error', code, message, sent: 'maybe' };
    }
  }

  /** Calls that waited for capacity and may go, or never will: the next turn of their run records it, then they are made. */
  #admitWaiting(nowMs: number): void {
    for (const call of this.#governor.takeReady(nowMs)) {
      const session = this.sessions.get(call.runId);
      if (!session?.state.steps.get(call.step)?.issued.has(call.id) || session.state.pause) {
        this.#governor.drop(call.runId, call.id);
        session?.state.steps.get(call.step)?.issued.delete(call.id); // wanted again when the run goes on
        continue;
      }
      session.facts.push(...startFacts(call).map((event): Fact => ({ event, callId: call.id })));
      session.admitted.push(call);
      this.#due.add(session);
    }
    for (const { call, reason, until } of this.#governor.takeRefused(nowMs)) {
      const session = this.sessions.get(call.runId);
      if (!session) continue;
      session.facts.push(...refusalFacts(call, reason, until).map((event) => ({ event })));
      this.#due.add(session);
    }
  }

  #scheduleGovernor(): void {
    const at = this.#governor.nextWakeAt();
    if (at === this.#governorWake?.at) return;
    this.#governorWake?.cancel();
    this.#governorWake = null;
    if (at === undefined) return;
    const cancel = this.options.clock.at(at, () => {
      this.#governorWake = null;
      this.#flushQuietly();
    });
    this.#governorWake = { at, cancel };
  }
}

function appendOf(turn: Taken, history: readonly RunEvent[]): RunAppend[] {
  const events = history.length === 0 ? turn.events : [...history, ...turn.events];
  if (events.length === 0) return [];
  const { runId, flow, semanticHash, isNew } = turn.session;
  const sensitive = sensitiveKeys(flow, events);
  return [
    {
      runId,
      events,
      ...(isNew ? { created: { flow, semanticHash } } : {}),
      ...(sensitive ? { sensitive } : {}),
    },
  ];
}

function breakerFact(change: BreakerChange): Fact {
  return { event: { type: 'breaker.changed', data: change } };
}

/** Whether there is nothing to wait for: ended, paused, or only people are left (and nobody waits for them). */
export function isSettled(run: Pick<RunInfo, 'status'>, throughWaits: boolean): boolean {
  return ENDED.has(run.status) || run.status === 'paused' || (run.status === 'waiting' && !throughWaits);
}
