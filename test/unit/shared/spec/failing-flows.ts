/** Small flows for asking where failures end. */
import { type FailureMode, failureModes } from '../../../../shared/spec/failure-modes';
import type { Flow } from '../../../../shared/spec/flow';
import type { Edge } from '../../../../shared/spec/parts';

export type Nodes = Record<string, object>;

export function edge(text: string, more: Partial<Edge> = {}): Edge {
  const [from = '', port = '', to = ''] = text.split(/\.|>/);
  return { from, port, to, ...more };
}

export function flowOf(nodes: Nodes, edges: (string | Edge)[], more: Partial<Flow> = {}): Flow {
  return {
    format: 'baton.flow/1',
    id: 'f',
    name: 'F',
    version: '1.0.0',
    nodes: nodes as Flow['nodes'],
    edges: edges.map((e) => (typeof e === 'string' ? edge(e) : e)),
    ...more,
  };
}

export function mode(flow: Flow, node: string, kind: string): FailureMode | undefined {
  return failureModes(flow).find((candidate) => candidate.node === node && candidate.kind === kind);
}

export const HTTP = {
  description: '',
  input: true,
  effect: 'read',
  kind: 'http',
  method: 'GET',
  url: 'https://a.example',
  allowHosts: ['a.example'],
};
export const CODE = { description: '', input: true, effect: 'read', kind: 'code', source: 'return 1' };
export const calling = (edges: (string | Edge)[], more: Partial<Flow> = {}): Flow =>
  flowOf(
    {
      start: { kind: 'start' },
      call: { kind: 'tool', tool: 'api' },
      ask: { kind: 'human', mode: 'form', title: '' },
      done: { kind: 'end' },
    },
    ['start.next>call', 'call.next>done', 'ask.approved>done', ...edges],
    { tools: { api: HTTP } as never, ...more },
  );
