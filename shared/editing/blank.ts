import { FORMAT, type Flow } from '../spec/flow';

/** A flow that does nothing yet, but is valid: what enters goes out. */
export function blankFlow(id: string, name: string, createdAt: string): Flow {
  return {
    format: FORMAT,
    id,
    name,
    version: '0.1.0',
    meta: { createdAt },
    nodes: { start: { kind: 'start' }, end: { kind: 'end' } },
    edges: [{ from: 'start', port: 'next', to: 'end' }],
    layout: { nodes: { start: { x: 0, y: 0 }, end: { x: 304, y: 0 } } },
  };
}
