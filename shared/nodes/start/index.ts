import { defineNodeKind } from '../define';
import { plural } from '../words';

export const start = defineNodeKind({
  kind: 'start',
  title: 'Start',
  group: 'ends',
  description: 'Where every run begins, with the input of the flow.',
  keywords: ['begin', 'input', 'trigger'],
  shares: [],
  create: () => ({ node: { kind: 'start' } }),
  summary: (_node, flow) => {
    const properties = typeof flow.input === 'object' ? flow.input['properties'] : undefined;
    const count = typeof properties === 'object' && properties !== null ? Object.keys(properties).length : 0;
    return count
      ? `Takes ${plural(count, 'input')}: ${Object.keys(properties as object)
          .slice(0, 3)
          .join(', ')}`
      : 'Takes any input';
  },
  inspector: [],
});
