/** Keywords of JSON Schema that judge the members of an object. */
import { isJsonObject, type JsonObject } from '../../../shared/base/json';
import { below, type Check, Misses } from './schema-check';
import { countOf, invalidSchema, regexOf, type Site, subschema, withRecord } from './schema-site';

type ObjectCheck = (
  value: JsonObject,
  ...rest: Parameters<Check> extends [unknown, ...infer R] ? R : never
) => boolean;

export function objectKeywords(site: Site): Check[] {
  const checks = [counts(site), required(site), names(site), dependents(site), members(site)].filter(
    (check) => check !== undefined,
  );
  return checks.map(
    (check) => (value, place, misses, seen) => !isJsonObject(value) || check(value, place, misses, seen),
  );
}

function counts(site: Site): ObjectCheck | undefined {
  const min = countOf(site, 'minProperties');
  const max = countOf(site, 'maxProperties');
  if (min === undefined && max === undefined) return undefined;
  return (value, place, misses) => {
    const count = Object.keys(value).length;
    if (min !== undefined && count < min) misses.add(place, `must have at least ${min} members`);
    if (max !== undefined && count > max) misses.add(place, `must have at most ${max} members`);
    return (min === undefined || count >= min) && (max === undefined || count <= max);
  };
}

function textList(value: unknown, at: string): string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw invalidSchema(at, 'This must be a list of names.');
  return value;
}

function required({ schema, at }: Site): ObjectCheck | undefined {
  if (schema['required'] === undefined) return undefined;
  const keys = textList(schema['required'], `${at}/required`);
  return (value, place, misses) => {
    let fits = true;
    for (const key of keys) {
      if (Object.hasOwn(value, key) && value[key] !== undefined) continue;
      misses.add(below(place, key), 'is missing');
      fits = false;
    }
    return fits;
  };
}

function names(site: Site): ObjectCheck | undefined {
  const check = subschema(site, 'propertyNames');
  if (!check) return undefined;
  return (value, place, misses) => {
    let fits = true;
    for (const key of Object.keys(value)) {
      if (check(key, undefined, new Misses(), undefined)) continue;
      misses.add(below(place, key), 'has a name that is not allowed');
      fits = false;
    }
    return fits;
  };
}

function mapOf(site: Site, key: string): [string, unknown][] {
  const map = site.schema[key];
  if (map === undefined) return [];
  if (!isJsonObject(map)) throw invalidSchema(`${site.at}/${key}`, `${key} is an object.`);
  return Object.entries(map);
}

function dependents(site: Site): ObjectCheck | undefined {
  const needs = mapOf(site, 'dependentRequired').map(
    ([key, list]) => [key, textList(list, `${site.at}/dependentRequired/${key}`)] as const,
  );
  const shapes = mapOf(site, 'dependentSchemas').map(
    ([key, schema]) =>
      [key, site.compiler.compile(schema, site.home, `${site.at}/dependentSchemas/${key}`)] as const,
  );
  if (needs.length === 0 && shapes.length === 0) return undefined;
  return (value, place, misses, seen) => {
    let fits = true;
    for (const [key, wanted] of needs) {
      if (!Object.hasOwn(value, key)) continue;
      for (const other of wanted) {
        if (Object.hasOwn(value, other)) continue;
        misses.add(below(place, other), `is missing, it goes with ${key}`);
        fits = false;
      }
    }
    for (const [key, check] of shapes)
      if (Object.hasOwn(value, key) && !check(value, place, misses, seen)) fits = false;
    return fits;
  };
}

/** `properties`, `patternProperties`, `additionalProperties`, then `unevaluatedProperties` for what is left. */
function members(site: Site): ObjectCheck | undefined {
  const known = new Map(
    mapOf(site, 'properties').map(([key, schema]) => [
      key,
      site.compiler.compile(schema, site.home, `${site.at}/properties/${key}`),
    ]),
  );
  const patterns = mapOf(site, 'patternProperties').map(([pattern, schema]) => {
    const at = `${site.at}/patternProperties/${pattern}`;
    return {
      regex: regexOf(pattern, at),
      check: site.compiler.compile(schema, site.home, at),
    };
  });
  const additional = subschema(site, 'additionalProperties');
  if (known.size === 0 && patterns.length === 0 && !additional) return undefined;
  return (value, place, misses, seen) => {
    let fits = true;
    for (const key of Object.keys(value)) {
      const member: unknown = value[key];
      if (member === undefined) continue;
      const checks: Check[] = [];
      const own = known.get(key);
      if (own) checks.push(own);
      for (const { regex, check } of patterns) if (regex.occursIn(key)) checks.push(check);
      if (checks.length === 0 && additional) checks.push(additional);
      if (checks.length === 0) continue;
      seen?.keys.add(key);
      for (const check of checks) if (!check(member, below(place, key), misses, undefined)) fits = false;
    }
    return fits;
  };
}

/** Runs everything else with a record of what it looked at, then judges the rest. */
export function unevaluatedProperties(site: Site, others: readonly Check[]): Check | undefined {
  const rest = subschema(site, 'unevaluatedProperties');
  if (!rest) return undefined;
  return withRecord(others, (value, place, misses, looked) => {
    if (!isJsonObject(value)) return true;
    let fits = true;
    for (const key of Object.keys(value)) {
      if (looked.keys.has(key)) continue;
      looked.keys.add(key);
      if (!rest(value[key], below(place, key), misses, undefined)) fits = false;
    }
    return fits;
  });
}
