import type { NodeOf } from '../../spec/nodes';
import type { BehaviourOf } from '../behaviour';

/** Everything an agent does is the one conversation the engine keeps for it. */
export const behaviour: BehaviourOf<NodeOf<'agent'>> = {
  decide: (node) => ({ do: 'converse', node }),
};
