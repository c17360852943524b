import { expect, test } from 'vitest';
import {
  byUrgency,
  choiceLabel,
  decisionOf,
  evidenceTitle,
  missesFor,
  quickChoice,
  startDraft,
  type Task,
} from '../../../renderer/inbox/decision';
import { setLanguage } from '../../../renderer/i18n/t';

const task: Task = {
  runId: 'r',
  task: 'approve',
  type: 'checkpoint',
  title: 'Refund?',
  evidence: [],
  form: { type: 'object', required: ['amount'], properties: { amount: { type: 'number', minimum: 0 } } },
  proposed: { amount: 80 },
  choices: [
    { port: 'approved', label: 'Approve' },
    { port: 'rejected', label: 'Reject' },
  ],
  askedAt: 1,
};
const draft = startDraft(task);

test('values as proposed are not sent again', () => {
  expect(decisionOf(task, draft, 'approved')).toEqual({ choice: 'approved' });
});

test('an edit is sent whole, with a comment that says something', () => {
  const edited = { ...draft, values: { amount: 60 }, comment: '  goodwill ' };
  expect(decisionOf(task, edited, 'approved')).toEqual({
    choice: 'approved',
    values: { amount: 60 },
    comment: 'goodwill',
  });
});

test('a rejection sends no values and needs none to fit', () => {
  const edited = { ...draft, values: { amount: -1 } };
  expect(decisionOf(task, edited, 'rejected')).toEqual({ choice: 'rejected' });
  expect([missesFor(task, edited, 'rejected'), missesFor(task, edited, 'approved')]).toEqual([
    [],
    [{ pointer: '/amount', message: 'At least 0.' }],
  ]);
});

test('the result of an uncertain call is sent as it was written', () => {
  const uncertain: Task = {
    ...task,
    type: 'uncertain',
    form: undefined,
    proposed: undefined,
    choices: [{ port: 'happened', label: 'It happened' }],
  };
  expect(decisionOf(uncertain, { ...draft, values: { id: 1 } }, 'happened')).toEqual({
    choice: 'happened',
    values: { id: 1 },
  });
});

test('keys approve and reject; what only a person knows has no key', () => {
  const budget = {
    choices: [
      { port: 'raise', label: '' },
      { port: 'stop', label: '' },
    ],
  };
  const uncertain = {
    choices: [
      { port: 'happened', label: '' },
      { port: 'abandon', label: '' },
    ],
  };
  expect([
    quickChoice(task, 'approve'),
    quickChoice(budget, 'reject'),
    quickChoice(uncertain, 'approve'),
  ]).toEqual(['approved', 'stop', undefined]);
});

test('the nearest deadline comes first, then the oldest', () => {
  const tasks = [
    { askedAt: 5 },
    { askedAt: 9, deadlineAt: 50 },
    { askedAt: 1 },
    { askedAt: 2, deadlineAt: 20 },
  ];
  expect(tasks.toSorted(byUrgency).map((one) => one.askedAt)).toEqual([2, 9, 1, 5]);
});

test('evidence is named by where it came from', () => {
  const name = (id: string) => id.toUpperCase();
  expect(
    ['input.ticket', 'steps.resolve.reply', 'context.category', '$count(input.x)', 'arguments'].map((label) =>
      evidenceTitle(label, name),
    ),
  ).toEqual(['ticket', 'RESOLVE › reply', 'category', '$count(input.x)', 'arguments']);
});

test('a label the flow did not write is in the language of the window', () => {
  setLanguage('de');
  expect(choiceLabel({ port: 'approved', label: 'Approve' })).toBe('Genehmigen');
  expect(choiceLabel({ port: 'approved', label: 'Sign it' })).toBe('Sign it');
  expect(choiceLabel({ port: 'other', label: 'Approve' })).toBe('Approve');
  setLanguage('en');
});
