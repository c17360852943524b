/**
 * The check of a result, always in this order, the first miss decides: shape, gate checks (the agent's gate, then the
 * node's), confidence, judge.
 */
import { AppError } from '../base/app-error';
import { isJsonObject, type Json } from '../base/json';
import type { Gate } from '../spec/parts';
import type { FailureKind, JsonSchema } from '../spec/values';
import { placeOf, test } from './evaluate';
import { gatesOf } from './gates';
import type { RunState, Step } from './state';

export interface Miss {
  readonly kind: FailureKind;
  readonly check: string;
  readonly message: string;
}

export type Checked =
  | { readonly ok: true }
  | { readonly ok: false; readonly miss: Miss }
  | { readonly ok: false; readonly judge: NonNullable<Gate['judge']>; readonly output: Json };

const EXPRESSION_CODES: ReadonlySet<string> = new Set(['expr/failed', 'expr/limit', 'spec/invalid']);

/** Whether something thrown is the flow's doing (its expression, its schema) rather than a bug of ours. */
export function isExpressionFailure(error: unknown): error is AppError {
  return error instanceof AppError && EXPRESSION_CODES.has(error.code); // thrown in this process, by the libraries behind `Pure`
}

export function troubleOf(error: AppError): { kind: FailureKind; code: string; message: string } {
  const denied = isJsonObject(error.details) && error.details['kind'] === 'denied';
  return { kind: denied ? 'denied' : 'error', code: error.code, message: error.message };
}

/** One sentence with everything that does not fit, or undefined. */
export function misfit(state: RunState, schema: JsonSchema | undefined, value: Json): string | undefined {
  if (schema === undefined || schema === true) return undefined;
  const misses = state.plan.pure.schema(schema, state.plan.schemas).check(value);
  if (misses.length === 0) return undefined;
  return misses
    .slice(0, 8)
    .map((miss) => miss.message)
    .join('; ');
}

/** The declared shape of what a node puts out. */
export function outputSchemaOf(state: RunState, step: Step): JsonSchema | undefined {
  const { flow } = state.plan;
  const { node } = step.plan;
  if (step.undoes) return undefined;
  if (node.kind === 'agent') return flow.agents?.[node.agent]?.output;
  if (node.kind === 'tool') return flow.tools?.[node.tool]?.output;
  if (node.kind === 'code' || node.kind === 'supervisor' || node.kind === 'planner' || node.kind === 'chat')
    return node.output;
  return node.kind === 'subflow' ? state.plan.subflows.get(node.flow)?.output : undefined;
}

/** The stable code of a failed check: which one of its kind it was is for the message to say. */
export function codeOfCheck(check: string): string {
  return `output/${check.replace(/:.*/s, '')}`;
}

export function checkOutput(state: RunState, step: Step, output: Json): Checked {
  const shape = misfit(state, outputSchemaOf(state, step), output);
  if (shape !== undefined)
    return { ok: false, miss: { kind: 'invalid_output', check: 'shape', message: shape } };
  const gates = gatesOf(state, step);
  const miss = missedCheck(state, step, gates, output) ?? missedConfidence(gates, output);
  if (miss) return { ok: false, miss };
  const judges = gates.flatMap((gate) => gate.judge ?? []);
  for (const [i, judge] of judges.entries()) {
    const score = step.judged[i];
    if (score === undefined) return { ok: false, judge, output };
    if (score < judge.minScore) {
      const message = `the judge gave ${score}, at least ${judge.minScore} is asked for`;
      return { ok: false, miss: { kind: 'low_confidence', check: 'judge', message } };
    }
  }
  // Of a good output only: one that some check misses has failed already.
  const retryWhen = step.plan.policy.retry.when;
  if (retryWhen !== undefined && !step.undoes && isTrue(state, step, retryWhen, 'retry.when', output)) {
    return {
      ok: false,
      miss: {
        kind: 'invalid_output',
        check: 'retry.when',
        message: 'the retry policy asks for another result',
      },
    };
  }
  return { ok: true };
}

function missedCheck(state: RunState, step: Step, gates: readonly Gate[], output: Json): Miss | undefined {
  for (const [i, check] of gates.flatMap((gate) => gate.checks ?? []).entries()) {
    if (!isTrue(state, step, check.expr, `check/${i}`, output))
      return { kind: 'invalid_output', check: `check:${i}`, message: check.message };
  }
  return undefined;
}

function missedConfidence(gates: readonly Gate[], output: Json): Miss | undefined {
  const least = Math.max(...gates.map((gate) => gate.minConfidence ?? Number.NEGATIVE_INFINITY));
  if (least === Number.NEGATIVE_INFINITY) return undefined;
  const confidence = isJsonObject(output) ? output['confidence'] : undefined;
  if (typeof confidence === 'number' && confidence >= least) return undefined;
  const found = typeof confidence === 'number' ? `is ${confidence}` : 'is missing';
  return {
    kind: 'low_confidence',
    check: 'confidence',
    message: `confidence ${found}, at least ${least} is asked for`,
  };
}

/** A check that throws is a check that does not hold. */
function isTrue(state: RunState, step: Step, source: string, at: string, output: Json): boolean {
  try {
    return test(state, placeOf(step), source, at, { output });
  } catch (error) {
    if (isExpressionFailure(error)) return false;
    throw error;
  }
}

/** Says of a failing evaluation what it means for the step; anything else is a bug and goes on up. */
export function guardExpressions<T>(
  work: () => T,
):
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly trouble: ReturnType<typeof troubleOf> } {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (!isExpressionFailure(error)) throw error;
    return { ok: false, trouble: troubleOf(error) };
  }
}
