/**
 * Can every JSON Schema of the document be used (E302), and are its patterns ones our linear engine can run (E305)?
 *
 * H1. Each schema is given to the library with empty stand-ins for the named ones, so the work stays linear in the size
 *     of the document; circles among named schemas are found here.
 */
import { escapePointerToken, pointerTokens, toPointer, valueAt } from '../base/json-pointer';
import { reasonOf, type SpecLibraries } from './analysis-port';
import { components, isCircle } from './digraph';
import type { Findings } from './findings';
import type { FlowIndex, NodeEntry } from './flow-index';
import { placeOfPointer } from './place';
import { keywordsOf, schemaName } from './schema-tools';
import { isRecord } from './schema-walk';
import type { JsonSchema } from './values';

/** More than this many definitions in one schema are a burden nobody draws. */
const MAX_DEFINITIONS = 500;

interface Site {
  readonly schema: unknown;
  readonly pointer: string;
}

export function checkSchemas(index: FlowIndex, libs: SpecLibraries, findings: Findings): void {
  const standIns = Object.fromEntries(
    [...index.parts('schemas').keys()].map((name) => [name, true] as const),
  );
  for (const site of schemaSites(index)) checkSchema(index, site, standIns, libs, findings);
  checkCircles(index, findings);
  for (const [name, field] of index.parts('context')) {
    if (field?.initial === undefined) continue;
    checkInitial(index, name, field.schema, field.initial, libs, findings);
  }
}

/** Every place of the document that holds a schema. */
function* schemaSites(index: FlowIndex): Generator<Site> {
  for (const key of ['input', 'output'] as const) {
    const schema = index.top(key);
    if (schema !== undefined) yield { schema, pointer: `/${key}` };
  }
  for (const [name, schema] of index.parts('schemas')) {
    if (schema !== undefined) yield { schema, pointer: `/schemas/${escapePointerToken(name)}` };
  }
  for (const [name, field] of index.parts('context'))
    if (field) yield { schema: field.schema, pointer: `/context/${name}/schema` };
  for (const [name, tool] of index.parts('tools')) {
    if (tool) yield* members(tool, ['input', 'output'], `/tools/${name}`);
  }
  for (const [name, agent] of index.parts('agents'))
    if (agent) yield* members(agent, ['output'], `/agents/${name}`);
  for (const [name, subflow] of index.parts('subflows')) {
    if (subflow) yield* members(subflow, ['input', 'output'], `/subflows/${name}`);
  }
  for (const graph of index.graphs) {
    for (const entry of graph.nodes.values()) if (entry.node) yield* nodeSites(entry);
    for (const { edge, pointer } of graph.edges)
      if (edge?.handoff) yield { schema: edge.handoff.schema, pointer: `${pointer}/handoff/schema` };
  }
}

function* nodeSites(entry: NodeEntry): Generator<Site> {
  const { node, pointer } = entry;
  switch (node?.kind) {
    case 'agent':
      yield* members(node, ['accepts'], pointer);
      break;
    case 'human':
      yield* members(node, ['form'], pointer);
      break;
    case 'planner':
      yield* members(node, ['output'], pointer);
      if (node.approve) yield* members(node.approve, ['form'], `${pointer}/approve`);
      break;
    case 'code':
    case 'supervisor':
    case 'chat':
      yield* members(node, ['output'], pointer);
      break;
    default: // the other kinds hold no schemas
  }
}

function* members(part: object, keys: readonly string[], pointer: string): Generator<Site> {
  for (const key of keys) {
    const schema: unknown = Reflect.get(part, key);
    if (schema !== undefined) yield { schema, pointer: `${pointer}/${key}` };
  }
}

function checkSchema(
  index: FlowIndex,
  site: Site,
  standIns: Readonly<Record<string, true>>,
  libs: SpecLibraries,
  findings: Findings,
): void {
  let isSound = true;
  let definitions = 0;
  for (const { pointer, keyword, value } of keywordsOf(site.schema, site.pointer)) {
    if (keyword === '$ref') isSound = checkRef(index, pointer, value, findings) && isSound;
    if (keyword === 'pattern' && typeof value === 'string')
      isSound = checkPattern(value, pointer, libs, findings) && isSound;
    if (keyword === 'patternProperties' && isRecord(value)) {
      for (const pattern of Object.keys(value)) {
        isSound =
          checkPattern(pattern, `${pointer}/${escapePointerToken(pattern)}`, libs, findings) && isSound;
      }
    }
    if (keyword === '$defs' && isRecord(value)) definitions += Object.keys(value).length;
  }
  if (!isSound) return;
  if (definitions > MAX_DEFINITIONS) {
    findings.error(
      'E302',
      site.pointer,
      `The schema has ${definitions} definitions in "$defs"; ${MAX_DEFINITIONS} are the most.`,
    );
    return;
  }
  try {
    libs.schema(site.schema as JsonSchema, standIns); // the shape check has seen that it is an object or a boolean
  } catch (error) {
    findings.error(
      'E302',
      placeInSchema(site, error),
      `The schema of ${placeName(index, site.pointer)} cannot be used: ${reasonOf(error)}`,
    );
  }
}

/** Where in the schema the library found the fault; what names no place in it stands for the schema as a whole. */
function placeInSchema(site: Site, error: unknown): string {
  const inside = pointerTokens(String(valueAt(error, ['details', 'pointer'])));
  return valueAt(site.schema, inside) === undefined ? site.pointer : `${site.pointer}${toPointer(inside)}`;
}

function placeName(index: FlowIndex, pointer: string): string {
  return placeOfPointer(index.document, pointer).name;
}

function checkRef(index: FlowIndex, pointer: string, ref: unknown, findings: Findings): boolean {
  if (typeof ref !== 'string') {
    findings.error(
      'E302',
      pointer,
      `In ${placeName(index, pointer)}, "$ref" is no text. Write "#/schemas/<Name>".`,
    );
    return false;
  }
  if (ref.startsWith('#/$defs/')) return true; // the library knows whether the definition is there
  const names = index.parts('schemas');
  const name = schemaName(ref);
  if (name !== undefined && names.has(name)) return true;
  const guess = findings.guess(name ?? ref, names);
  const target = `#/schemas/${guess}`;
  const fix =
    guess === undefined
      ? undefined
      : {
          title: `Change it to "${target}"`,
          patch: [{ op: 'replace' as const, path: pointer, value: target }],
        };
  const advice =
    name === undefined
      ? 'It may only be "#/schemas/<Name>" or "#/$defs/<Name>", never an address or a file.'
      : `There is no schema "${name}".${guess === undefined ? '' : ` Did you mean "${guess}"?`}`;
  findings.error(
    'E302',
    pointer,
    `In ${placeName(index, pointer)}, the reference ${JSON.stringify(ref.slice(0, 80))} leads nowhere. ${advice}`,
    fix,
  );
  return false;
}

function checkPattern(pattern: string, pointer: string, libs: SpecLibraries, findings: Findings): boolean {
  try {
    libs.schema({ type: 'string', pattern });
    return true;
  } catch (error) {
    findings.error(
      'E305',
      pointer,
      `The pattern ${JSON.stringify(pattern.slice(0, 80))} cannot be used: ${reasonOf(error)}`,
    );
    return false;
  }
}

/** Named schemas that refer to each other and nothing else would never come to an end. */
function checkCircles(index: FlowIndex, findings: Findings): void {
  const schemas = [...index.parts('schemas')];
  const numberOf = new Map(schemas.map(([name], i) => [name, i]));
  const next = schemas.map(([, schema]) => inPlaceNames(schema).flatMap((name) => numberOf.get(name) ?? []));
  const digraph = { size: next.length, next };
  for (const group of components(digraph)) {
    if (!isCircle(digraph, group)) continue;
    const names = group.map((i) => (schemas[i] as [string, unknown])[0]);
    const list = names
      .slice(0, 5)
      .map((name) => `"${name}"`)
      .join(', ');
    findings.error(
      'E302',
      `/schemas/${escapePointerToken(names[0] as string)}`,
      `The schemas ${list} only refer to each other in a circle, so no value can be checked against them.`,
    );
  }
}

/** Names a schema refers to for the very same value, not for a part of it. */
function inPlaceNames(schema: unknown): string[] {
  if (!isRecord(schema)) return [];
  const inner = ['allOf', 'anyOf', 'oneOf'].flatMap((key) =>
    Array.isArray(schema[key]) ? (schema[key] as unknown[]) : [],
  );
  const alone = ['not', 'if', 'then', 'else'].map((key) => schema[key]);
  const ref = typeof schema['$ref'] === 'string' ? schemaName(schema['$ref']) : undefined;
  const deeper = [...inner, ...alone].flatMap(inPlaceNames);
  return ref === undefined ? deeper : [ref, ...deeper];
}

function checkInitial(
  index: FlowIndex,
  name: string,
  schema: JsonSchema,
  initial: unknown,
  libs: SpecLibraries,
  findings: Findings,
): void {
  const named: Record<string, JsonSchema> = {};
  for (const [key, value] of index.parts('schemas')) if (value !== undefined) named[key] = value;
  try {
    const [miss] = libs.schema(schema, named).check(initial);
    if (!miss) return;
    const message = `The initial value of context field "${name}" does not fit its schema: ${miss.message}${miss.pointer === '' ? '' : ` (at ${miss.pointer})`}.`;
    findings.error('E302', `/context/${name}/initial`, message);
  } catch {
    // The schema itself has been reported.
  }
}
