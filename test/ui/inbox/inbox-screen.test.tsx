import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { navigate } from '../../../renderer/app/router';
import { listenForShortcuts } from '../../../renderer/app/shortcuts';
import { setBridge } from '../../../renderer/bridge/bridge';
import { InboxScreen } from '../../../renderer/inbox/inbox-screen';
import { AppError } from '../../../shared/base/app-error';
import { RunLibrary } from '../../fakes/run-library';
import { waitingHistory } from '../../fakes/triage-history';
import { renderScreen } from '../render';

const START = Date.now() - 60_000;

beforeEach(() => act(() => navigate({ screen: 'inbox' })));

function show(count: number): RunLibrary {
  const library = new RunLibrary(
    Array.from({ length: count }, (_, i) => waitingHistory(`r${i}`, START + i * 1_000)),
  );
  setBridge(library.bridge);
  renderScreen(<InboxScreen />);
  return library;
}

function decisions(library: RunLibrary) {
  return library.bridge.asked.filter((one) => one.name === 'task.decide').map((one) => one.input);
}

test('an empty inbox says what will be here', async () => {
  show(0);
  expect(await screen.findByText('Nothing waits for you')).toBeTruthy();
});

test('shows evidence, proposed values, deadline and how often people agree', async () => {
  show(1);
  expect(await screen.findByText('Resolver › reply')).toBeTruthy();
  expect(await screen.findByText('83% of 18 approved unchanged')).toBeTruthy();
  expect(screen.getByText('then it goes on to “review” by itself')).toBeTruthy();
  expect(screen.getByLabelText<HTMLInputElement>(/Amount/).value).toBe('80');
});

test('an edit shows its difference and is sent', async () => {
  const library = show(1);
  await screen.findByText('83% of 18 approved unchanged');
  const amount = screen.getByLabelText(/Amount/);
  fireEvent.change(amount, { target: { value: '60' } });
  expect(screen.getByRole('list', { name: 'Your change' }).textContent).toContain('80 → 60');
  await userEvent.click(screen.getByRole('button', { name: /Approve/ }));
  await screen.findByText('Nothing waits for you');
  expect(decisions(library)).toEqual([
    {
      runId: 'r0',
      task: 'approve',
      choice: 'approved',
      values: { amount: 60, note: 'Charged twice, order 4711' },
    },
  ]);
});

test('values that do not fit are told at the field and not sent', async () => {
  const library = show(1);
  await screen.findByText('83% of 18 approved unchanged');
  fireEvent.change(screen.getByLabelText(/Amount/), { target: { value: '' } });
  await userEvent.click(screen.getByRole('button', { name: /Approve/ }));
  expect(screen.getByText('Fill this in.')).toBeTruthy();
  expect(decisions(library)).toEqual([]);
});

test('what the engine refuses is told at the field it names', async () => {
  const library = show(1);
  library.bridge.answer('task.decide', () => {
    throw new AppError('task/invalid-values', 'The decision cannot be used.', {
      details: { misses: [{ pointer: '/amount', message: 'is more than was paid' }] },
    });
  });
  await screen.findByText('83% of 18 approved unchanged');
  await userEvent.click(screen.getByRole('button', { name: /Approve/ }));
  expect(await screen.findByText('is more than was paid')).toBeTruthy();
  expect(screen.getByRole('alert').textContent).toBe('The decision cannot be used.');
});

test('keys go down the list and decide; the next task takes the place', async () => {
  const stop = listenForShortcuts();
  const library = show(3);
  await screen.findByText('3 waiting');
  await userEvent.keyboard('j');
  await userEvent.keyboard('a');
  await screen.findByText('2 waiting');
  await userEvent.keyboard('r');
  await screen.findByText('1 waiting');
  stop();
  expect(decisions(library)).toEqual([
    { runId: 'r1', task: 'approve', choice: 'approved' },
    { runId: 'r2', task: 'approve', choice: 'rejected' },
  ]);
});

test('letters typed into a field decide nothing', async () => {
  const stop = listenForShortcuts();
  const library = show(1);
  await screen.findByText('83% of 18 approved unchanged');
  await userEvent.type(screen.getByLabelText('Comment'), 'a rare case');
  stop();
  expect(decisions(library)).toEqual([]);
  await waitFor(() =>
    expect(screen.getByLabelText<HTMLTextAreaElement>('Comment').value).toBe('a rare case'),
  );
});
