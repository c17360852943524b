/** Tidy places for a graph, computed by ELK in a worker so that a large drawing does not block the window. */
import type { ELK as Elk, ElkNode } from 'elkjs/lib/elk-api';
import ELK from 'elkjs/lib/elk-api';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import { type GraphRef, graphAt } from '../../shared/editing/graphs';
import { type PlacedBox, type PlacePoint, type PlaceSize, snap } from '../../shared/editing/layout';
import type { Flow } from '../../shared/spec/flow';
import type { Graph } from '../../shared/spec/nodes';
import { marksOf } from './marks';
import { readable, sizeOf } from './readable';
import { wrapRows } from './wrap';

let elk: Elk | undefined;

/**
 * Places by node id. The ports keep their order, so edges cross as little as they can. A long chain that would be too
 * small to read in the frame goes on in a row below, as text does.
 */
export async function tidyPlaces(
  doc: Flow,
  ref: GraphRef,
  frame: PlaceSize = { width: 1000, height: 760 },
): Promise<Record<string, PlacePoint>> {
  const graph = graphAt(doc, ref);
  if (!graph || Object.keys(graph.nodes).length === 0) return {};
  elk ??= new ELK({ workerFactory: () => new Worker(workerUrl) });
  const children = boxesOf(doc, graph);
  const known = new Set(children.flatMap((child) => (child.ports ?? []).map((port) => port.id)));
  // Connections that lead back are left out: else the engine may turn the drawing round to make them lead on.
  const edges = graph.edges
    .filter((edge) => edge.maxTraversals === undefined)
    .map((edge, i) => ({
      id: `e${i}`,
      sources: [`${edge.from}.${edge.port}`],
      targets: [`${edge.to}.<in`],
      labels: labelsOf(edge),
    }))
    .filter((edge) => known.has(edge.sources[0] ?? '') && known.has(edge.targets[0] ?? ''));
  const laid = await elk.layout({ id: 'root', layoutOptions: OPTIONS, children, edges });
  const boxes = (laid.children ?? []).map(
    ({ id, x = 0, y = 0, width = 0, height = 0 }): PlacedBox => ({ id, x, y, width, height }),
  );
  const rows = boxes.length > MAX_WRAPPED ? boxes : wrapRows(boxes, graph.edges, frame, READABLE);
  return Object.fromEntries(rows.map(({ id, x, y }) => [id, { x: snap(x), y: snap(y) }]));
}

/** Beyond these a drawing cannot be seen whole anyway, and rows would only be harder to follow. */
const MAX_WRAPPED = 60;
/** At this size a card still says what it does. */
const READABLE = 0.7;

/** Cards with their ports in place. */
function boxesOf(doc: Flow, graph: Graph): ElkNode[] {
  return Object.entries(graph.nodes).map(([id, node]): ElkNode => {
    const { width, height, inY, ports } = sizeOf(
      node,
      readable(() => marksOf(node, doc).length > 0, false),
    );
    return {
      id,
      width,
      height,
      layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
      ports: [
        ...(inY === undefined
          ? []
          : [
              {
                id: `${id}.<in`,
                x: 0,
                y: inY,
                width: 0,
                height: 0,
                layoutOptions: { 'elk.port.side': 'WEST' },
              },
            ]),
        ...ports.map(({ port, side, x, y }) => ({
          id: `${id}.${port.name}`,
          x,
          y,
          width: 0,
          height: 0,
          layoutOptions: { 'elk.port.side': side === 'right' ? 'EAST' : 'SOUTH' },
        })),
      ],
    };
  });
}

function labelsOf(edge: {
  handoff?: unknown;
  when?: unknown;
  on?: unknown;
  label?: unknown;
  maxTraversals?: unknown;
}) {
  const chips = [edge.handoff, edge.when, edge.on, edge.label, edge.maxTraversals].filter(
    (chip) => chip !== undefined,
  ).length;
  return chips === 0 ? [] : [{ text: 'x', width: Math.min(chips, 2) * 88, height: 20 }];
}

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.layered.spacing.nodeNodeBetweenLayers': '72',
  'elk.spacing.nodeNode': '40',
  'elk.spacing.edgeNode': '24',
  'elk.layered.spacing.edgeNodeBetweenLayers': '24',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.nodePlacement.favorStraightEdges': 'true',
  'elk.layered.considerModelOrder.strategy': 'PREFER_EDGES',
  'elk.layered.crossingMinimization.semiInteractive': 'false',
};
