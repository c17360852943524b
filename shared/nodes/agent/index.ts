import { defineNodeKind } from '../define';
import { clip, firstModel, freeName } from '../words';

export const agent = defineNodeKind({
  kind: 'agent',
  title: 'Agent',
  group: 'work',
  description: 'A model with a role does one piece of work and hands on a checked result.',
  keywords: ['llm', 'model', 'ai', 'prompt', 'assistant'],
  shares: ['reads', 'writes', 'policy', 'retry', 'gate', 'budget', 'compensate', 'disabled'],
  create: (flow) => {
    const name = freeName('agent', flow.agents);
    const model = firstModel(flow);
    return {
      node: { kind: 'agent', agent: name },
      parts: {
        ...model.parts,
        agents: { [name]: { role: 'Describe what this agent does', model: model.name } },
      },
    };
  },
  summary: (node, flow, say) => {
    const contract = flow.agents?.[node.agent];
    return contract
      ? `${clip(contract.role)} · ${contract.model}`
      : say('Uses the unknown agent “{name}”', { name: node.agent });
  },
  inspector: [
    {
      control: 'ref',
      to: 'agent',
      path: 'agent',
      label: 'Agent',
      required: true,
      help: 'The role contract: what it does, what it must not do, its model and tools.',
    },
    {
      control: 'template',
      path: 'prompt',
      label: 'Task',
      placeholder: 'Answer this ticket: {{ input.ticket }}',
      help: 'What it is asked here. Empty: it gets the handoff, else the input of the flow.',
    },
    {
      control: 'schema',
      path: 'accepts',
      section: 'data',
      label: 'Accepts by handoff',
      help: 'When set, every edge into this node must be a handoff with a payload of this shape.',
    },
  ],
});
