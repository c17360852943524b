/** The JSON Schema (2020-12) of the document, made from the zod schemas; committed as resources/schema/flow.schema.json. */
import type { JsonObject } from '../base/json';
import { Flow, Subflow, Layout } from './flow';
import { Catalogue, FlowNode, Graph, HumanFields, type NodeKind } from './nodes';
import {
  Agent,
  Answers,
  Budget,
  ContextField,
  Edge,
  Fault,
  Gate,
  Handoff,
  McpServer,
  Model,
  OnFailure,
  Policy,
  Rehearsal,
  TestCase,
  Tool,
} from './parts';
import { discriminated } from './schema-walk';
import {
  Duration,
  Expr,
  Extensions,
  FailureKind,
  FlowId,
  Id,
  JsonSchema,
  Money,
  RESERVED_IDS,
} from './values';
import { z } from './zod';

export const FLOW_SCHEMA_ID = 'urn:baton:schema:flow:1';

interface Naming {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  /** What a refinement checks in code, said as a JSON Schema keyword. */
  readonly pattern?: string;
  readonly minLength?: number;
  readonly not?: { readonly enum: readonly string[] };
}

const KIND_WORDS: Readonly<Record<NodeKind, string>> = {
  start: 'Where a run begins; gives the input of the flow.',
  end: 'Where a run finishes, completed or failed, with an output.',
  agent: 'One task for an agent, under its role contract.',
  tool: 'One call of a tool with given arguments.',
  human: 'A checkpoint: a person approves, chooses or fills in a form.',
  branch: 'Goes on by the first case that is true.',
  parallel: 'Starts several branches at once.',
  join: 'Waits for the branches of a parallel.',
  map: 'Runs its body for every item of a list.',
  loop: 'Runs its body again while a condition holds, within a bound.',
  subflow: 'Runs a named part of this document.',
  transform: 'Makes a value out of others.',
  code: 'Runs sandboxed JavaScript.',
  wait: 'Waits for a time or until a moment.',
  supervisor: 'A model that assigns work to agents and checks it, round by round.',
  planner: 'A model that plans over a closed catalogue of steps.',
  chat: 'Several agents talk in turns, within a bound.',
};

const VALUES: readonly [z.ZodType, Naming][] = [
  [
    Id,
    {
      id: 'Id',
      title: 'Name',
      description: 'A letter, then at most 63 letters, digits or _; no reserved word.',
      not: { enum: [...RESERVED_IDS] },
    },
  ],
  [FlowId, { id: 'FlowId', title: 'Flow id' }],
  [Expr, { id: 'Expression', title: 'Expression', description: 'A JSONata 1.8 expression.' }],
  [
    Duration,
    {
      id: 'Duration',
      title: 'Duration',
      description: 'ISO 8601, for example PT30S, PT4H or P1D.',
      // the lengths a duration can have, without the lookaheads our own linear engine does not know
      pattern: String.raw`^P(\d+(\.\d+)?W)?(\d+(\.\d+)?D)?(T(\d+(\.\d+)?H)?(\d+(\.\d+)?M)?(\d+(\.\d+)?S)?)?$`,
      minLength: 3,
    },
  ],
  [Money, { id: 'Money', title: 'Amount of money' }],
  [
    FailureKind,
    { id: 'FailureKind', title: 'Failure kind', description: 'The closed list of ways a step can fail.' },
  ],
  [
    JsonSchema,
    {
      id: 'JsonSchema',
      title: 'JSON Schema',
      description: 'JSON Schema 2020-12, or {"$ref": "#/schemas/Name"}.',
    },
  ],
  [Extensions, { id: 'Extensions', title: 'Extensions', description: 'Any object; kept untouched.' }],
];

const PARTS: readonly [z.ZodType, Naming][] = [
  [ContextField, { id: 'ContextField', title: 'Context field' }],
  [Model, { id: 'Model', title: 'Model' }],
  [McpServer, { id: 'McpServer', title: 'MCP server' }],
  [Tool, { id: 'Tool', title: 'Tool' }],
  [Agent, { id: 'Agent', title: 'Agent', description: 'A role contract, reusable by several nodes.' }],
  [Policy, { id: 'Policy', title: 'Policy' }],
  [Budget, { id: 'Budget', title: 'Budget' }],
  [Gate, { id: 'Gate', title: 'Gate' }],
  [OnFailure, { id: 'OnFailure', title: 'What happens when the flow fails' }],
  [Handoff, { id: 'Handoff', title: 'Handoff' }],
  [Edge, { id: 'Edge', title: 'Edge' }],
  [FlowNode, { id: 'Node', title: 'Node' }],
  [HumanFields, { id: 'HumanFields', title: 'Fields of a human checkpoint' }],
  [Graph, { id: 'Graph', title: 'Nodes and edges' }],
  [Catalogue, { id: 'Catalogue', title: 'Catalogue of a planner', description: 'Nodes only.' }],
  [Subflow, { id: 'Subflow', title: 'Subflow' }],
  [Rehearsal, { id: 'Rehearsal', title: 'Rehearsal' }],
  [TestCase, { id: 'TestCase', title: 'Test' }],
  [Answers, { id: 'Answers', title: 'Answers' }],
  [Fault, { id: 'Fault', title: 'Fault' }],
  [Layout, { id: 'Layout', title: 'Layout', description: 'Looks only; never part of a hash.' }],
];

function nodeNames(): [z.ZodType, Naming][] {
  return [...discriminated(FlowNode)].map(([kind, schema]): [z.ZodType, Naming] => {
    const name = kind.charAt(0).toUpperCase() + kind.slice(1);
    return [
      schema,
      { id: `${name}Node`, title: `${name} node`, description: KIND_WORDS[kind as keyof typeof KIND_WORDS] },
    ];
  });
}

/** A fresh copy each time, so nobody can change it for others. */
export function flowJsonSchema(): JsonObject {
  const registry = z.registry<Naming>();
  for (const [schema, naming] of [...VALUES, ...PARTS, ...nodeNames()]) registry.add(schema, naming);
  const made = z.toJSONSchema(Flow, { target: 'draft-2020-12', metadata: registry, unrepresentable: 'any' });
  const { $schema: _, ...rest } = made as JsonObject;
  const title = 'Baton flow';
  const description = 'A portable description of one multi-agent flow, format baton.flow/1.';
  const $schema = 'https://json-schema.org/draft/2020-12/schema';
  return { $schema, $id: FLOW_SCHEMA_ID, title, description, ...rest };
}
