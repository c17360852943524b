/**
 * Pure, synchronous libraries the interpreter and the validator need but may not import: JSONata, a schema validator,
 * a linear regular-expression engine and SHA-256. Same arguments, same answer, for ever.
 */
import type { Json } from '../base/json';
import type { Random } from '../base/random';
import type { JsonSchema } from '../spec/values';

/** What an expression may know besides its scope. */
export interface ExpressionEnv {
  /** Value of `$now` and `$millis`: `at` of the event that started the step, epoch milliseconds. */
  readonly nowMs: number;
  /** Source of `$random` and `$shuffle`. */
  readonly random: Random;
}

/** A static path an expression reads, for example `['context', 'category']`; `*` stands for a computed part. */
export type ExpressionPath = readonly string[];

export interface CompiledExpression {
  readonly source: string;
  /** Paths it reads, from its syntax tree, relative to the scope. */
  readonly paths: readonly ExpressionPath[];
  /**
   * The value, or undefined when there is none. Scope objects are not changed.
   * @throws AppError `expr/failed` (it threw, or gave a function), `expr/limit` (steps, depth, size).
   */
  evaluate(scope: Readonly<Record<string, unknown>>, env: ExpressionEnv): Json | undefined;
  /** True as JSONata's `$boolean` says: `null`, `{}`, `[]`, `""`, `0` and missing are false. */
  test(scope: Readonly<Record<string, unknown>>, env: ExpressionEnv): boolean;
}

export interface SchemaMiss {
  /** JSON Pointer into the value. */
  readonly pointer: string;
  readonly message: string;
}

export interface CompiledSchema {
  /** Everything that does not fit; empty when the value is valid. */
  check(value: unknown): readonly SchemaMiss[];
}

export interface Pure {
  /** @throws AppError `expr/failed` with `details.position` when the text is no expression. Cached by source. */
  expression(source: string): CompiledExpression;
  /**
   * A checker for a schema whose `$ref`s may point to `#/schemas/<Name>` of `schemas` and to its own `#/$defs`.
   * @throws AppError `spec/invalid` for a schema that cannot be used (unknown `$ref`, bad pattern).
   */
  schema(schema: JsonSchema, schemas?: Readonly<Record<string, JsonSchema>>): CompiledSchema;
  /** Lower-case hex of SHA-256 over UTF-8. */
  sha256(text: string): string;
}
