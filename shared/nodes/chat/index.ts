import { defineNodeKind } from '../define';
import { roundsWords, someAgents } from '../words';

export const chat = defineNodeKind({
  kind: 'chat',
  title: 'Chat',
  group: 'teams',
  description: 'Several agents talk in turns until a condition holds or the rounds are used up.',
  keywords: ['debate', 'discussion', 'group chat', 'conversation', 'panel'],
  shares: ['reads', 'writes', 'policy', 'gate', 'budget', 'disabled'],
  create: (flow) => {
    const team = someAgents(flow, 2);
    return { node: { kind: 'chat', participants: team.names, maxRounds: 6 }, parts: team.parts };
  },
  summary: (node, _flow, say) =>
    say('{names} talk · at most {rounds}', {
      names: node.participants.join(', '),
      rounds: roundsWords(node.maxRounds, say),
    }),
  inspector: [
    { control: 'ref', to: 'agent', many: true, path: 'participants', label: 'Participants', required: true },
    {
      control: 'select',
      path: 'speaker',
      label: 'Who speaks next',
      fallback: 'round-robin',
      options: [
        { value: 'round-robin', label: 'Taking turns' },
        { value: 'model', label: 'A model decides', help: 'The model of the participant listed first.' },
      ],
    },
    {
      control: 'expression',
      path: 'until',
      label: 'Until',
      help: 'Asked after each message, over “messages”. Without it all rounds are used, and it leaves by “exhausted”.',
    },
    {
      control: 'number',
      path: 'maxRounds',
      label: 'At most',
      min: 1,
      step: 1,
      unit: 'rounds',
      required: true,
      help: 'In each round one of them speaks.',
    },
    { control: 'schema', path: 'output', section: 'result', label: 'Shape of the result' },
  ],
});
