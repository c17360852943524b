import { expect, test } from 'vitest';
import { flowFigures } from '../../../../../electron/runtime/service/figures';
import type { RunEvent } from '../../../../../shared/events/event';
import { triageFlow } from '../../../../fakes/history-writer';
import { completedHistory, failedHistory, fallbackHistory, infoOf } from '../../../../fakes/triage-history';

const START = 1_763_720_000_000;

function storeOf(...histories: readonly (readonly RunEvent[])[]) {
  return {
    runs: () => histories.map((events) => infoOf(events)),
    countRuns: () => histories.length,
    events: (runId: string) => [...(histories.find((events) => events[0]?.runId === runId) ?? [])],
    flow: () => triageFlow,
    decisions: () => [],
  };
}

test('the flow is counted by how its runs ended', () => {
  const figures = flowFigures(
    storeOf(completedHistory('a', START), failedHistory('b', START), fallbackHistory('c', START)),
    'support-triage',
  );
  expect(figures.counted).toBe(3);
  expect(figures.outcomes['failed']).toBe(1);
  expect(figures.durationMs.p50).toBeGreaterThan(0);
});

test('a node tells its attempts, what was refused, and how long it took to recover', () => {
  const figures = flowFigures(storeOf(completedHistory('a', START)), 'support-triage');
  const triage = figures.nodes.find((one) => one.node === 'triage');
  expect(triage).toMatchObject({ kind: 'agent', steps: 1, succeeded: 1, attempts: 2 });
  expect(triage?.recoveryMs.p50).toBeGreaterThan(0);
  const refused = figures.nodes.reduce((sum, one) => sum + one.invalid + one.lowConfidence, 0);
  expect(refused).toBe(1);
});

test('a failure that a fallback took is counted at its node', () => {
  const figures = flowFigures(storeOf(fallbackHistory('c', START)), 'support-triage');
  expect(figures.nodes.find((one) => one.node === 'resolve')?.fallbacks).toBe(1);
});

test('what a fork took over is counted only in the run it came from', () => {
  const [first, ...rest] = completedHistory('a', START);
  const last = rest.at(-1)?.seq ?? 0;
  const forked = [
    {
      ...first,
      data: { ...first?.data, forkedFrom: { runId: 'p', seq: last, at: String(last), sameFlow: true } },
    },
    ...rest,
  ] as RunEvent[]; // the first event of a fork
  expect(flowFigures(storeOf(forked), 'support-triage').nodes).toEqual([]);
});

test('a flow that never ran has no figures', () => {
  expect(flowFigures(storeOf(), 'support-triage')).toMatchObject({
    counted: 0,
    nodes: [],
    durationMs: { p50: null, p95: null },
  });
});
