/**
 * Ways around cards. A connection is a curve where nothing stands between its ends; else it goes along a free lane above
 * or below what stands in the way.
 */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
interface Spot {
  readonly x: number;
  readonly y: number;
}

const CLEAR = 18;
const MARGIN = 10;
/** How far before the target a lane turns towards it. */
const INTO = 26;
/** Looking for obstacles costs edges × cards; beyond this the drawing is read in parts anyway. */
export const MAX_ROUTED = 300;

/** The height of the lane an edge has to take, or undefined when it can go straight. */
export function laneFor(
  from: Spot,
  to: Spot,
  boxes: readonly Box[],
  isDownward: boolean,
): number | undefined {
  const left = Math.min(from.x, to.x) + MARGIN;
  const right = Math.max(from.x, to.x) - MARGIN;
  const between = boxes.filter((box) => box.x < right && box.x + box.width > left);
  const hit = between.filter((box) => crosses(from, to, box, isDownward));
  if (hit.length === 0) return undefined;
  const above = grow(between, hit, -1);
  const below = grow(between, hit, 1);
  const middle = (from.y + to.y) / 2;
  return isDownward || Math.abs(below - middle) <= Math.abs(middle - above) ? below : above;
}

/** Out of the bottom, right below the card and straight to the target's left, when nothing stands there. */
export function shortLane(from: Spot, to: Spot, boxes: readonly Box[]): number | undefined {
  const lane = from.y + CLEAR;
  const into = to.x - INTO;
  const left = Math.min(from.x, into);
  const right = Math.max(from.x, into);
  const top = Math.min(lane, to.y);
  const bottom = Math.max(lane, to.y);
  const covers = (box: Box, x1: number, x2: number, y1: number, y2: number) =>
    box.x < x2 && box.x + box.width > x1 && box.y < y2 && box.y + box.height > y1;
  const blocked = boxes.some(
    (box) =>
      covers(box, left - 4, right + 4, lane - 6, lane + 6) || covers(box, into - 6, into + 6, top, bottom),
  );
  return blocked ? undefined : lane;
}

/** Whether the straight line between the ends comes too near to a box. */
function crosses(from: Spot, to: Spot, box: Box, isDownward: boolean): boolean {
  const yAt = (x: number) => {
    if (to.x === from.x) return to.y;
    const t = Math.max(0, Math.min(1, (x - from.x) / (to.x - from.x)));
    // A curve leaves and arrives level: it is near its ends' heights longer than a line is.
    const eased = t * t * (3 - 2 * t);
    return from.y + (to.y - from.y) * eased;
  };
  const samples = [box.x, box.x + box.width / 2, box.x + box.width].map(yAt);
  const top = Math.min(...samples);
  const bottom = Math.max(...samples) + (isDownward ? CLEAR : 0);
  return top < box.y + box.height + MARGIN && bottom > box.y - MARGIN;
}

/** A lane beyond the boxes in the way, moved on while other boxes stand in it. */
function grow(between: readonly Box[], hit: readonly Box[], direction: -1 | 1): number {
  let lane =
    direction < 0
      ? Math.min(...hit.map((b) => b.y)) - CLEAR
      : Math.max(...hit.map((b) => b.y + b.height)) + CLEAR;
  for (let i = 0; i < between.length; i++) {
    const blocker = between.find((box) => lane > box.y - MARGIN && lane < box.y + box.height + MARGIN);
    if (!blocker) break;
    lane = direction < 0 ? blocker.y - CLEAR : blocker.y + blocker.height + CLEAR;
  }
  return lane;
}

/** Right-angled path with round corners through points. */
export function roundedPath(points: readonly Spot[], radius: number): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let path = `M${first.x},${first.y}`;
  for (let i = 0; i < rest.length; i++) {
    const at = rest[i] as Spot; // i is in range
    const before = points[i] as Spot; // and so is the one before
    const after = rest[i + 1];
    if (!after) {
      path += ` L${at.x},${at.y}`;
      continue;
    }
    const r = Math.min(radius, distance(before, at) / 2, distance(at, after) / 2);
    const enter = toward(at, before, r);
    const leave = toward(at, after, r);
    path += ` L${enter.x},${enter.y} Q${at.x},${at.y} ${leave.x},${leave.y}`;
  }
  return path;
}

function distance(a: Spot, b: Spot): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function toward(from: Spot, to: Spot, length: number): Spot {
  const whole = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * length) / whole, y: from.y + ((to.y - from.y) * length) / whole };
}

/** The path along a lane: out of the port, to the lane, along it, and into the target from the left. */
export function lanePath(
  from: Spot,
  to: Spot,
  lane: number,
  fromBottom: boolean,
): { readonly path: string; readonly x: number; readonly y: number } {
  const out = fromBottom ? from.x : from.x + 22;
  const into = to.x - INTO;
  const points = [
    from,
    { x: out, y: fromBottom ? from.y : from.y },
    { x: out, y: lane },
    { x: into, y: lane },
    { x: into, y: to.y },
    to,
  ];
  return { path: roundedPath(points, 14), x: (out + into) / 2, y: lane };
}
