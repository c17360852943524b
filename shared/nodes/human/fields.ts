/** The form of what a person is asked: a human checkpoint, and a planner's approval of its plan. */
import type { InspectorField } from '../fields';

const asksForValues = { path: 'mode', is: ['approve', 'form', undefined] } as const;

export const humanFieldsForm: readonly InspectorField[] = [
  {
    control: 'select',
    path: 'mode',
    label: 'The person can',
    required: true,
    options: [
      { value: 'approve', label: 'Approve or reject', help: 'With values they may correct first.' },
      { value: 'choose', label: 'Choose one of several' },
      { value: 'form', label: 'Fill in a form' },
    ],
  },
  {
    control: 'template',
    path: 'title',
    label: 'Question',
    required: true,
    placeholder: 'Refund {{ steps.resolve.refund }}?',
  },
  {
    control: 'template',
    path: 'body',
    label: 'Explanation',
    help: 'What they should know before they decide.',
  },
  { control: 'choices', path: 'choices', label: 'Choices', showIf: { path: 'mode', is: ['choose'] } },
  {
    control: 'expressions',
    path: 'show',
    label: 'Evidence shown',
    help: 'Values the person sees beside the question.',
  },
  {
    control: 'schema',
    path: 'form',
    label: 'Values to confirm or fill in',
    showIf: asksForValues,
  },
  {
    control: 'mapping',
    path: 'propose',
    label: 'Proposed values',
    help: 'The form opens with these.',
    showIf: asksForValues,
  },
  {
    control: 'text',
    path: 'assignee',
    section: 'limits',
    label: 'Asked of',
    placeholder: 'A name or a team',
  },
  {
    control: 'duration',
    path: 'deadline',
    section: 'limits',
    label: 'Deadline',
    help: 'Runs on while the app is closed.',
  },
  {
    control: 'port',
    path: 'onDeadline',
    section: 'limits',
    label: 'When the deadline passes',
    help: 'The path it takes then; “expired” unless you choose another.',
    showIf: { path: 'deadline', not: [undefined] },
  },
  {
    control: 'review',
    path: 'review',
    section: 'limits',
    label: 'Ask only sometimes',
    help: 'A sample, or when something is unusual. The rest is approved as proposed.',
    showIf: asksForValues,
  },
];
