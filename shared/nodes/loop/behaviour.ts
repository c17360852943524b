import type { Json } from '../../base/json';
import type { NodeOf } from '../../spec/nodes';
import { type BehaviourOf, type StepContext, type Verdict, WAIT } from '../behaviour';

/** Repeats its body while a condition holds, at most so many times. */
export const behaviour: BehaviourOf<NodeOf<'loop'>> = {
  decide: (node, step) => {
    const done = passesDone(step);
    const latest = step.child(done + 1);
    if (latest?.state === 'running') return WAIT;
    if (latest?.state === 'failed') return { do: 'fail', ...latest.trouble };
    const before = step.child(done);
    const seen: Record<string, Json> = { iteration: done + 1 };
    if (before?.state === 'done') seen['last'] = before.output; // missing before the first pass, as it is in it
    const goesOn = step.test(node.while, `while/${done + 1}`, seen);
    const last = seen['last'] ?? null;
    if (!goesOn) return { do: 'commit', output: last, port: 'next' };
    if (done < node.maxIterations) return { do: 'open', index: done + 1 };
    return exhausted(step, last);
  },
};

/** Passes are kept only two deep, so they are counted by the engine. */
function passesDone(step: StepContext): number {
  const latest = step.latestChild;
  return step.child(latest)?.state === 'done' ? latest : Math.max(0, latest - 1);
}

function exhausted(step: StepContext, last: Json): Verdict {
  if (step.connected('exhausted')) return { do: 'commit', output: last, port: 'exhausted' };
  return {
    do: 'fail',
    kind: 'loop_limit',
    code: 'loop/limit',
    message: 'The bound of the loop is reached and no path is drawn for it.',
  };
}
