import { defineNodeKind } from '../define';
import { clip } from '../words';

export const branch = defineNodeKind({
  kind: 'branch',
  title: 'Branch',
  group: 'flow',
  description: 'Chooses one path by the first condition that is true.',
  keywords: ['if', 'else', 'switch', 'condition', 'decision', 'route'],
  shares: ['reads', 'disabled'],
  create: () => ({ node: { kind: 'branch', cases: [{ port: 'yes', when: 'true' }] } }),
  summary: (node) => node.cases.map((c) => `${c.port}: ${clip(c.when, 36)}`).join(' · '),
  inspector: [
    {
      control: 'cases',
      path: 'cases',
      label: 'Cases',
      required: true,
      help: 'Asked from top to bottom; “else” takes the rest.',
    },
  ],
});
