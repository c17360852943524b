/**
 * The state of one run: the fold of its events and nothing else (marked fields are caches or notes to the host).
 * It is changed in place by `apply`; the same events always make the same state.
 */
import type { Json } from '../base/json';
import type { DataOf, Failure, Message, RunStatus, StepStatus, ToolCall, Usage } from '../events/event';
import { EMPTY_USAGE } from '../events/event';
import type { Budget, Gate } from '../spec/parts';
import type { FailureKind } from '../spec/values';
import type { Assignment } from '../nodes/behaviour';
import { Agenda } from './agenda';
import type { Plan, PlanEdge, PlanGraph, PlanNode } from './plan';
import type { ContextScope, StepScope } from './scope';
import { createContextScope, createStepScope } from './scope';

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Names that exist only inside a map, loop, or a step reached by a certain edge. */
export interface Locals {
  readonly item?: Json;
  readonly index?: number;
  readonly iteration?: number;
  readonly last?: Json;
}

export type FrameResult =
  | { readonly ok: true; readonly output: Json; readonly end: string; readonly step: string }
  | { readonly ok: false; readonly failure: Failure; readonly output?: Json };

/** One instance of a graph: the root, an item of a map, a pass of a loop, a call of a subflow, a round of a team. */
export interface Frame {
  /** '' for the root, else the container's step key with item, pass or round: `orders[3]`. */
  readonly key: string;
  readonly graph: PlanGraph | null;
  readonly container: Step | null;
  readonly index: number | undefined;
  /** Caches of what the container's frozen view determines. */
  input: { readonly value: Json } | null;
  locals: Locals | null;
  readonly scope: StepScope;
  readonly ctx: ContextScope;
  readonly visits: Map<string, number>;
  readonly traversals: Map<number, number>;
  /** Tokens that are alive in it. */
  readonly tokens: Set<Token>;
  result: FrameResult | null;
}

/** How a member of a team, or a step of a plan, came out. */
export type MemberResult =
  | { readonly ok: true; readonly output: Json }
  | { readonly ok: false; readonly failure: Failure };

/** What stays of a graph instance that is over. */
export interface ClosedFrame {
  readonly result: FrameResult;
  readonly ctx: ContextScope;
}

export interface Branch {
  readonly edge: PlanEdge;
  readonly token: Token;
  state: 'running' | 'arrived' | 'failed' | 'cancelled';
  failure: Failure | null;
}

/** A parallel that has been left by its branches and not yet joined. */
export interface Fork {
  readonly step: string;
  readonly join: string;
  readonly at: number;
  readonly branches: Branch[];
  late: boolean;
  joining: boolean;
}

export interface Token {
  readonly id: number;
  readonly frame: Frame;
  readonly parent: Token | null;
  readonly branch: number;
  readonly scope: StepScope;
  readonly ctx: ContextScope;
  node: PlanNode;
  phase: 'arrived' | 'running' | 'forked' | 'parked' | 'gone';
  via: { from: string; port: string } | null;
  handoff: Json | undefined;
  error: Failure | null;
  fork: Fork | null;
  step: Step | null;
  /** Node ids of the root graph this token has run, for `path`. */
  path: string[];
  lastOutput: Json;
  passedBreakpoint: boolean;
  cancelling: string | null;
}

export interface Task {
  readonly id: string;
  readonly type: DataOf<'human.asked'>['type'];
  readonly asked: DataOf<'human.asked'>;
  readonly step: string | null;
  readonly askedAt: number;
  decision: (DataOf<'human.decided'> & { readonly at: number }) | null;
  expired: string | null;
  withdrawn: boolean;
}

export interface PendingCall {
  readonly call: number;
  readonly id: string;
  readonly name: string;
  readonly args: Json;
  state: 'new' | 'started' | 'done';
  attempts: number;
  /** Arguments a person put in place of the model's. */
  edited: Json | undefined;
}

/** The one conversation of an agent step, as recorded; the opening messages are made again from the view. */
export interface Conversation {
  readonly messages: Message[];
  pending: PendingCall[];
  transfer: ToolCall | null;
  /** All handoffs of the last turn: only the first counts, each is answered when it cannot be made. */
  transfers: readonly ToolCall[];
  answer: string | null;
  refusedInARow: number;
}

export interface PendingFailure {
  readonly kind: FailureKind;
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs?: number;
  /** No retry and, for `final`, no other model either. */
  readonly noRetry: boolean;
  readonly final: boolean;
}

export interface Reply {
  readonly purpose: DataOf<'model.completed'>['purpose'];
  readonly text: string;
}

export interface Step {
  readonly key: string;
  readonly plan: PlanNode;
  readonly token: Token;
  readonly visit: number;
  readonly runVisit: number;
  readonly startedAt: number;
  readonly seq: number;
  /** Set on an undo: the committed step it undoes. */
  readonly undoes: Undoable | null;
  status: StepStatus;
  /** Whether it counts in `RunState.busy`. */
  busy: boolean;
  attempt: number;
  attemptOpen: boolean;
  /** The next attempt was scheduled after a failed one, on the same model or on the next. */
  again: 'retry' | 'model' | null;
  onModel: number;
  modelIndex: number;
  reasked: boolean;
  backoff: boolean;
  interruptions: number;
  failure: PendingFailure | null;
  /** What the last attempt failed with, kept while a retry waits. */
  lastFailure: PendingFailure | null;
  result: { readonly value: Json } | null;
  /** Scores given so far, one for each gate with a judge. */
  judged: number[];
  uncertain: number | null;
  callStarted: number | null;
  calls: number;
  usage: Mutable<Usage>;
  readonly effects: string[];
  /** The call whose first start put the latest entry into `effects`: taken back when it never left. */
  unsent: number | null;
  readonly conversation: Conversation;
  readonly replies: Reply[];
  readonly tasks: Map<string, Task>;
  readonly timers: Set<string>;
  readonly fired: Set<string>;
  /** Instances of its body by item, pass or round: those at work, and what the finished ones came to. */
  readonly frames: Map<number, Frame>;
  readonly closed: Map<number, ClosedFrame>;
  opened: number;
  latestChild: number;
  lowestFailed: number | null;
  /** What the members of a team (steps of a plan) came to, by step key. */
  readonly members: Map<string, MemberResult>;
  /** Its members in the order they started. */
  readonly assigned: Assignment[];
  /** The plan in force (planner) and how many were proposed. */
  proposal: readonly Json[] | null;
  plans: number;
  timedOut: boolean;
  /** Cache: results that can be computed again from the view. */
  memo: Map<string, unknown>;
  /** Note to the host: calls handed out and not yet answered. */
  readonly issued: Set<string>;
  /** Tasks open in this step and inside it, since when, and how long people were waited for before. */
  asking: number;
  askingSince: number;
  waitedMs: number;
}

export interface Undoable {
  readonly step: string;
  /** False for a step that failed or was cancelled after an effect: that stands, there is no output to undo it with. */
  readonly committed: boolean;
  readonly node: PlanNode;
  readonly seq: number;
  readonly output: Json;
  readonly token: Token;
  readonly effects: readonly string[];
}

/** A checked result of an agent whose gate has a breaker. */
export interface GateVerdict {
  readonly subject: string;
  readonly passed: boolean;
  readonly breaker: NonNullable<Gate['breaker']>;
}

export interface Timer {
  readonly id: string;
  readonly dueAt: number;
  readonly step: string | null;
}

export interface RunState {
  readonly plan: Plan;
  readonly runId: string;
  seq: number;
  at: number;
  startedAt: number;
  status: RunStatus;
  reason: string | null;
  mode: 'live' | 'rehearsal' | 'replay';
  seed: number;
  input: Json;
  overrides: NonNullable<DataOf<'run.started'>['overrides']>;
  forked: boolean;
  /** True while the events of a fork's prefix are taken over. */
  inheritedSeq: number;
  /** The point a fork was made at, as it was named: a step key or a seq. */
  forkedAt: string | null;
  root: Frame;
  /** The latest token of the root graph outside parallels: its path is the run's. */
  rootToken: Token | null;
  nextToken: number;
  readonly tokens: Map<number, Token>;
  readonly frames: Map<string, Frame>;
  readonly steps: Map<string, Step>;
  readonly nodeVisits: Map<string, number>;
  readonly timers: Map<string, Timer>;
  readonly openTasks: Map<string, Task>;
  readonly closedTasks: Set<string>;
  readonly approvedTools: Set<string>;
  /** Breakers this run was told are open. */
  readonly openBreakers: Set<string>;
  usage: Mutable<Usage>;
  limits: Budget;
  readonly warned: Set<string>;
  budgetTasks: number;
  budgetTask: string | null;
  budgetHit: { readonly metric: string } | null;
  budgetsOff: boolean;
  escalations: number;
  runFailure: Failure | null;
  pause: { readonly reason: 'user' | 'budget' | 'breakpoint' | 'step' } | null;
  stepping: { started: string | null } | null;
  cancel: { readonly compensate: boolean } | null;
  committed: Undoable[];
  undo: {
    readonly queue: Undoable[];
    readonly undone: string[];
    readonly notUndone: string[];
    started: boolean;
    done: boolean;
  } | null;
  ended: boolean;
  /** Steps that work or wait for time or capacity, containers left out: while there are any the run's clock ticks. */
  busy: number;
  activeMs: number;
  activeSince: number | null;
  // notes to the host, never part of the fold
  readonly dirty: Agenda<Token>;
  verdicts: GateVerdict[];
  aborts: string[];
  /** Tokens reserved by model calls in flight, by call id, and who waits for some to come back. */
  readonly reservations: Map<string, number>;
  readonly blocked: Set<Token>;
}

/** The state before the first event. */
export function createState(plan: Plan, runId: string): RunState {
  const scope = createStepScope(null, plan.pure.sha256);
  const ctx = createContextScope(null);
  const root = createFrame({ key: '', graph: plan.root, container: null, index: undefined, scope, ctx });
  return {
    plan,
    runId,
    seq: 0,
    at: 0,
    startedAt: 0,
    status: 'running',
    reason: null,
    mode: 'live',
    seed: 0,
    input: null,
    overrides: {},
    forked: false,
    inheritedSeq: 0,
    forkedAt: null,
    root,
    rootToken: null,
    nextToken: 1,
    tokens: new Map(),
    frames: new Map([['', root]]),
    steps: new Map(),
    nodeVisits: new Map(),
    timers: new Map(),
    openTasks: new Map(),
    closedTasks: new Set(),
    approvedTools: new Set(),
    openBreakers: new Set(),
    usage: structuredUsage(),
    limits: {},
    warned: new Set(),
    budgetTasks: 0,
    budgetTask: null,
    budgetHit: null,
    budgetsOff: false,
    escalations: 0,
    runFailure: null,
    pause: null,
    stepping: null,
    cancel: null,
    committed: [],
    undo: null,
    ended: false,
    busy: 0,
    activeMs: 0,
    activeSince: null,
    dirty: new Agenda(),
    verdicts: [],
    aborts: [],
    reservations: new Map(),
    blocked: new Set(),
  };
}

type FrameParts = Pick<Frame, 'key' | 'graph' | 'container' | 'index' | 'scope' | 'ctx'>;

export function createFrame(parts: FrameParts): Frame {
  return {
    ...parts,
    input: null,
    locals: null,
    visits: new Map(),
    traversals: new Map(),
    tokens: new Set(),
    result: null,
  };
}

export function structuredUsage(): Mutable<Usage> {
  return { ...EMPTY_USAGE, tokens: { ...EMPTY_USAGE.tokens }, cost: { ...EMPTY_USAGE.cost } };
}

export function createConversation(): Conversation {
  return { messages: [], pending: [], transfer: null, transfers: [], answer: null, refusedInARow: 0 };
}
