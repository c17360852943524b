import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { setBridge } from '../../../renderer/bridge/bridge';
import { DeadLettersScreen } from '../../../renderer/dead-letters/dead-letters-screen';
import { RunLibrary } from '../../fakes/run-library';
import { completedHistory, failedHistory } from '../../fakes/triage-history';
import { renderScreen } from '../render';

const START = 1_763_720_000_000;

function show(library: RunLibrary) {
  setBridge(library.bridge);
  renderScreen(<DeadLettersScreen />);
  return library;
}

test('without dead letters it says what they are', async () => {
  show(new RunLibrary([completedHistory('r', START)]));
  expect(await screen.findByText('No step has given up')).toBeTruthy();
});

test('runs again with the state the person mended, and only what was changed', async () => {
  const library = show(new RunLibrary([failedHistory('r', START)]));
  await userEvent.click(await screen.findByLabelText('Category'));
  await userEvent.click(await screen.findByRole('option', { name: 'technical' }));
  await userEvent.click(screen.getByRole('button', { name: 'Run again with the changed state' }));
  expect(library.bridge.asked.find((one) => one.name === 'deadletter.rerun')?.input).toEqual({
    runId: 'r',
    step: 'pay',
    context: { category: 'technical' },
  });
});

test('can be dismissed', async () => {
  const library = show(new RunLibrary([failedHistory('r', START)]));
  await userEvent.click(await screen.findByRole('button', { name: 'Dismiss' }));
  expect(library.bridge.asked.some((one) => one.name === 'deadletter.dismiss')).toBe(true);
});
