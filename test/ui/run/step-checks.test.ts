import { expect, test } from 'vitest';
import { checkLines } from '../../../renderer/run/step-checks';
import { traceOf } from '../../../shared/events/trace';
import type { Flow } from '../../../shared/spec/flow';
import { triageFlow } from '../../fakes/history-writer';
import { completedHistory } from '../../fakes/triage-history';

const flow: Flow = {
  ...triageFlow,
  nodes: {
    ...triageFlow.nodes,
    triage: {
      ...(triageFlow.nodes['triage'] as Extract<Flow['nodes'][string], { kind: 'agent' }>),
      gate: {
        minConfidence: 0.7,
        checks: [{ expr: 'output.category != ""', message: 'A category is named' }],
      },
    },
  },
};
const trace = traceOf(completedHistory('r', 1_763_720_000_000), flow);
const triage = trace.steps.get('triage');

test('an answer that counted passed everything, and says how sure it was', () => {
  expect(
    triage && checkLines(flow, { ...triage, output: { category: 'billing', confidence: 0.92 } }),
  ).toEqual([
    { check: 'shape', label: 'Shape of the output', state: 'passed' },
    { check: 'check:0', label: 'Refuses with “A category is named”', state: 'passed' },
    { check: 'confidence', label: 'Confidence at least 0.7', state: 'passed', said: '0.92' },
  ]);
});

test('the first check that refuses ends the asking', () => {
  const refused = {
    seq: 9,
    at: 1,
    attempt: 1,
    kind: 'invalid_output' as const,
    check: 'check:0',
    message: 'A category is named',
  };
  const lines = triage && checkLines(flow, { ...triage, status: 'retrying', rejections: [refused] });
  expect(lines?.map((line) => line.state)).toEqual(['passed', 'refused', 'unasked']);
});

test('a step without checks has none to show', () => {
  const pay = trace.steps.get('pay');
  expect(pay && checkLines(flow, pay)).toEqual([]);
});
