/**
 * Drives runs: takes their turns, commits, then acts. Knows nothing of what a host may ask; that is `runtime.ts`.
 *
 * R1. An event is in the log before anyone hears of it and before anything it allows is done.
 * R2. What arrives together is committed together: one transaction for the facts and consequences of all runs.
 * R3. A run whose commit failed stands still in memory and is taken up again from the log.
 */
import { serializeError } from '../../shared/base/app-error';
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
}

/** A turn of one session on its way to the log. */
type Taken = { -readonly [K in keyof TurnResult]: TurnResult[K] } & { readonly session: Session };

export class Driver {
  readonly sessions = new Map<string, Session>();
  readonly waiters = new Map<string, Waiter[]>();
  readonly #governor = new Governor();
  #scheduled = false;
  #closed = false;
  #cancelGovernorWake: (() => void) | null = null;

  constructor(private readonly options: RuntimeOptions) {
    this.#governor.load(options.log.breakers());
  }

  /** Calls in flight are aborted; their runs go on from the log another time. */
  close(): void {
    this.#closed = true;
    this.#cancelGovernorWake?.();
    for (const session of this.sessions.values()) {
      session.cancelWake?.();
      for (const { controller } of session.inFlight.values()) controller.abort();
    }
    this.sessions.clear();
  }

  #later(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    this.options.clock.soon(() => {
      this.#scheduled = false;
      if (this.#closed) return;
      this.#flushQuietly(
        [...this.sessions.values()].filter((session) => session.facts.length > 0 || session.more),
      );
    });
  }

  /** Nobody waits for this turn's result: `onFault` has heard of a failure, and the runs stand still. */
  #flushQuietly(sessions: readonly Session[]): void {
    try {
      this.flush(sessions);
    } catch (error) {
      if (this.options.onFault === undefined) throw error;
    }
  }

  /** Turns for all these runs, one commit, then the world. @throws what the store throws. */
  flush(sessions: readonly Session[], prefix: readonly RunEvent[] = []): void {
    if (this.#closed || sessions.length === 0) return;
    const nowMs = this.options.clock.now();
    const known = this.#governor.takeChanges().map(breakerFact); // what calls that have just ended changed
    const turns = sessions.map((session): Taken => {
      const facts = [...known, ...session.facts.splice(0)];
      return { session, ...takeTurn(session.state, facts, this.#governor, nowMs) };
    });
    for (const change of this.#governor.takeChanges()) {
      for (const turn of turns) if (turn.events.length > 0) this.#noteBreaker(turn, change, nowMs);
    }
    const appends = turns.flatMap((turn): RunAppend[] => {
      const events = [...prefix, ...turn.events];
      if (events.length === 0) return [];
      const { runId, flow, semanticHash } = turn.session;
      const sensitive = sensitiveKeys(flow, events);
      return [
        {
          runId,
          events,
          ...(turn.session.isNew ? { created: { flow, semanticHash } } : {}),
          ...(sensitive ? { sensitive } : {}),
        },
      ];
    });
    try {
      if (appends.length > 0) this.options.log.commit(appends, this.#governor.dirtyRows());
    } catch (error) {
      this.#giveUp(sessions, error);
      throw error;
    }
    for (const { events } of appends) if (events.length > 0) this.options.onEvents?.(events);
    for (const turn of turns) this.#after(turn.session, turn);
    this.#serveQueue();
  }

  #noteBreaker(turn: Taken, change: BreakerChange, nowMs: number): void {
    const noted = takeTurn(turn.session.state, [breakerFact(change)], this.#governor, nowMs);
    turn.events.push(...noted.events);
    turn.start.push(...noted.start);
    turn.aborts.push(...noted.aborts);
    turn.more ||= noted.more;
  }

  /** Nothing of this turn is in the log: what memory says is no longer true, so it is let go. */
  #giveUp(sessions: readonly Session[], error: unknown): void {
    for (const session of sessions) {
      session.cancelWake?.();
      for (const [id, { controller }] of session.inFlight) {
        controller.abort();
        this.#governor.drop(session.runId, id);
      }
      this.sessions.delete(session.runId);
    }
    this.options.onFault?.(error);
  }

  #after(session: Session, turn: Taken): void {
    session.isNew = false;
    session.more = turn.more;
    for (const id of turn.aborts) this.#abort(session, id);
    for (const call of turn.start) this.#perform(session, call);
    const asked = turn.events.flatMap((event) => (event.type === 'human.asked' ? [event.data.task] : []));
    this.answerTasks(session, asked);
    this.#setWake(session);
    if (session.more || session.facts.length > 0) this.#later();
    this.#wakeWaiters(session);
    if (session.state.ended) {
      session.cancelWake?.();
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
    if (session.facts.length > 0) this.#later();
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
    if (session.facts.length > 0) this.#later();
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
    this.#later();
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

  /** Calls that waited for capacity and may go now. */
  #serveQueue(): void {
    const nowMs = this.options.clock.now();
    const byRun = new Map<Session, Fact[]>();
    const go: [Session, Call][] = [];
    for (const call of this.#governor.takeReady(nowMs)) {
      const session = this.sessions.get(call.runId);
      if (!session?.state.steps.get(call.step)?.issued.has(call.id) || session.state.pause) {
        this.#governor.drop(call.runId, call.id);
        session?.state.steps.get(call.step)?.issued.delete(call.id);
        continue;
      }
      byRun.set(session, [
        ...(byRun.get(session) ?? []),
        ...startFacts(call).map((event) => ({ event, callId: call.id })),
      ]);
      go.push([session, call]);
    }
    for (const { call, reason, until } of this.#governor.takeRefused(nowMs)) {
      const session = this.sessions.get(call.runId);
      if (session) session.facts.push(...refusalFacts(call, reason, until).map((event) => ({ event })));
    }
    for (const [session, facts] of byRun) session.facts.push(...facts);
    this.#scheduleGovernor();
    if (go.length > 0) {
      this.flush([...byRun.keys()]);
      for (const [session, call] of go)
        if (session.state.steps.get(call.step)?.issued.has(call.id)) this.#perform(session, call);
    }
    if ([...this.sessions.values()].some((session) => session.facts.length > 0)) this.#later();
  }

  #scheduleGovernor(): void {
    this.#cancelGovernorWake?.();
    const at = this.#governor.nextWakeAt();
    this.#cancelGovernorWake = at === undefined ? null : this.options.clock.at(at, () => this.#serveQueue());
  }
}

function breakerFact(change: BreakerChange): Fact {
  return { event: { type: 'breaker.changed', data: change } };
}

/** Whether there is nothing to wait for: ended, paused, or only people are left (and nobody waits for them). */
export function isSettled(run: Pick<RunInfo, 'status'>, throughWaits: boolean): boolean {
  return ENDED.has(run.status) || run.status === 'paused' || (run.status === 'waiting' && !throughWaits);
}
