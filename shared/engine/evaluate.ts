/** Expressions, templates and mappings evaluated in the frozen view of a token. */
import { AppError } from '../base/app-error';
import type { Json } from '../base/json';
import { present } from '../base/present';
import { seededRandom, type Random } from '../base/random';
import type { Failure } from '../events/event';
import type { CompiledExpression, ExpressionPath } from '../ports/pure';
import { resolveMapping } from '../spec/mapping';
import { type ParsedTemplate, parseTemplate, renderTemplate } from '../spec/template';
import { allSteps, contextFields, contextVersion, stepOutput } from './scope';
import type { Frame, Locals, RunState, Step, Token } from './state';

/** Where an expression is evaluated: whose view, at what time, with what seed. */
export interface Place {
  readonly token: Token;
  readonly key: string;
  readonly startedAt: number;
  readonly reads: readonly string[];
}

/** Names that exist only for some expressions. */
export type Extras = Readonly<Record<string, Json | Failure>>;

const NO_EXTRAS: Extras = {};

/** @throws AppError `expr/limit` for one that a host had to stop: the record says so, so every replay refuses it as well. */
function compile(state: RunState, source: string): CompiledExpression {
  const { pure } = state.plan;
  const { stoppedExpressions } = state.overrides;
  if (stoppedExpressions?.includes(pure.sha256(source)))
    throw new AppError(
      'expr/limit',
      'This expression took so long that it had to be stopped; it is not evaluated again.',
      {
        details: { source: source.slice(0, 200) },
        hint: 'Write it so that it does less work, then fork the run with the mended flow.',
      },
    );
  return pure.expression(source);
}

export function evaluate(
  state: RunState,
  place: Place,
  source: string,
  at: string,
  extras: Extras = NO_EXTRAS,
): Json | undefined {
  const compiled = compile(state, source);
  return compiled.evaluate(scopeOf(state, place, compiled, extras), envOf(state, place, at));
}

export function test(
  state: RunState,
  place: Place,
  source: string,
  at: string,
  extras: Extras = NO_EXTRAS,
): boolean {
  const compiled = compile(state, source);
  return compiled.test(scopeOf(state, place, compiled, extras), envOf(state, place, at));
}

export function evaluateMapping(
  state: RunState,
  place: Place,
  mapping: Json,
  at: string,
  extras: Extras = NO_EXTRAS,
): Json | undefined {
  return resolveMapping(mapping, (source, pointer) =>
    evaluate(state, place, source, `${at}${pointer}`, extras),
  );
}

const templates = new Map<string, ParsedTemplate>();

export function evaluateTemplate(
  state: RunState,
  place: Place,
  text: string,
  at: string,
  extras: Extras = NO_EXTRAS,
): string {
  let parsed = templates.get(text);
  if (!parsed) {
    parsed = parseTemplate(text);
    if (templates.size > 2000) templates.clear();
    templates.set(text, parsed);
  }
  let hole = 0;
  return renderTemplate(parsed, (source) => evaluate(state, place, source, `${at}/${hole++}`, extras));
}

function envOf(state: RunState, place: Place, at: string): { nowMs: number; random: Random } {
  let generator: Random | undefined;
  return {
    nowMs: place.startedAt,
    random: () => {
      generator ??= seededRandom(state.seed, place.key, at);
      return generator();
    },
  };
}

/** Only what the expression can read is put into its scope: the cost does not grow with the run. */
function scopeOf(
  state: RunState,
  place: Place,
  compiled: CompiledExpression,
  extras: Extras,
): Record<string, unknown> {
  const { token } = place;
  const locals = localsOf(state, token.frame);
  const scope: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  scope['input'] = inputOf(state, token.frame);
  scope['run'] = { id: state.runId };
  if (token.handoff !== undefined) scope['handoff'] = token.handoff;
  if (token.error) scope['error'] = token.error;
  if (locals.item !== undefined) scope['item'] = locals.item;
  if (locals.index !== undefined) scope['index'] = locals.index;
  if (locals.iteration !== undefined) scope['iteration'] = locals.iteration;
  if (locals.last !== undefined) scope['last'] = locals.last;
  scope['context'] = contextOf(place, compiled.paths);
  scope['steps'] = stepsOf(token, compiled.paths);
  return Object.assign(scope, extras);
}

/** A path that starts with a wildcard, as that of `$` or `**` does, reads of every variable. */
function reaches(path: ExpressionPath, variable: string): boolean {
  return path[0] === variable || path[0] === '*';
}

function memberOf(path: ExpressionPath): string | undefined {
  return path[0] === '*' ? '*' : path[1];
}

function contextOf(place: Place, paths: readonly ExpressionPath[]): Record<string, unknown> {
  const seen: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const path of paths) {
    if (!reaches(path, 'context')) continue;
    const field = memberOf(path);
    if (field !== undefined && field !== '*') {
      if (!place.reads.includes(field)) {
        throw new AppError(
          'expr/failed',
          `"context.${field}" is read, but "${field}" is not among the node's reads`,
          {
            details: { kind: 'denied', field },
            hint: `Add "${field}" to the node's reads.`,
          },
        );
      }
      const version = contextVersion(place.token.ctx, field);
      if (version) seen[field] = version.value;
    } else {
      for (const name of place.reads) {
        const version = contextVersion(place.token.ctx, name);
        if (version) seen[name] = version.value;
      }
    }
  }
  return seen;
}

function stepsOf(token: Token, paths: readonly ExpressionPath[]): Record<string, unknown> {
  const seen: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const path of paths) {
    if (!reaches(path, 'steps')) continue;
    const node = memberOf(path);
    if (node === undefined || node === '*') {
      for (const [name, output] of allSteps(token.scope)) seen[name] = output;
    } else {
      const output = stepOutput(token.scope, node);
      if (output !== undefined) seen[node] = output;
    }
  }
  return seen;
}

/** Everything a step could have seen, for the step inspector. */
export function wholeScope(state: RunState, place: Place): Record<string, Json> {
  const { token } = place;
  const context: Record<string, Json> = {};
  for (const [field, version] of contextFields(token.ctx))
    if (place.reads.includes(field)) context[field] = version.value;
  return {
    input: inputOf(state, token.frame),
    context,
    steps: Object.fromEntries(allSteps(token.scope)),
    run: { id: state.runId },
    ...(token.handoff === undefined ? {} : { handoff: token.handoff }),
    ...(token.error ? { error: token.error as unknown as Json } : {}), // a Failure is plain JSON
    ...(localsOf(state, token.frame) as Record<string, Json>), // locals hold JSON only
  };
}

/** Where a step's own expressions are evaluated. */
export function placeOf(step: Step): Place {
  return { token: step.token, key: step.key, startedAt: step.startedAt, reads: step.plan.reads };
}

/** Input of a graph instance: the run's, or in a subflow what its caller maps. */
export function inputOf(state: RunState, frame: Frame): Json {
  frame.input ??= { value: subflowInput(state, present(frame.container, 'container of', frame.key)) };
  return frame.input.value;
}

/** What a step gives to the graph inside it: what it was given itself, or what a subflow's call maps. */
export function subflowInput(state: RunState, step: Step): Json {
  const { node } = step.plan;
  if (node.kind !== 'subflow' || node.input === undefined) return inputOf(state, step.token.frame);
  return evaluateMapping(state, placeOf(step), node.input, 'input') ?? null;
}

/** `item`, `index`, `iteration`, `last` as seen in a frame; the innermost wins, a subflow starts anew. */
export function localsOf(state: RunState, frame: Frame): Locals {
  if (frame.locals) return frame.locals;
  const { container } = frame;
  if (!container) return {};
  const { node } = container.plan;
  const outer = node.kind === 'subflow' ? {} : localsOf(state, container.token.frame);
  if (node.kind === 'map') {
    const index = present(frame.index, 'item of', frame.key);
    const item = itemsOf(state, container, node.items)[index] as Json; // opened for an item there is
    frame.locals = { ...outer, item, index };
  } else if (node.kind === 'loop') {
    const iteration = present(frame.index, 'pass of', frame.key);
    const before = container.closed.get(iteration - 1)?.result;
    frame.locals = { ...outer, iteration, ...(before?.ok ? { last: before.output } : {}) };
  } else {
    frame.locals = outer;
  }
  return frame.locals;
}

/** Items of a map: a missing value is no item, a single value a list of one. Kept, since the view is frozen. */
export function itemsOf(state: RunState, step: Step, source: string): readonly Json[] {
  const known = step.memo.get('items');
  if (known) return known as readonly Json[]; // put there by the lines below
  const value = evaluate(state, placeOf(step), source, 'items');
  const items =
    value === undefined || value === null ? [] : Array.isArray(value) ? (value as readonly Json[]) : [value];
  step.memo.set('items', items);
  return items;
}
