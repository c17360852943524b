/** Going from node to node with the arrow keys. */
import type { PlacedBox } from '../../shared/editing/layout';

export type Direction = 'left' | 'right' | 'up' | 'down';

export function directionOf(key: string): Direction | undefined {
  const directions: Readonly<Record<string, Direction>> = {
    ArrowLeft: 'left',
    ArrowRight: 'right',
    ArrowUp: 'up',
    ArrowDown: 'down',
  };
  return directions[key];
}

/**
 * The nearest box in a direction. Distance across the direction counts twice, so that the key goes along a row as the
 * eye does; undefined at the edge of the drawing.
 */
export function neighbour(
  boxes: readonly PlacedBox[],
  from: PlacedBox,
  direction: Direction,
): PlacedBox | undefined {
  const centre = (box: PlacedBox) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  const start = centre(from);
  const horizontal = direction === 'left' || direction === 'right';
  const sign = direction === 'right' || direction === 'down' ? 1 : -1;
  let best: PlacedBox | undefined;
  let bestScore = Number.POSITIVE_INFINITY;
  for (const box of boxes) {
    const at = centre(box);
    const along = sign * (horizontal ? at.x - start.x : at.y - start.y);
    const across = Math.abs(horizontal ? at.y - start.y : at.x - start.x);
    if (box.id === from.id || along <= 8) continue;
    const score = along + 2 * across;
    if (score < bestScore) {
      best = box;
      bestScore = score;
    }
  }
  return best;
}
