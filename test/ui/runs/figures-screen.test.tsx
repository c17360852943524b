import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { navigate, useRouter } from '../../../renderer/app/router';
import { setBridge } from '../../../renderer/bridge/bridge';
import { RunsScreen } from '../../../renderer/runs/runs-screen';
import type { FlowFigures } from '../../../shared/ipc/contract';
import { triageFlow } from '../../fakes/history-writer';
import { RunLibrary } from '../../fakes/run-library';
import { completedHistory } from '../../fakes/triage-history';
import { renderScreen } from '../render';

const none = { p50: null, p95: null };
const FIGURES: FlowFigures = {
  runs: 24,
  counted: 24,
  outcomes: { completed: 18, failed: 6 },
  durationMs: { p50: 4_000, p95: 9_000 },
  tokens: { p50: 900, p95: 1_500 },
  cost: { amount: 0.24, currency: 'USD', known: true },
  nodes: [
    {
      node: 'triage',
      kind: 'agent',
      steps: 24,
      succeeded: 23,
      attempts: 30,
      invalid: 3,
      lowConfidence: 0,
      denied: 0,
      fallbacks: 1,
      recoveryMs: { p50: 1_000, p95: 2_000 },
      queuedMs: none,
      workMs: { p50: 800, p95: 1_600 },
      betweenMs: { p50: 1, p95: 2 },
      tokens: 12_000,
      cost: { amount: 0.1, currency: 'USD', known: true },
    },
  ],
};

function show(figures: FlowFigures) {
  const library = new RunLibrary([completedHistory('r', 1_763_720_000_000)]);
  library.bridge.answer('flow.figures', () => figures);
  setBridge(library.bridge);
  act(() => navigate({ screen: 'runs', flowId: triageFlow.id, metrics: true }));
  renderScreen(<RunsScreen />);
}

test('the flow and each of its nodes are told in one row, unknown things as a dash', async () => {
  show(FIGURES);
  const row = within(await screen.findByRole('row', { name: /Triage/ }));
  expect(row.getAllByRole('cell').map((cell) => cell.textContent)).toEqual([
    '24',
    '96%',
    '1.3',
    '10%',
    '–',
    '–',
    '1',
    '1 s / 2 s',
    '–',
    '800 ms / 1.6 s',
    '1 ms / 2 ms',
    '500',
    '$0.10',
    '–',
  ]);
  expect(screen.getByText('75%')).toBeTruthy();
});

test('a flow that has not run says what will be here', async () => {
  show({ ...FIGURES, counted: 0, nodes: [] });
  expect(await screen.findByText('This flow has not run yet')).toBeTruthy();
});

test('figures are reached from the list once a flow is chosen', async () => {
  const library = new RunLibrary([completedHistory('r', 1_763_720_000_000)]);
  setBridge(library.bridge);
  act(() => navigate({ screen: 'runs', flowId: triageFlow.id }));
  renderScreen(<RunsScreen />);
  await userEvent.click(await screen.findByRole('button', { name: 'Figures' }));
  expect(useRouter.getState().route).toEqual({ screen: 'runs', flowId: triageFlow.id, metrics: true });
});

test('runs can be asked for by age and cost', async () => {
  const library = new RunLibrary([completedHistory('r', 1_763_720_000_000)]);
  setBridge(library.bridge);
  act(() => navigate({ screen: 'runs' }));
  renderScreen(<RunsScreen />);
  await userEvent.type(await screen.findByRole('textbox', { name: 'Cost at least' }), '2');
  await userEvent.click(screen.getByRole('combobox', { name: 'Started' }));
  await userEvent.click(await screen.findByRole('option', { name: 'In the last week' }));
  const asked = library.bridge.asked.filter((one) => one.name === 'run.list').at(-1)?.input;
  expect(asked).toMatchObject({ minCost: 2, since: expect.any(Number) as number });
});
