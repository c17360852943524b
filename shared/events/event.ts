/**
 * The record of a run: one append-only list of events, the only input the interpreter ever gets.
 *
 * E1. Facts (F) come from hosts: results, decisions, timers, control. Consequences (C) come from the interpreter and
 *     can be derived again from the facts before them.
 * E2. An event holds JSON only; no secret; no streaming text.
 * E3. `seq` counts from 1 without gaps; `at` (epoch milliseconds) never goes back.
 */
import type { Json } from '../base/json';
import { Breakpoint, Budget } from '../spec/parts';
import { FailureKind, JsonValue } from '../spec/values';
import { z } from '../spec/zod';

const id = z.string();
const count = z.int().min(0);
const int = z.int();

export const Tokens = z.strictObject({ in: count, out: count });
export type Tokens = z.infer<typeof Tokens>;

/** What a step or run used. `cost.known` is false as soon as one call had no price. */
export const Usage = z.strictObject({
  steps: count,
  attempts: count,
  retries: count,
  turns: count,
  tokens: Tokens,
  cost: z.strictObject({ amount: z.number(), currency: z.string(), known: z.boolean() }),
  durationMs: count,
  handoffs: count,
});
export type Usage = z.infer<typeof Usage>;

/** A failure as it is handed on: to `error` in expressions, to the run's result, to a dead letter. */
export const Failure = z.strictObject({
  node: id.optional(),
  step: id.optional(),
  kind: FailureKind,
  code: z.string(),
  message: z.string(),
  attempts: count.optional(),
});
export type Failure = z.infer<typeof Failure>;

export const ToolCall = z.strictObject({ id, name: z.string(), args: JsonValue });
export type ToolCall = z.infer<typeof ToolCall>;

/** One message of a step's conversation with a model. */
export const Message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), text: z.string() }),
  z.strictObject({ role: z.literal('user'), text: z.string() }),
  z.strictObject({ role: z.literal('assistant'), text: z.string(), toolCalls: z.array(ToolCall).optional() }),
  z.strictObject({
    role: z.literal('tool'),
    callId: id,
    name: z.string(),
    result: JsonValue,
    isError: z.boolean().optional(),
  }),
]);
export type Message = z.infer<typeof Message>;

const Via = z.strictObject({ from: id, port: id });
const Write = z.strictObject({ field: id, version: count, value: JsonValue });
const Choice = z.strictObject({ port: z.string(), label: z.string() });
const failureData = { kind: FailureKind, code: z.string(), message: z.string() };
const compensation = {
  compensation: z.enum(['none', 'complete', 'partial']),
  notUndone: z.array(id),
};
const ended = { usage: Usage, path: z.array(id), stateHash: z.string() };

export const TASK_TYPES = ['checkpoint', 'approval', 'uncertain', 'budget', 'plan'] as const;

/** SHA-256 of expressions a host had to stop: from here on they fail with `expr/limit` and are not evaluated. */
const stoppedExpressions = z.array(z.string()).optional();

/** Schema of `data` for every event type. F/C says who makes it. */
export const EventData = {
  // the run
  'run.started': z.strictObject({
    flowId: id,
    flowVersion: z.string(),
    semanticHash: z.string(),
    engineVersion: z.string(),
    mode: z.enum(['live', 'rehearsal', 'replay']),
    input: JsonValue,
    seed: int,
    overrides: z
      .strictObject({
        models: z.record(z.string(), JsonValue).optional(),
        breakpoints: z.array(Breakpoint).optional(),
        budget: Budget.optional(),
        grants: JsonValue.optional(),
        stepping: z.boolean().optional(),
        stoppedExpressions,
      })
      .optional(),
    forkedFrom: z
      .strictObject({ runId: id, seq: int, at: z.string().optional(), sameFlow: z.boolean() })
      .optional(),
  }),
  'run.paused': z.strictObject({
    reason: z.enum(['user', 'budget', 'breakpoint', 'step']),
    by: z.string().optional(),
    node: id.optional(),
  }),
  'run.resumed': z.strictObject({ by: z.string(), step: z.boolean().optional() }),
  /** All of them from here on, in place of those the run was started with or was given since. */
  'breakpoints.set': z.strictObject({ breakpoints: z.array(Breakpoint), by: z.string() }),
  'run.recovered': z.strictObject({ epoch: int, interrupted: z.array(z.string()), stoppedExpressions }),
  'run.cancelRequested': z.strictObject({ by: z.string(), compensate: z.boolean() }),
  'run.completed': z.strictObject({ output: JsonValue, end: id, ...ended }),
  'run.failed': z.strictObject({ error: Failure, output: JsonValue.optional(), ...compensation, ...ended }),
  'run.cancelled': z.strictObject({
    error: Failure.optional(),
    output: JsonValue.optional(),
    ...compensation,
    ...ended,
  }),
  'run.migrated': z.strictObject({ from: z.string(), to: z.string() }),

  // steps
  'step.started': z.strictObject({
    node: id,
    kind: z.string(),
    via: Via.optional(),
    viewHash: z.string(),
    reads: z.record(z.string(), count),
  }),
  'step.committed': z.strictObject({
    output: JsonValue,
    routes: z.array(z.strictObject({ port: z.string(), to: id })),
    writes: z.array(Write),
    handoff: z.strictObject({ name: id, payload: JsonValue }).optional(),
    /** What a parallel hands over along the branches whose edge carries a handoff. */
    handoffs: z.array(z.strictObject({ to: id, name: id, payload: JsonValue })).optional(),
    usage: Usage,
  }),
  'step.failed': z.strictObject({
    ...failureData,
    attempts: count,
    effects: z.array(z.string()),
    routed: z.enum(['fallback', 'container', 'onFailure']),
    to: id.optional(),
    handoff: z.strictObject({ name: id, payload: JsonValue }).optional(),
    usage: Usage,
  }),
  'step.cancelled': z.strictObject({ reason: z.string() }),
  'step.skipped': z.strictObject({ to: id.optional() }),

  // attempts
  'attempt.started': z.strictObject({ model: id.optional(), dependency: z.string().optional() }),
  'attempt.completed': z.strictObject({ result: JsonValue, latencyMs: count }),
  'attempt.failed': z.strictObject({
    ...failureData,
    sent: z.enum(['no', 'maybe', 'yes']),
    retryAfterMs: count.optional(),
    latencyMs: count.optional(),
  }),
  'attempt.rejected': z.strictObject({ kind: FailureKind, check: z.string(), message: z.string() }),
  'retry.scheduled': z.strictObject({ nextAttempt: int, model: id.optional(), dueAt: int, delayMs: count }),

  // calls
  'model.completed': z.strictObject({
    turn: count,
    purpose: z.enum(['turn', 'judge', 'route', 'plan', 'output']),
    model: id,
    requestHash: z.string(),
    message: z.string(),
    toolCalls: z.array(ToolCall),
    finish: z.string(),
    usage: Tokens,
    cost: z.strictObject({ amount: z.number(), currency: z.string() }).optional(),
    latencyMs: count.optional(),
  }),
  'tool.started': z.strictObject({
    call: int,
    tool: id,
    args: JsonValue,
    effect: z.enum(['read', 'idempotent', 'once']),
    key: z.string(),
  }),
  'tool.completed': z.strictObject({ call: int, result: JsonValue, latencyMs: count.optional() }),
  'tool.failed': z.strictObject({
    call: int,
    ...failureData,
    sent: z.enum(['no', 'maybe', 'yes']),
    retryAfterMs: count.optional(),
  }),
  'tool.refused': z.strictObject({ call: int, tool: z.string(), reason: z.string() }),

  // people
  'human.asked': z.strictObject({
    task: id,
    type: z.enum(TASK_TYPES),
    title: z.string(),
    body: z.string().optional(),
    evidence: z.array(z.strictObject({ label: z.string(), value: JsonValue })),
    form: JsonValue.optional(),
    proposed: JsonValue.optional(),
    choices: z.array(Choice),
    assignee: z.string().optional(),
    deadlineAt: int.optional(),
    onDeadline: z.string().optional(),
  }),
  'human.decided': z.strictObject({
    task: id,
    choice: z.string(),
    values: JsonValue.optional(),
    comment: z.string().optional(),
    by: z.string(),
    via: z.string(),
  }),
  'human.expired': z.strictObject({ task: id, port: z.string() }),
  'human.withdrawn': z.strictObject({ task: id, reason: z.string() }),

  // time, context
  'timer.set': z.strictObject({ timer: id, dueAt: int, why: z.string() }),
  'timer.fired': z.strictObject({ timer: id }),
  'context.set': z.strictObject({ field: id, value: JsonValue, by: z.string() }),
  'context.stale': z.strictObject({ field: id, ageMs: count }),
  'output.set': z.strictObject({ node: id, value: JsonValue, by: z.string() }),

  // governor
  'governor.queued': z.strictObject({
    dependency: z.string(),
    reason: z.enum(['concurrency', 'rate', 'reservation']),
    until: int.optional(),
  }),
  'governor.refused': z.strictObject({
    dependency: z.string(),
    reason: z.enum(['circuit_open', 'retry_budget', 'quality']),
    until: int.optional(),
  }),
  'breaker.changed': z.strictObject({
    subject: z.string(),
    from: z.enum(['closed', 'open', 'half-open']),
    to: z.enum(['closed', 'open', 'half-open']),
    until: int.optional(),
  }),

  // budgets
  'budget.warned': z.strictObject({
    scope: z.string(),
    metric: z.string(),
    used: z.number(),
    limit: z.number(),
  }),
  'budget.exceeded': z.strictObject({
    scope: z.string(),
    metric: z.string(),
    used: z.number(),
    limit: z.number(),
    action: z.enum(['pause', 'fail']),
  }),
  'budget.raised': z.strictObject({ limits: Budget, by: z.string() }),

  // undo, plans, dead letters
  'compensation.started': z.strictObject({ steps: z.array(id) }),
  'compensation.completed': z.strictObject({ undone: z.array(id), notUndone: z.array(id) }),
  'plan.proposed': z.strictObject({ steps: z.array(JsonValue) }),
  'deadletter.added': z.strictObject({ step: id, kind: FailureKind }),
  'deadletter.closed': z.strictObject({ step: id.optional(), action: z.string(), by: z.string() }),
} as const;

export type EventType = keyof typeof EventData;
export type DataOf<T extends EventType> = z.infer<(typeof EventData)[T]>;

/** An event as it is stored and shown. `step` is a step key (path), `attempt` counts from 1. */
export type RunEvent<T extends EventType = EventType> = {
  [K in T]: {
    readonly runId: string;
    readonly seq: number;
    readonly type: K;
    readonly at: number;
    readonly step?: string;
    readonly attempt?: number;
    readonly data: DataOf<K>;
  };
}[T];

/** An event before the log has given it a place. */
export type NewEvent<T extends EventType = EventType> = {
  [K in T]: { readonly type: K; readonly step?: string; readonly attempt?: number; readonly data: DataOf<K> };
}[T];

const FACTS: readonly EventType[] = [
  'run.started',
  'run.resumed',
  'breakpoints.set',
  'run.recovered',
  'run.cancelRequested',
  'attempt.started',
  'attempt.completed',
  'attempt.failed',
  'model.completed',
  'tool.started',
  'tool.completed',
  'tool.failed',
  'human.decided',
  'timer.fired',
  'context.set',
  'output.set',
  'governor.queued',
  'governor.refused',
  'breaker.changed',
  'budget.raised',
  'deadletter.closed',
  'run.migrated',
];
const factTypes: ReadonlySet<string> = new Set(FACTS);

/** Whether an event came from a host. `run.paused` is a fact only when a person asked for it. */
export function isFact(event: Pick<RunEvent, 'type' | 'data'>): boolean {
  if (event.type === 'run.paused') return (event.data as DataOf<'run.paused'>).reason === 'user';
  return factTypes.has(event.type);
}

/** Text or progress as it streams: shown, never stored. */
export interface LiveDelta {
  readonly runId: string;
  readonly step: string;
  readonly attempt: number;
  readonly text: string;
}

export type RunStatus =
  | 'running'
  | 'waiting'
  | 'paused'
  | 'compensating'
  | 'completed'
  | 'failed'
  | 'cancelled';
export type StepStatus =
  | 'ready'
  | 'queued'
  | 'running'
  | 'retrying'
  | 'waiting'
  | 'committed'
  | 'failed'
  | 'cancelled'
  | 'skipped';

/** A thing that waits for a person, as the inbox, `decide` and the result line show it. */
export interface TaskInfo {
  readonly task: string;
  readonly runId: string;
  readonly step?: string;
  readonly node?: string;
  readonly type: (typeof TASK_TYPES)[number];
  readonly title: string;
  readonly body?: string;
  readonly evidence: readonly { readonly label: string; readonly value: Json }[];
  readonly form?: Json;
  readonly proposed?: Json;
  readonly choices: readonly { readonly port: string; readonly label: string }[];
  readonly assignee?: string;
  readonly askedAt: number;
  readonly deadlineAt?: number;
  readonly onDeadline?: string;
}

/** One row of the list of runs. */
export interface RunInfo {
  readonly runId: string;
  readonly flowId: string;
  readonly flowName: string;
  readonly flowVersion: string;
  readonly semanticHash: string;
  readonly mode: 'live' | 'rehearsal' | 'replay';
  readonly status: RunStatus;
  readonly reason?: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly usage: Usage;
  readonly waiting: number;
  readonly forkedFrom?: { readonly runId: string; readonly seq: number };
  readonly lastSeq: number;
  readonly error?: Failure;
}

export interface DeadLetterInfo {
  readonly runId: string;
  readonly flowName: string;
  readonly step: string;
  readonly node: string;
  readonly kind: FailureKind;
  readonly code: string;
  readonly message: string;
  readonly at: number;
  readonly seq: number;
  readonly closedBy?: string;
}

/** Its members stand in the order they are hashed in: so does the usage in every event, which is then written once. */
export const EMPTY_USAGE: Usage = {
  attempts: 0,
  cost: { amount: 0, currency: 'USD', known: true },
  durationMs: 0,
  handoffs: 0,
  retries: 0,
  steps: 0,
  tokens: { in: 0, out: 0 },
  turns: 0,
};
