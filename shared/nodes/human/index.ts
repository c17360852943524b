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
  summary: (node, _flow, say) => {
    const title = clip(node.title, 44);
    const asks = {
      approve: say('Asks to approve: {title}', { title }),
      choose: say('Asks to choose: {title}', { title }),
      form: say('Asks to fill in: {title}', { title }),
    }[node.mode];
    return node.deadline
      ? say('{what} · within {time}', { what: asks, time: durationOr(node.deadline, '') })
      : asks;
  },
  inspector: humanFieldsForm,
});
