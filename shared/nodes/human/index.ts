import { defineNodeKind } from '../define';
import { clip, durationOr } from '../words';
import { humanFieldsForm } from './fields';

export const human = defineNodeKind({
  kind: 'human',
  title: 'Human checkpoint',
  group: 'people',
  description: 'Stops and asks a person: approve, choose or fill in a form.',
  keywords: ['approve', 'approval', 'person', 'decision', 'form', 'review', 'inbox', 'escalate'],
  shares: ['reads', 'writes', 'disabled'],
  create: () => ({ node: { kind: 'human', mode: 'approve', title: 'Approve this step?' } }),
  summary: (node) => {
    const asks = { approve: 'Asks to approve', choose: 'Asks to choose', form: 'Asks to fill in' }[node.mode];
    const deadline = node.deadline ? ` · within ${durationOr(node.deadline, '')}` : '';
    return `${asks}: ${clip(node.title, 44)}${deadline}`;
  },
  inspector: humanFieldsForm,
});
