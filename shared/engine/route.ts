/**
 * How a step ends: committed along an edge, or failed along what is drawn for it. Guards, payloads and bounds are part
 * of the check, so output, writes, usage and route are one event.
 */
import type { Json } from '../base/json';
import type { DataOf } from '../events/event';
import type { ContextField, Handoff } from '../spec/parts';
import type { Trouble } from '../nodes/behaviour';
import { guardExpressions } from './check';
import { hasRoom } from './budget';
import { misfit, type Miss } from './check';
import { type Decider, emit } from './decider';
import { evaluate, evaluateMapping, placeOf, test } from './evaluate';
import { isSpent } from './fail';
import { edgesAt, type PlanEdge } from './plan';
import { type ContextScope, type ContextWrite, contextVersion, mergeValue } from './scope';
import type { RunState, Step } from './state';

type Write = DataOf<'step.committed'>['writes'][number];
type Carried = { readonly name: string; readonly payload: Json };

export type Ending =
  | { readonly ok: true }
  | { readonly ok: false; readonly trouble: Trouble }
  /** The result itself is at fault: it may be asked for again. */
  | { readonly ok: false; readonly miss: Miss }
  /** The run's budget stands in the way; nothing was recorded for the step. */
  | { readonly ok: false; readonly held: true };

const DONE: Ending = { ok: true };

/** Commits a step by a port, or says why it cannot be. `payload` is what the model gave with a chosen handoff. */
export function commitStep(
  d: Decider,
  step: Step,
  output: Json,
  port: string,
  chosen?: { name: string; payload: Json | undefined },
): Ending {
  const guarded = guardExpressions(() => prepare(d, step, output, port, chosen));
  if (!guarded.ok) return { ok: false, trouble: guarded.trouble };
  const prepared = guarded.value;
  if ('ok' in prepared) return prepared;
  const { handoff, handoffs, routes, writes } = prepared;
  const given = handoffs?.length ?? Number(handoff !== undefined);
  emit(d, {
    type: 'step.committed',
    step: step.key,
    data: {
      ...(handoff ? { handoff } : {}),
      ...(handoffs ? { handoffs } : {}),
      output: prepared.output ?? output,
      routes,
      usage: { ...step.usage, handoffs: step.usage.handoffs + given },
      writes,
    },
  });
  return DONE;
}

/** Latest version of each field, the writes of this commit included. */
type Versions = Map<string, number>;

type Prepared = {
  routes: { port: string; to: string }[];
  writes: Write[];
  handoff?: Carried;
  /** Only of a parallel: what its branches are given, and the list of them, which is its output. */
  handoffs?: (Carried & { readonly to: string })[];
  output?: Json;
};

function prepare(
  d: Decider,
  step: Step,
  output: Json,
  port: string,
  chosen?: { name: string; payload: Json | undefined },
): Prepared | Ending {
  const { state } = d;
  const writes: Write[] = [];
  const versions: Versions = new Map();
  const conflict = step.undoes ? undefined : mergeLayers(state, step, writes, versions);
  if (conflict) return { ok: false, trouble: conflict };
  const wrong = step.undoes ? undefined : ownWrites(state, step, output, writes, versions);
  if (wrong) return { ok: false, miss: wrong };
  if (step.undoes || step.token.frame.graph === null || step.plan.node.kind === 'end')
    return { routes: [], writes };
  if (step.plan.node.kind === 'parallel') return prepareBranches(d, step, writes);
  const edge = pickEdge(state, step, port, output, chosen?.name);
  if (!edge) return { ok: false, trouble: noRoute(step, port) };
  if ('kind' in edge) return { ok: false, trouble: edge };
  if (!edge.handoff) return { routes: [{ port, to: edge.to }], writes };
  const payload = payloadOf(state, step, edge.handoff, output, chosen);
  const missed = misfitOfPayload(state, edge.handoff, payload);
  if (missed) return { ok: false, miss: missed };
  if (!hasRoom(d, step, step.token, 'handoffs', 1)) return { ok: false, held: true };
  return { routes: [{ port, to: edge.to }], writes, handoff: { name: edge.handoff.name, payload } };
}

function misfitOfPayload(state: RunState, handoff: Handoff, payload: Json): Miss | undefined {
  const wrong = misfit(state, handoff.schema, payload);
  if (wrong === undefined) return undefined;
  const message = `the payload of "${handoff.name}" does not fit: ${wrong}`;
  return { kind: 'invalid_output', check: 'handoff', message };
}

function payloadOf(
  state: RunState,
  step: Step,
  handoff: Handoff,
  output: Json,
  chosen?: { payload: Json | undefined },
): Json {
  if (handoff.payload !== undefined)
    return (
      evaluateMapping(state, placeOf(step), handoff.payload, `handoff/${handoff.name}`, { output }) ?? null
    );
  return chosen ? (chosen.payload ?? null) : output;
}

/** The validator sees to it that the last edge of a port has no guard; a flow it never saw may still have one. */
function noRoute(step: Step, port: string): Trouble {
  const message = `"${step.plan.node.name ?? step.plan.id}" wants to leave by "${port}", but no edge there can be taken.`;
  return { kind: 'error', code: 'flow/no-route', message };
}

/** The first edge of a port whose guard holds; one whose traversals are spent fails the step. */
function pickEdge(
  state: RunState,
  step: Step,
  port: string,
  output: Json,
  handoffName?: string,
): PlanEdge | Trouble | undefined {
  for (const edge of edgesAt(step.plan, port)) {
    if (handoffName !== undefined && edge.handoff?.name !== handoffName) continue;
    if (edge.when !== undefined && !test(state, placeOf(step), edge.when, `when/${edge.index}`, { output }))
      continue;
    if (isSpent(step.token, edge)) {
      const message = `The way back to "${edge.to}" has been taken ${edge.maxTraversals} times, its bound.`;
      return { kind: 'loop_limit', code: 'loop/limit', message };
    }
    return edge;
  }
  return undefined;
}

/** All branches whose guard holds; without a payload of its own a branch is given the list of them, which is the output. */
function prepareBranches(d: Decider, step: Step, writes: Write[]): Prepared | Ending {
  const { state } = d;
  const edges = edgesAt(step.plan, 'branch').filter(
    (edge) => edge.when === undefined || test(state, placeOf(step), edge.when, `when/${edge.index}`),
  );
  const output = { branches: edges.map((edge) => edge.to) };
  const handoffs: (Carried & { to: string })[] = [];
  for (const { handoff, to } of edges) {
    if (!handoff) continue;
    const payload = payloadOf(state, step, handoff, output);
    const missed = misfitOfPayload(state, handoff, payload);
    if (missed) return { ok: false, miss: missed };
    handoffs.push({ to, name: handoff.name, payload });
  }
  const routes = edges.map((edge) => ({ port: 'branch', to: edge.to }));
  if (handoffs.length === 0) return { routes, writes, output };
  if (!hasRoom(d, step, step.token, 'handoffs', handoffs.length)) return { ok: false, held: true };
  return { routes, writes, output, handoffs };
}

/** Writes of the branches or items that count, in drawn order. Two that replaced one field contradict each other. */
function mergeLayers(state: RunState, step: Step, writes: Write[], versions: Versions): Trouble | undefined {
  const replacedBy = new Map<string, ContextScope>();
  for (const layer of layersOf(step)) {
    for (const write of layer.log) {
      if (state.plan.flow.context?.[write.field]?.merge === 'replace') {
        const other = replacedBy.get(write.field);
        if (other && other !== layer) {
          const message = `Two parallel paths wrote "${write.field}", which is replaced by each write: it is not clear which value counts.`;
          return { kind: 'conflict', code: 'context/conflict', message };
        }
        replacedBy.set(write.field, layer);
      }
      addWrite(step, writes, versions, write);
    }
  }
  return undefined;
}

function layersOf(step: Step): readonly ContextScope[] {
  const { kind } = step.plan.node;
  if (kind === 'join' && step.token.fork) {
    return step.token.fork.branches
      .filter((branch) => branch.state === 'arrived')
      .map((branch) => branch.token.ctx);
  }
  if (kind !== 'map') return [];
  return [...step.closed]
    .filter(([, item]) => item.result.ok)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item.ctx);
}

function addWrite(
  step: Step,
  writes: Write[],
  versions: Versions,
  write: Pick<ContextWrite, 'field' | 'value'>,
): void {
  const made = versions.get(write.field) ?? contextVersion(step.token.ctx, write.field)?.version ?? 0;
  versions.set(write.field, made + 1);
  writes.push({ field: write.field, version: made + 1, value: write.value });
}

/** The node's declared writes; a value that does not fit its field is the output's fault. */
function ownWrites(
  state: RunState,
  step: Step,
  output: Json,
  writes: Write[],
  versions: Versions,
): Miss | undefined {
  for (const [field, source] of Object.entries(step.plan.node.writes ?? {})) {
    const declared = state.plan.flow.context?.[field];
    const value = evaluate(state, placeOf(step), source, `writes/${field}`, { output });
    if (value === undefined || !declared) continue;
    const wrong = misfitOfWrite(state, step, field, declared, value);
    if (wrong !== undefined)
      return {
        kind: 'invalid_output',
        check: `write:${field}`,
        message: `the value for "${field}" does not fit: ${wrong}`,
      };
    addWrite(step, writes, versions, { field, value });
  }
  return undefined;
}

const NUMERIC: ReadonlySet<string> = new Set(['sum', 'min', 'max']);

/** What is added must fit the field's schema; of a patch, what comes of it. */
function misfitOfWrite(
  state: RunState,
  step: Step,
  field: string,
  declared: ContextField,
  value: Json,
): string | undefined {
  const { merge, schema } = declared;
  if (NUMERIC.has(merge) && typeof value !== 'number') return 'it is not a number';
  if (merge === 'sum' && !Number.isFinite(mergeValue(merge, currentOf(step, field), value)))
    return 'the sum is too large for a number';
  if (merge === 'append') return misfit(state, schema, Array.isArray(value) ? value : [value]);
  if (merge !== 'merge') return misfit(state, schema, value);
  return misfit(state, schema, mergeValue(merge, currentOf(step, field), value));
}

function currentOf(step: Step, field: string): Json | undefined {
  return contextVersion(step.token.ctx, field)?.value;
}
