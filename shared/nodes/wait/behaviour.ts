import { parseDuration } from '../../base/duration';
import type { Json } from '../../base/json';
import { present } from '../../base/present';
import type { NodeOf } from '../../spec/nodes';
import { type BehaviourOf, fail, type StepContext } from '../behaviour';

/** Waits for a length of time or until a moment; a moment in the past is over at once. */
export const behaviour: BehaviourOf<NodeOf<'wait'>> = {
  decide: (node, step) => {
    const timer = `${step.key}:due`;
    const dueAt =
      node.until === undefined
        ? step.startedAt + present(parseDuration(present(node.for, 'time to wait')), 'duration', node.for)
        : momentOf(node.until, step);
    if (dueAt === undefined) {
      return fail(
        'error',
        'expr/failed',
        '"until" gives no moment: write an ISO 8601 time or milliseconds since 1970.',
      );
    }
    if (dueAt > step.startedAt && !step.isFired(timer)) return { do: 'timer', timer, dueAt, why: 'wait' };
    return { do: 'commit', output: { until: dueAt }, port: 'next' };
  },
};

function momentOf(source: string, step: StepContext): number | undefined {
  const value: Json | undefined = step.evaluate(source, 'until');
  if (typeof value === 'number') return Math.round(value);
  if (typeof value !== 'string') return undefined;
  const parsed = Date.parse(value); // reads a text, not the clock
  return Number.isNaN(parsed) ? undefined : parsed;
}
