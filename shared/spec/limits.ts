/**
 * The guard every document passes before anything recursive touches it.
 *
 * L1. The scan itself is not recursive and looks at a bounded number of values, so no document can hang or crash it.
 * L2. What it lets through is nested at most `jsonDepth` deep: everything after it may recurse.
 */
import { escapePointerToken } from '../base/json-pointer';
import type { Problem } from './problem';
import { isRecord } from './schema-walk';
import { everyGraph, nodesIn } from './walk-document';

export const LIMITS = {
  sizeBytes: 5 * 1024 * 1024,
  nodes: 5_000,
  /** Bodies and subflow calls inside each other. */
  nesting: 8,
  /** Brackets inside each other in the text. */
  jsonDepth: 128,
  /** Values in memory; a file of the largest size cannot hold as many. */
  values: 3_000_000,
} as const;

export interface LimitReport {
  readonly problems: readonly Problem[];
  /** The document must not be looked at any further. */
  readonly refused: boolean;
}

/** Size and depth (E107), keys that would reach a prototype (E106), numbers that cannot be kept (E104). */
export function checkLimits(document: unknown): LimitReport {
  const scan = scanValues(document);
  if (scan.tooDeep !== undefined)
    return refuse(scan.tooDeep, `The document is nested deeper than ${LIMITS.jsonDepth} levels.`);
  if (scan.tooMany)
    return refuse('', `The document has more than ${LIMITS.values.toLocaleString('en-US')} values.`);
  if (!isRecord(document)) return { problems: scan.problems, refused: false };
  const count = countNodes(document);
  if (count > LIMITS.nodes) {
    return refuse(
      '/nodes',
      `The flow has ${count} nodes; ${LIMITS.nodes} are the most. Split it into several flows.`,
    );
  }
  return { problems: scan.problems, refused: false };
}

function refuse(pointer: string, message: string): LimitReport {
  return { problems: [{ code: 'E107', severity: 'error', pointer, message }], refused: true };
}

interface Place {
  readonly value: object;
  readonly depth: number;
  readonly parent: Place | undefined;
  readonly key: string | number;
  readonly free: boolean;
}

interface Scan {
  readonly problems: readonly Problem[];
  readonly tooDeep?: string;
  readonly tooMany?: boolean;
}

function scanValues(document: unknown): Scan {
  const problems: Problem[] = [];
  const root = { depth: 0, parent: undefined, key: '', free: false };
  const pending: Place[] =
    typeof document === 'object' && document !== null ? [{ ...root, value: document }] : [];
  let seen = 0;
  for (let place = pending.pop(); place; place = pending.pop()) {
    if (place.depth >= LIMITS.jsonDepth) return { problems, tooDeep: pointerOf(place) };
    const isList = Array.isArray(place.value);
    for (const key of Object.keys(place.value)) {
      if (++seen > LIMITS.values) return { problems, tooMany: true };
      const value: unknown = Reflect.get(place.value, key);
      const child = {
        depth: place.depth + 1,
        parent: place,
        key,
        free: place.free || (!isList && key === 'extensions'),
      };
      if (key === '__proto__' && !place.free) problems.push(protoProblem(pointerOf({ ...child, value: {} })));
      if (value === Infinity || value === -Infinity)
        problems.push(numberProblem(pointerOf({ ...child, value: {} })));
      if (typeof value === 'object' && value !== null) pending.push({ ...child, value });
    }
  }
  return { problems };
}

function protoProblem(pointer: string): Problem {
  return {
    code: 'E106',
    severity: 'error',
    pointer,
    message:
      'The key "__proto__" cannot be used: JavaScript gives it a meaning of its own. Choose another name.',
    fix: { title: 'Remove "__proto__"', patch: [{ op: 'remove', path: pointer }] },
  };
}

/** JSON.parse reads 1e999 as infinity, and saving would write null in its place. */
function numberProblem(pointer: string): Problem {
  const message = 'This number is larger than any number can be kept (about 1.8e308). Write a smaller one.';
  return { code: 'E104', severity: 'error', pointer, message };
}

function pointerOf(place: Place): string {
  const tokens: string[] = [];
  for (let at: Place = place; at.parent; at = at.parent) tokens.push(escapePointerToken(at.key));
  return tokens.reverse().reduce((pointer, token) => `${pointer}/${token}`, '');
}

function countNodes(document: Readonly<Record<string, unknown>>): number {
  let count = 0;
  for (const graph of everyGraph(document)) for (const _ of nodesIn(graph)) count++;
  return count;
}
