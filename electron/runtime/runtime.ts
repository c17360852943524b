/** What hosts may ask of the runtime: start, steer, decide, fork, replay. The runs themselves are driven by `driver.ts`. */
import { AppError } from '../../shared/base/app-error';
import type { Json } from '../../shared/base/json';
import { interruptedSteps } from '../../shared/engine/interrupted';
import { decisionFacts, decisionProblem } from '../../shared/engine/people';
import type { RunState } from '../../shared/engine/state';
import { dueTimers } from '../../shared/engine/timers';
import type { NewEvent, RunEvent, RunInfo } from '../../shared/events/event';
import type { Grants } from '../../shared/ports/calls';
import type { RunLog } from '../../shared/ports/run-log';
import type {
  DecisionInput,
  ForkOptions,
  ForkPreview,
  MigrateOptions,
  ReplayReport,
  RuntimeApi,
  RuntimeOptions,
  StartOptions,
  StepView,
} from './api';
import { Driver, ENDED, isSettled } from './driver';
import { forkHistory, forkPoint, forkSession, previewFork } from './fork';
import { checkMigration } from './migrate-run';
import { replayRun } from './replay';
import { createSession, type Session } from './session';
import {
  checkBreakpoints,
  checkForkValues,
  checkRunInput,
  checkUnattended,
  refuseUnknownKinds,
} from './start-checks';
import { stoppedIn } from './stopped-expressions';
import { ENGINE_VERSION } from './version';
import { viewOfStep } from './view';
import type { Flow } from '../../shared/spec/flow';
import type { Breakpoint } from '../../shared/spec/parts';

export { ENGINE_VERSION };

export function createRuntime(options: RuntimeOptions): RuntimeApi {
  return new Runtime(options);
}

class Runtime implements RuntimeApi {
  readonly #driver: Driver;

  constructor(private readonly options: RuntimeOptions) {
    this.#driver = new Driver(options);
  }

  start(start: StartOptions): { runId: string } {
    const session = this.#prepare(start);
    this.#driver.sessions.set(session.runId, session);
    this.#driver.flush([session]);
    return { runId: session.runId };
  }

  async begin(start: StartOptions): Promise<{ runId: string }> {
    const session = this.#prepare(start);
    await this.#driver.begin(session);
    return { runId: session.runId };
  }

  #prepare(start: StartOptions): Session {
    const { flow } = start;
    refuseUnknownKinds(flow);
    checkRunInput(this.options.pure, flow, start.input);
    checkUnattended(this.options.pure, flow, start.answers, start.faults);
    checkBreakpoints(flow, start.overrides?.breakpoints);
    const runId = start.runId ?? this.options.entropy.runId();
    this.#refuseTaken(runId);
    const seed =
      start.seed ?? (start.mode === 'rehearsal' ? (flow.rehearsal?.seed ?? 1) : this.options.entropy.seed());
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
          overrides: { ...start.overrides, grants: grantsJson(start.grants), ...this.#stopped(session) },
        },
      },
    });
    return session;
  }

  recover(runId?: string, extra: Parameters<RuntimeApi['recover']>[1] = {}): string[] {
    const runs = runId === undefined ? this.options.log.unfinished() : [this.#known(runId)];
    const taken: Session[] = [];
    for (const run of runs) {
      if (ENDED.has(run.status) || this.#driver.sessions.has(run.runId)) continue;
      const session = this.#loadUnlessDamaged(run, extra, runId === undefined);
      if (!session) continue;
      this.#recordRecovery(session, interruptedSteps(session.state));
      this.#driver.sessions.set(run.runId, session);
      taken.push(session);
      const late = overdueTasks(session.state, this.options.clock.now());
      for (const task of late)
        session.facts.push({ event: { type: 'timer.fired', data: { timer: `${task}:deadline` } } });
      const open = [...session.state.openTasks.keys()];
      this.#driver.answerTasks(
        session,
        open.filter((task) => !late.includes(task)),
      );
    }
    this.#driver.flush(taken);
    return taken.map((session) => session.runId);
  }

  /** Only what changes how the run goes on is recorded. */
  #recordRecovery(session: Session, interrupted: string[]): void {
    const stopped = this.#stopped(session);
    if (interrupted.length === 0 && !stopped) return;
    const data = { epoch: this.options.log.epoch, interrupted, ...stopped };
    session.facts.push({ event: { type: 'run.recovered', data } });
  }

  /** Expressions of the flow that had to be stopped on this machine, where its record does not know them yet. */
  #stopped({ flow, state }: Session): { stoppedExpressions: string[] } | undefined {
    const { stoppedExpressions: all = [], pure } = this.options;
    const known = state.overrides.stoppedExpressions ?? [];
    const found = stoppedIn(flow, all, pure.sha256)?.filter((hash) => !known.includes(hash));
    return found && found.length > 0 ? { stoppedExpressions: [...known, ...found] } : undefined;
  }

  pause(runId: string, by: string): void {
    const session = this.#live(runId);
    if (!session.state.pause) this.#add(session, { type: 'run.paused', data: { reason: 'user', by } });
  }

  resume(runId: string, by: string): void {
    const session = this.#live(runId);
    if (session.state.budgetHit)
      throw new AppError('run/over-budget', 'The budget of this run is used up.', {
        hint: 'Decide its budget task: raise or stop.',
      });
    if (session.state.pause) this.#add(session, { type: 'run.resumed', data: { by } });
  }

  step(runId: string, by: string): void {
    this.#add(this.#live(runId), { type: 'run.resumed', data: { by, step: true } });
  }

  setBreakpoints(runId: string, breakpoints: readonly Breakpoint[], by: string): void {
    const session = this.#live(runId);
    checkBreakpoints(session.flow, breakpoints);
    this.#add(session, { type: 'breakpoints.set', data: { breakpoints: [...breakpoints], by } });
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
      if (state.closedTasks.has(id))
        throw new AppError(
          'task/closed',
          `"${id}" has been decided or has expired already; nothing was changed.`,
        );
      throw new AppError('task/unknown', `This run has no task "${id}".`, {
        details: { open: [...state.openTasks.keys()] },
      });
    }
    const problem = decisionProblem(state, task, choice, values);
    if (problem !== undefined)
      throw new AppError('task/invalid-values', `The decision cannot be used: ${problem}`, {
        details: { problem },
      });
    const facts = decisionFacts(task, {
      choice,
      ...(values === undefined ? {} : { values }),
      ...(comment === undefined ? {} : { comment }),
      by,
      via,
    });
    this.#add(session, ...facts);
  }

  fork(fork: ForkOptions): { runId: string } {
    const parent = this.#known(fork.runId);
    const events = this.options.log.events(fork.runId);
    const seq = forkPoint(events, fork.at);
    const flow = fork.flow ?? this.options.log.flow(fork.runId);
    refuseUnknownKinds(flow);
    checkForkValues(this.options.pure, flow, fork.context, fork.steps);
    checkUnattended(this.options.pure, flow, fork.answers, undefined);
    const runId = fork.newRunId ?? this.options.entropy.runId();
    this.#refuseTaken(runId);
    const semanticHash = fork.semanticHash ?? parent.semanticHash;
    const history = forkHistory(events, {
      ...fork,
      seq,
      runId,
      flow,
      semanticHash,
      sameFlow: semanticHash === parent.semanticHash,
    });
    const parts = {
      runId,
      flow,
      semanticHash,
      answers: fork.answers,
      grants: fork.grants ?? grantsOf(events),
    };
    const session = forkSession(() => createSession(this.options.pure, parts, history), fork);
    session.isNew = true;
    this.#recordRecovery(session, []);
    for (const [field, value] of Object.entries(fork.context ?? {}))
      session.facts.push({ event: { type: 'context.set', data: { field, value, by: fork.by } } });
    for (const [node, value] of Object.entries(fork.steps ?? {}))
      session.facts.push({ event: { type: 'output.set', data: { node, value, by: fork.by } } });
    if (session.state.pause) session.facts.push({ event: { type: 'run.resumed', data: { by: fork.by } } });
    this.#driver.sessions.set(runId, session);
    this.#driver.answerTasks(session, [...session.state.openTasks.keys()]); // asked in the part that is inherited
    this.#driver.flush([session], history);
    return { runId };
  }

  migrate({ runId, flow, semanticHash, checkOnly = false }: MigrateOptions): void {
    const session = this.#live(runId);
    refuseUnknownKinds(flow);
    this.#driver.flush([session]); // what has come in already belongs to the flow before
    const { semanticHash: from } = this.#known(runId);
    if (session.state.ended)
      throw new AppError('run/finished', `Run ${runId} has ended; nothing was changed.`);
    if (session.inFlight.size > 0 || session.more || session.facts.length > 0)
      throw new AppError('run/busy', `Run ${runId} is at work; nothing was changed.`, {
        details: { calls: session.inFlight.size },
        hint: 'Pause the run, wait until its calls have ended, and move it then.',
      });
    const events = this.options.log.events(runId);
    checkMigration(this.options.pure, runId, flow, events);
    if (checkOnly) return;
    const { answers, faults, grants } = session;
    const parts = { runId, flow, semanticHash, answers, faults, grants };
    const moved = createSession(this.options.pure, parts, events);
    moved.isNew = true; // the flow goes along with the event
    moved.facts.push({ event: { type: 'run.migrated', data: { from, to: semanticHash } } });
    this.#driver.replace(session, moved);
  }

  forkPreview(runId: string, at: number | string): ForkPreview {
    const events = this.options.log.events(this.#known(runId).runId);
    return previewFork(events, forkPoint(events, at));
  }

  rerunDeadLetter(
    runId: string,
    step: string,
    by: string,
    context?: Readonly<Record<string, Json>>,
  ): { runId: string } {
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
    return replayRun(
      this.options.pure,
      runId,
      this.options.log.flow(runId),
      this.options.log.events(runId),
      flow,
    );
  }

  view(runId: string, step: string): StepView {
    this.#known(runId);
    return viewOfStep(
      this.options.pure,
      runId,
      this.options.log.flow(runId),
      this.options.log.events(runId),
      step,
    );
  }

  settled(runId: string, { throughWaits = false }: { throughWaits?: boolean } = {}): Promise<RunInfo> {
    const run = this.#known(runId);
    const session = this.#driver.sessions.get(runId);
    if (isSettled(run, throughWaits) && !(session && (session.facts.length > 0 || session.more)))
      return Promise.resolve(run);
    return new Promise((resolve, reject) => {
      this.#driver.waiters.set(runId, [
        ...(this.#driver.waiters.get(runId) ?? []),
        { throughWaits, resolve, reject },
      ]);
    });
  }

  async close(): Promise<void> {
    this.#driver.flush([...this.#driver.sessions.values()]);
    this.#driver.close();
    await Promise.resolve();
  }

  #refuseTaken(runId: string): void {
    if (this.#driver.sessions.has(runId) || this.options.log.run(runId))
      throw new AppError('run/exists', `There is already a run ${runId}.`, {
        hint: 'Leave --run-id away or choose another.',
      });
  }

  #known(runId: string): RunInfo {
    const run = this.options.log.run(runId);
    if (!run) throw new AppError('run/unknown', `There is no run "${runId}" in this store.`);
    return run;
  }

  /** The run in memory; one that nobody drives at the moment is taken up from the log. */
  #live(runId: string): Session {
    const session = this.#driver.sessions.get(runId);
    if (session) return session;
    const run = this.#known(runId);
    if (ENDED.has(run.status))
      throw new AppError('run/finished', `Run ${runId} has ended (${run.status}); nothing was changed.`);
    this.recover(runId);
    const taken = this.#driver.sessions.get(runId);
    if (!taken) throw new AppError('run/finished', `Run ${runId} has ended; nothing was changed.`);
    return taken;
  }

  /** Of many runs one that cannot be read is told of and left as it is: the others go on. */
  #loadUnlessDamaged(
    run: RunInfo,
    extra: Parameters<RuntimeApi['recover']>[1],
    isOneOfMany: boolean,
  ): Session | undefined {
    try {
      return this.#load(run, extra);
    } catch (error) {
      if (!isOneOfMany || !this.options.onFault) throw error;
      this.options.onFault(error);
      return undefined;
    }
  }

  #load(run: RunInfo, extra: Parameters<RuntimeApi['recover']>[1]): Session {
    const grants = extra?.grants ?? grantsOf(this.options.log.events(run.runId, 0, 1));
    const flow = this.options.log.flow(run.runId);
    checkUnattended(this.options.pure, flow, extra?.answers, undefined);
    const parts = {
      runId: run.runId,
      flow,
      semanticHash: run.semanticHash,
      answers: extra?.answers,
      grants,
    };
    return createSession(this.options.pure, parts, recordOf(this.options.log, run.runId));
  }

  #letter(runId: string, step: string): void {
    const found = this.options.log
      .deadLetters(runId)
      .find((letter) => letter.step === step && letter.closedBy === undefined);
    if (!found) throw new AppError('run/unknown', `Run ${runId} has no open dead letter at "${step}".`);
  }

  /** A dead letter may be closed after its run has ended: the record goes on by this one fact. */
  #close(runId: string, step: string, action: string, by: string): void {
    const fact: NewEvent = { type: 'deadletter.closed', step, data: { step, action, by } };
    const session = this.#driver.sessions.get(runId) ?? this.#load(this.#known(runId), {});
    session.facts.push({ event: fact });
    this.#driver.flush([session]);
  }

  #add(session: Session, ...events: NewEvent[]): void {
    for (const event of events) session.facts.push({ event });
    this.#driver.flush([session]);
  }
}

/** Tasks whose deadline passed while nobody drove the run: it came before whatever answer is found now. */
function overdueTasks(state: RunState, nowMs: number): string[] {
  const due = new Set(dueTimers(state, nowMs));
  return [...state.openTasks.keys()].filter((task) => due.has(`${task}:deadline`));
}

const BATCH = 1000;

/** A run's events a batch at a time: of a long record only what the fold keeps stays in memory. */
function* recordOf(log: RunLog, runId: string): Generator<RunEvent> {
  for (let seq = 0, count = BATCH; count === BATCH; ) {
    const batch = log.events(runId, seq, BATCH);
    yield* batch;
    count = batch.length;
    seq += count;
  }
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
