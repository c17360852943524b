/** What the runtime offers to its hosts: the window's utility process, the command line, tests. */
import type { Json } from '../../shared/base/json';
import type { DataOf, LiveDelta, RunEvent, RunInfo } from '../../shared/events/event';
import type { Executors, Grants } from '../../shared/ports/calls';
import type { Pure } from '../../shared/ports/pure';
import type { RunLog } from '../../shared/ports/run-log';
import type { Flow } from '../../shared/spec/flow';
import type { Answers, Breakpoint, Fault } from '../../shared/spec/parts';

/** Time as the runtime sees it; a test's or the simulator's clock stands still until told. */
export interface RuntimeClock {
  now(): number;
  /** Calls back once at or after `atMs`; returns the cancel function. */
  at(atMs: number, wake: () => void): () => void;
  /** Calls back as soon as the current turn of the host is over. */
  soon(task: () => void): void;
}

export interface RuntimeOptions {
  readonly log: RunLog;
  readonly pure: Pure;
  readonly executors: Executors;
  readonly clock: RuntimeClock;
  /** Random whole number for a new run's seed, and ids of new runs. */
  readonly entropy: { seed(): number; runId(): string };
  /** SHA-256 of expressions that had to be stopped on this machine; runs that have them record it. */
  readonly stoppedExpressions?: readonly string[];
  /** Value of a secret by name, undefined when there is none. */
  secret(name: string): Promise<string | undefined>;
  /** Committed events, in order, after each commit. */
  onEvents?(events: readonly RunEvent[]): void;
  onDelta?(delta: LiveDelta): void;
  /** How long a rehearsed call takes on the clock, given how long it would take; without it no time at all. */
  rehearsalPace?(latencyMs: number): number;
  /** An injected fault asks for the end of the process. */
  onCrash?(when: 'before' | 'after'): void;
  /** A failure of the runtime itself (store full, bug): the run stands still, nothing is lost. */
  onFault?(error: unknown): void;
}

export interface StartOptions {
  readonly flow: Flow;
  readonly semanticHash: string;
  readonly input: Json;
  readonly mode: 'live' | 'rehearsal' | 'replay';
  readonly runId?: string;
  readonly seed?: number;
  readonly overrides?: DataOf<'run.started'>['overrides'];
  /** Decisions and faults for unattended runs and rehearsals; they live only as long as the process. */
  readonly answers?: Answers;
  readonly faults?: readonly Fault[];
  readonly grants: Grants;
}

export interface ForkOptions {
  readonly runId: string;
  /** A seq (end of the turn that holds it) or a step key (just before that step's first start). */
  readonly at: number | string;
  readonly flow?: Flow;
  readonly semanticHash?: string;
  readonly context?: Readonly<Record<string, Json>>;
  readonly steps?: Readonly<Record<string, Json>>;
  readonly newRunId?: string;
  /** As for a new run; missing grants are those the parent was started with. */
  readonly answers?: Answers;
  readonly grants?: Grants;
  readonly by: string;
}

export interface MigrateOptions {
  readonly runId: string;
  readonly flow: Flow;
  readonly semanticHash: string;
  /** Only says whether it could be done. */
  readonly checkOnly?: boolean;
}

export interface ForkPreview {
  readonly seq: number;
  readonly reused: readonly string[];
  readonly effectsAgain: readonly { readonly step: string; readonly tool: string; readonly effect: string }[];
}

export interface ReplayReport {
  readonly runId: string;
  readonly verdict: 'identical' | 'different';
  readonly events: number;
  readonly firstDifference: {
    readonly seq: number;
    readonly step: string | null;
    readonly recorded: Json | null;
    readonly derived: Json | null;
    /** Said where the two sides are hashes: the event was changed after it was recorded. */
    readonly reason?: string;
  } | null;
  /** Only for a what-if against another flow. */
  readonly reused?: number;
  readonly wouldRunAgain?: readonly string[];
}

export interface DecisionInput {
  readonly runId: string;
  readonly task: string;
  readonly choice: string;
  readonly values?: Json;
  readonly comment?: string;
  readonly by: string;
  readonly via: string;
}

export interface StepView {
  readonly scope: Readonly<Record<string, Json>>;
  readonly system?: string;
  readonly prompt?: string;
}

export interface RuntimeApi {
  /** @throws AppError `input/invalid`, `flow/unsupported-kind`, `spec/invalid`. Durable when it returns. */
  start(options: StartOptions): { runId: string };
  /** As `start`, durable when it resolves: runs that are begun together share a commit. */
  begin(options: StartOptions): Promise<{ runId: string }>;
  /** Goes on with every unfinished run of the log (or one); returns the ids it took up. */
  recover(runId?: string, extra?: { answers?: Answers; grants?: Grants }): string[];
  pause(runId: string, by: string): void;
  resume(runId: string, by: string): void;
  step(runId: string, by: string): void;
  /** All breakpoints of an unfinished run from now on. @throws AppError `input/invalid`, `run/finished`, `run/unknown`. */
  setBreakpoints(runId: string, breakpoints: readonly Breakpoint[], by: string): void;
  cancel(runId: string, compensate: boolean, by: string): void;
  /** @throws AppError `task/unknown`, `task/closed`, `task/invalid-values` (details: misses). */
  decide(decision: DecisionInput): void;
  fork(options: ForkOptions): { runId: string };
  forkPreview(runId: string, at: number | string): ForkPreview;
  /**
   * Goes on with an unfinished run under an edited flow. Everything so far must come out of that flow just as it stands in
   * the record. @throws AppError `run/busy` while calls are in flight, `run/migration`, `run/finished`, `run/unknown`.
   */
  migrate(options: MigrateOptions): void;
  rerunDeadLetter(
    runId: string,
    step: string,
    by: string,
    context?: Readonly<Record<string, Json>>,
  ): { runId: string };
  dismissDeadLetter(runId: string, step: string, by: string): void;
  replay(runId: string, flow?: Flow): ReplayReport;
  view(runId: string, step: string): StepView;
  /**
   * Resolves when the run has ended, is paused, or (unless `throughWaits`) only people are waited for; at once when it is
   * so already. Rejects with what made it stand still when its record can no longer be written.
   */
  settled(runId: string, options?: { throughWaits?: boolean }): Promise<RunInfo>;
  /** Stops taking anything new, lets the current commit finish, aborts calls in flight; runs stay resumable. */
  close(): Promise<void>;
}
