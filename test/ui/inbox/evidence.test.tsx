import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Task } from '../../../renderer/inbox/decision';
import { Evidence } from '../../../renderer/inbox/evidence';
import type { Json } from '../../../shared/base/json';
import { EMPTY_USAGE } from '../../../shared/events/event';
import type { Flow } from '../../../shared/spec/flow';
import { renderInTheme } from '../render';

const base: Task = {
  runId: 'r',
  task: 'plan:plan:1',
  type: 'plan',
  title: 'Carry out this plan?',
  evidence: [],
  choices: [{ port: 'approved', label: 'Approve' }],
  askedAt: 0,
};

const flow = {
  nodes: {
    plan: {
      kind: 'planner',
      catalogue: {
        nodes: {
          facts: { kind: 'tool', name: 'Dates and amounts', tool: 'findFacts', args: {} },
          reply: { kind: 'agent', name: 'Draft reply', description: 'Answer politely', agent: 'writer' },
        },
      },
    },
  },
  edges: [],
} as unknown as Flow; // as much of a flow as names come from

test('a plan reads as its steps: what is done, with which tool or agent, and after which', () => {
  const plan: Json = [
    { id: 's1', use: 'facts', input: {}, after: [] },
    { id: 's2', use: 'reply', input: { task: 'Thank Petra' }, after: ['s1'] },
  ];
  renderInTheme(<Evidence task={{ ...base, evidence: [{ label: 'plan', value: plan }] }} flow={flow} />);
  const steps = within(screen.getByRole('region', { name: 'Evidence' })).getAllByRole('listitem');
  expect(steps.map((step) => step.textContent)).toEqual([
    '1Dates and amountsTool · at once',
    '2Draft replyAgent · after step 1Answer politelyTaskThank Petra',
  ]);
});

test('evidence that only is called plan is shown as what it is', () => {
  const evidence = [{ label: 'plan', value: 'Gold' }];
  renderInTheme(<Evidence task={{ ...base, evidence }} flow={flow} />);
  expect(screen.getByText('Gold')).toBeTruthy();
});

test('a budget that is used up says what was used, in words', () => {
  const value = { ...EMPTY_USAGE, steps: 3, durationMs: 4_000 };
  const task: Task = { ...base, type: 'budget', evidence: [{ label: 'used', value }] };
  renderInTheme(<Evidence task={task} flow={flow} />);
  const region = screen.getByRole('region', { name: 'Evidence' });
  expect(region.textContent).toBe('EvidenceUsed so farSteps3Time at work4 s');
});
