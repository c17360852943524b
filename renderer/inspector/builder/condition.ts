/**
 * Conditions as rows of field, operator and value, and the JSONata that says the same.
 *
 * B1. What the rows print, they can read back; an expression that says more is not read at all (undefined), so that
 *     nothing of it can be lost.
 */
export const OPERATORS = [
  'eq',
  'ne',
  'gt',
  'ge',
  'lt',
  'le',
  'contains',
  'in',
  'exists',
  'missing',
  'value',
] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Row {
  /** A dotted path, for example `steps.resolve.refund`. */
  readonly field: string;
  readonly operator: Operator;
  /** As written by the person; quotes are not needed around text. */
  readonly value: string;
}

export interface Condition {
  readonly join: 'and' | 'or';
  readonly rows: readonly Row[];
}

const SIGNS = { eq: '=', ne: '!=', gt: '>', ge: '>=', lt: '<', le: '<=' } as const;
const BY_SIGN = new Map<string, Operator>(
  (Object.entries(SIGNS) as [Operator, string][]).map(([operator, sign]) => [sign, operator]),
);
/** Operators that need no value. */
export const WITHOUT_VALUE: ReadonlySet<Operator> = new Set(['exists', 'missing', 'value']);

export function printCondition({ join, rows }: Condition): string {
  return rows
    .filter((row) => row.field !== '')
    .map(printRow)
    .join(` ${join} `);
}

function printRow({ field, operator, value }: Row): string {
  switch (operator) {
    case 'contains':
      return `$contains(${field}, ${JSON.stringify(unquoted(value))})`;
    case 'in':
      return `${field} in [${value
        .split(',')
        .map((item) => printValue(item.trim()))
        .join(', ')}]`;
    case 'exists':
      return `$exists(${field})`;
    case 'missing':
      return `$not($exists(${field}))`;
    case 'value':
      return field;
    default:
      return `${field} ${SIGNS[operator]} ${printValue(value)}`;
  }
}

/** A number, yes or no, another field, or text. */
function printValue(value: string): string {
  const text = value.trim();
  if (text !== '' && Number.isFinite(Number(text))) return String(Number(text));
  if (text === 'true' || text === 'false' || text === 'null') return text;
  return PATH.test(text) && text.includes('.') ? text : JSON.stringify(unquoted(text));
}

function unquoted(text: string): string {
  const inner = /^"(.*)"$|^'(.*)'$/s.exec(text);
  return inner ? (inner[1] ?? inner[2] ?? '') : text;
}

const PATH = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/** The rows of an expression, or undefined when it says more than rows can. */
export function readCondition(source: string): Condition | undefined {
  const text = source.trim();
  if (text === '') return { join: 'and', rows: [] };
  const parts = splitTop(text);
  if (!parts) return undefined;
  const rows = parts.rows.map(readRow);
  return rows.every((row) => row !== undefined) ? { join: parts.join, rows } : undefined;
}

/** Cut at `and` or at `or`, outside of quotes and brackets; undefined when both occur or something is left open. */
function splitTop(
  text: string,
): { readonly join: 'and' | 'or'; readonly rows: readonly string[] } | undefined {
  const joins = new Set<'and' | 'or'>();
  const rows: string[] = [];
  let depth = 0;
  let from = 0;
  for (const match of text.matchAll(
    /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|["']|[([{]|[)\]}]|\b(?:and|or)\b/g,
  )) {
    const [sign] = match;
    if (sign === '"' || sign === "'") return undefined;
    if ('([{'.includes(sign)) depth += 1;
    else if (')]}'.includes(sign)) depth -= 1;
    else if ((sign === 'and' || sign === 'or') && depth === 0) {
      joins.add(sign);
      rows.push(text.slice(from, match.index).trim());
      from = match.index + sign.length;
    }
  }
  rows.push(text.slice(from).trim());
  if (joins.size > 1 || depth !== 0) return undefined;
  return { join: joins.has('or') ? 'or' : 'and', rows };
}

function readRow(text: string): Row | undefined {
  const missing = /^\$not\(\s*\$exists\(\s*([\w.]+)\s*\)\s*\)$/.exec(text);
  if (missing) return rowOf(missing[1], 'missing', '');
  const exists = /^\$exists\(\s*([\w.]+)\s*\)$/.exec(text);
  if (exists) return rowOf(exists[1], 'exists', '');
  const contains = /^\$contains\(\s*([\w.]+)\s*,\s*("(?:[^"\\]|\\.)*")\s*\)$/.exec(text);
  if (contains) return rowOf(contains[1], 'contains', textOf(contains[2] ?? ''));
  const inside = /^([\w.]+)\s+in\s+\[(.*)\]$/s.exec(text);
  if (inside) return readIn(inside[1], inside[2] ?? '');
  const compared = /^([\w.]+)\s*(!=|>=|<=|=|>|<)\s*(.+)$/s.exec(text);
  if (compared) {
    const value = readValue(compared[3] ?? '');
    return value === undefined
      ? undefined
      : rowOf(compared[1], BY_SIGN.get(compared[2] ?? '') ?? 'eq', value);
  }
  return rowOf(text, 'value', '');
}

function rowOf(field: string | undefined, operator: Operator, value: string): Row | undefined {
  return field !== undefined && PATH.test(field) ? { field, operator, value } : undefined;
}

function readIn(field: string | undefined, list: string): Row | undefined {
  const items = list.split(',').map((item) => readValue(item));
  // A comma inside a text would come apart: such a list is left as it is written.
  return items.every((item) => item !== undefined) ? rowOf(field, 'in', items.join(', ')) : undefined;
}

function readValue(text: string): string | undefined {
  const value = text.trim();
  if (/^"(?:[^"\\]|\\.)*"$/.test(value)) {
    const inner = textOf(value);
    // Text that looks like something else keeps its quotes, so that it stays text.
    return printValue(inner) === JSON.stringify(inner) ? inner : value;
  }
  return /^-?\d+(?:\.\d+)?$/.test(value) || /^(?:true|false|null)$/.test(value) || PATH.test(value)
    ? value
    : undefined;
}

function textOf(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1); // JSONata knows escapes that JSON does not; they are shown as written
  }
}
