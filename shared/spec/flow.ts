/** The portable flow document, format version 1: one JSON file, one flow. */
import { FlowNode } from './nodes';
import {
  Agent,
  Budget,
  ContextField,
  Edge,
  McpServer,
  Model,
  OnFailure,
  Policy,
  Rehearsal,
  TestCase,
  Tool,
} from './parts';
import { Extensions, FlowId, Id, JsonSchema } from './values';
import { z } from './zod';

export const FORMAT = 'baton.flow/1';

const byId = <T extends z.ZodType>(value: T) => z.record(Id, value);

export const Subflow = z.strictObject({
  input: JsonSchema.optional(),
  output: JsonSchema.optional(),
  nodes: byId(FlowNode),
  edges: z.array(Edge),
});
export type Subflow = z.infer<typeof Subflow>;

export const Note = z.strictObject({
  id: z.string().min(1),
  text: z.string(),
  x: z.number(),
  y: z.number(),
  width: z.number().optional(),
  height: z.number().optional(),
  color: z.string().optional(),
});
export type Note = z.infer<typeof Note>;
/** Everything about looks; never part of a hash. */
export const Layout = z.strictObject({
  nodes: z
    .record(
      Id,
      z.strictObject({
        x: z.number(),
        y: z.number(),
        width: z.number().optional(),
        height: z.number().optional(),
        collapsed: z.boolean().optional(),
        color: z.string().optional(),
      }),
    )
    .optional(),
  notes: z.array(Note).optional(),
  viewport: z.strictObject({ x: z.number(), y: z.number(), zoom: z.number() }).optional(),
});
export type Layout = z.infer<typeof Layout>;

export const Meta = z.strictObject({
  tags: z.array(z.string()).optional(),
  authors: z.array(z.string()).optional(),
  createdAt: z.string().optional(),
  updatedAt: z.string().optional(),
});

export const Flow = z.strictObject({
  $schema: z.string().optional(),
  format: z.literal(FORMAT),
  id: FlowId,
  name: z.string().min(1),
  version: z.string().regex(/^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/, 'a version is written like 1.0.0'),
  description: z.string().optional(),
  meta: Meta.optional(),
  schemas: byId(JsonSchema).optional(),
  input: JsonSchema.optional(),
  output: JsonSchema.optional(),
  context: byId(ContextField).optional(),
  models: byId(Model).optional(),
  mcpServers: byId(McpServer).optional(),
  tools: byId(Tool).optional(),
  agents: byId(Agent).optional(),
  policies: byId(Policy).optional(),
  budget: Budget.optional(),
  onFailure: OnFailure.optional(),
  nodes: byId(FlowNode),
  edges: z.array(Edge),
  subflows: byId(Subflow).optional(),
  rehearsal: Rehearsal.optional(),
  tests: z.array(TestCase).optional(),
  layout: Layout.optional(),
  extensions: Extensions.optional(),
});
export type Flow = z.infer<typeof Flow>;
