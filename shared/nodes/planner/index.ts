import { defineNodeKind } from '../define';
import { clip, firstModel } from '../words';

export const planner = defineNodeKind({
  kind: 'planner',
  title: 'Planner',
  group: 'teams',
  description: 'Plans its own steps from a catalogue you allow, and may ask before it starts.',
  keywords: ['plan', 'goal', 'autonomous', 'catalogue', 'dynamic'],
  shares: ['reads', 'writes', 'policy', 'gate', 'budget', 'disabled'],
  create: (flow) => {
    const model = firstModel(flow);
    return {
      node: {
        kind: 'planner',
        model: model.name,
        goal: 'Reach this goal: {{ input }}',
        catalogue: { nodes: {} },
      },
      parts: model.parts,
    };
  },
  summary: (node, _flow, say) => {
    const count = Object.keys(node.catalogue.nodes).length;
    const what = say('{goal} · from {steps}', {
      goal: clip(node.goal, 36),
      steps: count === 1 ? say('1 allowed step') : say('{count} allowed steps', { count }),
    });
    return node.approve ? say('{what} · asks before it starts', { what }) : what;
  },
  inspector: [
    { control: 'ref', to: 'model', path: 'model', label: 'Model', required: true },
    { control: 'template', path: 'goal', label: 'Goal', required: true },
    { control: 'body', path: 'catalogue', label: 'Steps it may plan with' },
    {
      control: 'human',
      path: 'approve',
      label: 'Ask a person to approve the plan',
      help: 'The plan is shown before anything of it runs. Rejected or not answered in time, this node fails.',
    },
    { control: 'schema', path: 'output', section: 'result', label: 'Shape of the result' },
    {
      control: 'number',
      path: 'maxReplans',
      section: 'limits',
      label: 'May plan again',
      min: 0,
      step: 1,
      unit: 'times',
      fallback: 2,
    },
  ],
});
