/** What part of a drawing is seen, as numbers. */
import { type PlacedBox, snap } from '../../shared/editing/layout';
import type { Point } from './project';

export interface Viewport extends Point {
  readonly zoom: number;
}
interface Size {
  readonly width: number;
  readonly height: number;
}

/** Smaller than this a card cannot be read; below `SMALL` it shows its name and marks larger and leaves the rest out. */
const READABLE = 0.45;
/** What has run is told by colours and signs as much as by words: it is seen whole at this size still. */
const WATCHABLE = 0.34;
export const SMALL = 0.68;
/** Room for the ways that lead around the outermost cards. */
const EDGE = 40;
const NEAR_EDGE = 16;

/** The whole drawing when it can be read (or, of a run, watched) at that size, else its beginning. */
export function firstViewport(boxes: readonly PlacedBox[], frame: Size, mode: 'edit' | 'run'): Viewport {
  const left = Math.min(...boxes.map((b) => b.x));
  const top = Math.min(...boxes.map((b) => b.y));
  const width = Math.max(...boxes.map((b) => b.x + b.width)) - left;
  const height = Math.max(...boxes.map((b) => b.y + b.height)) - top;
  const whole = Math.min((frame.width - 2 * EDGE) / width, (frame.height - 2 * EDGE) / height);
  const isWhole = whole >= (mode === 'run' ? WATCHABLE : READABLE);
  const zoom = isWhole ? Math.min(1, whole) : READABLE;
  const first = boxes.reduce((a, b) => (b.x < a.x ? b : a));
  const x = isWhole ? (frame.width - width * zoom) / 2 - left * zoom : EDGE - left * zoom;
  const centre = height * zoom > frame.height ? first.y + first.height / 2 : top + height / 2;
  return { x, y: frame.height / 2 - centre * zoom, zoom };
}

/** Whether a box is wholly in view, and not at its very edge. */
export function isInView(box: PlacedBox, { x, y, zoom }: Viewport, frame: Size): boolean {
  const left = box.x * zoom + x;
  const top = box.y * zoom + y;
  const right = left + box.width * zoom;
  const bottom = top + box.height * zoom;
  return (
    left >= NEAR_EDGE &&
    top >= NEAR_EDGE &&
    right <= frame.width - NEAR_EDGE &&
    bottom <= frame.height - NEAR_EDGE
  );
}

/** What a new card takes at most before its own size is known. */
const CARD_ROOM: Size = { width: 200, height: 72 };

/** A place near a point that no card covers, for a card or for something of another size. */
export function freeSpot(boxes: readonly PlacedBox[], at: Point, room = CARD_ROOM): Point {
  let y = at.y;
  for (let i = 0; i < 40; i++) {
    const covered = boxes.find(
      (box) =>
        box.x < at.x + room.width &&
        at.x < box.x + box.width &&
        y < box.y + box.height + 16 &&
        y + room.height > box.y,
    );
    if (!covered) break;
    y = snap(covered.y + covered.height + 24);
  }
  return { x: at.x, y };
}

/** Where a box of a size has its corner so that it stays inside the frame. */
export function inFrame(
  point: Point,
  frame:
    | { readonly left: number; readonly top: number; readonly width: number; readonly height: number }
    | undefined,
  size: Size,
): Point {
  if (!frame) return point;
  return {
    x: Math.max(8, Math.min(point.x - frame.left, frame.width - size.width)),
    y: Math.max(8, Math.min(point.y - frame.top, frame.height - size.height)),
  };
}
