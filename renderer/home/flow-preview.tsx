import { useMemo } from 'react';
import { wireKey } from '../../shared/editing/edges';
import { ROOT } from '../../shared/editing/graphs';
import { placesOf } from '../../shared/editing/layout';
import type { Flow } from '../../shared/spec/flow';
import { portOf } from '../../shared/spec/ports-of';
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
    const bend = Math.max(40, Math.abs(x2 - x1) / 2);
    const d = isFallback
      ? `M${x1},${y1} C${x1},${y1 + bend} ${x2 - bend},${y2} ${x2},${y2}`
      : `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`;
    return [{ key: wireKey(edge), d, isFallback }];
  });
  const left = Math.min(...boxes.map((b) => b.x)) - 24;
  const top = Math.min(...boxes.map((b) => b.y)) - 24;
  const right = Math.max(...boxes.map((b) => b.x + b.width)) + 24;
  const bottom = Math.max(...boxes.map((b) => b.y + b.height)) + 24;
  return { boxes, lines, view: `${left} ${top} ${Math.max(1, right - left)} ${Math.max(1, bottom - top)}` };
}
