import { useMemo } from 'react';
import { wireKey } from '../../shared/editing/edges';
import { ROOT } from '../../shared/editing/graphs';
import { placesOf } from '../../shared/editing/layout';
import type { Flow } from '../../shared/spec/flow';
import { portOf } from '../../shared/spec/ports-of';
import { lanePath } from '../canvas/route';
import { sizeOf } from '../canvas/readable';
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

interface Spot {
  readonly x: number;
  readonly y: number;
}

/** A curve to the right; what goes on in the row below, or leads back, goes round by a lane between the two. */
function lineBetween(from: Spot, to: Spot, isFallback: boolean): string {
  if (to.x < from.x) {
    const lane = to.y > from.y + 60 ? (from.y + to.y) / 2 : Math.min(from.y, to.y) - 40;
    return lanePath(from, to, lane, isFallback).path;
  }
  const bend = Math.max(40, Math.abs(to.x - from.x) / 2);
  return isFallback
    ? `M${from.x},${from.y} C${from.x},${from.y + bend} ${to.x - bend},${to.y} ${to.x},${to.y}`
    : `M${from.x},${from.y} C${from.x + bend},${from.y} ${to.x - bend},${to.y} ${to.x},${to.y}`;
}

function drawing(flow: Flow) {
  const places = placesOf(flow, ROOT);
  const boxes = Object.entries(flow.nodes).map(([id, node]) => {
    const { width, height } = sizeOf(node, false);
    const at = places.get(id) ?? { x: 0, y: 0 };
    return { id, kind: node.kind, x: at.x, y: at.y, width, height };
  });
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const lines = flow.edges.flatMap((edge) => {
    const from = byId.get(edge.from);
    const to = byId.get(edge.to);
    const node = flow.nodes[edge.from];
    if (!from || !to || !node) return [];
    const isFallback = portOf(node, edge.port)?.kind === 'fallback';
    const [x1, y1] = isFallback
      ? [from.x + from.width / 2, from.y + from.height]
      : [from.x + from.width, from.y + from.height / 2];
    const [x2, y2] = [to.x, to.y + to.height / 2];
    const d = lineBetween({ x: x1, y: y1 }, { x: x2, y: y2 }, isFallback);
    return [{ key: wireKey(edge), d, isFallback }];
  });
  const left = Math.min(...boxes.map((b) => b.x)) - 48;
  const top = Math.min(...boxes.map((b) => b.y)) - 48;
  const right = Math.max(...boxes.map((b) => b.x + b.width)) + 48;
  const bottom = Math.max(...boxes.map((b) => b.y + b.height)) + 48;
  return { boxes, lines, view: `${left} ${top} ${Math.max(1, right - left)} ${Math.max(1, bottom - top)}` };
}
