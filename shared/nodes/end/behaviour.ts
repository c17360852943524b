import type { NodeOf } from '../../spec/nodes';
import type { BehaviourOf } from '../behaviour';

/** Gives its graph a result; without a mapping that is null. */
export const behaviour: BehaviourOf<NodeOf<'end'>> = {
  decide: (node, step) => ({
    do: 'commit',
    output: node.output === undefined ? null : (step.mapping(node.output, 'output') ?? null),
    port: '',
  }),
};
