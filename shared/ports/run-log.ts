/** The durable record of all runs, as the runtime sees it. Synchronous: a commit is one transaction. */
import type { Json } from '../base/json';
import type { DeadLetterInfo, RunEvent, RunInfo, TaskInfo } from '../events/event';
import type { Flow } from '../spec/flow';

/** The events one run adds in one turn; `seq` continues where the log stands. */
export interface RunAppend {
  readonly runId: string;
  readonly events: readonly RunEvent[];
  /** With the first append of a run, the flow it is pinned to; later only beside `run.migrated`, which pins it anew. */
  readonly created?: { readonly flow: Flow; readonly semanticHash: string };
  /** Top-level `data` keys per seq that hold sensitive values: hashed with a nonce, masked in exports. */
  readonly sensitive?: Readonly<Record<number, readonly string[]>>;
}

export interface MailboxEntry {
  readonly id: number;
  readonly runId: string;
  readonly kind: 'decide' | 'cancel' | 'pause' | 'resume';
  readonly data: Json;
  readonly at: number;
}

export interface RunFilter {
  readonly status?: readonly string[];
  readonly flowId?: string;
  readonly search?: string;
  /** Started at or after, and before. */
  readonly since?: number;
  readonly until?: number;
  /** What is known of the cost is at least this, in the run's own currency. */
  readonly minCost?: number;
  readonly limit?: number;
  readonly offset?: number;
}

/** Persisted state of the governor: breakers that must survive a restart. */
export interface BreakerRow {
  readonly subject: string;
  readonly state: 'closed' | 'open' | 'half-open';
  readonly until?: number;
  readonly failures: readonly number[];
}

export interface RunLog {
  /** Raised at each open; every commit checks that it still holds. */
  readonly epoch: number;
  /**
   * All appends together or none. @throws AppError `store/locked` (another owner took over), `store/full`,
   * `store/read-only`, `store/corrupt`.
   */
  commit(appends: readonly RunAppend[], breakers?: readonly BreakerRow[]): void;
  /** Events with seq > afterSeq in order. */
  events(runId: string, afterSeq?: number, limit?: number): RunEvent[];
  /** The flow a run is pinned to. @throws AppError `run/unknown`. */
  flow(runId: string): Flow;
  run(runId: string): RunInfo | undefined;
  runs(filter?: RunFilter): RunInfo[];
  /** Runs that are neither ended nor handed over: what recovery has to look at. */
  unfinished(): RunInfo[];
  tasks(runId?: string): TaskInfo[];
  deadLetters(runId?: string): DeadLetterInfo[];
  breakers(): BreakerRow[];
  mailbox(): MailboxEntry[];
  mailboxDone(ids: readonly number[]): void;
  close(): void;
}
