/** Where in a flow a pointer leads, in the words of the person who drew it. */
import { pointerTokens, toPointer, valueAt } from '../base/json-pointer';
import { isRecord } from './schema-walk';

export interface Place {
  /** For a sentence: `node "triage"`, `the edge triage → resolve`, `tool "refund"`, `the flow`. */
  readonly name: string;
  /** Id of the node it is about. */
  readonly node?: string;
  /** Pointer of the node, edge or named part; undefined at the top of the document. */
  readonly part?: string;
  /** Keys below the part. */
  readonly rest: readonly string[];
}

const GROUPS: Readonly<Record<string, string>> = {
  context: 'context field',
  models: 'model',
  mcpServers: 'MCP server',
  tools: 'tool',
  agents: 'agent',
  policies: 'policy',
  schemas: 'schema',
};

/** Finds the innermost part a path goes through. */
export function placeOf(document: unknown, path: readonly string[]): Place {
  let place: Place = { name: 'the flow', rest: path };
  let at = 0;
  const [group, name] = path;
  if (group === undefined || name === undefined) return place;
  const noun = Object.hasOwn(GROUPS, group) ? GROUPS[group] : undefined;
  if (noun !== undefined)
    return { name: `${noun} "${short(name)}"`, part: toPointer(path.slice(0, 2)), rest: path.slice(2) };
  if (group === 'subflows') {
    place = { name: `subflow "${short(name)}"`, part: toPointer(path.slice(0, 2)), rest: path.slice(2) };
    at = 2;
  }
  if (group === 'tests')
    return { name: testName(document, path), part: toPointer(path.slice(0, 2)), rest: path.slice(2) };
  if (group === 'layout' || group === 'rehearsal') return aboutNode(group, path);
  return inGraph(document, path, at, place);
}

function inGraph(document: unknown, path: readonly string[], from: number, outer: Place): Place {
  let place = outer;
  for (let at = from; path[at + 1] !== undefined; ) {
    const [key, id] = [path[at], path[at + 1] as string];
    const rest = path.slice(at + 2);
    const part = toPointer(path.slice(0, at + 2));
    if (key === 'edges') {
      const name = edgeName(valueAt(document, path.slice(0, at + 2)), id);
      return { name, part, rest, ...(place.node === undefined ? {} : { node: place.node }) };
    }
    if (key !== 'nodes') break;
    place = { name: `node "${short(id)}"`, part, rest, node: id };
    if (path[at + 2] !== 'body' && path[at + 2] !== 'catalogue') break;
    at += 3;
  }
  return place;
}

/** Looks and rehearsal are about a node, but nothing in them breaks it. */
function aboutNode(group: string, path: readonly string[]): Place {
  const node = path[1] === 'nodes' ? path[2] : undefined;
  if (node === undefined) return { name: `the ${group}`, rest: path.slice(1) };
  return {
    name: `the ${group} of node "${short(node)}"`,
    node,
    part: toPointer(path.slice(0, 3)),
    rest: path.slice(3),
  };
}

function edgeName(edge: unknown, index: string): string {
  const { from, to } = isRecord(edge) ? edge : {};
  return typeof from === 'string' && typeof to === 'string'
    ? `the edge ${short(from)} → ${short(to)}`
    : `edge number ${Number(index) + 1}`;
}

function testName(document: unknown, path: readonly string[]): string {
  const name = valueAt(document, [...path.slice(0, 2), 'name']);
  return typeof name === 'string' ? `test "${short(name)}"` : `test number ${Number(path[1]) + 1}`;
}

/** Like placeOf, for a pointer. */
export function placeOfPointer(document: unknown, pointer: string): Place {
  return placeOf(document, pointerTokens(pointer));
}

/** The keys below a part as one would write them: `cases[0].when`. */
export function fieldName(rest: readonly string[]): string {
  return rest.map((key, i) => (/^\d+$/.test(key) ? `[${key}]` : `${i > 0 ? '.' : ''}${short(key)}`)).join('');
}

/** A text from the document, cut so that a sentence stays one. */
export function short(text: string, length = 60): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** First letter in capitals, for the start of a sentence. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
