import { useMemo } from 'react';
import { wireKey } from '../../shared/editing/edges';
import { ROOT } from '../../shared/editing/graphs';
import { placesOf } from '../../shared/editing/layout';
import type { Flow } from '../../shared/spec/flow';
import { Lanes, MAX_ROUTED, type Way, wayOf } from '../canvas/lanes';
import { marksOf } from '../canvas/marks';
import { lanePath } from '../canvas/route';
import { readable, sizeOf } from '../canvas/readable';
import { kindLook } from '../ui/kind-look';

/** A small drawing of a flow: shapes and paths, no words. Decoration, so it has no name. */
export function FlowPreview({ flow }: { readonly flow: Flow }) {
  const { boxes, lines, view } = useMemo(() => drawing(flow), [flow]);
  return (
    <svg className="flow-preview" viewBox={view} aria-hidden preserveAspectRatio="xMidYMid meet">
      {lines.map((line) => (
        <path key={line.key} d={line.d} className={line.isFallback ? 'preview-fallback' : 'preview-line'} />
      ))}
      {boxes.map((box) => (
        <rect
          key={box.id}
          x={box.x}
          y={box.y}
          width={box.width}
          height={box.height}
          rx={14}
          className={`preview-box tint-${kindLook(box.kind).tint}`}
        />
      ))}
    </svg>
  );
}

/** The ways of the drawing itself: a curve, or a lane around what stands between. */
function lineBetween(way: Way, lanes: Lanes): string {
  const { from, to, isDownward } = way;
  const lane = lanes.find(way);
  if (lane) return lanePath(from, to, lane.y, isDownward, lane.turn).path;
  const bend = Math.max(40, Math.abs(to.x - from.x) / 2);
  return isDownward
    ? `M${from.x},${from.y} C${from.x},${from.y + bend} ${to.x - bend},${to.y} ${to.x},${to.y}`
    : `M${from.x},${from.y} C${from.x + bend},${from.y} ${to.x - bend},${to.y} ${to.x},${to.y}`;
}

function drawing(flow: Flow) {
  const places = placesOf(flow, ROOT);
  const boxes = Object.entries(flow.nodes).map(([id, node]) => {
    const at = places.get(id) ?? { x: 0, y: 0 };
    const geometry = sizeOf(
      node,
      readable(() => marksOf(node, flow).length > 0, false),
    );
    return { id, kind: node.kind, ...at, width: geometry.width, height: geometry.height, geometry };
  });
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const lanes = new Lanes(boxes.length > MAX_ROUTED ? [] : boxes);
  const lines = flow.edges.flatMap((edge) => {
    const from = byId.get(edge.from);
    const to = byId.get(edge.to);
    const way = from && to ? wayOf(edge, from, to) : undefined;
    if (!way) return [];
    return [{ key: wireKey(edge), d: lineBetween(way, lanes), isFallback: edge.port === 'fallback' }];
  });
  const left = Math.min(...boxes.map((b) => b.x)) - 48;
  const top = Math.min(...boxes.map((b) => b.y)) - 48;
  const right = Math.max(...boxes.map((b) => b.x + b.width)) + 48;
  const bottom = Math.max(...boxes.map((b) => b.y + b.height)) + 48;
  return { boxes, lines, view: `${left} ${top} ${Math.max(1, right - left)} ${Math.max(1, bottom - top)}` };
}
