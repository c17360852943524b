/**
 * The whole drawing in a corner, and what part of it is seen. One path for each tint: React Flow's own minimap has a
 * component for every node, which doubles what a move of the drawing costs.
 */
import { memo, type PointerEvent, useEffect, useMemo, useRef, type WheelEvent } from 'react';
import { t } from '../i18n/t';
import type { CardNode, Point } from './project';
import type { Sight, SightStore } from './sight';

const WIDTH = 148;
const HEIGHT = 100;
/** Room around the drawing, as a share of it. */
const MARGIN = 0.06;
const WHEEL_SPEED = 0.002;

interface Props {
  readonly nodes: readonly CardNode[];
  /** Cards on their way are drawn when they have arrived. */
  readonly isDragging: boolean;
  readonly sight: SightStore;
  /** Brings a point of the drawing into the middle. */
  readonly onCentre: (at: Point) => void;
  readonly onZoom: (factor: number) => void;
}

interface Drawn {
  readonly paths: readonly { readonly group: string; readonly d: string }[];
  /** Where the drawing lies in the picture: a point is at (x - left) × scale. */
  readonly left: number;
  readonly top: number;
  readonly scale: number;
  /** The drawing itself, in its own measure. */
  readonly bounds: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  };
}

export const Overview = memo(Picture, (before, { nodes, isDragging, sight }) => {
  return isDragging || (before.nodes === nodes && before.sight === sight);
});

function Picture({ nodes, sight, onCentre, onZoom }: Props) {
  const drawn = useMemo(() => draw(nodes), [nodes]);
  const frame = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Written by hand: a move of the drawing must not ask React for anything.
    const place = ({ x, y, zoom, width, height }: Sight) => {
      const { style } = frame.current ?? {};
      if (!style) return;
      const [right, bottom] = [(width - x) / zoom, (height - y) / zoom];
      const { bounds } = drawn;
      const isWhole =
        bounds.left >= -x / zoom &&
        bounds.top >= -y / zoom &&
        bounds.right <= right &&
        bounds.bottom <= bottom;
      // Of what is seen as a whole a picture tells nothing, and it would lie on a card.
      picture.current?.classList.toggle('is-idle', isWhole);
      const at = { x: (-x / zoom - drawn.left) * drawn.scale, y: (-y / zoom - drawn.top) * drawn.scale };
      style.transform = `translate(${at.x}px, ${at.y}px)`;
      style.width = `${(width / zoom) * drawn.scale}px`;
      style.height = `${(height / zoom) * drawn.scale}px`;
    };
    place(sight.getState());
    return sight.subscribe(place);
  }, [sight, drawn]);
  const centre = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    onCentre({
      x: (event.clientX - box.left) / drawn.scale + drawn.left,
      y: (event.clientY - box.top) / drawn.scale + drawn.top,
    });
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    centre(event);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) centre(event);
  };
  const onWheel = (event: WheelEvent) => onZoom(2 ** (-event.deltaY * WHEEL_SPEED));
  return (
    <div
      ref={picture}
      className="overview nopan nowheel"
      role="img"
      aria-label={t('canvas.minimap')}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onWheel={onWheel}
    >
      <svg width={WIDTH} height={HEIGHT} aria-hidden>
        {drawn.paths.map(({ group, d }) => (
          <path key={group} className={`map-${group}`} d={d} />
        ))}
      </svg>
      <div className="overview-sight" ref={frame} />
    </div>
  );
}

function groupOf(kind: string): string {
  if (kind === 'human') return 'person';
  return kind === 'agent' || kind === 'tool' ? 'work' : 'other';
}

function draw(nodes: readonly CardNode[]): Drawn {
  const boxes = nodes.map(({ data, position, measured }) => ({
    group: groupOf(data.kind),
    x: position.x,
    y: position.y,
    width: measured?.width ?? 0,
    height: measured?.height ?? 0,
  }));
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  const wide = Math.max(1, right - left) * (1 + 2 * MARGIN);
  const high = Math.max(1, bottom - top) * (1 + 2 * MARGIN);
  const scale = Math.min(WIDTH / wide, HEIGHT / high);
  const from = {
    left: (left + right) / 2 - WIDTH / 2 / scale,
    top: (top + bottom) / 2 - HEIGHT / 2 / scale,
  };
  const paths = new Map<string, string>();
  for (const { group, x, y, width, height } of boxes) {
    const [px, py] = [(x - from.left) * scale, (y - from.top) * scale];
    const [w, h] = [Math.max(1, width * scale), Math.max(1, height * scale)];
    const box = `M${px.toFixed(1)},${py.toFixed(1)}h${w.toFixed(1)}v${h.toFixed(1)}h${(-w).toFixed(1)}z`;
    paths.set(group, (paths.get(group) ?? '') + box);
  }
  const bounds = { left, top, right, bottom };
  return { paths: [...paths].map(([group, d]) => ({ group, d })), ...from, scale, bounds };
}
