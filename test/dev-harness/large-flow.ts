import { blankFlow } from '../../shared/editing/blank';
import type { Flow } from '../../shared/spec/flow';

/** A grid of transform nodes in one long chain, for looking at speed. */
export function largeFlow(count: number): Flow {
  const blank = blankFlow('large', `Large (${count})`, '2026-01-01T00:00:00.000Z');
  const columns = Math.ceil(Math.sqrt(count));
  const nodes: Flow['nodes'] = { start: { kind: 'start' } };
  const places: NonNullable<NonNullable<Flow['layout']>['nodes']> = { start: { x: -300, y: 0 } };
  const edges: Flow['edges'] = [];
  let last = 'start';
  for (let i = 0; i < count; i++) {
    const id = `n${i}`;
    nodes[id] = { kind: 'transform', name: `Node ${i}`, output: { value: { $: 'input' } } };
    places[id] = { x: (i % columns) * 300, y: Math.floor(i / columns) * 140 };
    edges.push({ from: last, port: 'next', to: id });
    last = id;
  }
  nodes['end'] = { kind: 'end' };
  places['end'] = { x: columns * 300, y: 0 };
  edges.push({ from: last, port: 'next', to: 'end' });
  return { ...blank, nodes, edges, layout: { nodes: places } };
}
