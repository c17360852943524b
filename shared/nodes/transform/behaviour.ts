import type { NodeOf } from '../../spec/nodes';
import type { BehaviourOf } from '../behaviour';

/** Computes a value from the view; nobody is called. */
export const behaviour: BehaviourOf<NodeOf<'transform'>> = {
  decide: (node, step) => ({
    do: 'commit',
    output: step.mapping(node.output, 'output') ?? null,
    port: 'next',
  }),
};
