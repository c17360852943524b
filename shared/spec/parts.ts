/** The named parts of a flow document beside its graph: context, models, tools, agents, policies, budgets. */
import {
  Duration,
  Expr,
  Extensions,
  FailureKind,
  Id,
  JsonSchema,
  JsonValue,
  Mapping,
  Money,
  Template,
} from './values';
import { z } from './zod';

const positiveInt = z.int().min(1);
const byId = <T extends z.ZodType>(value: T) => z.record(Id, value);

export const ContextField = z.strictObject({
  schema: JsonSchema,
  merge: z.enum(['replace', 'append', 'merge', 'sum', 'min', 'max']),
  initial: JsonValue.optional(),
  freshFor: Duration.optional(),
  onStale: z.enum(['fail', 'warn']).optional(),
  sensitive: z.boolean().optional(),
  description: z.string().optional(),
});
export type ContextField = z.infer<typeof ContextField>;

export const Price = z.strictObject({
  inputPerMTok: z.number().nonnegative(),
  outputPerMTok: z.number().nonnegative(),
  currency: z.string().min(3).max(3),
});
export type Price = z.infer<typeof Price>;

export const Model = z.strictObject({
  provider: z.string().min(1),
  model: z.string().min(1),
  baseURL: z.string().optional(),
  secret: z.string().min(1).optional(),
  settings: z
    .object({
      temperature: z.number().optional(),
      maxOutputTokens: positiveInt.optional(),
      seed: z.int().optional(),
    })
    .catchall(JsonValue)
    .optional(),
  price: Price.optional(),
  fallback: z.array(Id).optional(),
});
export type Model = z.infer<typeof Model>;

export const Retry = z.strictObject({
  maxAttempts: positiveInt,
  on: z.array(FailureKind).optional(),
  when: Expr.optional(),
  initial: Duration.optional(),
  factor: z.number().min(1).optional(),
  max: Duration.optional(),
  jitter: z.boolean().optional(),
});
export type Retry = z.infer<typeof Retry>;

export const Breaker = z.strictObject({
  failures: positiveInt,
  window: Duration,
  cooldown: Duration,
  halfOpen: positiveInt.optional(),
});
export type Breaker = z.infer<typeof Breaker>;

export const RateLimit = z.strictObject({ requests: positiveInt, per: Duration });
export type RateLimit = z.infer<typeof RateLimit>;

export const Policy = z.strictObject({
  timeout: Duration.optional(),
  retry: Retry.optional(),
  breaker: Breaker.optional(),
  rateLimit: RateLimit.optional(),
  concurrency: positiveInt.optional(),
});
export type Policy = z.infer<typeof Policy>;

/** The name of an entry of `policies`, or a policy in place. */
export const PolicyRef = z.union([Id, Policy]);
export type PolicyRef = z.infer<typeof PolicyRef>;

export const Budget = z.strictObject({
  steps: positiveInt.optional(),
  turns: positiveInt.optional(),
  tokens: positiveInt.optional(),
  cost: Money.optional(),
  duration: Duration.optional(),
  handoffs: z.int().min(0).optional(),
  onExceeded: z.enum(['pause', 'fail']).optional(),
});
export type Budget = z.infer<typeof Budget>;

export const Check = z.strictObject({ expr: Expr, message: z.string().min(1) });
export type Check = z.infer<typeof Check>;

export const Gate = z.strictObject({
  minConfidence: z.number().min(0).max(1).optional(),
  checks: z.array(Check).optional(),
  judge: z
    .strictObject({ model: Id, instructions: z.string().min(1), minScore: z.number().min(0).max(1) })
    .optional(),
  breaker: z.strictObject({ failures: positiveInt, cooldown: Duration }).optional(),
});
export type Gate = z.infer<typeof Gate>;

export const OnFailure = z.strictObject({
  do: z.enum(['fail', 'compensate', 'escalate']),
  to: Id.optional(),
});
export type OnFailure = z.infer<typeof OnFailure>;

const toolCommon = {
  description: z.string(),
  input: JsonSchema,
  output: JsonSchema.optional(),
  effect: z.enum(['read', 'idempotent', 'once']),
  approval: z.enum(['never', 'first', 'always']).optional(),
  policy: PolicyRef.optional(),
  /** Name of the argument that carries the idempotency key, where it cannot be a header. */
  keyArgument: z.string().min(1).optional(),
  extensions: Extensions.optional(),
};

export const HttpTool = z.strictObject({
  ...toolCommon,
  kind: z.literal('http'),
  method: z.string().regex(/^[A-Z]{3,10}$/, 'an HTTP method is written in capitals, for example "POST"'),
  url: Template,
  headers: Mapping.optional(),
  query: Mapping.optional(),
  body: Mapping.optional(),
  secret: z.string().min(1).optional(),
  allowHosts: z.array(z.string().min(1)),
});
export const McpTool = z.strictObject({
  ...toolCommon,
  kind: z.literal('mcp'),
  server: Id,
  name: z.string().min(1),
});
export const SqlTool = z.strictObject({
  ...toolCommon,
  kind: z.literal('sql'),
  file: z.string().min(1),
  statement: z.string().min(1),
  write: z.boolean().optional(),
});
export const FileTool = z.strictObject({
  ...toolCommon,
  kind: z.literal('file'),
  folder: z.string().min(1),
  do: z.enum(['read', 'list', 'write']),
});
export const CodeTool = z.strictObject({ ...toolCommon, kind: z.literal('code'), source: z.string().min(1) });
export const BuiltinTool = z.strictObject({
  ...toolCommon,
  kind: z.literal('builtin'),
  name: z.string().min(1),
});
export const Tool = z.discriminatedUnion('kind', [
  HttpTool,
  McpTool,
  SqlTool,
  FileTool,
  CodeTool,
  BuiltinTool,
]);
export type Tool = z.infer<typeof Tool>;

export const McpServer = z.discriminatedUnion('transport', [
  z.strictObject({
    transport: z.literal('stdio'),
    command: z.string().min(1),
    args: z.array(z.string()).optional(),
    env: z
      .record(z.string(), z.union([z.string(), z.strictObject({ secret: z.string().min(1) })]))
      .optional(),
  }),
  z.strictObject({
    transport: z.literal('http'),
    url: z.string().min(1),
    secret: z.string().min(1).optional(),
  }),
]);
export type McpServer = z.infer<typeof McpServer>;

/** A role contract, reusable by several nodes. */
export const Agent = z.strictObject({
  role: z.string().min(1),
  does: z.array(z.string()).optional(),
  doesNot: z.array(z.string()).optional(),
  model: Id,
  instructions: Template.optional(),
  tools: z.array(Id).optional(),
  output: JsonSchema.optional(),
  maxTurns: positiveInt.optional(),
  gate: Gate.optional(),
  policy: PolicyRef.optional(),
  budget: Budget.optional(),
  capabilities: z.array(z.string().min(1)).optional(),
  toolApprovalDeadline: Duration.optional(),
  extensions: Extensions.optional(),
});
export type Agent = z.infer<typeof Agent>;

export const Handoff = z.strictObject({
  name: Id,
  description: z.string().optional(),
  schema: JsonSchema,
  payload: Mapping.optional(),
});
export type Handoff = z.infer<typeof Handoff>;

export const Edge = z.strictObject({
  from: Id,
  port: Id,
  to: Id,
  label: z.string().optional(),
  when: Expr.optional(),
  on: z.array(FailureKind).optional(),
  handoff: Handoff.optional(),
  maxTraversals: positiveInt.optional(),
  extensions: Extensions.optional(),
});
export type Edge = z.infer<typeof Edge>;

export const RehearsalNode = z.strictObject({
  output: JsonValue.optional(),
  outputs: z.array(JsonValue).optional(),
  choice: Id.optional(),
  values: JsonValue.optional(),
  confidence: z.number().min(0).max(1).optional(),
  latency: z.strictObject({ p50: Duration, p95: Duration }).optional(),
  tokens: z.strictObject({ in: z.int().min(0), out: z.int().min(0) }).optional(),
  failures: z.partialRecord(FailureKind, z.number().min(0).max(1)).optional(),
});
export type RehearsalNode = z.infer<typeof RehearsalNode>;

export const Rehearsal = z.strictObject({ seed: z.int().optional(), nodes: byId(RehearsalNode).optional() });
export type Rehearsal = z.infer<typeof Rehearsal>;

export const Answer = z.strictObject({
  choice: z.string().min(1),
  values: JsonValue.optional(),
  comment: z.string().optional(),
});
export type Answer = z.infer<typeof Answer>;

/** Decisions for unattended runs, by task id, step key or node id; a list is used by visit. */
export const Answers = z.record(z.string(), z.union([Answer, z.array(Answer)]));
export type Answers = z.infer<typeof Answers>;

export const FAULT_KINDS = [
  'timeout',
  'error',
  'rate_limited',
  'unavailable',
  'garbage',
  'low_confidence',
  'slow',
  'disconnect',
  'crash',
  'rejected',
  'expired',
  'stale_context',
] as const;
export const Fault = z.strictObject({
  node: z.string().min(1),
  attempt: z.union([positiveInt, z.literal('*')]),
  kind: z.enum(FAULT_KINDS),
  retryAfter: Duration.optional(),
  latency: Duration.optional(),
  when: z.enum(['before', 'after']).optional(),
  probability: z.number().min(0).max(1).optional(),
});
export type Fault = z.infer<typeof Fault>;

/** Where a run pauses by itself: on the way into a node or out of it, when the condition holds. */
export const Breakpoint = z.strictObject({
  node: z.string(),
  when: z.enum(['before', 'after']),
  if: z.string().optional(),
});
export type Breakpoint = z.infer<typeof Breakpoint>;

export const TestCase = z.strictObject({
  name: z.string().min(1),
  input: JsonValue.optional(),
  answers: Answers.optional(),
  faults: z.array(Fault).optional(),
  cassette: z.string().optional(),
  expect: z.strictObject({
    status: z.enum(['completed', 'failed', 'cancelled', 'waiting', 'paused']).optional(),
    output: JsonValue.optional(),
    path: z.array(Id).optional(),
  }),
});
export type TestCase = z.infer<typeof TestCase>;
