/**
 * What an expression sees, with values to try it on: those of the flow's own rehearsal and tests where it has some, else
 * plausible ones made from the shapes.
 */
import type { Json, JsonObject } from '../../../shared/base/json';
import { allGraphs, graphAt, graphOf, nodeAt } from '../../../shared/editing/graphs';
import type { Flow } from '../../../shared/spec/flow';
import type { FlowNode } from '../../../shared/spec/nodes';
import { outputEntries, type ScopeEntry, scopeAt, type ScopePlace } from '../scope';
import { sampleValue } from './sample-value';

export function sampleScope(flow: Flow, place: ScopePlace): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    scopeAt(flow, place).map((entry) => [entry.name, valueOf(flow, place, entry)] as const),
  );
}

function nodeOfPlace(place: ScopePlace): string | undefined {
  return place.type === 'node' ? place.id : place.type === 'edge' ? place.from : undefined;
}

function valueOf(flow: Flow, place: ScopePlace, entry: ScopeEntry): Json {
  const id = nodeOfPlace(place);
  switch (entry.name) {
    case 'input':
      return sampleInput(flow, id);
    case 'context':
      return sampleContext(flow, entry.children);
    case 'steps':
      return Object.fromEntries(entry.children.map(({ name }) => [name, sampleOutput(flow, name)]));
    case 'handoff':
      return sampleHandoff(flow, id);
    case 'output':
      return id === undefined ? {} : sampleOutput(flow, id);
    case 'args':
      return place.type === 'tool' ? sampleValue(place.input, flow) : {};
    case 'item':
      return sampleItem(flow, id);
    case 'index':
      return 0;
    case 'iteration':
      return 1;
    case 'last':
      return {};
    case 'messages':
      return [{ by: 'agent', text: '(what was said)' }];
    case 'run':
      return { id: 'sample-run' };
    case 'error':
      return {
        node: 'step',
        step: 'step',
        kind: 'timeout',
        code: 'model/timeout',
        message: 'No answer in time',
        attempts: 3,
      };
    default:
      return entry.name;
  }
}

function sampleInput(flow: Flow, id: string | undefined): Json {
  const around = allGraphs(flow).find(
    ({ ref, graph }) => ref.type === 'subflow' && id !== undefined && Object.hasOwn(graph.nodes, id),
  );
  if (around?.ref.type === 'subflow') return sampleValue(flow.subflows?.[around.ref.name]?.input, flow);
  const tested = flow.tests?.[0]?.input;
  return tested === undefined ? sampleValue(flow.input ?? { type: 'object' }, flow) : (tested as Json); // a test's input is JSON
}

function sampleContext(flow: Flow, fields: readonly ScopeEntry[]): JsonObject {
  return Object.fromEntries(
    fields.map(({ name }) => {
      const field = flow.context?.[name];
      const initial = field?.initial as Json | undefined;
      return [
        name,
        initial === undefined || initial === '' ? sampleValue(field?.schema, flow, name) : initial,
      ];
    }),
  );
}

/** What a step gives: as rehearsed, else made from what it promises. */
export function sampleOutput(flow: Flow, id: string): Json {
  const rehearsed = flow.rehearsal?.nodes?.[id];
  const said = rehearsed?.output ?? rehearsed?.outputs?.[0];
  if (said !== undefined) return said as Json; // rehearsal holds JSON
  const node = nodeAt(flow, id);
  if (!node) return {};
  if (node.kind === 'human') {
    const values =
      (rehearsed?.values as Json | undefined) ?? sampleValue(node.form ?? { type: 'object' }, flow);
    const choice = rehearsed?.choice ?? node.choices?.[0]?.port ?? 'approved';
    return { choice, values, comment: '', by: 'sample' };
  }
  const schema = outputSchema(flow, node);
  if (schema !== undefined) return sampleValue(schema, flow);
  const fields = outputEntries(node, flow);
  return Object.fromEntries(fields.map(({ name }) => [name, `(${name})`]));
}

/** The shape of what a step gives, where something says it. */
export function outputSchema(flow: Flow, node: FlowNode): JsonObject | boolean | undefined {
  switch (node.kind) {
    case 'agent':
      return (flow.agents?.[node.agent]?.output ?? { type: 'string' }) as JsonObject;
    case 'tool':
      return flow.tools?.[node.tool]?.output as JsonObject | undefined;
    case 'subflow':
      return flow.subflows?.[node.flow]?.output as JsonObject | undefined;
    case 'code':
    case 'supervisor':
    case 'planner':
    case 'chat':
      return node.output as JsonObject | undefined;
    default:
      return undefined;
  }
}

function sampleHandoff(flow: Flow, id: string | undefined): Json {
  const ref = id === undefined ? undefined : graphOf(flow, id);
  const edge = ref
    ? graphAt(flow, ref)?.edges.find((one) => one.to === id && one.handoff !== undefined)
    : undefined;
  return sampleValue(edge?.handoff?.schema, flow);
}

/** The first item of what the map goes through, when the flow's own input says so; else just something. */
function sampleItem(flow: Flow, id: string | undefined): Json {
  const ref = id === undefined ? undefined : graphOf(flow, id);
  const map = ref?.type === 'inside' ? nodeAt(flow, ref.node) : undefined;
  const path = map?.kind === 'map' ? /^input\.(\w+)$/.exec(map.items.trim())?.[1] : undefined;
  const input = sampleInput(flow, ref?.type === 'inside' ? ref.node : undefined);
  const list =
    path !== undefined && typeof input === 'object' && input !== null && !Array.isArray(input)
      ? (input as JsonObject)[path]
      : undefined;
  return Array.isArray(list) && list[0] !== undefined ? (list[0] as Json) : {}; // Json arrays hold Json
}
