/** What the tools of `BUILTIN_TOOLS` do. Arguments were checked against the tool's input before they come here. */
import Papa from 'papaparse';
import { isJsonObject, type Json, type JsonObject } from '../../../shared/base/json';
import { canonicalJson } from '../../../shared/base/jcs';
import { parseDuration } from '../../../shared/base/duration';
import { isoTime } from '../../../shared/base/iso-time';
import type { ToolInvocation } from '../../../shared/ports/calls';
import type { Pure } from '../../../shared/ports/pure';
import { BUILTIN_TOOLS } from '../../../shared/spec/builtin-tools';
import type { Tool } from '../../../shared/spec/parts';
import { argsWithKey } from './args-scope';
import { extractFacts, redact, splitText } from './builtin-text';
import { badArguments, refuse } from './outcome';

/** Longer texts would hold up everything else the runtime does. */
export const MAX_TEXT = 200_000;
const MAX_ITEMS = 100_000;

const IMPLEMENTATIONS: Readonly<Record<string, (args: JsonObject) => Json>> = {
  echo: (args) => args,
  'text.extract': (args) => extractFacts(text(args, 'text')),
  'text.redact': (args) =>
    redact(text(args, 'text'), args['mark'] === undefined ? '[redacted]' : text(args, 'mark')),
  'text.split': (args) => splitText(text(args, 'text'), number(args, 'maxLength')),
  'csv.parse': (args) => parseCsv(args),
  'csv.format': (args) => Papa.unparse(list(args, 'rows') as Json[], { newline: '\n', escapeFormulae: true }),
  'json.parse': (args) => parseJson(text(args, 'text')),
  'math.round': (args) =>
    round(number(args, 'value'), args['places'] === undefined ? 0 : number(args, 'places')),
  'math.summarize': (args) => summarize(list(args, 'values') as readonly number[]), // the schema admits numbers only
  'date.add': (args) => isoTime(within(time(args, 'date') + signedDuration(text(args, 'duration')))),
  'date.difference': (args) => difference(time(args, 'from'), time(args, 'to')),
  'list.unique': (args) => unique(list(args, 'values'), optionalText(args, 'by')),
  'list.sort': (args) => sort(list(args, 'values'), optionalText(args, 'by'), args['descending'] === true),
};

export function builtinTool(pure: Pure, tool: Tool & { kind: 'builtin' }, call: ToolInvocation): Json {
  const known = Object.hasOwn(BUILTIN_TOOLS, tool.name) ? BUILTIN_TOOLS[tool.name] : undefined;
  const run = IMPLEMENTATIONS[tool.name];
  if (!known || !run) {
    const names = Object.keys(BUILTIN_TOOLS).join(', ');
    throw refuse('error', 'tool/not-listed', `There is no built-in tool "${tool.name}". There are ${names}.`);
  }
  const args = argsWithKey(call);
  if (tool.name === 'echo') return args;
  const [miss] = pure.schema(known.input).check(args);
  if (miss)
    throw badArguments(`The arguments do not fit "${tool.name}": ${miss.pointer || 'they'} ${miss.message}.`);
  return run(args as JsonObject); // every input but that of echo is an object
}

function text(args: JsonObject, name: string): string {
  const value = String(args[name]);
  if (value.length <= MAX_TEXT) return value;
  throw refuse('error', 'tool/too-large', `"${name}" has more than ${MAX_TEXT} characters. Split it first.`);
}

function optionalText(args: JsonObject, name: string): string | undefined {
  return args[name] === undefined ? undefined : text(args, name);
}

function number(args: JsonObject, name: string): number {
  return Number(args[name]);
}

function list(args: JsonObject, name: string): readonly Json[] {
  const value = args[name] as readonly Json[]; // the schema says so
  if (value.length <= MAX_ITEMS) return value;
  throw refuse('error', 'tool/too-large', `"${name}" has more than ${MAX_ITEMS} items.`);
}

function parseJson(source: string): Json {
  try {
    return JSON.parse(source) as Json; // what JSON.parse gives is JSON
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw refuse('error', 'tool/failed', `The text is not JSON: ${reason}.`);
  }
}

function parseCsv(args: JsonObject): Json {
  const source = text(args, 'text').replace(/^\ufeff/, '');
  const delimiter = optionalText(args, 'delimiter');
  if (delimiter !== undefined && (delimiter.length !== 1 || /["\r\n]/.test(delimiter))) {
    throw badArguments('"delimiter" is one character, for example ";".');
  }
  const { data, errors } = Papa.parse<Record<string, unknown>>(source, {
    header: true,
    skipEmptyLines: 'greedy',
    ...(delimiter === undefined ? {} : { delimiter }),
  });
  // A single column has nothing to tell its delimiter by.
  const fault = errors.find((error) => error.code !== 'UndetectableDelimiter');
  if (fault) {
    const where = fault.row === undefined ? '' : ` in row ${fault.row + 1}`;
    throw refuse('error', 'tool/failed', `The text is not CSV: ${fault.message}${where}.`);
  }
  return data.map((row) => Object.fromEntries(Object.entries(row).map(([key, cell]) => [key, String(cell)])));
}

/** On the decimal digits: 1.005 to two places is 1.01, though its nearest double lies below. */
function round(value: number, places: number): number {
  const [digits = '0', exponent = '0'] = Math.abs(value).toExponential().split('e');
  const rounded = Math.round(Number(`${digits}e${Number(exponent) + places}`));
  const [back = '0', power = '0'] = rounded.toExponential().split('e');
  const result = Number(`${back}e${Number(power) - places}`);
  return value < 0 && result !== 0 ? -result : result;
}

function summarize(values: readonly number[]): Json {
  const count = values.length;
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  if (count === 0) return { count, sum, average: null, min: null, max: null };
  return { count, sum, average: sum / count, min, max };
}

function time(args: JsonObject, name: string): number {
  const value = text(args, name).trim();
  const hasZone = /(z|[+-]\d\d:?\d\d)$/i.test(value) || !value.includes('T');
  const atMs = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(hasZone ? value : `${value}Z`) : Number.NaN;
  if (!Number.isNaN(atMs)) return atMs;
  throw badArguments(`"${name}" is not a date like "2026-03-01" or "2026-03-01T09:00:00Z".`);
}

function signedDuration(source: string): number {
  const lengthMs = parseDuration(source.replace(/^-/, ''));
  if (lengthMs === undefined)
    throw badArguments('"duration" is not a length of time like "P3D" or "-PT90M".');
  return source.startsWith('-') ? -lengthMs : lengthMs;
}

function within(atMs: number): number {
  if (Math.abs(atMs) <= 8.64e15) return atMs;
  throw badArguments('The date lies beyond what a calendar can hold.');
}

function difference(fromMs: number, toMs: number): Json {
  const milliseconds = toMs - fromMs;
  return { days: milliseconds / 86_400_000, hours: milliseconds / 3_600_000, milliseconds };
}

function member(value: Json, by: string | undefined): Json {
  if (by === undefined) return value;
  return isJsonObject(value) && Object.hasOwn(value, by) ? (value[by] ?? null) : null;
}

function unique(values: readonly Json[], by: string | undefined): Json {
  const seen = new Set<string>();
  return values.filter((value) => {
    const key = canonicalJson(member(value, by));
    return !seen.has(key) && seen.add(key);
  });
}

/** Numbers before texts before all else; equal ones keep their order. */
function sort(values: readonly Json[], by: string | undefined, descending: boolean): Json {
  const rank = (value: Json) => (typeof value === 'number' ? 0 : typeof value === 'string' ? 1 : 2);
  const sign = descending ? -1 : 1;
  return [...values].sort((left, right) => {
    const a = member(left, by);
    const b = member(right, by);
    if (rank(a) !== rank(b)) return rank(a) - rank(b);
    if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
    if (typeof a === 'string' && typeof b === 'string') return sign * (a < b ? -1 : a > b ? 1 : 0);
    return 0;
  });
}
