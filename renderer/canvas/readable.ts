/**
 * A foreign file may hold a number where a list belongs. Its problem says so; the drawing goes without what cannot be
 * read, because a crash would hide the very node that has to be mended.
 */
import type { FlowNode } from '../../shared/spec/nodes';
import { type CardGeometry, geometryOf } from './geometry';

export function readable<T>(read: () => T, instead: T): T {
  try {
    return read();
  } catch {
    return instead; // the checks of the document name the value
  }
}

/** Size and ports of a card; those of a plain card when its fields cannot be read. */
export function sizeOf(node: FlowNode, hasMarks: boolean): CardGeometry {
  return readable(() => geometryOf(node, hasMarks), geometryOf({ kind: 'transform', output: {} }, hasMarks));
}
