/** What a store offers beyond the runtime's port: what the command line, exports, metrics and settings need. */
import type { AppError } from '../../shared/base/app-error';
import type { Json } from '../../shared/base/json';
import type { MailboxEntry, RunFilter, RunLog } from '../../shared/ports/run-log';

export type ChainVerdict =
  | { readonly ok: true; readonly events: number; readonly head: string | undefined }
  | {
      readonly ok: false;
      readonly seq: number;
      readonly reason: string;
      /** The hash in the record, and the hash of what stands there now; missing with the event. */
      readonly recorded?: string;
      readonly computed?: string;
    };

/** The hashes of one event, as a redacted export carries them. */
export interface ChainEntry {
  readonly seq: number;
  readonly dataHash: string;
  readonly hash: string;
  /** Present only when `data` holds something sensitive. Not for redacted exports. */
  readonly nonce?: string;
}

/** One decision of a person with what had been proposed: the agreement rate is computed from these. */
export interface DecisionRow {
  readonly runId: string;
  readonly seq: number;
  readonly task: string;
  readonly step?: string;
  readonly node?: string;
  readonly type: string;
  readonly askedAt: number;
  readonly decidedAt: number;
  readonly proposed?: Json;
  readonly values?: Json;
  readonly choice: string;
  readonly by: string;
}

export type NewMail = Omit<MailboxEntry, 'id'>;

/** Stops a test at a chosen commit: throw before it (nothing is written) or after it (it is durable). */
export interface StoreFaults {
  beforeCommit?(label: string): void;
  afterCommit?(): void;
}

export interface RunStore extends RunLog {
  countRuns(filter?: Omit<RunFilter, 'limit' | 'offset'>): number;
  /** Hash of the last event, undefined for a run without events. */
  headHash(runId: string): string | undefined;
  verifyChain(runId: string): ChainVerdict;
  chain(runId: string): ChainEntry[];
  /** Per seq the top-level `data` keys that hold sensitive values. */
  sensitive(runId: string): Readonly<Record<number, readonly string[]>>;
  decisions(flowId: string): DecisionRow[];
  /** Runs that do not exist are ignored; returns how many were removed. Events, tasks and unshared values go with them. */
  deleteRuns(runIds: readonly string[]): number;
  /** Removes runs that ended more than `days` ago; returns how many. */
  retention(days: number): number;
  /** Leaves a message for the owner; the only thing a reader may write. */
  postMail(mail: NewMail): void;
}

export type StoreMode = 'owner' | 'reader';

export interface SqliteStore extends RunStore {
  readonly file: string;
  readonly mode: StoreMode;
  /** Why this store was opened for reading only although more was wanted. */
  readonly notice: AppError | undefined;
  /** Bytes on disk, journal included. */
  sizeBytes(): number;
  /** A consistent copy while runs go on. @throws AppError `store/read-only` when the target exists or cannot be written. */
  backupTo(file: string): void;
  /** Everything that is wrong with the file, its references and its chains; empty when it is sound. */
  integrityCheck(): readonly string[];
}
