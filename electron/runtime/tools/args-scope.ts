/** The definitions of a tool filled with the arguments of one call: `args` is all they see. */
import { isJsonObject, type Json } from '../../../shared/base/json';
import { seededRandom } from '../../../shared/base/random';
import type { ToolInvocation } from '../../../shared/ports/calls';
import type { Pure } from '../../../shared/ports/pure';
import { resolveMapping } from '../../../shared/spec/mapping';
import { badArguments } from './outcome';

export interface ArgsScope {
  readonly args: Json;
  evaluate(source: string, place: string): Json | undefined;
  mapping(mapping: Json, place: string): Json | undefined;
}

/** Time and chance are those of the call; the request and its answer are facts, so a replay never asks again. */
export function argsScope(pure: Pure, call: ToolInvocation, nowMs: number): ArgsScope {
  const args = argsWithKey(call);
  const scope = Object.assign(Object.create(null) as Record<string, unknown>, { args });
  const evaluate = (source: string, place: string) =>
    pure.expression(source).evaluate(scope, { nowMs, random: seededRandom(call.key, place) });
  return {
    args,
    evaluate,
    mapping: (mapping, place) =>
      resolveMapping(mapping, (source, pointer) => evaluate(source, place + pointer)),
  };
}

/** The arguments, with the idempotency key where the tool wants it as one of them. */
export function argsWithKey(call: ToolInvocation): Json {
  const { keyArgument } = call.tool;
  if (keyArgument === undefined) return call.args;
  if (!isJsonObject(call.args)) {
    throw badArguments(
      `Tool "${call.toolName}" wants its key as argument "${keyArgument}", so its arguments must be an object.`,
    );
  }
  return Object.fromEntries([...Object.entries(call.args), [keyArgument, call.key]]);
}
