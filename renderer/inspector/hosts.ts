/** Forms over pieces of the document: a node, an edge, a named part, the flow itself. */
import { editEdge, findEdge, type Wire } from '../../shared/editing/edges';
import { graphAt, graphPointer, type GraphRef, nodeAt, nodePointer } from '../../shared/editing/graphs';
import { setField } from '../../shared/editing/nodes';
import { setIn } from '../../shared/editing/set-in';
import { nameOf } from '../../shared/nodes/lookup';
import { wireKey } from '../../shared/editing/edges';
import type { Flow } from '../../shared/spec/flow';
import { applyPatch } from '../../shared/spec/patch';
import type { Problem } from '../../shared/spec/problem';
import { portOf } from '../../shared/spec/ports-of';
import type { JsonSchema } from '../../shared/spec/values';
import { t } from '../i18n/t';
import { type FormHost, problemsUnder } from './form';
import type { PartSectionWithEditor } from './open-part';
import type { ScopePlace } from './scope';

export interface HostInput {
  readonly flow: Flow;
  readonly problems: readonly Problem[];
  readonly edit: FormHost['edit'];
}

/** Applies what mends a problem as one step that can be undone. */
export function applyFix(edit: FormHost['edit'], problem: Problem): void {
  const { fix } = problem;
  // The patch came with the validator's report on this document; the result is checked again right away.
  if (fix) edit(fix.title, (doc) => applyPatch(doc, fix.patch) as Flow);
}

function base({ flow, problems, edit }: HostInput, key: string, pointer: string) {
  return {
    flow,
    key,
    edit,
    problems: problemsUnder(problems, pointer),
    applyFix: (problem: Problem) => applyFix(edit, problem),
  };
}

export function nodeHost(input: HostInput, id: string): FormHost | undefined {
  const node = nodeAt(input.flow, id);
  if (!node) return undefined;
  const key = `node:${id}`;
  return {
    ...base(input, key, nodePointer(input.flow, id) ?? ''),
    value: node,
    place: { type: 'node', id },
    set: (path, value) =>
      input.edit(
        t('inspector.edit.change', { what: nameOf(id, node) }),
        (doc) => setField(doc, id, path, value),
        `${key}:${path.join('.')}`,
      ),
  };
}

export function edgeHost(input: HostInput, ref: GraphRef, wire: Wire): FormHost | undefined {
  const graph = graphAt(input.flow, ref);
  const edge = graph ? findEdge(graph, wire) : undefined;
  if (!graph || !edge) return undefined;
  const from = graph.nodes[edge.from];
  const key = `edge:${wireKey(wire)}`;
  return {
    ...base(input, key, `${graphPointer(input.flow, ref)}/edges/${graph.edges.indexOf(edge)}`),
    value: edge,
    place: {
      type: 'edge',
      from: edge.from,
      isFallback: from !== undefined && portOf(from, edge.port)?.kind === 'fallback',
    },
    set: (path, value) =>
      input.edit(
        t('inspector.edit.edge'),
        (doc) => editEdge(doc, ref, wire, (e) => setIn(e, path, value)),
        `${key}:${path.join('.')}`,
      ),
  };
}

export function partHost(
  input: HostInput,
  section: PartSectionWithEditor,
  name: string,
): FormHost | undefined {
  const part = input.flow[section]?.[name];
  if (part === undefined) return undefined;
  const key = `${section}:${name}`;
  return {
    ...base(input, key, `/${section}/${name}`),
    value: part,
    place: placeOf(input.flow, section, name),
    set: (path, value) =>
      input.edit(
        t('inspector.edit.change', { what: name }),
        (doc) => setIn(doc, [section, name, ...path], value),
        `${key}:${path.join('.')}`,
      ),
  };
}

function placeOf(flow: Flow, section: PartSectionWithEditor, name: string): ScopePlace {
  return section === 'tools'
    ? { type: 'tool', input: (flow.tools?.[name]?.input ?? true) as JsonSchema }
    : { type: 'agent' };
}

export function flowHost(input: HostInput): FormHost {
  return {
    ...base(input, 'flow', ''),
    value: input.flow,
    place: { type: 'agent' },
    set: (path, value) =>
      input.edit(t('inspector.edit.flow'), (doc) => setIn(doc, path, value), `flow:${path.join('.')}`),
  };
}
