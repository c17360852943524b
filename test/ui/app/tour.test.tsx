import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { navigate, useRouter } from '../../../renderer/app/router';
import { useSettings } from '../../../renderer/app/settings-store';
import { Tour, TourOffer } from '../../../renderer/app/tour';
import { useTour } from '../../../renderer/app/tour-store';
import { setBridge } from '../../../renderer/bridge/bridge';
import { triageFlow } from '../../fakes/history-writer';
import { RunLibrary, SETTINGS } from '../../fakes/run-library';
import { completedHistory, waitingHistory } from '../../fakes/triage-history';
import { renderInTheme } from '../render';

const START = 1_763_720_000_000;
const TEMPLATE = {
  id: 'support-triage',
  name: 'Support triage',
  description: '',
  document: triageFlow,
  sampleInput: { ticket: 'Charged twice', orderTotal: 80 },
};

beforeEach(() =>
  act(() => {
    navigate({ screen: 'home' });
    useSettings.setState({ settings: { ...SETTINGS, tourDone: false } });
    useTour.setState({ stage: undefined, isBusy: false, runId: undefined, ended: undefined });
  }),
);

function show(): RunLibrary {
  const library = new RunLibrary([waitingHistory('r', START).slice(0, 6)]);
  library.bridge.answer('flow.templates', () => ({ templates: [TEMPLATE] }));
  setBridge(library.bridge);
  renderInTheme(
    <>
      <TourOffer />
      <Tour />
    </>,
  );
  return library;
}

test('the first start offers it, and a refusal is remembered', async () => {
  show();
  await userEvent.click(screen.getByRole('button', { name: 'No, thanks' }));
  expect(screen.queryByRole('button', { name: 'Take the tour' })).toBeNull();
  expect(useSettings.getState().settings.tourDone).toBe(true);
});

test('it leads from the drawing over the decision to a finished run', async () => {
  const library = show();
  await userEvent.click(screen.getByRole('button', { name: 'Take the tour' }));
  expect(await screen.findByText('This is a workflow')).toBeTruthy();
  expect(useRouter.getState().route.screen).toBe('designer');
  await userEvent.click(screen.getByRole('button', { name: 'Run it' }));
  expect(await screen.findByText('Watch it move')).toBeTruthy();
  expect(useRouter.getState().route).toEqual({ screen: 'run', runId: 'r' });
  act(() => library.append('r', waitingHistory('r', START).slice(6)));
  expect(await screen.findByText('It waits for you')).toBeTruthy();
  const done = completedHistory('r', START);
  act(() => library.append('r', done.slice(library.events('r').length)));
  expect(await screen.findByText('Finished, and on record')).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Done' }));
  expect(useSettings.getState().settings.tourDone).toBe(true);
});

test('it can be left in the middle, and the way back to its run is shown elsewhere', async () => {
  show();
  await userEvent.click(screen.getByRole('button', { name: 'Take the tour' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Run it' }));
  await screen.findByText('Watch it move');
  act(() => navigate({ screen: 'inbox' }));
  await userEvent.click(screen.getByRole('button', { name: 'Back to the run' }));
  expect(useRouter.getState().route).toEqual({ screen: 'run', runId: 'r' });
  await userEvent.click(screen.getByRole('button', { name: 'Leave the tour' }));
  expect(screen.queryByText('Watch it move')).toBeNull();
});

test('a flow that wants to touch something is only rehearsed', async () => {
  const library = show();
  const modes: string[] = [];
  library.bridge.answer('run.start', ({ mode }) => {
    modes.push(mode);
    return mode === 'rehearsal'
      ? { started: true, runId: 'r' }
      : {
          started: false,
          wants: { secrets: [], models: [], tools: [], mcpServers: [], hosts: ['x'], folders: [] },
        };
  });
  await userEvent.click(screen.getByRole('button', { name: 'Take the tour' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Run it' }));
  await screen.findByText('Watch it move');
  expect(modes).toEqual(['live', 'rehearsal']);
});
