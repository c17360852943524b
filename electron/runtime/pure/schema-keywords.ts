/** One checker per keyword of JSON Schema; a schema is the list of those it uses. */
import { format as formats } from '@cfworker/json-schema';
import type { JsonObject } from '../../../shared/base/json';
import { arrayKeywords, unevaluatedItems } from './schema-arrays';
import { type Check, mergeSeen, Misses, nothingSeen } from './schema-check';
import { objectKeywords, unevaluatedProperties } from './schema-objects';
import {
  countOf,
  type Home,
  invalidSchema,
  regexOf,
  type SchemaCompiler,
  type Site,
  subschema,
  subschemas,
} from './schema-site';
import { characters, identityOf, isMultipleOf, show, showChoices, typeOf } from './schema-values';

const MAX_FORMAT_LENGTH = 8192;
const TYPES: ReadonlySet<unknown> = new Set([
  'null',
  'boolean',
  'number',
  'integer',
  'string',
  'array',
  'object',
]);
const A_TYPE: Readonly<Record<string, string>> = {
  null: 'null',
  boolean: 'true or false',
  number: 'a number',
  integer: 'a whole number',
  string: 'a text',
  array: 'a list',
  object: 'an object',
};

export function compileKeywords(schema: JsonObject, home: Home, at: string, compiler: SchemaCompiler): Check {
  const site: Site = { schema, home, at, compiler };
  const checks: Check[] = [];
  for (const make of [typeCheck, constCheck, enumCheck, numberCheck, stringCheck]) {
    const check = make(site);
    if (check) checks.push(check);
  }
  checks.push(...inPlace(site), ...objectKeywords(site), ...arrayKeywords(site));
  for (const key of ['$dynamicRef', '$recursiveRef']) {
    if (key in schema) throw invalidSchema(`${at}/${key}`, `${key} is not supported.`);
  }
  const members = unevaluatedProperties(site, checks);
  const withMembers = members ? [members] : checks;
  const items = unevaluatedItems(site, withMembers);
  return together(items ? [items] : withMembers);
}

function together(checks: readonly Check[]): Check {
  const [only] = checks;
  if (checks.length === 1 && only) return only;
  return (value, place, misses, seen) => {
    let fits = true;
    for (const check of checks) if (!check(value, place, misses, seen)) fits = false;
    return fits;
  };
}

function typeCheck({ schema, at }: Site): Check | undefined {
  const { type } = schema;
  if (type === undefined) return undefined;
  const names: readonly unknown[] = Array.isArray(type) ? type : [type];
  if (names.length === 0 || !names.every((name) => TYPES.has(name))) {
    throw invalidSchema(`${at}/type`, `${show(type)} is no type of JSON Schema.`);
  }
  const says = `must be ${names.map((name) => A_TYPE[String(name)]).join(' or ')}`;
  const allowed = new Set(names);
  return (value, place, misses) => {
    const actual = typeOf(value);
    if (allowed.has(actual) || (actual === 'number' && allowed.has('integer') && Number.isInteger(value)))
      return true;
    misses.add(place, says);
    return false;
  };
}

function constCheck({ schema }: Site): Check | undefined {
  if (schema['const'] === undefined) return undefined;
  const wanted = identityOf(schema['const']);
  const says = `must be ${JSON.stringify(schema['const']).slice(0, 200)}`;
  return (value, place, misses) => {
    if (identityOf(value) === wanted) return true;
    misses.add(place, says);
    return false;
  };
}

function enumCheck({ schema, at }: Site): Check | undefined {
  const choices = schema['enum'];
  if (choices === undefined) return undefined;
  if (!Array.isArray(choices)) throw invalidSchema(`${at}/enum`, 'enum is a list of values.');
  const plain = new Set<unknown>(choices.filter((choice) => typeof choice !== 'object' || choice === null));
  const structures = new Set(
    choices.filter((choice) => typeof choice === 'object' && choice !== null).map(identityOf),
  );
  const says =
    choices.length === 1 ? `must be ${showChoices(choices)}` : `must be one of ${showChoices(choices)}`;
  return (value, place, misses) => {
    const fits =
      typeof value === 'object' && value !== null
        ? structures.size > 0 && structures.has(identityOf(value))
        : plain.has(value);
    if (!fits) misses.add(place, says);
    return fits;
  };
}

type NumberRule = readonly [key: string, fits: (value: number, limit: number) => boolean, says: string];
const NUMBER_RULES: readonly NumberRule[] = [
  ['minimum', (value, limit) => value >= limit, 'must be at least'],
  ['maximum', (value, limit) => value <= limit, 'must be at most'],
  ['exclusiveMinimum', (value, limit) => value > limit, 'must be more than'],
  ['exclusiveMaximum', (value, limit) => value < limit, 'must be less than'],
  ['multipleOf', isMultipleOf, 'must be a multiple of'],
];

function numberCheck({ schema, at }: Site): Check | undefined {
  const rules = NUMBER_RULES.filter(([key]) => schema[key] !== undefined).map(([key, fits, says]) => {
    const limit = schema[key];
    if (typeof limit !== 'number' || (key === 'multipleOf' && limit <= 0))
      throw invalidSchema(`${at}/${key}`, `${key} is a number${key === 'multipleOf' ? ' above 0' : ''}.`);
    return { fits, limit, says: `${says} ${limit}` };
  });
  if (rules.length === 0) return undefined;
  return (value, place, misses) => {
    if (typeof value !== 'number') return true;
    const missed = rules.filter((rule) => !rule.fits(value, rule.limit));
    for (const rule of missed) misses.add(place, rule.says);
    return missed.length === 0;
  };
}

function stringCheck(site: Site): Check | undefined {
  const { schema, at } = site;
  const min = countOf(site, 'minLength');
  const max = countOf(site, 'maxLength');
  const pattern = schema['pattern'] === undefined ? undefined : regexOf(schema['pattern'], `${at}/pattern`);
  const name = schema['format'];
  const format = typeof name === 'string' && Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (min === undefined && max === undefined && !pattern && !format) return undefined;
  return (value, place, misses) => {
    if (typeof value !== 'string') return true;
    const says: string[] = [];
    const length = min === undefined && max === undefined ? 0 : characters(value);
    if (min !== undefined && length < min)
      says.push(min === 1 ? 'must not be empty' : `must have at least ${min} characters`);
    if (max !== undefined && length > max) says.push(`must have at most ${max} characters`);
    if (pattern && !pattern.occursIn(value)) says.push(`must match the pattern ${String(schema['pattern'])}`);
    if (format && (value.length > MAX_FORMAT_LENGTH || !format(value)))
      says.push(`must be a valid ${String(name)}`);
    for (const text of says) misses.add(place, text);
    return says.length === 0;
  };
}

/** Keywords that judge the same value by other schemas. */
function inPlace(site: Site): Check[] {
  const { schema, home, at, compiler } = site;
  const checks: Check[] = [];
  if (schema['$ref'] !== undefined) checks.push(compiler.compileRef(schema['$ref'], home, `${at}/$ref`));
  const all = subschemas(site, 'allOf');
  if (all)
    checks.push((value, place, misses, seen) =>
      all.map((check) => check(value, place, misses, seen)).every(Boolean),
    );
  const any = subschemas(site, 'anyOf');
  if (any) checks.push(anyOf(any));
  const one = subschemas(site, 'oneOf');
  if (one) checks.push(oneOf(one));
  const not = subschema(site, 'not');
  if (not) checks.push(negation(not));
  const condition = subschema(site, 'if');
  const consequent = subschema(site, 'then');
  const alternative = subschema(site, 'else');
  if (condition) checks.push(conditional(condition, consequent, alternative));
  return checks;
}

function anyOf(checks: readonly Check[]): Check {
  return (value, place, misses, seen) => {
    let fits = false;
    let nearest: Misses | undefined;
    for (const check of checks) {
      const own = new Misses();
      const looked = seen && nothingSeen();
      if (check(value, place, own, looked)) {
        fits = true;
        if (!seen) return true;
        mergeSeen(seen, looked ?? nothingSeen());
      } else if (!nearest || own.list.length < nearest.list.length) nearest = own;
    }
    if (!fits)
      misses.add(
        place,
        `fits none of the ${checks.length} allowed shapes; nearest: ${nearest?.list[0]?.message ?? 'none'}`,
      );
    return fits;
  };
}

function oneOf(checks: readonly Check[]): Check {
  return (value, place, misses, seen) => {
    let count = 0;
    let nearest: Misses | undefined;
    for (const check of checks) {
      const own = new Misses();
      const looked = seen && nothingSeen();
      if (check(value, place, own, looked)) {
        count++;
        if (seen && looked) mergeSeen(seen, looked);
      } else if (!nearest || own.list.length < nearest.list.length) nearest = own;
    }
    if (count === 1) return true;
    if (count === 0)
      misses.add(
        place,
        `fits none of the ${checks.length} allowed shapes; nearest: ${nearest?.list[0]?.message ?? 'none'}`,
      );
    else misses.add(place, `fits ${count} of the allowed shapes, but must fit exactly one`);
    return false;
  };
}

function negation(check: Check): Check {
  return (value, place, misses) => {
    if (!check(value, place, new Misses(), undefined)) return true;
    misses.add(place, 'has a shape that is not allowed');
    return false;
  };
}

function conditional(condition: Check, consequent: Check | undefined, alternative: Check | undefined): Check {
  return (value, place, misses, seen) => {
    const looked = seen && nothingSeen();
    if (condition(value, place, new Misses(), looked)) {
      if (seen && looked) mergeSeen(seen, looked);
      return consequent ? consequent(value, place, misses, seen) : true;
    }
    return alternative ? alternative(value, place, misses, seen) : true;
  };
}
