import { defineNodeKind } from '../define';
import { plural, someAgents } from '../words';

export const supervisor = defineNodeKind({
  kind: 'supervisor',
  title: 'Supervisor',
  group: 'teams',
  description: 'Hands out tasks to worker agents round by round until the goal is met.',
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
  summary: (node) =>
    `Directs ${plural(node.workers.length, 'worker')} · at most ${plural(node.maxRounds ?? 8, 'round')}`,
  inspector: [
    { control: 'ref', to: 'model', path: 'model', label: 'Model', required: true },
    { control: 'template', path: 'instructions', label: 'Instructions', required: true },
    { control: 'ref', to: 'agent', many: true, path: 'workers', label: 'Workers', required: true },
    {
      control: 'select',
      path: 'route',
      label: 'Chooses workers by',
      fallback: 'model',
      options: [
        { value: 'model', label: 'The model decides' },
        { value: 'capability', label: 'Capability', help: 'A worker that is healthy and least busy.' },
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
