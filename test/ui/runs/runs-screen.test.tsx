import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { navigate, useRouter } from '../../../renderer/app/router';
import { setBridge } from '../../../renderer/bridge/bridge';
import { RunsScreen } from '../../../renderer/runs/runs-screen';
import { RunLibrary } from '../../fakes/run-library';
import { completedHistory, failedHistory, fallbackHistory, waitingHistory } from '../../fakes/triage-history';
import { renderScreen } from '../render';

const START = Date.now() - 3_600_000;

beforeEach(() => act(() => navigate({ screen: 'runs' })));

function show(library: RunLibrary) {
  setBridge(library.bridge);
  renderScreen(<RunsScreen />);
  return library;
}

const three = () =>
  new RunLibrary([
    completedHistory('done', START),
    fallbackHistory('fell', START + 1_000),
    failedHistory('bad', START + 2_000),
  ]);

test('without runs it says what will be here', async () => {
  show(new RunLibrary([]));
  expect(await screen.findByText('Nothing has run yet')).toBeTruthy();
});

test('lists the newest first, with unknown costs as unknown and why a run failed', async () => {
  show(three());
  const rows = (await screen.findAllByRole('row')).slice(1).map((row) => row.textContent ?? '');
  expect(rows[0]).toContain('Not allowed: The tool host');
  expect(rows[1]).toContain('unknown');
  expect(rows[2]).toContain('$0.0028');
});

test('opens a run', async () => {
  show(three());
  await userEvent.click((await screen.findAllByRole('button', { name: 'Support triage' }))[0] as HTMLElement);
  expect(useRouter.getState().route).toEqual({ screen: 'run', runId: 'bad' });
});

test('deleting asks in a sentence, then deletes what was selected', async () => {
  const library = show(three());
  const [first] = await screen.findAllByRole('checkbox', { name: /Select the run/ });
  await userEvent.click(first as HTMLElement);
  await userEvent.click(screen.getByRole('button', { name: 'Delete' }));
  const question = within(
    screen.getByRole('alertdialog', { name: 'Delete this run of “Support triage” with its whole record?' }),
  );
  await userEvent.click(question.getByRole('button', { name: 'Delete' }));
  expect(await screen.findByText('2 runs')).toBeTruthy();
  expect([...library.runs.keys()]).toEqual(['done', 'fell']);
});

test('two runs are compared: what differs first, and where the paths part', async () => {
  show(three());
  const boxes = await screen.findAllByRole('checkbox', { name: /Select the run/ });
  await userEvent.click(boxes[1] as HTMLElement);
  await userEvent.click(boxes[2] as HTMLElement);
  await userEvent.click(screen.getByRole('button', { name: 'Compare' }));
  expect(await screen.findByText('They started with different inputs.')).toBeTruthy();
  expect(
    within(screen.getByRole('region', { name: 'Path taken' }))
      .getAllByRole('listitem')
      .map((item) => item.textContent),
  ).toContain('approve–');
});

test('from a comparison the list of runs is one step away, and a run without a result says how it stands', async () => {
  useRouter.setState({ route: { screen: 'runs', compare: ['wait', 'done'] }, past: [] });
  show(new RunLibrary([waitingHistory('wait', START), completedHistory('done', START)]));
  expect(await screen.findByText('No result: Waits for a person.')).toBeTruthy();
  act(() => navigate({ screen: 'runs' }));
  expect(await screen.findByRole('table', { name: 'Runs' })).toBeTruthy();
});

test('runs that a search hid are all shown again by one click, and stay', async () => {
  show(three());
  await screen.findAllByRole('row');
  await userEvent.type(screen.getByRole('textbox', { name: 'Search runs' }), 'nothing like it');
  await userEvent.click(await screen.findByRole('button', { name: 'Show all runs' }));
  expect(await screen.findAllByRole('row')).toHaveLength(4);
  expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Search runs' }).value).toBe('');
});
