/** The shape of every node kind. Ports, output and behaviour of a kind live in `shared/nodes/<kind>`. */
import { Budget, Edge, Gate, PolicyRef } from './parts';
import { Duration, Expr, Extensions, Id, JsonSchema, Mapping, Template } from './values';
import { z } from './zod';

const positiveInt = z.int().min(1);

const common = {
  name: z.string().optional(),
  description: z.string().optional(),
  reads: z.array(Id).optional(),
  writes: z.record(Id, Expr).optional(),
  policy: PolicyRef.optional(),
  budget: Budget.optional(),
  gate: Gate.optional(),
  compensate: z.strictObject({ tool: Id, args: Mapping.optional() }).optional(),
  disabled: z.boolean().optional(),
  extensions: Extensions.optional(),
};

/** Nodes by id and the edges between them: the root, a body, or a subflow. */
export interface Graph {
  nodes: Record<string, FlowNode>;
  edges: Edge[];
}
export const Graph: z.ZodType<Graph> = z.lazy(() =>
  z.strictObject({ nodes: z.record(Id, FlowNode), edges: z.array(Edge) }),
) as unknown as z.ZodType<Graph>; // the lazy inference is circular; nodes.test.ts parses nested bodies

/** A planner's catalogue: nodes only. */
export interface Catalogue {
  nodes: Record<string, FlowNode>;
}
export const Catalogue: z.ZodType<Catalogue> = z.lazy(() =>
  z.strictObject({ nodes: z.record(Id, FlowNode) }),
) as unknown as z.ZodType<Catalogue>; // as above

export const humanFields = {
  mode: z.enum(['approve', 'choose', 'form']),
  title: Template,
  body: Template.optional(),
  show: z.array(Expr).optional(),
  form: JsonSchema.optional(),
  propose: Mapping.optional(),
  choices: z.array(z.strictObject({ port: Id, label: z.string().min(1) })).optional(),
  assignee: z.string().optional(),
  deadline: Duration.optional(),
  onDeadline: Id.optional(),
  review: z.strictObject({ rate: z.number().min(0).max(1), when: Expr.optional() }).optional(),
};
export const HumanFields = z.strictObject(humanFields);
export type HumanFields = z.infer<typeof HumanFields>;

export const StartNode = z.strictObject({ kind: z.literal('start'), ...common });
export const EndNode = z.strictObject({
  kind: z.literal('end'),
  ...common,
  output: Mapping.optional(),
  outcome: z.enum(['completed', 'failed']).optional(),
});
export const AgentNode = z.strictObject({
  kind: z.literal('agent'),
  ...common,
  agent: Id,
  prompt: Template.optional(),
  accepts: JsonSchema.optional(),
});
export const ToolNode = z.strictObject({
  kind: z.literal('tool'),
  ...common,
  tool: Id,
  args: Mapping.optional(),
});
export const HumanNode = z.strictObject({ kind: z.literal('human'), ...common, ...humanFields });
export const BranchNode = z.strictObject({
  kind: z.literal('branch'),
  ...common,
  cases: z.array(z.strictObject({ port: Id, when: Expr })).min(1),
});
export const ParallelNode = z.strictObject({ kind: z.literal('parallel'), ...common });
export const JoinNode = z.strictObject({
  kind: z.literal('join'),
  ...common,
  wait: z.union([z.enum(['all', 'any']), z.strictObject({ count: positiveInt })]).optional(),
  onBranchFailure: z.enum(['fail', 'cancel', 'skip']).optional(),
  deadline: Duration.optional(),
  collect: Mapping.optional(),
});
export const MapNode = z.strictObject({
  kind: z.literal('map'),
  ...common,
  items: Expr,
  concurrency: positiveInt.optional(),
  onItemFailure: z.enum(['fail', 'skip', 'collect']).optional(),
  body: Graph,
});
export const LoopNode = z.strictObject({
  kind: z.literal('loop'),
  ...common,
  while: Expr,
  maxIterations: positiveInt,
  body: Graph,
});
export const SubflowNode = z.strictObject({
  kind: z.literal('subflow'),
  ...common,
  flow: Id,
  input: Mapping.optional(),
});
export const TransformNode = z.strictObject({ kind: z.literal('transform'), ...common, output: Mapping });
export const CodeNode = z.strictObject({
  kind: z.literal('code'),
  ...common,
  source: z.string().min(1),
  args: Mapping.optional(),
  output: JsonSchema.optional(),
});
export const WaitNode = z.strictObject({
  kind: z.literal('wait'),
  ...common,
  for: Duration.optional(),
  until: Expr.optional(),
});
export const SupervisorNode = z.strictObject({
  kind: z.literal('supervisor'),
  ...common,
  model: Id,
  instructions: Template,
  workers: z.array(Id).min(1),
  route: z.enum(['model', 'capability', 'round-robin']).optional(),
  maxRounds: positiveInt.optional(),
  output: JsonSchema.optional(),
});
export const PlannerNode = z.strictObject({
  kind: z.literal('planner'),
  ...common,
  model: Id,
  goal: Template,
  catalogue: Catalogue,
  approve: HumanFields.partial().optional(),
  maxReplans: z.int().min(0).optional(),
  output: JsonSchema.optional(),
});
export const ChatNode = z.strictObject({
  kind: z.literal('chat'),
  ...common,
  participants: z.array(Id).min(2),
  speaker: z.enum(['round-robin', 'model']).optional(),
  until: Expr.optional(),
  maxRounds: positiveInt,
  output: JsonSchema.optional(),
});

export const FlowNode = z.discriminatedUnion('kind', [
  StartNode,
  EndNode,
  AgentNode,
  ToolNode,
  HumanNode,
  BranchNode,
  ParallelNode,
  JoinNode,
  MapNode,
  LoopNode,
  SubflowNode,
  TransformNode,
  CodeNode,
  WaitNode,
  SupervisorNode,
  PlannerNode,
  ChatNode,
]);
export type FlowNode = z.infer<typeof FlowNode>;
export type NodeKind = FlowNode['kind'];
export type NodeOf<K extends NodeKind> = Extract<FlowNode, { kind: K }>;

export const NODE_KINDS = [
  'start',
  'end',
  'agent',
  'tool',
  'human',
  'branch',
  'parallel',
  'join',
  'map',
  'loop',
  'subflow',
  'transform',
  'code',
  'wait',
  'supervisor',
  'planner',
  'chat',
] as const satisfies readonly NodeKind[];
