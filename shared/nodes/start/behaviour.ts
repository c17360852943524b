import type { NodeOf } from '../../spec/nodes';
import type { BehaviourOf } from '../behaviour';

/** Passes the input of its graph on. */
export const behaviour: BehaviourOf<NodeOf<'start'>> = {
  decide: (_node, step) => ({ do: 'commit', output: step.input, port: 'next' }),
};
