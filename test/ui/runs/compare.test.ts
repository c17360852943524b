import { expect, test } from 'vitest';
import { alignPaths, firstDifference } from '../../../renderer/runs/compare';
import { sortRuns } from '../../../renderer/runs/sort-runs';
import { traceOf } from '../../../shared/events/trace';
import { completedHistory, fallbackHistory, infoOf, waitingHistory } from '../../fakes/triage-history';

const START = 1_763_720_000_000;

test('equal nodes of two paths stand beside each other', () => {
  expect(alignPaths(['a', 'b', 'c', 'e'], ['a', 'c', 'd', 'e'])).toEqual([
    { left: 'a', right: 'a' },
    { left: 'b' },
    { left: 'c', right: 'c' },
    { right: 'd' },
    { left: 'e', right: 'e' },
  ]);
});

test('two runs of one record do not differ', () => {
  const trace = traceOf(completedHistory('a', START));
  expect(firstDifference(trace, traceOf(completedHistory('b', START + 9)))).toBeUndefined();
});

test('another input is the first difference', () => {
  expect(
    firstDifference(traceOf(completedHistory('a', START)), traceOf(fallbackHistory('b', START)))?.kind,
  ).toBe('input');
});

test('where one run waits and the other went on, the step that waits is the difference', () => {
  const difference = firstDifference(
    traceOf(completedHistory('a', START)),
    traceOf(waitingHistory('b', START)),
  );
  expect(difference).toMatchObject({
    kind: 'status',
    left: { key: 'approve' },
    right: { status: 'waiting' },
  });
});

test('runs with an unknown price stand after all others, however they are sorted up', () => {
  const runs = [fallbackHistory('unknown', START), completedHistory('cheap', START)].map(infoOf);
  expect(sortRuns(runs, { by: 'cost', down: true }).map((run) => run.runId)).toEqual(['cheap', 'unknown']);
});

test('runs that are equal in a column are in order of time', () => {
  const runs = [completedHistory('old', START), completedHistory('new', START + 1_000)].map(infoOf);
  expect(sortRuns(runs, { by: 'flow', down: false }).map((run) => run.runId)).toEqual(['new', 'old']);
});
