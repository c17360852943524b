/**
 * Finding and replacing words in a flow.
 *
 * S1. Only what people write is searched: names, prose, prompts, expressions, code, addresses. Words the format gives a
 *     meaning to (kinds, ports, references by name, durations) are found by name where they are defined, and are never
 *     replaced: renaming does that and takes the references along.
 * S2. Replacing changes each text once and gives the same document when nothing was found.
 */
import type { Flow } from '../spec/flow';
import { allGraphs, graphPointer, type GraphRef } from './graphs';
import { type FieldPath, getIn, setIn } from './set-in';
import { PART_SECTIONS, type PartSection } from './rename';

export interface FindOptions {
  readonly matchCase?: boolean;
  readonly wholeWord?: boolean;
}

export type FoundPlace =
  | { readonly type: 'node'; readonly id: string }
  | { readonly type: 'edge'; readonly graph: GraphRef; readonly index: number }
  | { readonly type: 'part'; readonly section: PartSection; readonly name: string }
  | { readonly type: 'note'; readonly id: string }
  | { readonly type: 'flow' };

export interface FoundText {
  readonly path: FieldPath;
  readonly place: FoundPlace;
  /** The path inside the thing, as words for people: `prompt`, `cases.0.when`. */
  readonly field: string;
  readonly text: string;
  /** Where it occurs, as [start, end). */
  readonly ranges: readonly (readonly [number, number])[];
  /** An id or a reference: shown so that it can be gone to, but not replaced. */
  readonly fixed: boolean;
}

/** Keys whose text is a word of the format, a reference or a number with a unit. */
const STRUCTURAL: ReadonlySet<string> = new Set(
  (
    '$schema $ref format id version kind mode outcome effect approval do route speaker wait ' +
    'onBranchFailure onItemFailure onDeadline onExceeded onStale merge method agent tool tools model flow ' +
    'policy workers participants reads fallback server port from to on provider secret transport currency ' +
    'type required allowHosts for deadline timeout max window cooldown per freshFor p50 p95 duration ' +
    'createdAt updatedAt choice cassette status color'
  ).split(' '),
);
/** Not searched at all: looks but notes, and what the app writes itself. */
const SKIPPED: ReadonlySet<string> = new Set([
  'nodes',
  'edges',
  'subflows',
  'layout',
  'meta',
  'format',
  '$schema',
]);

export function findText(doc: Flow, query: string, options: FindOptions = {}): readonly FoundText[] {
  const pattern = patternOf(query, options);
  if (!pattern) return [];
  const found: FoundText[] = [];
  const look = (value: unknown, path: FieldPath, place: FoundPlace, depth: number) =>
    walk(value, path, (text, at) => {
      const ranges = rangesIn(text, pattern);
      if (ranges.length > 0)
        found.push({ path: at, place, field: at.slice(depth).join('.'), text, ranges, fixed: isFixed(at) });
    });
  for (const { ref, graph } of allGraphs(doc)) {
    const base = pathOf(doc, ref);
    for (const [id, node] of Object.entries(graph.nodes)) {
      const {
        body: _body,
        catalogue: _catalogue,
        ...own
      } = node as typeof node & { body?: unknown; catalogue?: unknown };
      const path = [...base, 'nodes', id];
      const place: FoundPlace = { type: 'node', id };
      const ranges = rangesIn(id, pattern);
      if (ranges.length > 0) found.push({ path, place, field: 'id', text: id, ranges, fixed: true });
      look(own, path, place, path.length);
    }
    graph.edges.forEach((edge, index) => {
      const path = [...base, 'edges', index];
      look(edge, path, { type: 'edge', graph: ref, index }, path.length);
    });
  }
  findInParts(doc, look);
  (doc.layout?.notes ?? []).forEach((note, i) =>
    look(note.text, ['layout', 'notes', i, 'text'], { type: 'note', id: note.id }, 3),
  );
  return found;
}

type Look = (value: unknown, path: FieldPath, place: FoundPlace, depth: number) => void;

function findInParts(doc: Flow, look: Look): void {
  const parts: ReadonlySet<string> = new Set(PART_SECTIONS);
  for (const [key, value] of Object.entries(doc)) {
    if (!parts.has(key) && !SKIPPED.has(key)) look(value, [key], { type: 'flow' }, 0);
  }
  for (const section of PART_SECTIONS) {
    for (const [name, part] of Object.entries(doc[section] ?? {})) {
      // The steps of a subflow are found as nodes.
      const { nodes: _nodes, edges: _edges, ...own } = part as { nodes?: unknown; edges?: unknown };
      look(section === 'subflows' ? own : part, [section, name], { type: 'part', section, name }, 2);
    }
  }
}

/** The document with every given occurrence replaced. */
export function replaceText(
  doc: Flow,
  found: readonly FoundText[],
  query: string,
  replacement: string,
  options: FindOptions = {},
): Flow {
  const pattern = patternOf(query, options);
  if (!pattern) return doc;
  return found.reduce((next, { path, fixed }) => {
    const text = getIn(next, path);
    return fixed || typeof text !== 'string'
      ? next
      : setIn(
          next,
          path,
          text.replace(pattern, () => replacement),
        );
  }, doc);
}

function patternOf(query: string, { matchCase, wholeWord }: FindOptions): RegExp | undefined {
  if (query === '') return undefined;
  const words = query.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(
    wholeWord ? `(?<![\\p{L}\\p{N}_])${words}(?![\\p{L}\\p{N}_])` : words,
    matchCase ? 'gu' : 'giu',
  );
}

function rangesIn(text: string, pattern: RegExp): readonly (readonly [number, number])[] {
  return [...text.matchAll(pattern)].map((match) => [match.index, match.index + match[0].length] as const);
}

function walk(value: unknown, path: FieldPath, onText: (text: string, path: FieldPath) => void): void {
  if (typeof value === 'string') return onText(value, path);
  if (Array.isArray(value)) return value.forEach((item, i) => walk(item, [...path, i], onText));
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key], onText);
}

/** A text under a structural key, or in a list under one. */
function isFixed(path: FieldPath): boolean {
  const key = path.findLast((part) => typeof part === 'string');
  return typeof key === 'string' && STRUCTURAL.has(key);
}

/** The pointer of a graph as a path; ids need no escaping. */
function pathOf(doc: Flow, ref: GraphRef): FieldPath {
  return graphPointer(doc, ref).split('/').filter(Boolean);
}
