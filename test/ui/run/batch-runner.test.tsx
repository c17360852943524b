import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { navigate, useRouter } from '../../../renderer/app/router';
import { setBridge } from '../../../renderer/bridge/bridge';
import { forgetBatch, startBatch, stopBatch, summaryOf, useBatch } from '../../../renderer/run/batch-runner';
import { BatchScreen, csvOf } from '../../../renderer/run/batch-screen';
import { RunsScreen } from '../../../renderer/runs/runs-screen';
import type { RunEvent } from '../../../shared/events/event';
import { triageFlow } from '../../fakes/history-writer';
import { RunLibrary } from '../../fakes/run-library';
import { completedHistory, failedHistory, waitingHistory } from '../../fakes/triage-history';
import { renderScreen } from '../render';

const START = 1_763_720_000_000;
const rows = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    line: i + 1,
    input: { ticket: `Ticket ${i + 1}` },
    problems: [],
  }));

afterEach(() => forgetBatch());

/** Each started row becomes the next of these runs. */
function library(...histories: readonly (readonly RunEvent[])[]): RunLibrary {
  const made = new RunLibrary(histories);
  const ids = histories.map((events) => events[0]?.runId ?? '');
  made.bridge.answer('run.start', () => ({ started: true, runId: ids.shift() ?? '' }));
  setBridge(made.bridge);
  return made;
}

const startsOf = (made: RunLibrary) => made.bridge.asked.filter((one) => one.name === 'run.start').length;

test('every row becomes a run, and the sum says what came of them', async () => {
  library(completedHistory('r1', START), failedHistory('r2', START), waitingHistory('r3', START));
  await startBatch({ document: triageFlow, mode: 'live' }, rows(3), 1);
  renderScreen(<BatchScreen />);
  expect(await screen.findByText(/3 of 3 started · 2 of 3 ended/)).toBeTruthy();
  expect(summaryOf(useBatch.getState().batch?.items ?? [])).toMatchObject({
    completed: 1,
    failed: 1,
    waiting: 1,
    refused: 0,
  });
  expect(screen.getByRole('button', { name: 'Open the run of row 1' })).toBeTruthy();
});

test('the rows with trouble can be shown alone', async () => {
  library(completedHistory('r1', START), failedHistory('r2', START));
  await startBatch({ document: triageFlow, mode: 'live' }, rows(2), 2);
  renderScreen(<BatchScreen />);
  await screen.findByText(/2 of 2 ended/);
  await userEvent.click(screen.getByText('With trouble'));
  expect(screen.getAllByRole('row').length).toBe(2);
  expect(screen.getByRole('button', { name: 'Open the run of row 2' })).toBeTruthy();
});

test('no more than eight rows are at work at once; an end makes room for the next', async () => {
  const histories = Array.from({ length: 10 }, (_, i) => completedHistory(`r${i}`, START));
  const made = library(...histories.map((events) => events.slice(0, 4)));
  await startBatch({ document: triageFlow, mode: 'live' }, rows(10), 3);
  await vi.waitFor(() => expect(startsOf(made)).toBe(8));
  act(() => made.append('r0', histories[0]?.slice(4) ?? []));
  await vi.waitFor(() => expect(startsOf(made)).toBe(9));
});

test('stopping keeps the rest from starting', async () => {
  const histories = Array.from({ length: 10 }, (_, i) => completedHistory(`r${i}`, START));
  const made = library(...histories.map((events) => events.slice(0, 4)));
  await startBatch({ document: triageFlow, mode: 'live' }, rows(10), 4);
  await vi.waitFor(() => expect(startsOf(made)).toBe(8));
  stopBatch();
  act(() => made.append('r0', histories[0]?.slice(4) ?? []));
  await vi.waitFor(() => expect(useBatch.getState().batch?.items[0]?.output).toBeDefined());
  expect(startsOf(made)).toBe(8);
});

test('nothing starts before what the flow wants to touch was agreed to', async () => {
  const made = library();
  const wants = {
    secrets: [],
    models: [],
    tools: [],
    mcpServers: [],
    hosts: ['api.example.com'],
    folders: [],
  };
  made.bridge.answer('run.start', () => ({ started: false, wants }));
  expect(await startBatch({ document: triageFlow, mode: 'live' }, rows(2), 5)).toEqual(wants);
  expect(useBatch.getState().batch).toBeUndefined();
});

test('the copied table has the inputs, the results and no formula of a stranger', async () => {
  library(completedHistory('r1', START));
  await startBatch(
    { document: triageFlow, mode: 'live' },
    [{ line: 1, input: { ticket: '=1+1' }, problems: [] }],
    6,
  );
  const csv = csvOf(useBatch.getState().batch?.items ?? []);
  expect(csv.split('\r\n')[0]).toContain('row,input.ticket,status,');
  expect(csv).toContain("'=1+1");
  expect(csv).toContain('completed');
});

test('a table under way is found again from the list of runs', async () => {
  library(completedHistory('r1', START));
  await startBatch({ document: triageFlow, mode: 'live' }, rows(1), 7);
  act(() => navigate({ screen: 'runs' }));
  renderScreen(<RunsScreen />);
  await userEvent.click(await screen.findByRole('button', { name: 'Show the table of runs' }));
  expect(useRouter.getState().route).toEqual({ screen: 'batch' });
});
