import { expect, test } from 'vitest';
import { criticalPath } from '../../../renderer/run/critical-path';
import { traceOf } from '../../../shared/events/trace';
import { triageFlow } from '../../fakes/history-writer';
import { completedHistory, fallbackHistory } from '../../fakes/triage-history';

test('a run without branches is all critical path', () => {
  const trace = traceOf(completedHistory('r', 1_763_720_000_000), triageFlow);
  expect([...criticalPath(trace)].toSorted()).toEqual([...trace.steps.keys()].toSorted());
});

test('a fallback belongs to the path of the step it came from', () => {
  const trace = traceOf(fallbackHistory('r', 1_763_720_000_000), triageFlow);
  const path = criticalPath(trace);
  expect(path.has('review')).toBe(true);
  expect(path.has('resolve')).toBe(true);
});
