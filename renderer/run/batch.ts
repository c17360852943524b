/** Many inputs from one table: each row of a CSV file becomes the input of a run. */
import Papa from 'papaparse';
import type { Json } from '../../shared/base/json';
import type { Flow } from '../../shared/spec/flow';
import { checkValue } from '../forms/check';
import { propertiesOf, requiredOf, resolve, typeOf } from '../forms/json-schema';

export const MAX_BATCH = 500;

export interface BatchRow {
  /** Line in the table, from 1, its head not counted. */
  readonly line: number;
  readonly input: Json;
  /** Why it does not fit; empty when it does. */
  readonly problems: readonly string[];
}

export interface Batch {
  readonly rows: readonly BatchRow[];
  /** Columns the flow's input does not know; they are left out. */
  readonly unknown: readonly string[];
  /** Required fields no column is named after. */
  readonly missing: readonly string[];
}

/** Cells become what the input's fields want: numbers, yes or no, lists and objects written as JSON. */
export function readBatch(text: string, flow: Flow): Batch {
  const { data, meta } = Papa.parse<Record<string, string>>(text, {
    header: true,
    skipEmptyLines: 'greedy',
    transformHeader: (name) => name.trim(),
  });
  const schema = resolve(flow.input, flow.schemas ?? {});
  const fields = new Map(propertiesOf(schema));
  const columns = meta.fields ?? [];
  const rows = data.map((cells, i): BatchRow => {
    const input: Record<string, Json> = {};
    for (const [name, inner] of fields) {
      const cell = cells[name];
      if (cell === undefined || cell === '') continue;
      input[name] = cellValue(cell, typeOf(resolve(inner, flow.schemas ?? {}, flow.input)));
    }
    const misses = checkValue(flow.input ?? {}, input, flow.schemas);
    return {
      line: i + 1,
      input,
      problems: misses.map((miss) => `${miss.pointer.slice(1)}: ${miss.message}`),
    };
  });
  return {
    rows,
    unknown: columns.filter((name) => !fields.has(name)),
    missing: [...requiredOf(schema)].filter((name) => !columns.includes(name)),
  };
}

function cellValue(cell: string, type: string | undefined): Json {
  if (type === 'number' || type === 'integer') {
    const number = Number(cell.trim());
    return Number.isFinite(number) ? number : cell;
  }
  if (type === 'boolean') {
    if (/^(true|yes|1)$/i.test(cell.trim())) return true;
    return /^(false|no|0)$/i.test(cell.trim()) ? false : cell;
  }
  if (type !== 'object' && type !== 'array') return cell;
  try {
    return JSON.parse(cell) as Json;
  } catch {
    return cell; // the check says that it is no list or object
  }
}
