/**
 * Undo and redo by keeping old documents: they share what did not change.
 *
 * H1. Edits with the same merge key in a row are one step.
 * H2. An edit that changes nothing leaves no step, and keeps what can be redone.
 */
export interface HistoryStep<T> {
  readonly label: string;
  /** The document before this step. */
  readonly before: T;
  readonly mergeKey?: string;
}

export interface History<T> {
  readonly past: readonly HistoryStep<T>[];
  readonly present: T;
  /** What was undone, next first; `before` holds the document after the step. */
  readonly future: readonly HistoryStep<T>[];
}

/** Old documents share all that did not change, so a step costs little; a day of work can be taken back. */
const MAX_STEPS = 10_000;

export function startHistory<T>(present: T): History<T> {
  return { past: [], present, future: [] };
}

export function record<T>(history: History<T>, label: string, next: T, mergeKey?: string): History<T> {
  if (next === history.present) return history;
  const last = history.past.at(-1);
  if (mergeKey !== undefined && last?.mergeKey === mergeKey)
    return { past: history.past, present: next, future: [] };
  const step = { label, before: history.present, ...(mergeKey === undefined ? {} : { mergeKey }) };
  return { past: [...history.past, step].slice(-MAX_STEPS), present: next, future: [] };
}

export function undo<T>(history: History<T>): History<T> {
  const step = history.past.at(-1);
  if (!step) return history;
  return {
    past: history.past.slice(0, -1),
    present: step.before,
    future: [{ label: step.label, before: history.present }, ...history.future],
  };
}

export function redo<T>(history: History<T>): History<T> {
  const step = history.future[0];
  if (!step) return history;
  return {
    past: [...history.past, { label: step.label, before: history.present }],
    present: step.before,
    future: history.future.slice(1),
  };
}

/** Goes back (or forward) to just after the step at `index` of past and future in one list; -1 is the beginning. */
export function travel<T>(history: History<T>, index: number): History<T> {
  let current = history;
  while (current.past.length - 1 > index && current.past.length > 0) current = undo(current);
  while (current.past.length - 1 < index && current.future.length > 0) current = redo(current);
  return current;
}
