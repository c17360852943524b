/**
 * A small check of values while a person types. The engine's own check is the one that counts; this one only says early
 * what it would say. Patterns and formats are left to the engine: a stranger's regular expression must not run here.
 */
import { isJsonObject, type Json, jsonEquals, type JsonObject } from '../../shared/base/json';
import { escapePointerToken } from '../../shared/base/json-pointer';
import { t } from '../i18n/t';
import { choicesOf, propertiesOf, requiredOf, resolve, type Schemas } from './json-schema';

export interface Miss {
  /** JSON Pointer into the value. */
  readonly pointer: string;
  readonly message: string;
}

const MAX_DEPTH = 16;
const MAX_MISSES = 50;

/** Everything that does not fit; empty when the value seems right. */
export function checkValue(schema: unknown, value: Json | undefined, schemas: Schemas = {}): readonly Miss[] {
  const misses: Miss[] = [];
  check(schema, value, '', { schemas, root: schema, misses }, 0);
  return misses;
}

interface Check {
  readonly schemas: Schemas;
  readonly root: unknown;
  readonly misses: Miss[];
}

function check(schema: unknown, value: Json | undefined, pointer: string, at: Check, depth: number): void {
  if (depth > MAX_DEPTH || at.misses.length >= MAX_MISSES) return;
  const plain = resolve(schema, at.schemas, at.root);
  const miss = (message: string) => void at.misses.push({ pointer, message });
  if (value === undefined) {
    if (pointer === '' && Object.keys(plain).length > 0) miss(t('forms.miss.required'));
    return;
  }
  const types = typesOf(plain);
  if (types && !types.some((type) => isOfType(type, value)))
    return miss(t('forms.miss.type', { type: typeWords(types) }));
  const choices = choicesOf(plain);
  if (choices && !choices.some((choice) => jsonEquals(choice, value))) return miss(t('forms.miss.enum'));
  if (plain['const'] !== undefined && !jsonEquals(plain['const'], value))
    miss(t('forms.miss.const', { value: JSON.stringify(plain['const']) }));
  if (typeof value === 'number') checkNumber(plain, value, miss);
  if (typeof value === 'string') checkText(plain, value, miss);
  if (Array.isArray(value)) checkList(plain, value, pointer, at, depth);
  else if (isJsonObject(value)) checkObject(plain, value, pointer, at, depth);
}

function typesOf(schema: JsonObject): readonly string[] | undefined {
  const type = schema['type'];
  if (typeof type === 'string') return [type];
  return Array.isArray(type) ? type.filter((name): name is string => typeof name === 'string') : undefined;
}

function isOfType(type: string, value: Json): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

const TYPE_WORDS = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'] as const;

function typeWords(types: readonly string[]): string {
  const words = types.map((type) => {
    const known = TYPE_WORDS.find((name) => name === type);
    return known ? t(`forms.type.${known}`) : type;
  });
  return words.join(t('forms.or'));
}

function checkNumber(schema: JsonObject, value: number, miss: (message: string) => void): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (typeof minimum === 'number' && value < minimum) miss(t('forms.miss.minimum', { limit: minimum }));
  if (typeof maximum === 'number' && value > maximum) miss(t('forms.miss.maximum', { limit: maximum }));
  if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum)
    miss(t('forms.miss.above', { limit: exclusiveMinimum }));
  if (typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum)
    miss(t('forms.miss.below', { limit: exclusiveMaximum }));
  if (
    typeof multipleOf === 'number' &&
    multipleOf > 0 &&
    Math.abs(value / multipleOf - Math.round(value / multipleOf)) > 1e-9
  ) {
    miss(t('forms.miss.multiple', { limit: multipleOf }));
  }
}

function checkText(schema: JsonObject, value: string, miss: (message: string) => void): void {
  const { minLength, maxLength } = schema;
  const { length } = [...value];
  if (typeof minLength === 'number' && length < minLength)
    miss(t('forms.miss.minLength', { limit: minLength }));
  if (typeof maxLength === 'number' && length > maxLength)
    miss(t('forms.miss.maxLength', { limit: maxLength, length }));
}

function checkList(
  schema: JsonObject,
  value: readonly Json[],
  pointer: string,
  at: Check,
  depth: number,
): void {
  const { minItems, maxItems, items } = schema;
  if (typeof minItems === 'number' && value.length < minItems)
    at.misses.push({ pointer, message: t('forms.miss.minItems', { limit: minItems }) });
  if (typeof maxItems === 'number' && value.length > maxItems)
    at.misses.push({ pointer, message: t('forms.miss.maxItems', { limit: maxItems }) });
  if (items === undefined) return;
  value.forEach((item, i) => check(items, item, `${pointer}/${i}`, at, depth + 1));
}

function checkObject(schema: JsonObject, value: JsonObject, pointer: string, at: Check, depth: number): void {
  for (const name of requiredOf(schema)) {
    if (!Object.hasOwn(value, name))
      at.misses.push({
        pointer: `${pointer}/${escapePointerToken(name)}`,
        message: t('forms.miss.required'),
      });
  }
  const properties = propertiesOf(schema);
  for (const [name, inner] of properties) {
    if (Object.hasOwn(value, name))
      check(inner, value[name], `${pointer}/${escapePointerToken(name)}`, at, depth + 1);
  }
  if (schema['additionalProperties'] !== false) return;
  const known = new Set(properties.map(([name]) => name));
  for (const name of Object.keys(value)) {
    if (!known.has(name))
      at.misses.push({ pointer: `${pointer}/${escapePointerToken(name)}`, message: t('forms.miss.unknown') });
  }
}

/** Misses the main side named in the details of a refusal; those it only wrote into the sentence stay there. */
export function missesOfError(error: unknown): readonly Miss[] {
  const details = (error as { details?: unknown } | null)?.details;
  const list = isJsonObject(details) ? details['misses'] : undefined;
  if (!Array.isArray(list)) return [];
  return list.filter(
    (miss): miss is Miss =>
      isJsonObject(miss) && typeof miss['pointer'] === 'string' && typeof miss['message'] === 'string',
  );
}
