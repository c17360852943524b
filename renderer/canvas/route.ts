/** The shapes connections are drawn with. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** How far before the target a lane turns towards it. */
export const INTO = 26;
/** How far after a port what leads back turns when its way was not looked for. */
const OUT = 22;

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
  turn: number = OUT,
): { readonly path: string; readonly x: number; readonly y: number } {
  const out = fromBottom ? from.x : from.x + turn;
  const into = to.x - INTO;
  const points = [
    from,
    { x: out, y: from.y },
    { x: out, y: lane },
    { x: into, y: lane },
    { x: into, y: to.y },
    to,
  ];
  return { path: roundedPath(points, 14), x: (out + into) / 2, y: lane };
}
