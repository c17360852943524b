/** What every random flow has to work with: shared state, models, tools and agents. */
import type { Flow } from '../../shared/spec/flow';

/** The shape of what every call gives. */
export const VALUE = {
  type: 'object',
  required: ['value'],
  properties: { value: { type: 'integer', minimum: 0, maximum: 99 } },
};

/** `asksFirst`: the tool that pays asks a person before its first call. */
export function flowParts(asksFirst: boolean): Pick<Flow, 'context' | 'models' | 'tools' | 'agents'> {
  return {
    context: {
      log: { schema: { type: 'array' }, merge: 'append' },
      total: { schema: { type: 'number' }, merge: 'sum' },
      note: { schema: { type: 'object' }, merge: 'merge' },
      best: { schema: { type: 'number' }, merge: 'max' },
    },
    models: {
      main: { provider: 'simulated', model: 'one', fallback: ['spare'] },
      spare: { provider: 'simulated', model: 'two' },
    },
    tools: {
      look: {
        description: 'reads',
        input: { type: 'object' },
        output: VALUE,
        effect: 'read',
        kind: 'builtin',
        name: 'echo',
      },
      put: {
        description: 'writes with a key',
        input: { type: 'object' },
        output: VALUE,
        effect: 'idempotent',
        kind: 'builtin',
        name: 'echo',
      },
      pay: {
        description: 'pays once',
        input: { type: 'object' },
        output: VALUE,
        effect: 'once',
        kind: 'builtin',
        name: 'echo',
        ...(asksFirst ? { approval: 'first' as const } : {}),
      },
      undo: {
        description: 'undoes',
        input: { type: 'object' },
        effect: 'idempotent',
        kind: 'builtin',
        name: 'echo',
      },
    },
    agents: {
      worker: { role: 'Works', model: 'main', output: VALUE, capabilities: ['work'] },
      helper: { role: 'Helps', model: 'main', output: VALUE, tools: ['look'], capabilities: ['help'] },
    },
  };
}
