import type { Json } from '../../base/json';
import type { NodeOf } from '../../spec/nodes';
import { type BehaviourOf, type StepContext, type Verdict } from '../behaviour';

/** A checkpoint: asks a person (or lets a sample pass) and leaves by what was decided. */
export const behaviour: BehaviourOf<NodeOf<'human'>> = {
  decide: (node, step) => {
    const decided = step.decision(step.key);
    if (decided) {
      const { choice, values = {}, comment, by } = decided;
      return leave(step, choice, { choice, values, ...(comment === undefined ? {} : { comment }), by });
    }
    const expired = step.expired(step.key);
    if (expired !== undefined)
      return leave(step, expired, { choice: expired, values: proposed(node, step), by: 'deadline' });
    if (!isAsked(node, step))
      return leave(step, 'approved', { choice: 'approved', values: proposed(node, step), by: 'sampling' });
    return { do: 'ask', human: node, task: step.key, type: 'checkpoint' };
  },
};

function proposed(node: NodeOf<'human'>, step: StepContext): Json {
  return node.propose === undefined ? {} : (step.mapping(node.propose, 'propose') ?? {});
}

/** Review sampling: asked when the condition holds or the lot falls on it. */
function isAsked(node: NodeOf<'human'>, step: StepContext): boolean {
  if (!node.review) return true;
  if (node.review.when !== undefined && step.test(node.review.when, 'review')) return true;
  return step.random('review') < node.review.rate;
}

/** A rejected or expired checkpoint without a drawn path is a failure of that kind. */
function leave(step: StepContext, port: string, output: Json): Verdict {
  if (port === 'rejected' && !step.connected(port)) {
    return {
      do: 'fail',
      kind: 'rejected',
      code: 'task/rejected',
      message: 'A person rejected this and no path is drawn for it.',
    };
  }
  if (port === 'expired' && !step.connected(port)) {
    return {
      do: 'fail',
      kind: 'expired',
      code: 'task/expired',
      message: 'Nobody decided in time and no path is drawn for it.',
    };
  }
  return { do: 'commit', output, port };
}
