/**
 * Sizes of cards and places of their ports, computed from the document alone. The canvas gives them to React Flow, so
 * that nothing has to be drawn once to be measured; tidying and alignment use the same numbers; `canvas.css` draws them.
 */
import type { FlowNode } from '../../shared/spec/nodes';
import { type Port, portsOf } from '../../shared/spec/ports-of';

export const HEAD = 32;
export const LINE = 20;
export const ROW = 20;
export const FOOT = 8;
export const PORT = 10;

const CARD_WIDTH = 232;
const SMALL_WIDTH = 184;
const PILL_WIDTH = 128;

/** `card` has a summary; `small` a header and its ports; `pill` only a header. */
export type Shape = 'card' | 'small' | 'pill';

export function shapeOf(kind: string): Shape {
  if (kind === 'start' || kind === 'end') return 'pill';
  return kind === 'branch' || kind === 'parallel' || kind === 'join' ? 'small' : 'card';
}

export interface PortPoint {
  readonly port: Port;
  readonly side: 'right' | 'bottom';
  /** Centre of the dot, from the card's top left corner. */
  readonly x: number;
  readonly y: number;
  /** Carries its name beside the dot. */
  readonly named: boolean;
}

export interface CardGeometry {
  readonly shape: Shape;
  readonly width: number;
  readonly height: number;
  /** Centre of the dot of the way in; undefined for a start. */
  readonly inY: number | undefined;
  readonly ports: readonly PortPoint[];
}

/** `hasMarks`: the card shows a row of small signs under its summary. */
export function geometryOf(node: FlowNode, hasMarks: boolean): CardGeometry {
  const shape = shapeOf(node.kind);
  const { in: hasIn, out } = portsOf(node);
  const width =
    node.kind === 'branch' ? CARD_WIDTH : { card: CARD_WIDTH, small: SMALL_WIDTH, pill: PILL_WIDTH }[shape];
  const sideways = out.filter((port) => port.kind !== 'fallback');
  const fallback = out.find((port) => port.kind === 'fallback');
  const [main, rest] = splitPorts(node, sideways);
  const rowsTop = shape === 'card' ? HEAD + LINE : HEAD;
  const rows = Math.max(rest.length, shape !== 'pill' && hasMarks ? 1 : 0);
  const height = shape === 'pill' ? HEAD : rowsTop + rows * ROW + (rows > 0 || shape === 'card' ? FOOT : 4);
  const headY = HEAD / 2;
  const ports: PortPoint[] = [];
  if (main) ports.push({ port: main, side: 'right', x: width, y: headY, named: false });
  rest.forEach((port, i) => {
    ports.push({ port, side: 'right', x: width, y: rowsTop + i * ROW + ROW / 2, named: true });
  });
  if (fallback) ports.push({ port: fallback, side: 'bottom', x: width / 2, y: height, named: false });
  return { shape, width, height, inY: hasIn ? headY : undefined, ports };
}

/** The port that needs no name: `next`, or the only one there is. */
function splitPorts(node: FlowNode, ports: readonly Port[]): [Port | undefined, readonly Port[]] {
  if (node.kind === 'branch' || node.kind === 'human') return [undefined, ports];
  const main = ports.find((port) => port.name === 'next') ?? (ports.length === 1 ? ports[0] : undefined);
  return [main, ports.filter((port) => port !== main)];
}
