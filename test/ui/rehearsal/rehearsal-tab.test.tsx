import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { setBridge } from '../../../renderer/bridge/bridge';
import { RehearsalTab } from '../../../renderer/rehearsal/rehearsal-tab';
import { triageFlow } from '../../fakes/history-writer';
import { FLOW_PATH, RunLibrary } from '../../fakes/run-library';
import { renderInTheme } from '../render';

test('one press simulates the drawing and tells how runs end and what was never tried', async () => {
  const library = new RunLibrary([]);
  setBridge(library.bridge);
  renderInTheme(<RehearsalTab flow={triageFlow} path={FLOW_PATH} onGoNode={() => undefined} />);
  expect(screen.getByText(/call no model and no tool/)).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Simulate 200 runs' }));
  expect(await screen.findByText('93%')).toBeTruthy();
  expect(screen.getByText('11/14')).toBeTruthy();
});

test('a simulation that cannot be made says why', async () => {
  const library = new RunLibrary([]);
  library.bridge.answer('rehearse.simulate', () => {
    throw new Error('The flow has no end.');
  });
  setBridge(library.bridge);
  renderInTheme(<RehearsalTab flow={triageFlow} path={FLOW_PATH} onGoNode={() => undefined} />);
  await userEvent.click(screen.getByRole('button', { name: 'Simulate 200 runs' }));
  expect((await screen.findByRole('alert')).textContent).toContain('The flow has no end.');
});
