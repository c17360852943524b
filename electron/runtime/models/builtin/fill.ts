/** Fills an output schema from the material, field by field, and says how sure it is. */
import { isJsonObject, type Json, type JsonObject } from '../../../../shared/base/json';
import type { JsonSchema } from '../../../../shared/spec/values';
import { chooseAmong, type Option, round } from './choose';
import { keySentences, keywords, requests } from './compose';
import { amountsIn, companiesIn, datesIn, emailsIn, personsIn, referencesIn } from './extract';
import { factFor } from './fact-lookup';
import { type Field, fieldOf, isAbout, type Named, numberOf, resolved, typesOf } from './field';
import { guessFlag } from './fill-flag';
import { fitted, guessNumber } from './fill-number';
import { anyText, guessText } from './fill-text';
import type { Material } from './material';
import { csvRows } from './material';
import { read, stemsOf } from './nlp';
import { optionsOf } from './options';

const MAX_DEPTH = 8;
const MAX_ITEMS = 50;

export interface Filled {
  readonly value: Json;
  /** How sure the whole is: the mean of its parts, held down by the least sure choice. */
  readonly confidence: number;
}

export function fill(schema: JsonSchema, schemas: Named, material: Material, name = ''): Filled {
  const filler = new Filler(schemas, material);
  const root = isJsonObject(schema) ? schema : {};
  const value = filler.value(schema, root, name, 0, true) ?? null;
  return { value: filler.withConfidence(value), confidence: filler.confidence() };
}

class Filler {
  private readonly sureness: number[] = [];
  private leastChoice = 1;
  private readonly confidencePlaces: { object: Record<string, Json>; key: string; schema: JsonObject }[] = [];

  constructor(
    private readonly schemas: Named,
    private readonly material: Material,
  ) {}

  confidence(): number {
    if (this.sureness.length === 0) return 0.5;
    const mean = this.sureness.reduce((sum, one) => sum + one, 0) / this.sureness.length;
    return round(Math.min(mean, this.leastChoice));
  }

  /** `confidence` is known only when all else is filled. */
  withConfidence(value: Json): Json {
    for (const { object, key, schema } of this.confidencePlaces) {
      const max = numberOf(schema, 'maximum') ?? 1;
      object[key] = fitted(max > 1 ? Math.round(this.confidence() * max) : this.confidence(), schema);
    }
    return value;
  }

  /** The value, or undefined where an optional field is better left out. */
  value(
    schema: unknown,
    root: JsonObject,
    name: string,
    depth: number,
    isRequired: boolean,
  ): Json | undefined {
    const { schema: plain, root: home } = resolved(schema, root, this.schemas);
    if (plain['const'] !== undefined) return plain['const'];
    const field = fieldOf(name, plain);
    const options = optionsOf(plain);
    if (options) return this.choice(field, options, isRequired);
    const branch = this.branch(plain, home, name, depth, isRequired);
    if (branch !== undefined) return branch;
    const types = typesOf(plain);
    const value = this.ofType(
      types.find((type) => type !== 'null') ?? 'null',
      field,
      home,
      depth,
      isRequired && !types.includes('null'),
    );
    return value === undefined && types.includes('null') ? null : value;
  }

  private ofType(
    type: string,
    field: Field,
    root: JsonObject,
    depth: number,
    isRequired: boolean,
  ): Json | undefined {
    switch (type) {
      case 'object':
        return this.object(field, root, depth);
      case 'array':
        return this.list(field, root, depth);
      case 'number':
      case 'integer':
        return this.number(field, isRequired);
      case 'boolean':
        return this.flag(field);
      case 'string':
        return this.text(field, isRequired);
      default:
        return null;
    }
  }

  private choice(
    field: Field,
    options: readonly { option: Option; value: Json }[],
    isRequired: boolean,
  ): Json | undefined {
    const stated = factFor(field, this.material);
    const direct = options.find(
      ({ value }) => typeof stated === 'string' && String(value).toLowerCase() === stated.toLowerCase(),
    );
    if (direct) {
      this.sureness.push(0.95);
      return direct.value;
    }
    const chosen = chooseAmong(
      options.map(({ option }) => option),
      this.material,
      `${field.name} ${field.description}`,
    );
    this.sureness.push(chosen.confidence);
    if (isRequired) this.leastChoice = Math.min(this.leastChoice, chosen.confidence);
    return options[chosen.index]?.value ?? null;
  }

  /** Of several shapes the one that can be filled best; plain alternatives of types are tried in order. */
  private branch(
    schema: JsonObject,
    root: JsonObject,
    name: string,
    depth: number,
    isRequired: boolean,
  ): Json | undefined {
    const all = schema['allOf'];
    if (Array.isArray(all))
      return this.value(merged(schema, all, root, this.schemas), root, name, depth, isRequired);
    const shapes = schema['oneOf'] ?? schema['anyOf'];
    if (!Array.isArray(shapes) || shapes.length === 0) return undefined;
    const { oneOf: _one, anyOf: _any, ...base } = schema;
    const candidates = shapes.map(
      (shape: Json) => ({ ...base, ...resolved(shape, root, this.schemas).schema }) as JsonObject,
    );
    const options = candidates.map((candidate, i) => ({
      name: nameOf(candidate, i),
      description: String(candidate['description'] ?? ''),
    }));
    const real = candidates.filter((candidate) => candidate['type'] !== 'null');
    const index =
      real.length === 1
        ? candidates.indexOf(real[0] as JsonObject)
        : chooseAmong(options, this.material, name).index;
    return this.value(candidates[index] ?? true, root, name, depth + 1, isRequired);
  }

  private number(field: Field, isRequired: boolean): number | undefined {
    const guess = guessNumber(field, this.material);
    if (guess) this.sureness.push(guess.confidence);
    else if (isRequired) this.sureness.push(0.35);
    if (!guess && !isRequired) return undefined;
    return fitted(guess?.value ?? numberOf(field.schema, 'minimum') ?? 0, field.schema);
  }

  private flag(field: Field): boolean {
    const guess = guessFlag(field, this.material);
    this.sureness.push(guess.confidence);
    return guess.value;
  }

  private text(field: Field, isRequired: boolean): string | undefined {
    const guess = guessText(field, this.material);
    if (guess) this.sureness.push(guess.confidence);
    else if (isRequired) this.sureness.push(0.4);
    if (guess) return guess.value;
    return isRequired ? (placeholderFor(field) ?? anyText(field, this.material)) : undefined;
  }

  private object(field: Field, root: JsonObject, depth: number): Json {
    const properties = isJsonObject(field.schema['properties']) ? field.schema['properties'] : {};
    const required = new Set(
      Array.isArray(field.schema['required']) ? field.schema['required'].map(String) : [],
    );
    const object: Record<string, Json> = {};
    for (const [key, schema] of Object.entries(properties)) {
      const { schema: plain } = resolved(schema, root, this.schemas);
      const types = typesOf(plain);
      if (
        /^(confidence|certainty|sureness)$/i.test(key) &&
        (types.includes('number') || types.includes('integer'))
      ) {
        object[key] = 0;
        this.confidencePlaces.push({ object, key, schema: plain });
        continue;
      }
      if (depth >= MAX_DEPTH && !required.has(key)) continue;
      const value =
        depth > 4 * MAX_DEPTH ? null : this.value(schema, root, key, depth + 1, required.has(key));
      if (value !== undefined) object[key] = value;
      else if (required.has(key)) object[key] = null;
    }
    return object;
  }

  private list(field: Field, root: JsonObject, depth: number): Json[] {
    const { schema: items, root: home } = resolved(field.schema['items'] ?? {}, root, this.schemas);
    const max = Math.min(numberOf(field.schema, 'maxItems') ?? MAX_ITEMS, MAX_ITEMS);
    const min = numberOf(field.schema, 'minItems') ?? 0;
    let list = depth >= MAX_DEPTH ? [] : this.items(field, items, home, depth);
    if (field.schema['uniqueItems'] === true) list = unique(list);
    while (list.length < min && list.length < 100)
      list.push(this.value(items, home, field.name, depth + 1, true) ?? null);
    return list.slice(0, Math.max(max, min));
  }

  private items(field: Field, items: JsonObject, root: JsonObject, depth: number): Json[] {
    const options = optionsOf(items);
    if (options) return this.choices(options);
    const [type] = typesOf(items);
    if (type === 'object') return this.objects(field, items, root, depth);
    if (type === 'number' || type === 'integer')
      return amountsIn(this.material.text).map((found) => fitted(found.value.amount, items));
    if (type !== 'string') return [];
    const max = numberOf(items, 'maxLength') ?? 400;
    return textsFor(field, items, this.material).map((text) => text.slice(0, max));
  }

  private choices(options: readonly { option: Option; value: Json }[]): Json[] {
    const chosen = chooseAmong(
      options.map(({ option }) => option),
      this.material,
    );
    this.sureness.push(chosen.confidence);
    const top = chosen.scores[chosen.index] ?? 0;
    return options
      .filter(
        (_, i) =>
          i === chosen.index || ((chosen.scores[i] ?? 0) >= 2.5 && (chosen.scores[i] ?? 0) > 0.45 * top),
      )
      .map(({ value }) => value);
  }

  private objects(field: Field, items: JsonObject, root: JsonObject, depth: number): Json[] {
    const parts = partsFor(field, items, this.material);
    return parts.slice(0, MAX_ITEMS).map((part) => {
      const inner = new Filler(this.schemas, part);
      const value = inner.value(items, root, field.name, depth + 1, true) ?? null;
      this.sureness.push(inner.confidence());
      return inner.withConfidence(value);
    });
  }
}

/** A readable value for an identity nobody stated. */
function placeholderFor(field: Field): string | undefined {
  if (field.schema['pattern'] !== undefined) return undefined;
  switch (field.schema['format']) {
    case 'date':
      return '1970-01-01';
    case 'date-time':
      return '1970-01-01T00:00:00Z';
    case 'email':
      return 'unknown@example.invalid';
    case 'uri':
      return 'https://example.invalid/';
    default: {
      const isIdentity = isAbout(
        field,
        /(^|_)(name|id|number|reference|email|phone|address|company|vendor|supplier|code|currency|date)($|_)/,
      );
      const fits =
        (numberOf(field.schema, 'minLength') ?? 0) <= 7 && (numberOf(field.schema, 'maxLength') ?? 7) >= 7;
      return isIdentity && fits ? 'unknown' : undefined;
    }
  }
}

function nameOf(candidate: JsonObject, index: number): string {
  const properties = isJsonObject(candidate['properties']) ? Object.keys(candidate['properties']) : [];
  return [candidate['title'], ...properties].filter(Boolean).join(' ') || `shape ${index + 1}`;
}

function merged(schema: JsonObject, all: readonly Json[], root: JsonObject, schemas: Named): JsonObject {
  const { allOf: _all, ...base } = schema;
  const parts = [base, ...all.map((part) => resolved(part, root, schemas).schema)];
  const properties = Object.assign({}, ...parts.map((part) => part['properties'] ?? {})) as JsonObject;
  const required = [
    ...new Set(
      parts.flatMap((part) => (Array.isArray(part['required']) ? part['required'].map(String) : [])),
    ),
  ];
  return {
    ...(Object.assign({}, ...parts) as JsonObject),
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    ...(required.length > 0 ? { required } : {}),
  };
}

function unique(list: readonly Json[]): Json[] {
  const seen = new Set<string>();
  return list.filter((item) => !seen.has(JSON.stringify(item)) && seen.add(JSON.stringify(item)));
}

function bullets(text: string): string[] {
  return [...text.matchAll(/^\s*(?:[-*•]|\d+[.)])\s+(\S.*)$/gm)].map((match) => (match[1] ?? '').trim());
}

function textsFor(field: Field, items: JsonObject, material: Material): string[] {
  const { text, reading } = material;
  const stated = factFor(field, material);
  if (Array.isArray(stated)) return stated.filter((item: Json) => typeof item === 'string') as string[];
  if (items['format'] === 'email' || isAbout(field, /email/))
    return emailsIn(text).map((found) => found.value);
  if (items['format'] === 'date' || isAbout(field, /date/)) return datesIn(text).map((found) => found.value);
  if (isAbout(field, /tag|keyword|topic|label|theme/)) return keywords(reading, 5);
  if (isAbout(field, /name|people|person|participant|author|attendee|contact/))
    return unique(personsIn(text).map((found) => found.value)) as string[];
  if (isAbout(field, /compan|organi|vendor|supplier/))
    return unique(companiesIn(text).map((found) => found.value)) as string[];
  if (isAbout(field, /(^|_)(ids?|references?|orders?|invoices?|numbers?)($|_)/))
    return referencesIn(text).map((found) => found.value);
  if (isAbout(field, /question/))
    return reading.sentences.filter((sentence) => sentence.isQuestion).map((sentence) => sentence.text);
  const listed = bullets(text);
  if (listed.length > 0) return listed;
  if (isAbout(field, /action|task|todo|step|request|requirement|next|recommend/)) {
    const asked = requests(reading);
    if (asked.length > 0) return asked.map((sentence) => sentence.text);
  }
  return keySentences(reading, 3, stemsOf(`${field.name} ${field.description}`))
    .sort((a, b) => a.index - b.index)
    .map((sentence) => sentence.text);
}

/** The pieces of the material that each make one item: rows, listed lines, or lines with an amount. */
function partsFor(field: Field, items: JsonObject, material: Material): Material[] {
  const rows = material.rows.length > 0 ? material.rows : csvRows(material.text);
  if (rows.length > 0) return rows.map((row) => partFromRow(row, material));
  const listed = bullets(material.text);
  const wantsNumbers =
    isJsonObject(items['properties']) &&
    Object.values(items['properties']).some((one) =>
      typesOf(isJsonObject(one) ? one : {}).some((type) => type === 'number' || type === 'integer'),
    );
  const lines = listed.length > 0 ? listed : wantsNumbers ? itemLines(material.text) : [];
  if (lines.length > 0) return lines.map((line) => partFromText(line, material));
  return keySentences(material.reading, 3, stemsOf(field.name)).map((sentence) =>
    partFromText(sentence.text, material),
  );
}

function itemLines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .filter(
      (line) =>
        amountsIn(line).length > 0 &&
        /[A-Za-z]{3}/.test(line) &&
        !/\b(sub-?total|total|tax|vat|due|date|invoice|balance|amount|payment)\b/i.test(line),
    );
}

function partFromText(text: string, material: Material): Material {
  return { ...material, text, reading: read(text), facts: [], rows: [], results: [] };
}

function partFromRow(row: JsonObject, material: Material): Material {
  const facts = Object.entries(row).map(([key, value]) => ({ key, stems: stemsOf(key), value }));
  const text = facts
    .map((fact) => `${fact.key}: ${typeof fact.value === 'string' ? fact.value : JSON.stringify(fact.value)}`)
    .join('\n');
  return { ...material, text, reading: read(text), facts, rows: [], results: [] };
}
