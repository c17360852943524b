/**
 * Where words go: results to stdout, diagnostics to stderr. Colour only on a terminal and never when NO_COLOR is set.
 * Text of flows and models is shown without control characters: it must not move the cursor or change the title.
 */
import type { SerializedError } from '../../shared/base/app-error';

export interface Sink {
  write(text: string): void;
  readonly isTerminal: boolean;
  readonly columns: number;
}

export type Colour = 'red' | 'green' | 'yellow' | 'blue' | 'dim' | 'bold';
const CODES: Readonly<Record<Colour, readonly [number, number]>> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  dim: [2, 22],
  bold: [1, 22],
};

export interface Output {
  readonly isJson: boolean;
  readonly isLive: boolean;
  readonly columns: number;
  /** A line of the result. */
  line(text?: string): void;
  /** The result as JSON: one line for a stream, indented for a single object. */
  json(value: unknown): void;
  jsonLine(value: unknown): void;
  /** A file's content, byte for byte as it is. */
  raw(text: string): void;
  /** A line for people beside the result. */
  note(text: string): void;
  /** A line that is replaced by the next thing written to stderr; only on a terminal. */
  transient(text: string): void;
  error(error: SerializedError): void;
  paint(colour: Colour, text: string): string;
}

const CLEAR_LINE = '\r\u001b[K';

export function createOutput(
  stdout: Sink,
  stderr: Sink,
  env: Readonly<Record<string, string | undefined>>,
  isJson: boolean,
): Output {
  const noColour = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  const isColoured = !noColour && stdout.isTerminal && stderr.isTerminal && !isJson;
  const isLive = stderr.isTerminal && env['TERM'] !== 'dumb' && !isJson;
  let hasTransient = false;
  const settle = (): void => {
    if (hasTransient) stderr.write(CLEAR_LINE);
    hasTransient = false;
  };
  const note = (text: string): void => {
    settle();
    stderr.write(`${text}\n`);
  };
  const result = (text: string): void => {
    settle();
    stdout.write(text);
  };
  const paint = (colour: Colour, text: string): string => {
    const [on, off] = CODES[colour];
    return isColoured ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  };
  return {
    isJson,
    isLive,
    columns: stderr.columns,
    line: (text = '') => result(`${text}\n`),
    json: (value) => result(`${JSON.stringify(value, null, 2)}\n`),
    jsonLine: (value) => result(`${JSON.stringify(value)}\n`),
    raw: result,
    note,
    transient: (text) => {
      if (!isLive) return;
      settle();
      stderr.write(text);
      hasTransient = true;
    },
    error: (error) => {
      // On one line: it may be the last, or the only one, of a stream.
      if (isJson) result(`${JSON.stringify({ error: errorJson(error) })}\n`);
      else
        note(
          `${paint('red', 'Error:')} ${plain(error.message)}${error.hint === undefined ? '' : `\n${plain(error.hint)}`}`,
        );
    },
    paint,
  };
}

function errorJson(error: SerializedError): object {
  const { code, message, details, hint } = error;
  return { code, message, details: details ?? {}, ...(hint === undefined ? {} : { hint }) };
}

/** Text of others on a terminal: control characters are shown as such, line feeds kept. */
export function plain(text: string): string {
  let shown = '';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const isControl =
      (code < 0x20 && char !== '\n') ||
      (code >= 0x7f && code < 0xa0) ||
      (code >= 0x202a && code <= 0x202e) ||
      (code >= 0x2066 && code <= 0x2069);
    shown += isControl ? (char === '\t' ? ' ' : '\uFFFD') : char;
  }
  return shown;
}

/** Text of others on one line, cut to a length. */
export function oneLine(text: string, most = 120): string {
  const line = plain(text).replace(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
