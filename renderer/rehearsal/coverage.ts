/** The names coverage uses for what was missed, taken apart: `from.port>to`, `node.port`, `node:kind`. */
import { wireKey } from '../../shared/editing/edges';
import { allGraphs } from '../../shared/editing/graphs';
import type { Coverage } from '../../shared/ipc/contract';
import type { Flow } from '../../shared/spec/flow';
import { t } from '../i18n/t';
import type { EdgeOverlay, NodeOverlay, RunOverlay } from '../canvas/overlay';

export interface Missed {
  readonly node: string;
  readonly port?: string;
  readonly to?: string;
  readonly kind?: string;
}

export function parseMissed(name: string): Missed {
  const edge = /^([^.:>]+)\.([^.:>]+)>(.+)$/.exec(name);
  if (edge) return { node: edge[1] as string, port: edge[2] as string, to: edge[3] as string };
  const port = /^([^.:>]+)\.(.+)$/.exec(name);
  if (port) return { node: port[1] as string, port: port[2] as string };
  const kind = /^([^.:>]+):(.+)$/.exec(name);
  return kind ? { node: kind[1] as string, kind: kind[2] as string } : { node: name };
}

/** The drawing with what the simulated runs passed; what they missed stays faint. */
export function coverageOverlay(flow: Flow, edges: Coverage): RunOverlay {
  const missed = new Set(edges.missed.map((name) => wireOf(parseMissed(name))));
  const taken: Record<string, EdgeOverlay> = {};
  const nodes: Record<string, NodeOverlay> = {};
  const passed: NodeOverlay = { state: 'done', word: t('rehearsal.passed') };
  for (const { graph } of allGraphs(flow)) {
    for (const edge of graph.edges) {
      const key = wireKey(edge);
      if (missed.has(key)) continue;
      taken[key] = { taken: 1 };
      nodes[edge.from] = passed;
      nodes[edge.to] = passed;
    }
  }
  return { nodes, edges: taken };
}

function wireOf({ node, port = '', to = '' }: Missed): string {
  return `${node}:${port}:${to}`;
}
