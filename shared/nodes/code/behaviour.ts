import type { NodeOf } from '../../spec/nodes';
import type { BehaviourOf } from '../behaviour';

/** Runs sandboxed JavaScript over arguments from the view. */
export const behaviour: BehaviourOf<NodeOf<'code'>> = {
  decide: (node, step) =>
    step.result
      ? { do: 'commit', output: step.result.value, port: 'next' }
      : {
          do: 'code',
          source: node.source,
          args: step.mapping(node.args ?? {}, 'args') ?? {},
          ...(node.output === undefined ? {} : { output: node.output }),
        },
};
