/**
 * What a node kind does in a run. A behaviour is a pure function from what its step has seen so far to the one next
 * thing it wants; the engine records it and asks again when something has changed.
 *
 * B1. Same step, same answer: no clock, no randomness but `step.random`, nothing remembered between calls.
 * B2. What is already so may be asked for again; the engine does it once.
 */
import type { Json } from '../base/json';
import type { FlowNode, HumanFields, NodeOf } from '../spec/nodes';
import type { FailureKind, JsonSchema } from '../spec/values';

export interface Trouble {
  readonly kind: FailureKind;
  readonly code: string;
  readonly message: string;
}

/** How it came out. */
export type Ended =
  | { readonly state: 'done'; readonly output: Json }
  | { readonly state: 'failed'; readonly trouble: Trouble };

/** How far a graph instance or a member of a team is. */
export type Outcome = Ended | { readonly state: 'running' };

/** How a branch came out, as its join sees it. */
export interface BranchOutcome {
  readonly first: string;
  readonly outcome: Ended | { readonly state: 'cancelled' };
}

export interface Decision {
  readonly choice: string;
  readonly values?: Json;
  readonly comment?: string;
  readonly by: string;
}

/** One member of a team at work: its step is `<team>[round]/<agent>` or, for a planner, `<planner>/<plan step>`. */
export interface Assignment {
  readonly key: string;
  readonly node: string;
}

export type Verdict =
  /** Nothing to do until something happens. */
  | { readonly do: 'wait' }
  | { readonly do: 'commit'; readonly output: Json; readonly port: string }
  | ({ readonly do: 'fail' } & Trouble)
  | {
      readonly do: 'ask';
      readonly human: HumanFields;
      readonly task: string;
      readonly type: 'checkpoint' | 'plan';
      readonly evidence?: Json;
    }
  | { readonly do: 'timer'; readonly timer: string; readonly dueAt: number; readonly why: string }
  /** Opens the body (or subflow) once more: item of a map from 0, pass of a loop from 1, none for a subflow. */
  | { readonly do: 'open'; readonly index?: number }
  | { readonly do: 'tool'; readonly tool: string; readonly args: Json }
  | { readonly do: 'code'; readonly source: string; readonly args: Json; readonly output?: JsonSchema }
  | { readonly do: 'converse'; readonly node: NodeOf<'agent'> }
  /** Asks the node's own model; the answer is the next entry of `step.replies`. */
  | {
      readonly do: 'model';
      readonly purpose: 'route' | 'plan' | 'output';
      readonly model: string;
      readonly system: string;
      readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly text: string }[];
      readonly output: JsonSchema;
    }
  | { readonly do: 'assign'; readonly assignments: readonly Assignment[] }
  | { readonly do: 'propose'; readonly steps: readonly Json[] };

export interface StepContext {
  readonly key: string;
  readonly startedAt: number;
  readonly input: Json;
  readonly handoff: Json | undefined;
  evaluate(source: string, place: string, extras?: Readonly<Record<string, Json>>): Json | undefined;
  test(source: string, place: string, extras?: Readonly<Record<string, Json>>): boolean;
  mapping(mapping: Json, place: string, extras?: Readonly<Record<string, Json>>): Json | undefined;
  template(text: string, place: string): string;
  /** Uniform in [0, 1), the same for the same step and place. */
  random(place: string): number;
  /** Everything about a value that does not fit a schema, as one sentence; undefined when it fits. */
  misfit(schema: JsonSchema, value: Json): string | undefined;
  connected(port: string): boolean;
  isFired(timer: string): boolean;
  decision(task: string): Decision | undefined;
  /** Port by which a passed deadline lets a task go, once it has passed. */
  expired(task: string): string | undefined;
  /** Result of the tool or code call, once there is one. */
  readonly result: { readonly value: Json } | null;
  /** Items of a map, by its expression. */
  items(source: string): readonly Json[];
  child(index?: number): Outcome | undefined;
  /** Number of the latest pass or round, 0 before the first. */
  readonly latestChild: number;
  /** How many items were started, how many are at work, and the lowest that failed. */
  readonly children: {
    readonly opened: number;
    readonly running: number;
    readonly lowestFailed: number | null;
  };
  readonly branches: readonly BranchOutcome[];
  readonly replies: readonly { readonly purpose: string; readonly text: string }[];
  member(key: string): Outcome | undefined;
  /** Members of the team that have started, in that order. */
  readonly assigned: readonly Assignment[];
  readonly proposal: readonly Json[] | null;
  readonly proposals: number;
  /** Whether no breaker stands open for an agent or its model. */
  isAvailable(agent: string): boolean;
  agent(name: string): {
    readonly model: string;
    readonly role: string;
    readonly does: readonly string[];
    readonly capabilities: readonly string[];
  };
}

/** `members` gives the prompt or payload a team's member works on. */
export interface BehaviourOf<N extends FlowNode> {
  decide(node: N, step: StepContext): Verdict;
  task?(node: N, step: StepContext, key: string): Json;
}

export const WAIT: Verdict = { do: 'wait' };

export function fail(kind: FailureKind, code: string, message: string): Verdict {
  return { do: 'fail', kind, code, message };
}
