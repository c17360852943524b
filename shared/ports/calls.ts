/** What the interpreter asks a host to do, and how the host answers. */
import type { Json, JsonObject } from '../base/json';
import type { Message, ToolCall, Tokens } from '../events/event';
import type { McpServer, Model, Tool } from '../spec/parts';
import type { FailureKind, JsonSchema } from '../spec/values';

/** Limits the governor holds a call to; the policy is resolved, nothing is missing that has a default. */
export interface CallLimits {
  readonly timeoutMs?: number;
  readonly breaker: {
    readonly failures: number;
    readonly windowMs: number;
    readonly cooldownMs: number;
    readonly halfOpen: number;
  };
  readonly rateLimit?: { readonly requests: number; readonly perMs: number };
  readonly concurrency: number;
}

interface CallBase {
  /** Unique in the run while the call is wanted: `<step>@<attempt>:<what>`. */
  readonly id: string;
  readonly runId: string;
  readonly step: string;
  readonly node: string;
  /** Visit of the node in the run, from 1 (for rehearsal values). */
  readonly visit: number;
  readonly attempt: number;
  /** True for the first call of an attempt: the host answers its admission with `attempt.started`. */
  readonly opensAttempt: boolean;
  /** True when this attempt is a retry: it needs room in the retry budget of its dependency. */
  readonly isRetry: boolean;
  readonly dependency: string;
  readonly limits: CallLimits;
}

export interface OfferedTool {
  readonly name: string;
  readonly description: string;
  readonly input: JsonSchema;
}

/** One call of a model: the whole conversation so far goes out. */
export interface ModelCall extends CallBase {
  readonly type: 'model';
  readonly purpose: 'turn' | 'judge' | 'route' | 'plan' | 'output';
  readonly turn: number;
  /** Name in the flow's `models`, and the model itself with overrides applied. */
  readonly modelName: string;
  readonly model: Model;
  readonly messages: readonly Message[];
  readonly tools: readonly OfferedTool[];
  /** Schema the final text must fit as JSON; without it any text is fine. */
  readonly output?: JsonSchema;
  /** Named schemas `output` and tools may refer to. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  readonly maxOutputTokens: number;
  readonly requestHash: string;
  /** For text analysis and rehearsal: who asks, with what task and material. */
  readonly agent?: { readonly role: string; readonly does: readonly string[]; readonly instructions: string };
  readonly prompt: string;
  /** The breaker of the agent's results: while it is open the step is refused. */
  readonly quality?: { readonly subject: string; readonly failures: number; readonly cooldownMs: number };
  readonly item?: number;
}

/** One call of a tool, arguments checked, key fixed. */
export interface ToolInvocation extends CallBase {
  readonly type: 'tool';
  readonly call: number;
  readonly toolName: string;
  readonly tool: Tool;
  /** Where a tool of kind `mcp` is found. */
  readonly mcpServer?: McpServer;
  readonly args: Json;
  readonly key: string;
  /** True when the call is the step's own attempt (tool node, undo), false inside an agent's turn. */
  readonly ofStep: boolean;
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  readonly item?: number;
}

/** One run of sandboxed user code (code node; a code tool arrives as ToolInvocation). */
export interface CodeCall extends CallBase {
  readonly type: 'code';
  readonly source: string;
  readonly args: Json;
  readonly output?: JsonSchema;
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  readonly item?: number;
}

export type Call = ModelCall | ToolInvocation | CodeCall;

/** How a call ended. An executor never throws for a foreseen failure. */
export type ModelOutcome =
  | {
      readonly ok: true;
      readonly text: string;
      readonly toolCalls: readonly ToolCall[];
      readonly finish: string;
      readonly usage: Tokens;
      readonly cost?: { readonly amount: number; readonly currency: string };
    }
  | CallFailure;
export type ValueOutcome = { readonly ok: true; readonly value: Json } | CallFailure;

export interface CallFailure {
  readonly ok: false;
  readonly kind: FailureKind;
  readonly code: string;
  readonly message: string;
  /** Whether the request may have reached the other side: decides between a retry and `uncertain` for `once`. */
  readonly sent: 'no' | 'maybe' | 'yes';
  readonly retryAfterMs?: number;
}

export interface CallContext {
  readonly signal: AbortSignalLike;
  /** Streams text to whoever watches; never stored. */
  onText(text: string): void;
  /** Value of a secret by name. @throws AppError `secret/missing`. */
  secret(name: string): Promise<string>;
  readonly grants: Grants;
}

/** The part of AbortSignal that works anywhere. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What a flow may touch on this machine, agreed by a person (or all of it with `trust`). */
export interface Grants {
  readonly trust: boolean;
  /** Base folder for relative `folder` and `file` of tools. */
  readonly baseFolder: string;
  readonly granted: JsonObject;
}

/** Executes the calls of one kind. Injected into a runtime; faked in tests, simulated in rehearsal. */
export interface Executors {
  model(call: ModelCall, context: CallContext): Promise<ModelOutcome>;
  tool(call: ToolInvocation, context: CallContext): Promise<ValueOutcome>;
  code(call: CodeCall, context: CallContext): Promise<ValueOutcome>;
}
