import type { NodeOf } from '../../spec/nodes';
import type { BehaviourOf } from '../behaviour';

/** Starts its branches; the engine keeps only those whose guard holds and names them in the routes. */
export const behaviour: BehaviourOf<NodeOf<'parallel'>> = {
  decide: (_node, _step) => ({ do: 'commit', output: null, port: 'branch' }),
};
