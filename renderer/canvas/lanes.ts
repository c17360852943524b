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

  /** The first free height in the order of their length; without any the shortest. */
  private lowestCost(way: Way): number {
    const edges = this.boxes.flatMap((box): readonly (readonly [number, 1 | -1])[] => [
      [box.y - CLEAR, -1],
      [box.y + box.height + CLEAR, 1],
    ]);
    const length = (y: number) => Math.abs(way.from.y - y) + Math.abs(way.to.y - y);
    const sorted = edges
      .filter(([y]) => !way.isDownward || y > way.from.y)
      .toSorted(([a], [b]) => length(a) - length(b));
    for (const [base, direction] of sorted)
      for (let i = 0; i < ABREAST; i++) {
        const y = base + direction * i * APART;
        if (!this.isFree(way, y)) break;
        if (!this.isTaken(stretch(way, y, turnOf(way, y)))) return y;
      }
    return sorted[0]?.[0] ?? Math.max(way.from.y, way.to.y) + CLEAR;
  }

  private isFree(way: Way, y: number): boolean {
    const out = way.from.x + turnOf(way, y);
    const into = way.to.x - INTO;
    const [left, right] = [Math.min(out, into), Math.max(out, into)];
    return !this.boxes.some((box) => {
      if (covers(box, left - 4, right + 4, y - MARGIN + 2, y + MARGIN - 2)) return true;
      if (covers(box, into - 4, into + 4, Math.min(y, way.to.y), Math.max(y, way.to.y))) return true;
      const isOwn = box.id === way.source;
      return !isOwn && covers(box, out - 4, out + 4, Math.min(way.from.y, y), Math.max(way.from.y, y));
    });
  }

  private isTaken({ y, left, right }: Stretch): boolean {
    return this.taken.some((one) => Math.abs(one.y - y) < APART - 1 && one.left < right && one.right > left);
  }
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
