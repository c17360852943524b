/**
 * The model of one run that screens, the command line and exports read. It is a fold of the run's events.
 *
 * T1. Only `applyToTrace` changes a trace. Readers treat all of it as read-only.
 * T2. A step, task or edge whose content changed is a new object in its map, so an identity check is enough to know
 *     whether it has to be drawn again; lists grow in place and `revision` counts applied events.
 */
import type { Json } from '../base/json';
import type { Flow } from '../spec/flow';
import type { DataOf, Failure, RunStatus, StepStatus, TASK_TYPES, ToolCall, Tokens, Usage } from './event';
import type { FailureKind } from '../spec/values';

export interface TraceModelCall {
  readonly type: 'model';
  readonly seq: number;
  readonly at: number;
  readonly turn: number;
  readonly purpose: DataOf<'model.completed'>['purpose'];
  readonly model: string;
  readonly requestHash: string;
  readonly message: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finish: string;
  readonly usage: Tokens;
  readonly cost?: { readonly amount: number; readonly currency: string };
  readonly latencyMs?: number;
}

export interface TraceToolCall {
  readonly type: 'tool';
  readonly seq: number;
  readonly call: number;
  readonly tool: string;
  readonly args?: Json;
  readonly effect?: 'read' | 'idempotent' | 'once';
  readonly key?: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly latencyMs?: number;
  readonly status: 'running' | 'completed' | 'failed' | 'refused';
  readonly result?: Json;
  readonly kind?: FailureKind;
  readonly code?: string;
  readonly message?: string;
  readonly sent?: 'no' | 'maybe' | 'yes';
}

export interface TraceGovernorCall {
  readonly type: 'governor';
  readonly seq: number;
  readonly at: number;
  readonly decision: 'queued' | 'refused';
  readonly dependency: string;
  readonly reason: string;
  readonly until?: number;
}

export interface TraceRetry {
  readonly type: 'retry';
  readonly seq: number;
  readonly at: number;
  readonly nextAttempt: number;
  readonly model?: string;
  readonly dueAt: number;
  readonly delayMs: number;
  /** The failure that is retried. */
  readonly why?: { readonly kind: FailureKind; readonly code?: string; readonly message: string };
}

export type TraceCall = TraceModelCall | TraceToolCall | TraceGovernorCall | TraceRetry;

export interface TraceRejection {
  readonly seq: number;
  readonly at: number;
  readonly attempt: number;
  readonly kind: FailureKind;
  readonly check: string;
  readonly message: string;
}

export interface TraceAttempt {
  readonly attempt: number;
  model?: string;
  dependency?: string;
  startedAt: number;
  endedAt?: number;
  /** `rejected`: the answer came and a check refused it. `interrupted`: the process died; no failed attempt. */
  outcome: 'running' | 'completed' | 'failed' | 'rejected' | 'cancelled' | 'interrupted';
  latencyMs?: number;
  result?: Json;
  kind?: FailureKind;
  code?: string;
  message?: string;
  sent?: 'no' | 'maybe' | 'yes';
  calls: TraceCall[];
}

export interface TraceWrite {
  readonly field: string;
  readonly version: number;
  readonly value: Json;
}

export interface TraceStep {
  readonly key: string;
  readonly node: string;
  readonly kind: string;
  readonly visit: number;
  /** This step takes back an earlier one. */
  readonly undo: boolean;
  readonly parent?: string;
  /** Item, pass or round of the parent. */
  readonly index?: number;
  readonly startSeq: number;
  readonly startedAt: number;
  status: StepStatus;
  endSeq?: number;
  endedAt?: number;
  queuedMs: number;
  queuedSince?: number;
  port?: string;
  to: readonly string[];
  readonly via?: { readonly from: string; readonly port: string };
  readonly viewHash: string;
  readonly reads: Readonly<Record<string, number>>;
  staleReads: readonly { readonly field: string; readonly ageMs: number }[];
  writes: readonly TraceWrite[];
  output?: Json;
  handoff?: { readonly name: string; readonly payload: Json };
  failure?: DataOf<'step.failed'>;
  cancelReason?: string;
  attempts: TraceAttempt[];
  rejections: TraceRejection[];
  tasks: string[];
  usage: Usage;
  children: string[];
  statusLog: { readonly seq: number; readonly status: StepStatus }[];
}

export interface TraceTask {
  readonly task: string;
  readonly step?: string;
  readonly node?: string;
  readonly type: (typeof TASK_TYPES)[number];
  readonly title: string;
  readonly body?: string;
  readonly evidence: readonly { readonly label: string; readonly value: Json }[];
  readonly form?: Json;
  /** Values before: what was proposed. */
  readonly proposed?: Json;
  readonly choices: readonly { readonly port: string; readonly label: string }[];
  readonly assignee?: string;
  readonly askedSeq: number;
  readonly askedAt: number;
  readonly deadlineAt?: number;
  readonly onDeadline?: string;
  readonly status: 'open' | 'decided' | 'expired' | 'withdrawn';
  readonly closedSeq?: number;
  readonly closedAt?: number;
  readonly choice?: string;
  /** Values after: what was decided; missing means as proposed. */
  readonly values?: Json;
  readonly comment?: string;
  readonly by?: string;
  readonly channel?: string;
  readonly reason?: string;
}

/** One version of a context field. */
export interface ContextVersion {
  readonly field: string;
  readonly version: number;
  /** What was written: for `append`, `merge`, `sum`, `min`, `max` only the addition. */
  readonly written: Json;
  /** The field's value afterwards (equal to `written` when the flow's merge rules are not known). */
  readonly value: Json;
  /** Step that wrote it; missing for an initial value and for a value set by a person. */
  readonly step?: string;
  readonly by?: string;
  readonly seq: number;
  readonly at: number;
}

export interface ContextReader {
  readonly step: string;
  readonly node: string;
  readonly field: string;
  readonly version: number;
  readonly seq: number;
  readonly at: number;
}

export interface TraceEdge {
  readonly from: string;
  readonly port: string;
  readonly to: string;
  readonly count: number;
  /** Where in the history it was taken. */
  readonly seqs: readonly number[];
}

export interface TraceIncident {
  readonly seq: number;
  readonly at: number;
  readonly type: string;
  readonly step?: string;
  readonly data: unknown;
}

export interface TraceDeadLetter {
  readonly step: string;
  readonly node: string;
  readonly kind: FailureKind;
  readonly code: string;
  readonly message: string;
  readonly at: number;
  readonly seq: number;
  readonly closedBy?: string;
}

export interface TraceRun {
  readonly runId: string;
  readonly flowId: string;
  readonly flowVersion: string;
  readonly semanticHash: string;
  readonly engineVersion: string;
  readonly mode: 'live' | 'rehearsal' | 'replay';
  readonly input: Json;
  readonly seed: number;
  readonly forkedFrom?: DataOf<'run.started'>['forkedFrom'];
  readonly overrides?: DataOf<'run.started'>['overrides'];
  readonly status: RunStatus;
  readonly reason?: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly output?: Json;
  readonly end?: string;
  readonly error?: Failure;
  readonly compensation?: 'none' | 'complete' | 'partial';
  readonly notUndone: readonly string[];
  readonly usage: Usage;
  readonly stateHash?: string;
}

export interface Trace {
  revision: number;
  lastSeq: number;
  lastAt: number;
  run: TraceRun;
  readonly steps: Map<string, TraceStep>;
  /** Keys of the root graph's steps in the order they started. */
  readonly roots: string[];
  /** Keys of a node's steps in the order they started. */
  readonly stepsOfNode: Map<string, string[]>;
  readonly tasks: Map<string, TraceTask>;
  readonly context: Map<string, ContextVersion[]>;
  readonly readers: Map<string, ContextReader[]>;
  readonly edges: Map<string, TraceEdge>;
  /** Breakers, budgets, undo, plans, recoveries: what happened to the run beside its steps. */
  readonly incidents: TraceIncident[];
  readonly deadLetters: Map<string, TraceDeadLetter>;
  /** Node ids of the root graph in token order: as recorded at the end, by start until then. */
  path: string[];
  readonly runStatusLog: { readonly seq: number; readonly status: RunStatus }[];
  readonly unknownTypes: Set<string>;
  /** Steps that have started and not ended, with the number of active steps somewhere inside each. */
  readonly active: Map<string, number>;
  /** Open tasks, with the step each belongs to. */
  readonly openTasks: Map<string, string | undefined>;
  readonly flow?: Flow;
}
