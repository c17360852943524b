import type { Json } from '../../base/json';
import type { NodeOf } from '../../spec/nodes';
import { type BehaviourOf, type StepContext, type Verdict, WAIT } from '../behaviour';

const DEFAULT_CONCURRENCY = 4;

/** Runs its body once for each item, a bounded number at a time, and gives the outputs in item order. */
export const behaviour: BehaviourOf<NodeOf<'map'>> = {
  decide: (node, step) => {
    const { opened, running, lowestFailed } = step.children;
    const failed = (node.onItemFailure ?? 'fail') === 'fail' ? lowestFailed : null;
    const isLeft = failed === null && opened < step.items(node.items).length;
    if (isLeft && running < (node.concurrency ?? DEFAULT_CONCURRENCY)) return { do: 'open', index: opened };
    if (running > 0) return WAIT;
    const outcome = failed === null ? undefined : step.child(failed);
    return outcome?.state === 'failed' ? { do: 'fail', ...outcome.trouble } : finish(node, step);
  },
};

function finish(node: NodeOf<'map'>, step: StepContext): Verdict {
  const output: Json[] = [];
  for (let index = 0; index < step.children.opened; index++) {
    const outcome = step.child(index);
    const isTold = node.onItemFailure === 'collect';
    if (outcome?.state === 'done')
      output.push(isTold ? { index, ok: true, output: outcome.output } : outcome.output);
    if (outcome?.state === 'failed' && isTold)
      output.push({ index, ok: false, error: { ...outcome.trouble } });
  }
  return { do: 'commit', output, port: 'next' };
}
