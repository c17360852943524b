/** What a model call is about: the text to read, the facts it states outright, and the rows of its tables. */
import type { Json, JsonObject } from '../../../../shared/base/json';
import { isJsonObject, parseJson } from '../../../../shared/base/json';
import type { ModelCall } from '../../../../shared/ports/calls';
import { type Reading, read, stemsOf } from './nlp';

export interface Fact {
  readonly key: string;
  readonly stems: readonly string[];
  readonly value: Json;
}

export interface Material {
  /** The task's own text: the prompt, or what the person wrote. */
  readonly text: string;
  readonly reading: Reading;
  readonly facts: readonly Fact[];
  readonly rows: readonly JsonObject[];
  /** What the agent was told about its work. */
  readonly guidance: string;
  readonly role: string;
  /** Results of tools and of other agents met in the conversation. */
  readonly results: readonly Json[];
}

const MAX_FACTS = 400;

export function materialOf(call: ModelCall): Material {
  const users = call.messages.filter((message) => message.role === 'user').map((message) => message.text);
  const prompt = call.prompt.trim() === '' ? (users[0] ?? '') : call.prompt;
  const results = call.messages.flatMap((message) =>
    message.role === 'tool' && message.isError !== true ? [message.result] : [],
  );
  const system = call.messages.find((message) => message.role === 'system');
  // a supervisor, planner or chat is told by later messages what the others did; elsewhere those only repeat the question
  const news =
    call.purpose === 'route' || call.purpose === 'plan'
      ? users.filter((text) => text !== prompt).slice(-8)
      : [];
  const parts = [prompt, ...news, ...results.map(asText)].map(plainText);
  const text = parts.filter((part) => part !== '').join('\n');
  const guidance = [call.agent?.role, call.agent?.does.join('. '), call.agent?.instructions]
    .filter(Boolean)
    .join('\n');
  const facts: Fact[] = [];
  for (const part of [prompt, ...results.map(asText)]) collectFacts(part, facts);
  return {
    text,
    reading: read(text),
    facts: facts.slice(0, MAX_FACTS),
    rows: rowsOf(prompt, results),
    guidance: guidance === '' ? (system?.text ?? '') : guidance,
    role: call.agent?.role ?? '',
    results,
  };
}

export function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parsed(text: string): Json | undefined {
  // "Results: [...]" and "Material: {...}" come from the engine's own dialogue
  const trimmed = text.trim().replace(/^[A-Z][a-z]+: (?=[[{])/, '');
  if (!/^[[{]/.test(trimmed)) return undefined;
  try {
    return parseJson(trimmed);
  } catch {
    return undefined; // text that only starts like JSON
  }
}

/** JSON is read as sentences: "order total: 100." */
function plainText(part: string): string {
  const value = parsed(part);
  if (value === undefined) return part.trim();
  const lines: string[] = [];
  describe(value, '', lines);
  return lines.join('\n');
}

function describe(value: Json, path: string, lines: string[]): void {
  if (lines.length > MAX_FACTS) return;
  if (typeof value === 'object' && value !== null) {
    if (Array.isArray(value)) for (const item of value as readonly Json[]) describe(item, path, lines);
    else for (const [key, member] of Object.entries(value)) describe(member, key, lines);
    return;
  }
  if (value === null || value === '') return;
  const label = path
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/_/g, ' ')
    .toLowerCase();
  // a text of several words speaks for itself
  const speaks = typeof value === 'string' && value.trim().split(/\s+/).length > 3;
  lines.push(speaks || label === '' ? String(value) : `${label}: ${String(value)}`);
}

function collectFacts(part: string, facts: Fact[]): void {
  const value = parsed(part);
  if (value !== undefined) {
    collectFromJson(value, '', facts);
    return;
  }
  for (const line of part.split(/\r?\n/)) {
    const match = /^\s*[-*]?\s*\**([A-Za-z][\w /#.'-]{1,40}?)\**\s*[:=]\s*\**\s*(\S.{0,300})$/.exec(line);
    if (match?.[1] && match[2])
      facts.push({ key: match[1], stems: stemsOf(match[1]), value: match[2].replace(/\*+$/, '').trim() });
  }
}

function collectFromJson(value: Json, key: string, facts: Fact[]): void {
  if (facts.length > MAX_FACTS) return;
  if (key !== '') facts.push({ key, stems: stemsOf(key), value });
  if (Array.isArray(value)) return;
  if (isJsonObject(value))
    for (const [name, member] of Object.entries(value)) collectFromJson(member, name, facts);
  else if (typeof value === 'string' && value.includes('\n')) collectFacts(value, facts);
}

function rowsOf(prompt: string, results: readonly Json[]): JsonObject[] {
  const rows: JsonObject[] = [];
  for (const value of [parsed(prompt), ...results]) gatherRows(value, rows);
  if (rows.length === 0) rows.push(...csvRows(prompt));
  for (const result of results)
    if (rows.length === 0 && typeof result === 'string') rows.push(...csvRows(result));
  return rows;
}

function gatherRows(value: Json | undefined, rows: JsonObject[]): void {
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    if (list.length > 0 && list.every((item) => isJsonObject(item))) rows.push(...(list as JsonObject[]));
  } else if (isJsonObject(value)) {
    for (const member of Object.values(value)) {
      if (typeof member === 'string' && rows.length === 0) rows.push(...csvRows(member));
      else gatherRows(member, rows);
    }
  }
}

/** Lines that split into the same number of cells, the first of them names. */
export function csvRows(text: string): JsonObject[] {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  for (const mark of [',', ';', '\t', '|']) {
    const first = lines.findIndex(
      (line) =>
        line.split(mark).length >= 2 &&
        line.split(mark).every((cell) => /^\s*"?[A-Za-z][\w ./-]{0,40}"?\s*$/.test(cell)),
    );
    if (first === -1) continue;
    const header = (lines[first] as string).split(mark).map(cellText);
    const body = lines
      .slice(first + 1)
      .map((line) => line.split(mark).map(cellText))
      .filter((cells) => cells.length === header.length);
    if (body.length > 0)
      return body.map((cells) =>
        Object.fromEntries(header.map((name, i) => [name, cellValue(cells[i] ?? '')])),
      );
  }
  return [];
}

function cellText(cell: string): string {
  return cell.trim().replace(/^"(.*)"$/, '$1');
}

function cellValue(cell: string): Json {
  return /^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell;
}
