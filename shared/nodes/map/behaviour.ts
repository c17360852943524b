import type { Json } from '../../base/json';
import type { NodeOf } from '../../spec/nodes';
import { type BehaviourOf, type Outcome, type StepContext, type Verdict, WAIT } from '../behaviour';

const DEFAULT_CONCURRENCY = 4;

/** Runs its body once for each item, a bounded number at a time, and gives the outputs in item order. */
export const behaviour: BehaviourOf<NodeOf<'map'>> = {
  decide: (node, step) => {
    const outcomes = step.items().map((_item, index) => step.child(index));
    const failed = outcomes.findIndex((outcome) => outcome?.state === 'failed');
    const running = outcomes.filter((outcome) => outcome?.state === 'running').length;
    const stopping = failed >= 0 && (node.onItemFailure ?? 'fail') === 'fail';
    const next = stopping ? -1 : outcomes.indexOf(undefined);
    if (next >= 0 && running < (node.concurrency ?? DEFAULT_CONCURRENCY)) return { do: 'open', index: next };
    if (running > 0 || next >= 0) return WAIT;
    return finish(node, step, outcomes, stopping ? outcomes[failed] : undefined);
  },
};

function finish(
  node: NodeOf<'map'>,
  _step: StepContext,
  outcomes: readonly (Outcome | undefined)[],
  failed: Outcome | undefined,
): Verdict {
  if (failed?.state === 'failed') return { do: 'fail', ...failed.trouble };
  const output: Json[] = [];
  outcomes.forEach((outcome, index) => {
    if (node.onItemFailure === 'collect') output.push(collected(outcome, index));
    else if (outcome?.state === 'done') output.push(outcome.output);
  });
  return { do: 'commit', output, port: 'next' };
}

function collected(outcome: Outcome | undefined, index: number): Json {
  if (outcome?.state === 'done') return { index, ok: true, output: outcome.output };
  if (outcome?.state === 'failed') return { index, ok: false, error: { ...outcome.trouble } };
  return { index, ok: false };
}
