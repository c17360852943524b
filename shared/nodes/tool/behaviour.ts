import type { NodeOf } from '../../spec/nodes';
import type { BehaviourOf } from '../behaviour';

/** Calls one tool with arguments from the view. */
export const behaviour: BehaviourOf<NodeOf<'tool'>> = {
  decide: (node, step) =>
    step.result
      ? { do: 'commit', output: step.result.value, port: 'next' }
      : { do: 'tool', tool: node.tool, args: step.mapping(node.args ?? {}, 'args') ?? {} },
};
