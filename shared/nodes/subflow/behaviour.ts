import type { NodeOf } from '../../spec/nodes';
import { type BehaviourOf, WAIT } from '../behaviour';

/** Calls a subflow with an input of its own; its result is the subflow's end output. */
export const behaviour: BehaviourOf<NodeOf<'subflow'>> = {
  decide: (_node, step) => {
    const outcome = step.child();
    if (!outcome) return { do: 'open' };
    if (outcome.state === 'done') return { do: 'commit', output: outcome.output, port: 'next' };
    return outcome.state === 'failed' ? { do: 'fail', ...outcome.trouble } : WAIT;
  },
};
