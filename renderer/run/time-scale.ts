/**
 * Where a moment stands on the timeline, from 0 to 1. Long waits for people, pauses and back-offs in which nothing
 * happens are folded to a narrow strip, so that an answer given after a weekend does not hide the two seconds before it.
 */
export interface TimeScale {
  /** 0 to 1. */
  readonly at: (time: number) => number;
  /** The other way. */
  readonly timeAt: (share: number) => number;
  /** Folded stretches, as shares. */
  readonly folds: readonly { readonly from: number; readonly to: number; readonly ms: number }[];
  readonly start: number;
  readonly end: number;
}

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly share: number;
  readonly fold: boolean;
}

const MIN_FOLD_MS = 2_000;
/** A gap is folded when it is longer than this part of all that happened outside of gaps. */
const FOLD_OVER = 0.4;
const FOLD_SHARE = 0.05;
const MAX_FOLDS = 6;

/** `times` are the moments at which something happened, in order. */
export function createTimeScale(times: readonly number[], end: number): TimeScale {
  const start = times[0] ?? end;
  const last = Math.max(end, times.at(-1) ?? end, start + 1);
  const pieces = withShares(cut(times, start, last));
  const folds: { from: number; to: number; ms: number }[] = [];
  let share = 0;
  for (const piece of pieces) {
    if (piece.fold) folds.push({ from: share, to: share + piece.share, ms: piece.to - piece.from });
    share += piece.share;
  }
  return {
    at: (time) => shareAt(pieces, time),
    timeAt: (wanted) => timeAt(pieces, wanted),
    folds,
    start,
    end: last,
  };
}

function cut(
  times: readonly number[],
  start: number,
  end: number,
): { from: number; to: number; fold: boolean }[] {
  const gaps: { from: number; to: number }[] = [];
  let before = start;
  for (const time of [...times, end]) {
    if (time - before >= MIN_FOLD_MS) gaps.push({ from: before, to: time });
    before = Math.max(before, time);
  }
  const long = gaps.toSorted((a, b) => b.to - b.from - (a.to - a.from));
  let busyMs = end - start - long.reduce((sum, gap) => sum + gap.to - gap.from, 0);
  const folded = new Set<number>();
  // The shortest gap first: it counts as busy time for the longer ones when it is not worth a fold.
  for (const gap of long.toReversed()) {
    if (gap.to - gap.from <= Math.max(MIN_FOLD_MS, busyMs * FOLD_OVER)) busyMs += gap.to - gap.from;
    else folded.add(gap.from);
  }
  const kept = long
    .filter((gap) => folded.has(gap.from))
    .slice(0, MAX_FOLDS)
    .toSorted((a, b) => a.from - b.from);
  const pieces: { from: number; to: number; fold: boolean }[] = [];
  let at = start;
  for (const gap of kept) {
    if (gap.from > at) pieces.push({ from: at, to: gap.from, fold: false });
    pieces.push({ ...gap, fold: true });
    at = gap.to;
  }
  if (end > at || pieces.length === 0) pieces.push({ from: at, to: end, fold: false });
  return pieces;
}

function withShares(pieces: readonly { from: number; to: number; fold: boolean }[]): readonly Piece[] {
  const folds = pieces.filter((piece) => piece.fold).length;
  const busyMs = pieces.reduce((sum, piece) => sum + (piece.fold ? 0 : piece.to - piece.from), 0);
  const foldShare = busyMs === 0 ? 1 / Math.max(1, folds) : FOLD_SHARE;
  const rest = busyMs === 0 ? 0 : 1 - folds * foldShare;
  return pieces.map((piece) => ({
    ...piece,
    share: piece.fold ? foldShare : ((piece.to - piece.from) / Math.max(1, busyMs)) * rest,
  }));
}

function shareAt(pieces: readonly Piece[], time: number): number {
  let share = 0;
  for (const piece of pieces) {
    if (time <= piece.from) return share;
    if (time < piece.to) return share + ((time - piece.from) / (piece.to - piece.from)) * piece.share;
    share += piece.share;
  }
  return Math.min(1, share);
}

function timeAt(pieces: readonly Piece[], wanted: number): number {
  let share = 0;
  for (const piece of pieces) {
    if (wanted <= share + piece.share)
      return piece.share === 0
        ? piece.to
        : piece.from + (Math.max(0, wanted - share) / piece.share) * (piece.to - piece.from);
    share += piece.share;
  }
  return pieces.at(-1)?.to ?? 0;
}
