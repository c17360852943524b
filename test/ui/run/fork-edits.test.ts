import { expect, test } from 'vitest';
import { changedEdits, spentAfter } from '../../../renderer/run/fork-edits';
import { traceOf } from '../../../shared/events/trace';
import { triageFlow } from '../../fakes/history-writer';
import { completedHistory } from '../../fakes/triage-history';

const trace = traceOf(completedHistory('r', 1_763_720_000_000), triageFlow);

test('only edits that differ from the record are sent', () => {
  const output = trace.steps.get('triage')?.output;
  expect(
    changedEdits(trace, trace.lastSeq, {
      context: { category: 'billing' },
      steps: { triage: output, resolve: { reply: 'Sorry', refund: 1 } },
    }),
  ).toEqual({ steps: { resolve: { reply: 'Sorry', refund: 1 } } });
});

test('what comes after a point is counted, what came before is not', () => {
  const whole = spentAfter(trace, 0);
  const resolve = trace.steps.get('resolve');
  const rest = spentAfter(trace, (resolve?.startSeq ?? 1) - 1);
  expect(rest.calls).toBeLessThan(whole.calls);
  expect(rest.tokens).toBeLessThan(whole.tokens);
  expect(spentAfter(trace, trace.lastSeq)).toMatchObject({ calls: 0, tokens: 0, tookMs: 0 });
});
