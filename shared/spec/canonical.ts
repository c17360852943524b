/**
 * The one way a flow is written to disk.
 *
 * C1. Keys stand in the order of the schemas; keys the schemas do not know follow in the order they had.
 * C2. Edges are sorted by (from, port), stably: the order within a port has a meaning and `to` takes no part.
 * C3. Nothing is added, dropped or converted, so unknown kinds and extensions survive load and save.
 * C4. Objects by id keep the order they were made in.
 */
import { Flow } from './flow';
import { Edge } from './parts';
import { chooseOption, isRecord, type SchemaView, unwrapSchema, viewSchema } from './schema-walk';
import type { z } from './zod';

/** The document with its keys and edges in canonical order; parts that need no change are shared with the original. */
export function canonicalFlow<T>(document: T): T {
  return order(document, Flow) as T; // order() only moves members around, C3
}

/** The bytes of the file: canonical order, two spaces, one line feed at the end. */
export function serializeFlow(document: unknown): string {
  return `${JSON.stringify(canonicalFlow(document), null, 2)}\n`;
}

/** Edges in drawn order: by source and port, and as they stand within one port. */
export function sortEdges<T>(edges: readonly T[]): readonly T[] {
  const keyed = edges.map((edge) => ({ edge, from: member(edge, 'from'), port: member(edge, 'port') }));
  if (keyed.every((item, i) => i === 0 || compareKeys(keyed[i - 1] as EdgeKey, item) <= 0)) return edges;
  return keyed.sort(compareKeys).map((item) => item.edge);
}

interface EdgeKey {
  readonly from: string;
  readonly port: string;
}

function compareKeys(a: EdgeKey, b: EdgeKey): number {
  return compareText(a.from, b.from) || compareText(a.port, b.port);
}

/** By UTF-16 code units: the same on every machine, whatever its language. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function member(value: unknown, key: string): string {
  const found = isRecord(value) ? value[key] : undefined;
  return typeof found === 'string' ? found : '';
}

function order(value: unknown, schema: z.ZodType): unknown {
  if (!Array.isArray(value) && !isRecord(value)) return value;
  const option = chooseOption(schema, value);
  if (!option) return value;
  const view = viewSchema(option);
  if (Array.isArray(value)) return view.type === 'array' ? orderList(value, view.element) : value;
  if (view.type === 'record') return orderRecord(value, view.value);
  return view.type === 'object' ? orderObject(value, view) : value;
}

function orderList(list: readonly unknown[], element: z.ZodType): unknown {
  const items = list.map((item) => order(item, element));
  return unwrapSchema(element) === Edge ? sortEdges(items) : items;
}

function orderRecord(record: Readonly<Record<string, unknown>>, valueSchema: z.ZodType): unknown {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, order(value, valueSchema)]));
}

/** Object.fromEntries defines members, so a key called `__proto__` stays a key. */
function orderObject(
  object: Readonly<Record<string, unknown>>,
  view: SchemaView & { type: 'object' },
): unknown {
  const entries: [string, unknown][] = [];
  for (const key of view.keys) {
    const schema = view.shape[key];
    if (schema && Object.hasOwn(object, key)) entries.push([key, order(object[key], schema)]);
  }
  for (const key of Object.keys(object)) {
    if (!Object.hasOwn(view.shape, key)) entries.push([key, object[key]]);
  }
  return Object.fromEntries(entries);
}
