/**
 * Ways around cards. A connection is a curve where nothing stands between its ends. Else it goes along a lane: the
 * shortest way out of the port, along a free height, and into its target from the left.
 *
 * L1. A lane crosses no card where a free one exists; what leads back always has one.
 * L2. Two connections do not lie on each other: neither their lanes, nor their turns where they leave one card.
 */
import type { Edge } from '../../shared/spec/parts';
import type { CardGeometry } from './geometry';
import { type Box, INTO, type Spot } from './route';

const CLEAR = 18;
const MARGIN = 10;
/** How far after the port the first connection of a card turns, and each further one. */
const OUT = 18;
const APART = 8;
const MOST_TURN = 58;
/** So many lanes lie side by side before one is shared. */
const ABREAST = 6;
/** Of heights that can only be reached across a card so many are looked at. */
const MOST_TRIED = 24;
/** Looking for obstacles costs edges × cards; beyond this the drawing is read in parts anyway. */
export const MAX_ROUTED = 300;

export interface NamedBox extends Box {
  readonly id: string;
}

/** A connection that looks for its way. */
export interface Way {
  readonly from: Spot;
  readonly to: Spot;
  readonly source: string;
  readonly target: string;
  /** It leaves by the bottom of its card. */
  readonly isDownward: boolean;
  /** Its port among those at the right of the card, from the top. */
  readonly place: number;
  readonly places: number;
}

/** A height to go along, and how far after the port to turn to it. */
export interface Lane {
  readonly y: number;
  readonly turn: number;
}

interface PlacedCard extends Spot {
  readonly geometry: CardGeometry;
}

/** Undefined when the card has no such port. */
export function wayOf(edge: Edge, from: PlacedCard, to: PlacedCard): Way | undefined {
  const { ports } = from.geometry;
  const port = ports.find((point) => point.port.name === edge.port);
  if (!port) return undefined;
  const sideways = ports.filter(({ side }) => side === 'right');
  return {
    from: { x: from.x + port.x, y: from.y + port.y },
    to: { x: to.x, y: to.y + (to.geometry.inY ?? 0) },
    source: edge.from,
    target: edge.to,
    isDownward: port.side === 'bottom',
    place: sideways.indexOf(port),
    places: sideways.length,
  };
}

interface Stretch {
  readonly y: number;
  readonly left: number;
  readonly right: number;
}

/** One drawing: what was given a lane keeps it to itself. */
export class Lanes {
  private readonly taken: Stretch[] = [];

  constructor(private readonly boxes: readonly NamedBox[]) {}

  /** Undefined when it can go straight. */
  find(way: Way): Lane | undefined {
    const isBack = way.to.x < way.from.x + 24;
    if (!isBack && !this.isBlocked(way)) return undefined;
    const y = this.lowestCost(way);
    const turn = turnOf(way, y);
    this.taken.push(stretch(way, y, turn));
    return { y, turn };
  }

  private isBlocked({ from, to, source, target, isDownward }: Way): boolean {
    if (isDownward && to.y < from.y) return true; // a curve would rise behind its own card
    const left = Math.min(from.x, to.x) + MARGIN;
    const right = Math.max(from.x, to.x) - MARGIN;
    return this.boxes.some(
      (box) =>
        box.id !== source &&
        box.id !== target &&
        box.x < right &&
        box.x + box.width > left &&
        crosses(from, to, box, isDownward),
    );
  }

  /** The first free height in the order of their length; where every way crosses a card, the first that crosses least. */
  private lowestCost(way: Way): number {
    const { from, to } = way;
    const near = this.boxes.filter((box) => reaches(box, way));
    const [top, bottom] = reachOf(way, near);
    const length = (y: number) => Math.abs(from.y - y) + Math.abs(to.y - y);
    const edges = near
      .flatMap((box): readonly (readonly [number, 1 | -1])[] => [
        [box.y - CLEAR, -1],
        [box.y + box.height + CLEAR, 1],
      ])
      .filter(([y]) => !way.isDownward || y > from.y)
      .toSorted(([a], [b]) => length(a) - length(b));
    const open = edges.filter(([y]) => y > top && y < bottom);
    for (const [base, direction] of [...open, ...edges.slice(0, MOST_TRIED)])
      for (let i = 0; i < ABREAST; i++) {
        const y = base + direction * i * APART;
        if (!isFree(way, y, near)) break;
        if (!this.isTaken(stretch(way, y, turnOf(way, y)))) return y;
      }
    return edges[0]?.[0] ?? Math.max(from.y, to.y) + CLEAR;
  }

  private isTaken({ y, left, right }: Stretch): boolean {
    return this.taken.some((one) => Math.abs(one.y - y) < APART - 1 && one.left < right && one.right > left);
  }
}

/** Whether a box stands anywhere near the way of a connection, to the left or right of which nothing matters. */
function reaches(box: Box, { from, to }: Way): boolean {
  const left = Math.min(from.x, to.x - INTO) - MARGIN;
  return box.x < Math.max(from.x + MOST_TURN, to.x) + MARGIN && box.x + box.width > left;
}

/** How far up and down both ends of a lane can be reached without crossing a card. */
function reachOf(way: Way, boxes: readonly NamedBox[]): readonly [number, number] {
  const { from, to, source } = way;
  let top = Number.NEGATIVE_INFINITY;
  let bottom = Number.POSITIVE_INFINITY;
  const limit = (box: Box, x: number, y: number, isUp: boolean) => {
    if (box.x >= x + 4 || box.x + box.width <= x - 4) return;
    if (isUp && box.y < y) top = Math.max(top, box.y + box.height);
    if (!isUp && box.y + box.height > y) bottom = Math.min(bottom, box.y);
  };
  for (const box of boxes) {
    limit(box, to.x - INTO, to.y, true);
    limit(box, to.x - INTO, to.y, false);
    if (box.id === source) continue;
    limit(box, from.x + turnOf(way, from.y - 1), from.y, true);
    limit(box, from.x + turnOf(way, from.y + 1), from.y, false);
  }
  return [top, bottom];
}

/** Whether nothing stands along a height between its two ends. */
function isFree(way: Way, y: number, boxes: readonly NamedBox[]): boolean {
  const { left, right } = stretch(way, y, turnOf(way, y));
  return !boxes.some((box) => covers(box, left - 4, right + 4, y - MARGIN + 2, y + MARGIN - 2));
}

function turnOf({ isDownward, place, places, from }: Way, y: number): number {
  if (isDownward) return 0;
  const nth = y < from.y ? place : places - 1 - place;
  return Math.min(MOST_TURN, OUT + APART * nth);
}

function stretch(way: Way, y: number, turn: number): Stretch {
  const ends = [way.from.x + turn, way.to.x - INTO];
  return { y, left: Math.min(...ends), right: Math.max(...ends) };
}

function covers(box: Box, x1: number, x2: number, y1: number, y2: number): boolean {
  return box.x < x2 && box.x + box.width > x1 && box.y < y2 && box.y + box.height > y1;
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
