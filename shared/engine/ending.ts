/** The end of a run: its output is checked, undoing is done where it is asked for, one last event is written. */
import type { Json } from '../base/json';
import { present } from '../base/present';
import type { Failure } from '../events/event';
import { canonicalJson } from '../base/jcs';
import { durationOf } from './apply';
import { nextKey } from './arrive';
import { misfit } from './check';
import { type Decider, emit, isHeld } from './decider';
import { MAX_ESCALATIONS } from './fail';
import { withdrawBudget } from './people';
import { contextFields } from './scope';
import type { RunState, Undoable } from './state';
import { pathOf } from './tokens';

/** True when something was recorded. Called only when no token has anything to do. */
export function decideEnd(d: Decider): boolean {
  const { state } = d;
  if (state.ended || state.tokens.size > 0) return false;
  if (withdrawBudget(d, 'the run has come to its end')) return true;
  if (state.undo && !state.undo.done) return undoNext(d, state.undo);
  if (state.cancel) return finishCancelled(d, state.cancel.compensate);
  if (state.runFailure) return finishRunFailure(d, state.runFailure);
  const { result } = state.root;
  if (!result) return false;
  if (!result.ok) return finishFailed(d, result.failure, result.output);
  const wrong = misfit(state, state.plan.root.output, result.output);
  if (wrong !== undefined) {
    const message = `The flow's output does not fit what it declares: ${wrong}`;
    return finishFailed(
      d,
      { kind: 'invalid_output', code: 'flow/output-mismatch', message, node: result.end, step: result.step },
      result.output,
    );
  }
  emit(d, { type: 'run.completed', data: { output: result.output, end: result.end, ...summary(state) } });
  state.status = 'completed';
  return true;
}

function summary(state: RunState): { usage: RunState['usage']; path: string[]; stateHash: string } {
  const usage = { ...state.usage, durationMs: durationOf(state) };
  return { usage, path: pathOf(present(state.rootToken, 'token')), stateHash: stateHash(state, usage) };
}

/** Hash of context versions, tokens, visits and usage. */
export function stateHash(state: RunState, usage: RunState['usage']): string {
  const context: Record<string, Json> = {};
  for (const [field, version] of contextFields(state.root.ctx))
    context[field] = [version.version, version.hash];
  const visits = Object.fromEntries(state.nodeVisits);
  const tokens = [...state.tokens.values()].map((token) => [token.id, token.node.id, token.phase]);
  const { durationMs: _time, ...counted } = usage;
  return state.plan.pure.sha256(canonicalJson({ context, tokens, visits, usage: counted }));
}

/** Over budget or stopped: a person may still take it over when the flow escalates, else it ends as failed. */
function finishRunFailure(d: Decider, failure: Failure): boolean {
  const { state } = d;
  const { onFailure } = state.plan.flow;
  const to = onFailure?.do === 'escalate' ? onFailure.to : undefined;
  const target = to === undefined ? undefined : state.plan.root.nodes.get(to);
  if (!target || state.escalations >= MAX_ESCALATIONS) return finishFailed(d, failure, undefined);
  const viewHash = state.plan.pure.sha256(canonicalJson(failure));
  emit(d, {
    type: 'step.started',
    step: nextKey(state.root, target.id),
    data: { node: target.id, kind: target.node.kind, viewHash, reads: {} },
  });
  return true;
}

function finishFailed(d: Decider, error: Failure, output: Json | undefined): boolean {
  const { state } = d;
  if (state.plan.flow.onFailure?.do === 'compensate' && !state.undo && undoable(state).length > 0) {
    if (isHeld(state)) return false; // undoing is something new: it begins when the run goes on
    startUndo(d);
    return true;
  }
  emit(d, {
    type: 'run.failed',
    data: { error, ...(output === undefined ? {} : { output }), ...undoSummary(state), ...summary(state) },
  });
  state.status = 'failed';
  return true;
}

function finishCancelled(d: Decider, compensate: boolean): boolean {
  const { state } = d;
  if (compensate && !state.undo && undoable(state).length > 0) {
    startUndo(d);
    return true;
  }
  emit(d, { type: 'run.cancelled', data: { ...undoSummary(state), ...summary(state) } });
  state.status = 'cancelled';
  return true;
}

/** Everything committed that has an undo, latest first. */
function undoable(state: RunState): Undoable[] {
  return ownCommitted(state)
    .filter((done) => done.committed && done.node.node.compensate)
    .reverse();
}

function startUndo(d: Decider): void {
  emit(d, { type: 'compensation.started', data: { steps: undoable(d.state).map((done) => done.step) } });
}

function undoNext(d: Decider, undo: NonNullable<RunState['undo']>): boolean {
  const { state } = d;
  if (isHeld(state)) return false;
  const handled = undo.undone.length + undo.notUndone.length;
  const next = undo.queue[handled];
  if (!next) {
    emit(d, {
      type: 'compensation.completed',
      data: { undone: [...undo.undone], notUndone: notUndone(state) },
    });
    return true;
  }
  emit(d, {
    type: 'step.started',
    step: `${next.step}~undo`,
    data: {
      node: next.node.id,
      kind: 'tool',
      viewHash: state.plan.pure.sha256(canonicalJson(next.output)),
      reads: {},
    },
  });
  return true;
}

/** Steps whose effect on the world stands, of those that had one: failed undos and effects without one. */
function notUndone(state: RunState): string[] {
  const undone = new Set(state.undo?.undone ?? []);
  return [...ownCommitted(state), ...inheritedUndos(state)]
    .filter((done) => !undone.has(done.step))
    .map((done) => done.step);
}

/** What a fork inherited is its parent's to undo. */
function ownCommitted(state: RunState): Undoable[] {
  return state.committed.filter((done) => done.seq > state.inheritedSeq);
}

/** The one undo of its parent a fork was made to do again. */
function inheritedUndos(state: RunState): Undoable[] {
  return state.undo?.queue.filter((done) => done.seq <= state.inheritedSeq) ?? [];
}

function undoSummary(state: RunState): {
  compensation: 'none' | 'complete' | 'partial';
  notUndone: string[];
} {
  const left = notUndone(state);
  if (!state.undo) return { compensation: 'none', notUndone: left };
  return { compensation: left.length === 0 ? 'complete' : 'partial', notUndone: left };
}
