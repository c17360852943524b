/**
 * Lays a long chain in rows, as text is laid in lines: columns keep their order, and a row ends where the fewest
 * connections are cut.
 */
import type { PlacedBox, PlacePoint, PlaceSize } from '../../shared/editing/layout';

interface Wire {
  readonly from: string;
  readonly to: string;
}
type Column = readonly PlacedBox[];

const ROW_GAP = 88;
/** How far from its even share a row may end, in columns. */
const REACH = 2;
/** A row a column longer than its share is as bad as this many connections cut. */
const UNEVEN = 1.5;

/** How large a drawing can be shown whole in a frame. */
export function zoomToFit(boxes: readonly PlacedBox[], frame: PlaceSize): number {
  const { width, height } = extentOf(boxes);
  return Math.min(1, frame.width / Math.max(1, width), frame.height / Math.max(1, height));
}

/** The fewest rows that can be read, else those that can be shown largest; the boxes as they are when rows do not help. */
export function wrapRows(
  boxes: readonly PlacedBox[],
  wires: readonly Wire[],
  frame: PlaceSize,
  readable: number,
): readonly PlacedBox[] {
  const columns = columnsOf(boxes);
  let best = boxes;
  for (const rows of [2, 3, 4, 5]) {
    if (zoomToFit(best, frame) >= readable || columns.length < rows * 2) break;
    const wrapped = stack(columns, cutsOf(columns, wires, rows));
    if (zoomToFit(wrapped, frame) > zoomToFit(best, frame)) best = wrapped;
  }
  return best;
}

/** Boxes one above the other; a new column begins where no box reaches. */
function columnsOf(boxes: readonly PlacedBox[]): readonly Column[] {
  const columns: PlacedBox[][] = [];
  let right = Number.NEGATIVE_INFINITY;
  for (const box of boxes.toSorted((a, b) => a.x - b.x)) {
    if (box.x >= right) columns.push([]);
    columns.at(-1)?.push(box);
    right = Math.max(right, box.x + box.width);
  }
  return columns;
}

function cutsOf(columns: readonly Column[], wires: readonly Wire[], rows: number): readonly number[] {
  const columnOf = new Map(columns.flatMap((column, i) => column.map(({ id }) => [id, i] as const)));
  const cut = (at: number) =>
    wires.filter(({ from, to }) => (columnOf.get(from) ?? 0) < at && (columnOf.get(to) ?? 0) >= at).length;
  return Array.from({ length: rows - 1 }, (_, i) => {
    const even = Math.round(((i + 1) * columns.length) / rows);
    const places = [
      even,
      ...Array.from({ length: REACH }, (_unused, d) => [even - d - 1, even + d + 1]).flat(),
    ];
    // A row of one column, the start alone for one, is a row wasted.
    const inside = places.filter((at) => at > 1 && at < columns.length - 1);
    const cost = (at: number) => cut(at) + UNEVEN * Math.abs(at - even);
    return inside.reduce((a, b) => (cost(b) < cost(a) ? b : a), even);
  });
}

function stack(columns: readonly Column[], cuts: readonly number[]): readonly PlacedBox[] {
  const ends = [...cuts, columns.length];
  let from = 0;
  let top = 0;
  return ends.flatMap((end) => {
    const row = columns.slice(from, end).flat();
    from = Math.max(from, end);
    const { x, y, height } = extentOf(row);
    const shifted = row.map((box) => ({ ...box, x: box.x - x, y: box.y - y + top }));
    top += height + ROW_GAP;
    return shifted;
  });
}

function extentOf(boxes: readonly PlacedBox[]): PlacePoint & PlaceSize {
  if (boxes.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
}
