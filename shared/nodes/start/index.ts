import { defineNodeKind } from '../define';

export const start = defineNodeKind({
  kind: 'start',
  title: 'Start',
  group: 'ends',
  description: 'Where every run begins, with the input of the flow.',
  keywords: ['begin', 'input', 'trigger'],
  shares: [],
  create: () => ({ node: { kind: 'start' } }),
  summary: (_node, flow, say) => {
    const properties = typeof flow.input === 'object' ? flow.input['properties'] : undefined;
    const all = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
    const names = all.slice(0, 3).join(', ');
    if (all.length === 0) return say('Takes any input');
    return all.length === 1
      ? say('Takes 1 input: {names}', { names })
      : say('Takes {count} inputs: {names}', { count: all.length, names });
  },
  inspector: [],
});
