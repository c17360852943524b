/**
 * The difference of two flows in what they do. Looks, names and rehearsal are left out, exactly as in the semantic hash:
 * two documents are equal here when their hashes are.
 *
 * F1. Edges are matched by (from, port, to), not by their place; a changed order within one port is a change of its own.
 * F2. Pointers are those of the document after the change; for what was removed, those of the one before.
 */
import type { Json } from '../base/json';
import { escapePointerToken } from '../base/json-pointer';
import { isRecord } from './schema-walk';
import { semanticPart } from './semantic';

export interface FlowChange {
  readonly pointer: string;
  readonly op: 'add' | 'remove' | 'replace';
  readonly before?: Json;
  readonly after?: Json;
}

export interface FlowDiff {
  readonly equal: boolean;
  readonly changes: readonly FlowChange[];
}

export function diffFlows(before: unknown, after: unknown): FlowDiff {
  const changes: FlowChange[] = [];
  compare(semanticPart(before), semanticPart(after), '', changes);
  return { equal: changes.length === 0, changes };
}

function compare(before: unknown, after: unknown, pointer: string, changes: FlowChange[]): void {
  if (before === after) return;
  if (isRecord(before) && isRecord(after)) return compareObjects(before, after, pointer, changes);
  if (Array.isArray(before) && Array.isArray(after)) {
    const isEdges =
      pointer.endsWith('/edges') && [...before, ...after].every((item) => edgeKey(item) !== undefined);
    return isEdges
      ? compareEdges(before, after, pointer, changes)
      : compareLists(before, after, pointer, changes);
  }
  changes.push(change(pointer, 'replace', before, after));
}

function compareObjects(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  pointer: string,
  changes: FlowChange[],
): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const left = Object.hasOwn(before, key) ? before[key] : undefined;
    const right = Object.hasOwn(after, key) ? after[key] : undefined;
    compareMember(left, right, `${pointer}/${escapePointerToken(key)}`, changes);
  }
}

/** A member that is undefined is not there: JSON has no such value. */
function compareMember(left: unknown, right: unknown, pointer: string, changes: FlowChange[]): void {
  if (left === undefined && right === undefined) return;
  if (left === undefined) changes.push(change(pointer, 'add', undefined, right));
  else if (right === undefined) changes.push(change(pointer, 'remove', left, undefined));
  else compare(left, right, pointer, changes);
}

function compareLists(
  before: readonly unknown[],
  after: readonly unknown[],
  pointer: string,
  changes: FlowChange[],
): void {
  const length = Math.max(before.length, after.length);
  for (let i = 0; i < length; i++) compareMember(before[i], after[i], `${pointer}/${i}`, changes);
}

function compareEdges(
  before: readonly unknown[],
  after: readonly unknown[],
  pointer: string,
  changes: FlowChange[],
): void {
  const left = keyed(before);
  const right = keyed(after);
  for (const [key, { edge, index }] of left) {
    if (!right.has(key)) changes.push(change(`${pointer}/${index}`, 'remove', edge, undefined));
  }
  for (const [key, { edge, index }] of right) {
    const old = left.get(key);
    compareMember(old?.edge, edge, `${pointer}/${index}`, changes);
  }
  const was = targetsByPort([...left.keys()].filter((key) => right.has(key)));
  const is = targetsByPort([...right.keys()].filter((key) => left.has(key)));
  // Canonical order sorts by source and port, so edges that stayed can only have moved within their port.
  for (const [port, { targets, first }] of is) {
    const old = (was.get(port) as PortTargets).targets; // both hold the edges that stayed, so the same ports
    if (targets.every((to, i) => old[i] === to)) continue;
    changes.push(change(`${pointer}/${right.get(first)?.index}`, 'replace', old, targets));
  }
}

interface PortTargets {
  readonly targets: string[];
  /** Key of the first edge. */
  readonly first: string;
}

/** Where the edges of each port lead, in order. */
function targetsByPort(keys: readonly string[]): ReadonlyMap<string, PortTargets> {
  const ports = new Map<string, PortTargets>();
  for (const key of keys) {
    const [from, port, to] = JSON.parse(key.slice(0, key.lastIndexOf(' '))) as [string, string, string]; // edgeKey wrote it
    const name = JSON.stringify([from, port]);
    const known = ports.get(name);
    if (known) known.targets.push(to);
    else ports.set(name, { targets: [to], first: key });
  }
  return ports;
}

interface Keyed {
  readonly edge: unknown;
  readonly index: number;
}

/** Equal edges (E211 in a valid flow) are told apart by counting. */
function keyed(edges: readonly unknown[]): ReadonlyMap<string, Keyed> {
  const result = new Map<string, Keyed>();
  const counts = new Map<string, number>();
  edges.forEach((edge, index) => {
    const key = edgeKey(edge) as string; // the caller has seen that every edge has one
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    result.set(`${key} ${count}`, { edge, index });
  });
  return result;
}

function edgeKey(edge: unknown): string | undefined {
  if (!isRecord(edge)) return undefined;
  const { from, port, to } = edge;
  const isReadable = typeof from === 'string' && typeof port === 'string' && typeof to === 'string';
  return isReadable ? JSON.stringify([from, port, to]) : undefined;
}

function change(pointer: string, op: FlowChange['op'], before: unknown, after: unknown): FlowChange {
  // both come from documents, which are JSON
  return {
    pointer,
    op,
    ...(before === undefined ? {} : { before: before as Json }),
    ...(after === undefined ? {} : { after: after as Json }),
  };
}
