/** The small values every part of a flow document is made of. */
import { parseDuration } from '../base/duration';
import type { Json, JsonObject } from '../base/json';
import { z } from './zod';

export const RESERVED_IDS: ReadonlySet<string> = new Set([
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__proto__',
  'and',
  'or',
  'in',
  'true',
  'false',
  'null',
]);
export const ID_PATTERN = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
export const FLOW_ID_PATTERN = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

const BAD_ID = 'an id starts with a letter, has at most 64 letters, digits or _, and is no reserved word';

/** Name of a node, port, tool, agent, model, schema or context field. No hyphen: JSONata would subtract. */
export const Id = z
  .string()
  .regex(ID_PATTERN, BAD_ID)
  .refine((id) => !RESERVED_IDS.has(id), BAD_ID);
export type Id = z.infer<typeof Id>;

export const FlowId = z.string().regex(FLOW_ID_PATTERN, 'a flow id may also hold hyphens, else it is an id');

/** A JSONata expression; its text is checked by the validator, not by the shape. */
export const Expr = z.string().min(1);
export type Expr = z.infer<typeof Expr>;

/** Text with `{{ expression }}` holes. */
export const Template = z.string();
export type Template = z.infer<typeof Template>;

/** Any JSON. The document came from JSON.parse, so there is nothing to check; only the type is given here. */
export const JsonValue = z.unknown() as unknown as z.ZodType<Json>;

/** Any JSON in which `{ "$": "expression" }` is a hole and `{ "$literal": x }` is x. */
export const Mapping = JsonValue;
export type Mapping = Json;

export const Duration = z
  .string()
  .refine(
    (text) => parseDuration(text) !== undefined,
    'a duration is written as ISO 8601, for example "PT30S" or "P1D"',
  );
export type Duration = z.infer<typeof Duration>;

/** A JSON Schema 2020-12 document (interpreted, never compiled to code). */
export type JsonSchema = boolean | JsonObject;
export const JsonSchema = z.union([
  z.boolean(),
  z.record(z.string(), z.unknown()),
]) as unknown as z.ZodType<JsonSchema>;

/** Kept untouched by load and save; nobody else may use unknown keys. */
export const Extensions = z.record(z.string(), z.unknown()) as unknown as z.ZodType<JsonObject>;

/** The closed list of ways a step can fail. */
export const FAILURE_KINDS = [
  'error',
  'timeout',
  'rate_limited',
  'unavailable',
  'invalid_output',
  'low_confidence',
  'denied',
  'stale_context',
  'conflict',
  'budget',
  'loop_limit',
  'circuit_open',
  'rejected',
  'expired',
  'cancelled',
  'uncertain',
] as const;
export const FailureKind = z.enum(FAILURE_KINDS);
export type FailureKind = z.infer<typeof FailureKind>;

/** A decimal amount of one currency (ISO 4217). */
export const Money = z.strictObject({ amount: z.number().nonnegative(), currency: z.string().min(3).max(3) });
export type Money = z.infer<typeof Money>;
