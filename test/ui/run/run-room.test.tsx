import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import { listenForShortcuts } from '../../../renderer/app/shortcuts';
import { useRouter } from '../../../renderer/app/router';
import { setBridge } from '../../../renderer/bridge/bridge';
import { RunRoom } from '../../../renderer/run/run-room';
import { triageFlow } from '../../fakes/history-writer';
import { FLOW_PATH, RunLibrary } from '../../fakes/run-library';
import { completedHistory, failedHistory, fallbackHistory, waitingHistory } from '../../fakes/triage-history';
import { renderScreen } from '../render';

const START = Date.now() - 3_600_000;

async function open(
  events: ReturnType<typeof waitingHistory>,
  prepare?: (library: RunLibrary) => void,
): Promise<RunLibrary> {
  const library = new RunLibrary([events]);
  prepare?.(library);
  setBridge(library.bridge);
  renderScreen(<RunRoom runId={events[0]?.runId ?? ''} />);
  await screen.findByRole('toolbar', { name: 'Controls of the run' });
  return library;
}

const lists = () => within(screen.getByRole('region', { name: 'Steps and events' }));

test('a run that waits shows the decision right here, and goes on when it is made', async () => {
  const library = await open(waitingHistory('r1', START));
  await userEvent.click(
    within(screen.getByRole('article', { name: 'Refund 80?' })).getByRole('button', { name: 'Approve' }),
  );
  expect(library.bridge.asked.filter((one) => one.name === 'task.decide').map((one) => one.input)).toEqual([
    { runId: 'r1', task: 'approve', choice: 'approved' },
  ]);
});

test('a finished run shows its result as a person reads it, and its path', async () => {
  await open(completedHistory('r2', START));
  const panel = within(screen.getByRole('region', { name: 'The run' }));
  expect(panel.getByText('60')).toBeTruthy();
  expect(
    within(panel.getByRole('region', { name: 'Path taken' }))
      .getAllByRole('listitem')
      .map((item) => item.textContent),
  ).toEqual(['Triage', 'Resolver', 'decide', 'approve', 'pay', 'End']);
});

test('a step tells its attempts, why they were not enough, and what it wrote', async () => {
  await open(completedHistory('r3', START));
  await userEvent.click(lists().getByRole('button', { name: /Triage/ }));
  await userEvent.click(screen.getByRole('tab', { name: 'Attempts' }));
  expect(screen.getByRole('article', { name: 'Attempt 1' }).textContent).toContain('The model answered 429');
  await userEvent.click(screen.getByRole('tab', { name: 'Writes' }));
  expect(screen.getByRole('list', { name: 'Change of category' }).textContent).toContain('billing');
  expect(screen.getByRole('tabpanel').textContent).toContain('Resolver');
});

test('a failure says which path took it', async () => {
  await open(fallbackHistory('r4', START));
  await userEvent.click(lists().getByRole('button', { name: /Resolver/ }));
  expect(screen.getByRole('note').textContent).toContain('The fallback path was taken to review.');
});

test('an unknown price is never shown as nothing', async () => {
  await open(fallbackHistory('r5', START));
  const used = within(screen.getByRole('region', { name: 'Used' }));
  expect(used.getByText('unknown')).toBeTruthy();
});

test('a failed run names the step and leads to it', async () => {
  await open(failedHistory('r6', START));
  await userEvent.click(screen.getByRole('button', { name: 'Failed at pay' }));
  expect(screen.getByRole('region', { name: 'Step pay' })).toBeTruthy();
});

test('events can be searched, and choosing one takes the room to its moment', async () => {
  await open(completedHistory('r7', START));
  await userEvent.click(screen.getByRole('tab', { name: 'Events' }));
  await userEvent.type(screen.getByRole('textbox', { name: 'Search events' }), 'asks a person');
  await userEvent.click(lists().getByRole('button', { name: /Asks a person/ }));
  expect(await screen.findByText(/to now/)).toBeTruthy();
  expect((await screen.findAllByText('Waits for a person')).length).toBeGreaterThan(0);
});

test('the record can be verified', async () => {
  await open(completedHistory('r8', START));
  await userEvent.click(screen.getByRole('tab', { name: 'Record' }));
  await userEvent.click(screen.getByRole('button', { name: 'Verify the record' }));
  expect(await screen.findByText(/Identical: all 33 events/)).toBeTruthy();
});

test('pausing, stepping and cancelling are asked for by name', async () => {
  const library = await open(waitingHistory('r9', START));
  await userEvent.click(screen.getByRole('button', { name: 'Pause' }));
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Cancel and keep what was done' }));
  const names = library.bridge.asked
    .map((one) => one.name)
    .filter((name) => name === 'run.pause' || name === 'run.cancel');
  expect(names).toEqual(['run.pause', 'run.cancel']);
});

test('a fork says what is kept and what would happen again before it is made', async () => {
  const library = await open(completedHistory('r10', START));
  await userEvent.click(lists().getByRole('button', { name: /pay/ }));
  await userEvent.click(
    within(screen.getByRole('region', { name: 'Step pay' })).getByRole('button', { name: 'Fork' }),
  );
  const dialog = within(await screen.findByRole('dialog'));
  expect(await dialog.findByText(/3 steps are kept/)).toBeTruthy();
  expect(dialog.getByText('refund at pay (once)')).toBeTruthy();
  await userEvent.click(dialog.getByRole('button', { name: 'Fork and run' }));
  expect(library.bridge.asked.find((one) => one.name === 'run.fork')?.input).toEqual({
    runId: 'r10',
    at: 'pay',
  });
});

test('a live run tells its new state to those who hear the page', async () => {
  const all = waitingHistory('r11', START);
  const library = await open(all.slice(0, 10));
  act(() => library.append('r11', all.slice(10)));
  expect(
    await screen.findByText('The run waits for a decision: Refund 80?', {}, { timeout: 4_000 }),
  ).toBeTruthy();
});

test('a waiting step can be decided where it is looked at', async () => {
  const library = await open(waitingHistory('r12', START));
  await userEvent.click(lists().getByRole('button', { name: /approve/ }));
  const step = within(screen.getByRole('region', { name: 'Step approve' }));
  await userEvent.click(step.getByRole('button', { name: 'Approve' }));
  expect(library.bridge.asked.some((one) => one.name === 'task.decide')).toBe(true);
});

test('what if: the record against the flow as it is edited now', async () => {
  const library = await open(completedHistory('r13', START));
  library.bridge.answer('flow.open', () => ({
    path: FLOW_PATH,
    document: { ...triageFlow, onFailure: { do: 'compensate' } },
    fileHash: 'h',
    savedAt: 1,
    recovered: false,
    report: { valid: true, problems: [] },
  }));
  library.bridge.answer('run.replay', ({ runId }) => ({
    runId,
    verdict: 'different',
    events: 33,
    firstDifference: { seq: 20, step: 'resolve', recorded: { a: 1 }, derived: { a: 2 } },
    reused: 4,
    wouldRunAgain: ['resolve', 'pay'],
  }));
  await userEvent.click(screen.getByRole('tab', { name: 'Record' }));
  await userEvent.click(await screen.findByRole('button', { name: /What if/ }));
  expect(await screen.findByText(/The edited flow goes another way. 4 steps stay/)).toBeTruthy();
  expect(screen.getByText('Would run again: Resolver, pay')).toBeTruthy();
});

test('a waiting run whose flow was edited says first whether it can go on with that, then does', async () => {
  const document = { ...triageFlow, onFailure: { do: 'compensate' as const } };
  const library = await open(waitingHistory('r16', START), ({ bridge }) => {
    bridge.answer('flow.open', () => ({
      path: FLOW_PATH,
      document,
      fileHash: 'h',
      savedAt: 1,
      recovered: false,
      report: { valid: true, problems: [] },
    }));
    bridge.answer('run.migrate', () => null);
  });
  await screen.findByRole('region', { name: 'The flow was edited since' });
  await userEvent.click(screen.getByRole('button', { name: 'See whether it can' }));
  expect(await screen.findByText(/^It can: everything so far/)).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Go on with the edited flow' }));
  expect(
    library.bridge.asked.filter((one) => one.name === 'run.migrate').map((one) => one.input),
  ).toMatchObject([{ check: true }, { check: false, document }]);
});

beforeEach(() => {
  const stop = listenForShortcuts();
  return stop;
});

test('a key leads to the decision that waits', async () => {
  await open(waitingHistory('r17', START));
  await userEvent.keyboard('d');
  const decision = screen.getByRole('article', { name: 'Refund 80?' });
  await vi.waitFor(() => expect(decision.contains(document.activeElement)).toBe(true));
});

test('the failed step comes forward by its key, with its tabs at hand', async () => {
  await open(failedHistory('r18', START));
  await userEvent.keyboard('e');
  expect(await screen.findByRole('region', { name: 'Step pay' })).toBeTruthy();
  await vi.waitFor(() => expect(document.activeElement?.textContent).toBe('Overview'));
});

test('a finished run marks its critical path, and the mark can be taken away', async () => {
  await open(completedHistory('r14', START));
  const timeline = within(screen.getByRole('region', { name: 'Timeline' }));
  expect(timeline.getByRole('button', { name: /^Triage, .*on the critical path/ })).toBeTruthy();
  await userEvent.click(timeline.getByRole('button', { name: 'Critical path' }));
  expect(timeline.queryByRole('button', { name: /on the critical path/ })).toBeNull();
});

test('a run is compared with the one before it', async () => {
  const library = await open(completedHistory('r15', START));
  library.runs.set('r0', [...completedHistory('r0', START - 60_000)]);
  await userEvent.click(screen.getByRole('button', { name: 'Compare' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'With the run before it' }));
  await vi.waitFor(() =>
    expect(useRouter.getState().route).toEqual({ screen: 'runs', compare: ['r0', 'r15'] }),
  );
});
