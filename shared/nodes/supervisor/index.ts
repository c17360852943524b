import { defineNodeKind } from '../define';
import { roundsWords, someAgents } from '../words';

export const supervisor = defineNodeKind({
  kind: 'supervisor',
  title: 'Supervisor',
  group: 'teams',
  description: 'Hands out tasks to worker agents, round by round, until its model says the work is done.',
  keywords: ['orchestrator', 'manager', 'team', 'delegate', 'workers'],
  shares: ['reads', 'writes', 'policy', 'gate', 'budget', 'disabled'],
  create: (flow) => {
    const team = someAgents(flow, 2);
    return {
      node: {
        kind: 'supervisor',
        model: team.model,
        instructions: 'Share out the work, then put the results together.',
        workers: team.names,
      },
      parts: team.parts,
    };
  },
  summary: (node, _flow, say) => {
    const count = node.workers.length;
    return say('Directs {workers} · at most {rounds}', {
      workers: count === 1 ? say('1 worker') : say('{count} workers', { count }),
      rounds: roundsWords(node.maxRounds ?? 8, say),
    });
  },
  inspector: [
    { control: 'ref', to: 'model', path: 'model', label: 'Model', required: true },
    {
      control: 'template',
      path: 'instructions',
      label: 'Instructions',
      required: true,
      help: 'It is also told who the workers are, and the handoff or else the input of the flow.',
    },
    { control: 'ref', to: 'agent', many: true, path: 'workers', label: 'Workers', required: true },
    {
      control: 'select',
      path: 'route',
      label: 'Chooses workers by',
      fallback: 'model',
      options: [
        { value: 'model', label: 'The model decides' },
        {
          value: 'capability',
          label: 'Capability',
          help: 'The model names what is needed; of those who can do it, the least busy one that is healthy.',
        },
        { value: 'round-robin', label: 'Taking turns' },
      ],
    },
    { control: 'schema', path: 'output', section: 'result', label: 'Shape of the result' },
    {
      control: 'number',
      path: 'maxRounds',
      section: 'limits',
      label: 'At most',
      min: 1,
      step: 1,
      unit: 'rounds',
      fallback: 8,
    },
  ],
});
