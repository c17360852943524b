/**
 * Step keys are paths: `orders[3]/review#2` is the second visit of `review` in item 3 of the map `orders`.
 * `seg = id["#"visit]["["n"]"]`, an undo adds `~undo` to its last segment.
 */
export interface StepSegment {
  readonly node: string;
  /** From 1; the first visit is not written in the key. */
  readonly visit: number;
  /** Item of a map (from 0), pass of a loop or round of a team (from 1). */
  readonly index?: number;
  readonly undo: boolean;
}

const SEGMENT = /^([^#[~]+)(?:#(\d+))?(?:\[(\d+)\])?(~undo)?$/;

/** The last segment of a key. A key that is none reads as a node with that whole name, so nothing is lost. */
export function lastSegment(key: string): StepSegment {
  return segmentOf(key.slice(key.lastIndexOf('/') + 1));
}

function segmentOf(text: string): StepSegment {
  const match = SEGMENT.exec(text);
  if (!match) return { node: text, visit: 1, undo: false };
  const index = match[3] === undefined ? {} : { index: Number(match[3]) };
  return {
    node: match[1] as string,
    visit: match[2] === undefined ? 1 : Number(match[2]),
    ...index,
    undo: match[4] !== undefined,
  };
}

/** Key of the step that holds this one and the item or pass it belongs to; undefined in the root graph. */
export function parentOf(key: string): { readonly key: string; readonly index?: number } | undefined {
  const cut = key.lastIndexOf('/');
  if (cut < 0) return undefined;
  const parent = key.slice(0, cut);
  const open = parent.lastIndexOf('[');
  if (!parent.endsWith(']') || open < parent.lastIndexOf('/')) return { key: parent };
  return { key: parent.slice(0, open), index: Number(parent.slice(open + 1, -1)) };
}
