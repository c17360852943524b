import type { NodeOf } from '../../spec/nodes';
import type { BehaviourOf } from '../behaviour';

/** Leaves by the first case that holds, else by `else`. */
export const behaviour: BehaviourOf<NodeOf<'branch'>> = {
  decide: (node, step) => {
    const found = node.cases.findIndex((item, i) => step.test(item.when, `cases/${i}`));
    const port = node.cases[found]?.port ?? 'else';
    return { do: 'commit', output: { port }, port };
  },
};
