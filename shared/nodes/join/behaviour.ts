import type { Json } from '../../base/json';
import type { NodeOf } from '../../spec/nodes';
import { type BehaviourOf, type BranchOutcome, fail, type Verdict } from '../behaviour';

/** Started when its result is certain: says what the branches that arrived come to. */
export const behaviour: BehaviourOf<NodeOf<'join'>> = {
  decide: (node, step) => {
    const branches: Record<string, Json> = {};
    for (const { first, outcome } of step.branches)
      if (outcome.state === 'done') branches[first] = outcome.output;
    const trouble = troubleOf(node, step.branches, Object.keys(branches).length);
    if (trouble) return trouble;
    const output =
      node.collect === undefined ? branches : (step.mapping(node.collect, 'collect', { branches }) ?? null);
    return { do: 'commit', output, port: 'next' };
  },
};

/** Failure of the join: too few branches, or one that failed where none may. */
function troubleOf(
  node: NodeOf<'join'>,
  branches: readonly BranchOutcome[],
  arrived: number,
): Verdict | undefined {
  const wait = node.wait ?? 'all';
  const failed = branches.find((branch) => branch.outcome.state === 'failed');
  if (wait === 'all') {
    if (!failed || (node.onBranchFailure === 'skip' && arrived > 0)) return undefined;
  } else if (arrived >= (wait === 'any' ? 1 : wait.count)) {
    return undefined;
  }
  if (failed?.outcome.state === 'failed') return { do: 'fail', ...failed.outcome.trouble };
  const needed = wait === 'all' || wait === 'any' ? 'one branch' : `${wait.count} branches`;
  return fail(
    'error',
    'join/too-few',
    `The join needs ${needed}, but only ${arrived} of ${branches.length} arrived.`,
  );
}
