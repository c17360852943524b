/** The tools that come with the app: what each takes and gives. What they do is in the runtime. */
import type { JsonSchema } from './values';

export interface BuiltinTool {
  readonly title: string;
  readonly description: string;
  readonly input: JsonSchema;
  readonly output: JsonSchema;
  /** They only compute, so they may be called again at will. */
  readonly effect: 'read';
}

const TEXT = { type: 'string' } as const;
const TEXTS = { type: 'array', items: TEXT } as const;
const NUMBER: JsonSchema = { type: 'number' };

function object(
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', required, properties, additionalProperties: false };
}

function described(schema: typeof TEXT | typeof TEXTS, description: string): JsonSchema {
  return { ...schema, description };
}

function tool(title: string, description: string, input: JsonSchema, output: JsonSchema): BuiltinTool {
  return { title, description, input, output, effect: 'read' };
}

const DURATION = described(TEXT, 'ISO 8601, for example "P3D" or "PT90M"; with "-" in front it goes back');
const TIME = described(TEXT, 'ISO 8601, for example "2026-03-01" or "2026-03-01T09:00:00Z"');
const VALUES: JsonSchema = { type: 'array', items: true };

export const BUILTIN_TOOLS: Readonly<Record<string, BuiltinTool>> = {
  echo: tool('Echo', 'Gives its arguments back. Useful to see what arrives.', true, true),
  'text.extract': tool(
    'Extract facts',
    'Finds e-mail addresses, web addresses, amounts of money, dates and numbers in a text.',
    object({ text: TEXT }),
    object({
      emails: TEXTS,
      urls: TEXTS,
      money: { type: 'array', items: object({ amount: NUMBER, currency: TEXT, text: TEXT }) },
      dates: described(TEXTS, 'ISO 8601 dates'),
      numbers: { type: 'array', items: NUMBER },
    }),
  ),
  'text.redact': tool(
    'Redact',
    'Replaces e-mail addresses, telephone numbers and card numbers in a text by a mark.',
    object({ text: TEXT, mark: described(TEXT, 'what stands instead; "[redacted]" when missing') }, ['mark']),
    object({ text: TEXT, replaced: { type: 'integer' } }),
  ),
  'text.split': tool(
    'Split text',
    'Cuts a text into parts of at most so many characters, at paragraphs, lines, sentences or words where possible.',
    object({ text: TEXT, maxLength: { type: 'integer', minimum: 1 } }),
    TEXTS,
  ),
  'csv.parse': tool(
    'Read CSV',
    'Turns comma-separated text into a list of objects; the first line names the members.',
    object({ text: TEXT, delimiter: described(TEXT, 'found by itself when missing') }, ['delimiter']),
    { type: 'array', items: { type: 'object' } },
  ),
  'csv.format': tool(
    'Write CSV',
    'Turns a list of objects into comma-separated text with a line of names.',
    object({ rows: { type: 'array', items: { type: 'object' } } }),
    TEXT,
  ),
  'json.parse': tool(
    'Read JSON',
    'Turns the text of a JSON value into the value.',
    object({ text: TEXT }),
    true,
  ),
  'math.round': tool(
    'Round',
    'Rounds a number to so many decimal places, halves away from zero.',
    object({ value: NUMBER, places: { type: 'integer', minimum: 0, maximum: 12 } }, ['places']),
    NUMBER,
  ),
  'math.summarize': tool(
    'Sum up numbers',
    'Count, sum, average, smallest and largest of a list of numbers.',
    object({ values: { type: 'array', items: NUMBER } }),
    object({
      count: { type: 'integer' },
      sum: NUMBER,
      average: { type: ['number', 'null'] },
      min: { type: ['number', 'null'] },
      max: { type: ['number', 'null'] },
    }),
  ),
  'date.add': tool(
    'Add to a date',
    'Adds a length of time to a point in time.',
    object({ date: TIME, duration: DURATION }),
    described(TEXT, 'ISO 8601 in UTC'),
  ),
  'date.difference': tool(
    'Time between dates',
    'How long it is from one point in time to another.',
    object({ from: TIME, to: TIME }),
    object({ days: NUMBER, hours: NUMBER, milliseconds: { type: 'integer' } }),
  ),
  'list.unique': tool(
    'Without repeats',
    'Keeps the first of equal values of a list; with "by", the first of objects whose member of that name is equal.',
    object({ values: VALUES, by: TEXT }, ['by']),
    VALUES,
  ),
  'list.sort': tool(
    'Sort',
    'Sorts numbers or texts; with "by", objects by their member of that name.',
    object({ values: VALUES, by: TEXT, descending: { type: 'boolean' } }, ['by', 'descending']),
    VALUES,
  ),
};
