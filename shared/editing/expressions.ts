/**
 * Every expression of a document, and renaming inside one.
 *
 * X1. Renaming looks at tokens: text in quotes and comments stays as it is.
 * X2. A template is changed only inside its holes, a mapping only in its `$` leaves.
 */
import { isJsonObject, type Json, type JsonObject } from '../base/json';
import type { Flow } from '../spec/flow';
import type { FlowNode, Graph } from '../spec/nodes';
import type { Agent, Edge, Gate, PolicyRef } from '../spec/parts';
import { parseTemplate } from '../spec/template';
import { mapGraphs } from './graphs';
import { getIn, setIn } from './set-in';

export type ChangeExpression = (source: string) => string;

const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  agent: ['prompt'],
  human: ['title', 'body'],
  supervisor: ['instructions'],
  planner: ['goal', 'approve.title', 'approve.body'],
};
const EXPRESSIONS: Readonly<Record<string, readonly string[]>> = {
  map: ['items'],
  loop: ['while'],
  wait: ['until'],
  chat: ['until'],
  human: ['review.when'],
  planner: ['approve.review.when'],
};
const MAPPINGS: Readonly<Record<string, readonly string[]>> = {
  end: ['output'],
  tool: ['args'],
  human: ['propose'],
  join: ['collect'],
  subflow: ['input'],
  transform: ['output'],
  code: ['args'],
  planner: ['approve.propose'],
};
const LISTS: Readonly<Record<string, readonly string[]>> = { human: ['show'], planner: ['approve.show'] };

/** Changes the holes of a template. */
export function changeTemplate(text: string, change: ChangeExpression): string {
  let result = '';
  let at = 0;
  for (const part of parseTemplate(text).parts) {
    if (part.type === 'literal') continue;
    result += text.slice(at, part.start) + change(part.source);
    at = part.end;
  }
  return result + text.slice(at);
}

/** Changes the expressions of a mapping. */
export function changeMapping(mapping: Json, change: ChangeExpression): Json {
  if (Array.isArray(mapping)) return mapping.map((item: Json) => changeMapping(item, change));
  if (!isJsonObject(mapping)) return mapping;
  const keys = Object.keys(mapping);
  if (keys.length === 1 && keys[0] === '$literal') return mapping;
  if (keys.length === 1 && typeof mapping['$'] === 'string') return { $: change(mapping['$']) };
  return Object.fromEntries(
    Object.entries(mapping).map(([key, value]) => [key, changeMapping(value, change)]),
  ) as JsonObject;
}

function at<T extends object>(value: T, path: string, change: (found: never) => unknown): T {
  const keys = path.split('.');
  const found = getIn(value, keys);
  return found === undefined ? value : setIn(value, keys, change(found as never));
}

function changeGate(gate: Gate, change: ChangeExpression): Gate {
  return gate.checks
    ? { ...gate, checks: gate.checks.map((check) => ({ ...check, expr: change(check.expr) })) }
    : gate;
}

function changePolicy(policy: PolicyRef, change: ChangeExpression): PolicyRef {
  if (typeof policy === 'string' || policy.retry?.when === undefined) return policy;
  return { ...policy, retry: { ...policy.retry, when: change(policy.retry.when) } };
}

/** Every expression of one node, not of the nodes inside it. */
export function changeNode(node: FlowNode, change: ChangeExpression): FlowNode {
  let next = node;
  const { kind } = node;
  for (const path of TEMPLATES[kind] ?? [])
    next = at(next, path, (text: string) => changeTemplate(text, change));
  for (const path of EXPRESSIONS[kind] ?? []) next = at(next, path, change);
  for (const path of MAPPINGS[kind] ?? [])
    next = at(next, path, (mapping: Json) => changeMapping(mapping, change));
  for (const path of LISTS[kind] ?? []) next = at(next, path, (list: readonly string[]) => list.map(change));
  next = at(next, 'cases', (cases: readonly { when: string }[]) =>
    cases.map((c) => ({ ...c, when: change(c.when) })),
  );
  next = at(next, 'writes', (writes: Record<string, string>) => mapValues(writes, change));
  next = at(next, 'compensate.args', (mapping: Json) => changeMapping(mapping, change));
  next = at(next, 'gate', (gate: Gate) => changeGate(gate, change));
  return at(next, 'policy', (policy: PolicyRef) => changePolicy(policy, change));
}

export function changeEdge(edge: Edge, change: ChangeExpression): Edge {
  const guarded = at(edge, 'when', change);
  return at(guarded, 'handoff.payload', (mapping: Json) => changeMapping(mapping, change));
}

export function changeGraph(graph: Graph, change: ChangeExpression): Graph {
  return {
    nodes: mapValues(graph.nodes, (node) => changeNode(node, change)),
    edges: graph.edges.map((e) => changeEdge(e, change)),
  };
}

function changeAgent(agent: Agent, change: ChangeExpression): Agent {
  let next = at(agent, 'instructions', (text: string) => changeTemplate(text, change));
  next = at(next, 'gate', (gate: Gate) => changeGate(gate, change));
  return at(next, 'policy', (policy: PolicyRef) => changePolicy(policy, change));
}

/** Every expression that can see steps and shared state, everywhere. Tool definitions see neither and are left alone. */
export function changeExpressions(doc: Flow, change: ChangeExpression): Flow {
  let next = mapGraphs(doc, (graph) => changeGraph(graph, change));
  if (doc.agents) next = { ...next, agents: mapValues(doc.agents, (agent) => changeAgent(agent, change)) };
  return next;
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** What stands in an expression: names and everything between them. */
interface Piece {
  readonly text: string;
  readonly isName: boolean;
}

const PIECES = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\/\*[\s\S]*?\*\/|[A-Za-z_$][\w$]*|[\s\S]/g;

function piecesOf(source: string): Piece[] {
  return [...source.matchAll(PIECES)].map(([text]) => ({ text, isName: /^[A-Za-z_$`]/.test(text) }));
}

const bare = (text: string) => (text.startsWith('`') ? text.slice(1, -1) : text);

/** `root.name` becomes what `change` gives for the name; also `root["name"]`. Undefined leaves it. */
export function changeMember(
  source: string,
  root: string,
  change: (name: string) => string | undefined,
): string {
  const pieces = piecesOf(source);
  let result = '';
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i] as Piece;
    const member =
      piece.isName && bare(piece.text) === root && !followsDot(pieces, i)
        ? memberAfter(pieces, i + 1)
        : undefined;
    const replacement = member ? change(member.name) : undefined;
    if (member && replacement !== undefined) {
      result += replacement;
      i = member.last;
    } else result += piece.text;
  }
  return result;
}

/** The names a root is read by: `steps.a.b` and `steps["a"]` give `a`. */
export function membersOf(source: string, root: string): ReadonlySet<string> {
  const names = new Set<string>();
  changeMember(source, root, (name) => {
    names.add(name);
    return undefined;
  });
  return names;
}

/** Replaces a variable that stands alone or starts a path, for example `input`. */
export function changeRoot(source: string, root: string, replacement: string): string {
  const pieces = piecesOf(source);
  return pieces
    .map((piece, i) =>
      piece.isName && piece.text === root && !followsDot(pieces, i) && !isKey(pieces, i)
        ? replacement
        : piece.text,
    )
    .join('');
}

function followsDot(pieces: readonly Piece[], index: number): boolean {
  let i = index - 1;
  while (/^\s+$/.test(pieces[i]?.text ?? 'x')) i -= 1;
  return pieces[i]?.text === '.';
}

/** A name before `:` in an object constructor is no variable (`? :` has a value before its colon, never a bare key). */
function isKey(pieces: readonly Piece[], index: number): boolean {
  let before = index - 1;
  while (/^\s+$/.test(pieces[before]?.text ?? 'x')) before -= 1;
  let after = index + 1;
  while (/^\s+$/.test(pieces[after]?.text ?? 'x')) after += 1;
  return pieces[after]?.text === ':' && ['{', ','].includes(pieces[before]?.text ?? '');
}

function memberAfter(pieces: readonly Piece[], from: number): { name: string; last: number } | undefined {
  let i = from;
  const skip = () => {
    while (/^\s+$/.test(pieces[i]?.text ?? 'x')) i += 1;
  };
  skip();
  const opener = pieces[i]?.text;
  if (opener !== '.' && opener !== '[') return undefined;
  i += 1;
  skip();
  const piece = pieces[i];
  if (opener === '.')
    return piece?.isName && !piece.text.startsWith('$') ? { name: bare(piece.text), last: i } : undefined;
  if (!piece || !/^["']/.test(piece.text)) return undefined;
  const name = piece.text.slice(1, -1);
  i += 1;
  skip();
  return pieces[i]?.text === ']' ? { name, last: i } : undefined;
}
