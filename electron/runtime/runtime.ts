/**
 * The host that runs flows for real: drives the interpreter, asks the governor, commits, then acts.
 *
 * R1. An event is in the log before anyone hears of it and before anything it allows is done.
 * R2. What arrives together is committed together: one transaction for the facts and consequences of all runs.
 * R3. A run whose commit failed stands still in memory and is taken up again from the log.
 */
import { AppError } from '../../shared/base/app-error';
import type { Json } from '../../shared/base/json';
import { decisionProblem } from '../../shared/engine/people';
import { dueTimers, nextDueAt } from '../../shared/engine/timers';
import type { NewEvent, RunEvent, RunInfo } from '../../shared/events/event';
import { NODE_KINDS } from '../../shared/spec/nodes';
import type { Call, Grants, ModelOutcome, ValueOutcome } from '../../shared/ports/calls';
import type { RunAppend } from '../../shared/ports/run-log';
import type { Budget } from '../../shared/spec/parts';
import type { DecisionInput, ForkOptions, ForkPreview, ReplayReport, RuntimeApi, RuntimeOptions, StartOptions, StepView } from './api';
import { answerFor } from './answering';
import { forkHistory, forkPoint, previewFork } from './fork';
import { Governor } from './governor';
import { replayRun } from './replay';
import { performCall } from './perform';
import { createSession, type Session } from './session';
import { qualityNotes, sensitiveKeys } from './notes';
import { type Fact, outcomeFacts, startFacts, refusalFacts, takeTurn } from './turn';
import { ENGINE_VERSION } from './version';
import { viewOfStep } from './view';
import type { Flow } from '../../shared/spec/flow';

export { ENGINE_VERSION };

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

interface Waiter {
  readonly throughWaits: boolean;
  readonly resolve: (run: RunInfo) => void;
}

export function createRuntime(options: RuntimeOptions): RuntimeApi {
  return new Runtime(options);
}

class Runtime implements RuntimeApi {
  readonly #sessions = new Map<string, Session>();
  readonly #governor = new Governor();
  readonly #waiters = new Map<string, Waiter[]>();
  #scheduled = false;
  #closed = false;
  #cancelGovernorWake: (() => void) | null = null;

  constructor(private readonly options: RuntimeOptions) {
    this.#governor.load(options.log.breakers());
  }

  start(start: StartOptions): { runId: string } {
    const { flow } = start;
    refuseUnknownKinds(flow);
    if (flow.input !== undefined) {
      const misses = this.options.pure.schema(flow.input, flow.schemas).check(start.input);
      if (misses.length > 0) {
        const message = `The input does not fit what the flow declares: ${misses.map((miss) => miss.message).join('; ')}.`;
        throw new AppError('input/invalid', message, { details: { misses: misses.map(({ pointer, message: text }) => ({ pointer, message: text })) } });
      }
    }
    const runId = start.runId ?? this.options.entropy.runId();
    if (this.options.log.run(runId)) throw new AppError('run/exists', `There is already a run ${runId}.`, { hint: 'Leave --run-id away or choose another.' });
    const seed = start.seed ?? (start.mode === 'rehearsal' ? (flow.rehearsal?.seed ?? 1) : this.options.entropy.seed());
    const session = createSession(this.options.pure, { ...start, runId }, []);
    session.facts.push({
      event: {
        type: 'run.started',
        data: {
          flowId: flow.id,
          flowVersion: flow.version,
          semanticHash: start.semanticHash,
          engineVersion: ENGINE_VERSION,
          mode: start.mode,
          input: start.input,
          seed,
          overrides: { ...start.overrides, grants: grantsJson(start.grants) },
        },
      },
    });
    this.#sessions.set(runId, session);
    this.#flush([session]);
    return { runId };
  }

  recover(runId?: string, extra: Parameters<RuntimeApi['recover']>[1] = {}): string[] {
    const runs = runId === undefined ? this.options.log.unfinished() : [this.#known(runId)];
    const taken: Session[] = [];
    for (const run of runs) {
      if (ENDED.has(run.status) || this.#sessions.has(run.runId)) continue;
      const session = this.#load(run, extra);
      const interrupted = [...session.state.steps.values()].filter((step) => step.attemptOpen).map((step) => step.key);
      if (interrupted.length > 0) session.facts.push({ event: { type: 'run.recovered', data: { epoch: this.options.log.epoch, interrupted } } });
      this.#sessions.set(run.runId, session);
      taken.push(session);
      this.#answerTasks(session, [...session.state.openTasks.values()].map((task) => task.id));
    }
    this.#flush(taken);
    return taken.map((session) => session.runId);
  }

  pause(runId: string, by: string): void {
    const session = this.#live(runId);
    if (!session.state.pause) this.#add(session, { type: 'run.paused', data: { reason: 'user', by } });
  }

  resume(runId: string, by: string): void {
    const session = this.#live(runId);
    if (session.state.budgetHit) throw new AppError('run/over-budget', 'The budget of this run is used up.', { hint: 'Decide its budget task: raise or stop.' });
    if (session.state.pause) this.#add(session, { type: 'run.resumed', data: { by } });
  }

  step(runId: string, by: string): void {
    this.#add(this.#live(runId), { type: 'run.resumed', data: { by, step: true } });
  }

  cancel(runId: string, compensate: boolean, by: string): void {
    const session = this.#live(runId);
    if (!session.state.cancel) this.#add(session, { type: 'run.cancelRequested', data: { by, compensate } });
  }

  decide(decision: DecisionInput): void {
    const { runId, task: id, choice, values, comment, by, via } = decision;
    const session = this.#live(runId);
    const { state } = session;
    const task = state.openTasks.get(id);
    if (!task) {
      if (state.closedTasks.has(id)) throw new AppError('task/closed', `"${id}" has been decided or has expired already; nothing was changed.`);
      throw new AppError('task/unknown', `This run has no task "${id}".`, { details: { open: [...state.openTasks.keys()] } });
    }
    const problem = decisionProblem(state, task, choice, values);
    if (problem !== undefined) throw new AppError('task/invalid-values', `The decision cannot be used: ${problem}`, { details: { problem } });
    const step = [...state.steps.values()].find((candidate) => candidate.tasks.has(id))?.key;
    const event: NewEvent = {
      type: 'human.decided',
      ...(step === undefined ? {} : { step }),
      data: { task: id, choice, ...(values === undefined ? {} : { values }), ...(comment === undefined ? {} : { comment }), by, via },
    };
    if (task.type === 'budget' && choice === 'raise') {
      const limits = (values ?? task.asked.proposed ?? {}) as Budget; // checked against the budget form above
      this.#add(session, { type: 'budget.raised', data: { limits, by } }, event);
      return;
    }
    this.#add(session, event);
  }

  fork(fork: ForkOptions): { runId: string } {
    const parent = this.#known(fork.runId);
    const events = this.options.log.events(fork.runId);
    const seq = forkPoint(events, fork.at);
    const flow = fork.flow ?? this.options.log.flow(fork.runId);
    refuseUnknownKinds(flow);
    const runId = fork.newRunId ?? this.options.entropy.runId();
    const semanticHash = fork.semanticHash ?? parent.semanticHash;
    const history = forkHistory(events, { ...fork, seq, runId, flow, semanticHash, sameFlow: semanticHash === parent.semanticHash });
    const session = createSession(this.options.pure, { runId, flow, semanticHash, grants: grantsOf(events) }, history);
    session.isNew = true;
    for (const [field, value] of Object.entries(fork.context ?? {})) session.facts.push({ event: { type: 'context.set', data: { field, value, by: fork.by } } });
    for (const [node, value] of Object.entries(fork.steps ?? {})) session.facts.push({ event: { type: 'output.set', data: { node, value, by: fork.by } } });
    if (session.state.pause) session.facts.push({ event: { type: 'run.resumed', data: { by: fork.by } } });
    this.#sessions.set(runId, session);
    this.#flush([session], history);
    return { runId };
  }

  forkPreview(runId: string, at: number | string): ForkPreview {
    const events = this.options.log.events(this.#known(runId).runId);
    return previewFork(events, forkPoint(events, at));
  }

  rerunDeadLetter(runId: string, step: string, by: string, context?: Readonly<Record<string, Json>>): { runId: string } {
    this.#letter(runId, step);
    const forked = this.fork({ runId, at: step, by, ...(context ? { context } : {}) });
    this.#close(runId, step, `run again as ${forked.runId}`, by);
    return forked;
  }

  dismissDeadLetter(runId: string, step: string, by: string): void {
    this.#letter(runId, step);
    this.#close(runId, step, 'dismissed', by);
  }

  replay(runId: string, flow?: Flow): ReplayReport {
    this.#known(runId);
    return replayRun(this.options.pure, runId, this.options.log.flow(runId), this.options.log.events(runId), flow);
  }

  view(runId: string, step: string): StepView {
    this.#known(runId);
    return viewOfStep(this.options.pure, runId, this.options.log.flow(runId), this.options.log.events(runId), step);
  }

  settled(runId: string, { throughWaits = false }: { throughWaits?: boolean } = {}): Promise<RunInfo> {
    const run = this.#known(runId);
    const session = this.#sessions.get(runId);
    if (isSettled(run, throughWaits) && !(session && (session.facts.length > 0 || session.more))) return Promise.resolve(run);
    return new Promise((resolve) => {
      this.#waiters.set(runId, [...(this.#waiters.get(runId) ?? []), { throughWaits, resolve }]);
    });
  }

  async close(): Promise<void> {
    this.#flush([...this.#sessions.values()]);
    this.#closed = true;
    this.#cancelGovernorWake?.();
    for (const session of this.#sessions.values()) {
      session.cancelWake?.();
      for (const { controller } of session.inFlight.values()) controller.abort();
    }
    this.#sessions.clear();
    await Promise.resolve();
  }

  #known(runId: string): RunInfo {
    const run = this.options.log.run(runId);
    if (!run) throw new AppError('run/unknown', `There is no run "${runId}" in this store.`);
    return run;
  }

  /** The run in memory; one that nobody drives at the moment is taken up from the log. */
  #live(runId: string): Session {
    const session = this.#sessions.get(runId);
    if (session) return session;
    const run = this.#known(runId);
    if (ENDED.has(run.status)) throw new AppError('run/finished', `Run ${runId} has ended (${run.status}); nothing was changed.`);
    this.recover(runId);
    const taken = this.#sessions.get(runId);
    if (!taken) throw new AppError('run/finished', `Run ${runId} has ended; nothing was changed.`);
    return taken;
  }

  #load(run: RunInfo, extra: Parameters<RuntimeApi['recover']>[1]): Session {
    const events = this.options.log.events(run.runId);
    const grants = extra?.grants ?? grantsOf(events);
    const parts = { runId: run.runId, flow: this.options.log.flow(run.runId), semanticHash: run.semanticHash, answers: extra?.answers, grants };
    return createSession(this.options.pure, parts, events);
  }

  #letter(runId: string, step: string): void {
    const found = this.options.log.deadLetters(runId).find((letter) => letter.step === step && letter.closedBy === undefined);
    if (!found) throw new AppError('run/unknown', `Run ${runId} has no open dead letter at "${step}".`);
  }

  /** A dead letter may be closed after its run has ended: the record goes on by this one fact. */
  #close(runId: string, step: string, action: string, by: string): void {
    const fact: NewEvent = { type: 'deadletter.closed', step, data: { step, action, by } };
    const session = this.#sessions.get(runId) ?? this.#load(this.#known(runId), {});
    session.facts.push({ event: fact });
    this.#flush([session]);
  }

  #add(session: Session, ...events: NewEvent[]): void {
    for (const event of events) session.facts.push({ event });
    this.#flush([session]);
  }

  #later(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    this.options.clock.soon(() => {
      this.#scheduled = false;
      if (this.#closed) return;
      this.#flush([...this.#sessions.values()].filter((session) => session.facts.length > 0 || session.more));
    });
  }

  /** Turns for all these runs, one commit, then the world. */
  #flush(sessions: readonly Session[], prefix: readonly RunEvent[] = []): void {
    if (this.#closed || sessions.length === 0) return;
    const nowMs = this.options.clock.now();
    const turns = sessions.map((session) => {
      const facts = session.facts.splice(0);
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
      return [{ runId, events, ...(turn.session.isNew ? { created: { flow, semanticHash } } : {}), ...(sensitive ? { sensitive } : {}) }];
    });
    try {
      if (appends.length > 0) this.options.log.commit(appends, this.#governor.dirtyRows());
    } catch (error) {
      this.#giveUp(sessions, error);
      throw error;
    }
    for (const { runId, events } of appends) if (events.length > 0) this.#publish(runId, events);
    for (const turn of turns) this.#after(turn.session, turn);
    this.#serveQueue();
  }

  #noteBreaker(turn: { session: Session; events: RunEvent[] }, change: ReturnType<Governor['takeChanges']>[number], nowMs: number): void {
    const noted = takeTurn(turn.session.state, [{ event: { type: 'breaker.changed', data: change } }], this.#governor, nowMs);
    turn.events.push(...noted.events);
  }

  /** Nothing of this turn is in the log: what memory says is no longer true, so it is let go. */
  #giveUp(sessions: readonly Session[], error: unknown): void {
    for (const session of sessions) {
      session.cancelWake?.();
      for (const [id, { controller }] of session.inFlight) {
        controller.abort();
        this.#governor.drop(session.runId, id);
      }
      this.#sessions.delete(session.runId);
    }
    this.options.onFault?.(error);
  }

  #publish(_runId: string, events: readonly RunEvent[]): void {
    for (const note of qualityNotes(events, this.#sessions.get(events[0]?.runId ?? ''))) {
      this.#governor.quality(note.subject, note.passed, note.settings, this.options.clock.now());
    }
    this.options.onEvents?.(events);
  }

  #after(session: Session, turn: { readonly events: readonly RunEvent[]; readonly start: readonly Call[]; readonly aborts: readonly string[]; readonly more: boolean }): void {
    session.isNew = false;
    session.more = turn.more;
    for (const id of turn.aborts) this.#abort(session, id);
    for (const call of turn.start) this.#perform(session, call);
    const asked = turn.events.flatMap((event) => (event.type === 'human.asked' ? [event.data.task] : []));
    this.#answerTasks(session, asked);
    this.#setWake(session);
    if (session.more || session.facts.length > 0) this.#later();
    this.#wakeWaiters(session);
    if (session.state.ended) {
      session.cancelWake?.();
      this.#sessions.delete(session.runId);
    }
  }

  #wakeWaiters(session: Session): void {
    const waiters = this.#waiters.get(session.runId);
    if (!waiters || session.more || session.facts.length > 0) return;
    const run = this.#known(session.runId);
    const left = waiters.filter((waiter) => {
      if (!isSettled(run, waiter.throughWaits)) return true;
      waiter.resolve(run);
      return false;
    });
    if (left.length > 0) this.#waiters.set(session.runId, left);
    else this.#waiters.delete(session.runId);
  }

  #answerTasks(session: Session, tasks: readonly string[]): void {
    for (const id of tasks) {
      const task = session.state.openTasks.get(id);
      const event = task && answerFor(session, task);
      if (event) session.facts.push({ event });
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
    if (this.#sessions.get(session.runId) !== session) return;
    for (const timer of dueTimers(session.state, this.options.clock.now())) session.facts.push({ event: { type: 'timer.fired', data: { timer } } });
    if (session.facts.length > 0) this.#later();
    else this.#setWake(session);
  }

  #abort(session: Session, id: string): void {
    session.inFlight.get(id)?.controller.abort();
    session.inFlight.delete(id);
    this.#governor.drop(session.runId, id);
  }

  #perform(session: Session, call: Call): void {
    const controller = new AbortController();
    const startedAt = this.options.clock.now();
    session.inFlight.set(call.id, { call, controller, startedAt });
    const done = (outcome: ModelOutcome | ValueOutcome): void => {
      const current = session.inFlight.get(call.id);
      if (this.#closed || current?.controller !== controller) return;
      session.inFlight.delete(call.id);
      const nowMs = this.options.clock.now();
      this.#governor.finished(call, outcome.ok ? 'ok' : outcome.kind, nowMs);
      const facts = outcomeFacts(call, outcome, Math.max(0, nowMs - startedAt));
      session.facts.push(...facts.map((event): Fact => ({ event, callId: call.id })));
      this.#later();
    };
    void performCall(this.options, session, call, controller.signal).then(done, (error: unknown) => {
      done({ ok: false, kind: 'error', code: 'engine/bug', message: error instanceof Error ? error.message : String(error), sent: 'maybe' });
    });
  }

  /** Calls that waited for capacity and may go now. */
  #serveQueue(): void {
    const nowMs = this.options.clock.now();
    const byRun = new Map<Session, Fact[]>();
    const go: [Session, Call][] = [];
    for (const call of this.#governor.takeReady(nowMs)) {
      const session = this.#sessions.get(call.runId);
      if (!session?.state.steps.get(call.step)?.issued.has(call.id) || session.state.pause) {
        this.#governor.drop(call.runId, call.id);
        session?.state.steps.get(call.step)?.issued.delete(call.id);
        continue;
      }
      byRun.set(session, [...(byRun.get(session) ?? []), ...startFacts(call).map((event) => ({ event, callId: call.id }))]);
      go.push([session, call]);
    }
    for (const { call, reason, until } of this.#governor.takeRefused(nowMs)) {
      const session = this.#sessions.get(call.runId);
      if (session) session.facts.push(...refusalFacts(call, reason, until).map((event) => ({ event })));
    }
    for (const [session, facts] of byRun) session.facts.push(...facts);
    this.#scheduleGovernor();
    if (go.length > 0) {
      this.#flush([...byRun.keys()]);
      for (const [session, call] of go) if (session.state.steps.get(call.step)?.issued.has(call.id)) this.#perform(session, call);
    }
    if ([...this.#sessions.values()].some((session) => session.facts.length > 0)) this.#later();
  }

  #scheduleGovernor(): void {
    this.#cancelGovernorWake?.();
    const at = this.#governor.nextWakeAt();
    this.#cancelGovernorWake = at === undefined ? null : this.options.clock.at(at, () => this.#serveQueue());
  }
}

function isSettled(run: RunInfo, throughWaits: boolean): boolean {
  return ENDED.has(run.status) || run.status === 'paused' || (run.status === 'waiting' && !throughWaits);
}

function refuseUnknownKinds(flow: Flow): void {
  const known: ReadonlySet<string> = new Set(NODE_KINDS);
  const graphs = [flow, ...Object.values(flow.subflows ?? {})];
  const unknown = graphs.flatMap((graph) => Object.entries(graph.nodes).filter(([, node]) => !known.has(node.kind)));
  if (unknown.length === 0) return;
  const nodes = unknown.map(([id, node]) => `${id} (${node.kind})`);
  throw new AppError('flow/unsupported-kind', `This engine cannot run: ${nodes.join(', ')}. Nothing was started.`, { details: { nodes } });
}

function grantsJson(grants: Grants): Json {
  return { trust: grants.trust, baseFolder: grants.baseFolder, granted: grants.granted };
}

/** The grants a run was started with: recorded, so that going on needs no new agreement. */
function grantsOf(events: readonly RunEvent[]): Grants {
  const first = events[0];
  const recorded = first?.type === 'run.started' ? first.data.overrides?.grants : undefined;
  const { trust, baseFolder, granted } = (recorded ?? {}) as Partial<Grants>; // written by grantsJson
  return { trust: trust ?? false, baseFolder: baseFolder ?? '.', granted: granted ?? {} };
}

