import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { navigate, useRouter } from '../../../renderer/app/router';
import { setBridge } from '../../../renderer/bridge/bridge';
import { coverageOverlay, parseMissed } from '../../../renderer/rehearsal/coverage';
import { faultKindsFor, faultsOf } from '../../../renderer/rehearsal/fault-list';
import { RehearsalScreen } from '../../../renderer/rehearsal/rehearsal-screen';
import { triageFlow } from '../../fakes/history-writer';
import { FLOW_PATH, RunLibrary } from '../../fakes/run-library';
import { renderScreen } from '../render';

beforeEach(() => act(() => navigate({ screen: 'rehearsal' })));

test('names of what was missed are taken apart', () => {
  expect(['pay.fallback>review', 'approve.expired', 'resolve:timeout'].map(parseMissed)).toEqual([
    { node: 'pay', port: 'fallback', to: 'review' },
    { node: 'approve', port: 'expired' },
    { node: 'resolve', kind: 'timeout' },
  ]);
});

test('the drawing shows what was passed and leaves what was missed faint', () => {
  const overlay = coverageOverlay(triageFlow, { hit: 1, total: 2, missed: ['pay.fallback>review'] });
  expect([overlay.edges['pay:fallback:review'], overlay.edges['pay:next:done']]).toEqual([
    undefined,
    { taken: 1 },
  ]);
});

test('people reject or let time pass, machines fail: each node offers its own faults', () => {
  expect(faultKindsFor(triageFlow, 'approve')).toEqual(['rejected', 'expired']);
  expect(faultKindsFor(triageFlow, 'pay')).not.toContain('rejected');
});

test('a share of all runs is a probability, all of them is none', () => {
  const base = { id: 1, node: 'pay', attempt: '*', kind: 'timeout' } as const;
  expect(
    faultsOf([
      { ...base, share: 100 },
      { ...base, share: 25 },
    ]),
  ).toEqual([
    { node: 'pay', attempt: '*', kind: 'timeout' },
    { node: 'pay', attempt: '*', kind: 'timeout', probability: 0.25 },
  ]);
});

test('simulates with the faults chosen, and leads from a missed path to its node', async () => {
  const library = new RunLibrary([]);
  setBridge(library.bridge);
  renderScreen(<RehearsalScreen />);
  await userEvent.click(await screen.findByRole('button', { name: 'Add a fault' }));
  await userEvent.click(screen.getByRole('button', { name: 'Simulate 1,000 runs' }));
  expect(await screen.findByRole('heading', { name: 'How 1,000 runs ended (seed 7)' })).toBeTruthy();
  expect(library.bridge.asked.find((one) => one.name === 'rehearse.simulate')?.input).toMatchObject({
    runs: 1_000,
    seed: 7,
    faults: [{ node: 'triage', attempt: '*', kind: 'timeout' }],
  });
  await userEvent.click(screen.getByRole('button', { name: 'pay by fallback to review' }));
  expect(useRouter.getState().route).toEqual({ screen: 'designer', path: FLOW_PATH, node: 'pay' });
});

test('the failure-mode table says where each failure ends', async () => {
  setBridge(new RunLibrary([]).bridge);
  renderScreen(<RehearsalScreen />);
  const table = within(await screen.findByRole('region', { name: 'Failure modes' }));
  expect((await table.findAllByText(/takes the fallback to review/)).length).toBeGreaterThan(0);
});
