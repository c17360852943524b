/** Keywords of JSON Schema that judge the items of a list. */
import { below, type Check, Misses } from './schema-check';
import { countOf, invalidSchema, type Site, subschema, subschemas, withRecord } from './schema-site';
import { identityOf } from './schema-values';

type ListCheck = (
  value: readonly unknown[],
  ...rest: Parameters<Check> extends [unknown, ...infer R] ? R : never
) => boolean;

export function arrayKeywords(site: Site): Check[] {
  const checks = [counts(site), items(site), contains(site), unique(site)].filter(
    (check) => check !== undefined,
  );
  return checks.map(
    (check) => (value, place, misses, seen) => !Array.isArray(value) || check(value, place, misses, seen),
  );
}

function counts(site: Site): ListCheck | undefined {
  const min = countOf(site, 'minItems');
  const max = countOf(site, 'maxItems');
  if (min === undefined && max === undefined) return undefined;
  return (value, place, misses) => {
    if (min !== undefined && value.length < min)
      misses.add(place, `must have at least ${min} item${min === 1 ? '' : 's'}`);
    if (max !== undefined && value.length > max)
      misses.add(place, `must have at most ${max} item${max === 1 ? '' : 's'}`);
    return (min === undefined || value.length >= min) && (max === undefined || value.length <= max);
  };
}

function items(site: Site): ListCheck | undefined {
  if (Array.isArray(site.schema['items'])) {
    throw invalidSchema(
      `${site.at}/items`,
      'items is one schema; a list of schemas belongs into prefixItems.',
    );
  }
  const prefix = subschemas(site, 'prefixItems') ?? [];
  const rest = subschema(site, 'items');
  if (prefix.length === 0 && !rest) return undefined;
  return (value, place, misses, seen) => {
    let fits = true;
    const end = rest ? value.length : Math.min(prefix.length, value.length);
    for (let i = 0; i < end; i++) {
      const check = prefix[i] ?? rest;
      if (check && !check(value[i], below(place, i), misses, undefined)) fits = false;
    }
    if (seen) seen.items = Math.max(seen.items, end);
    return fits;
  };
}

function contains(site: Site): ListCheck | undefined {
  const check = subschema(site, 'contains');
  if (!check) return undefined;
  const min = countOf(site, 'minContains') ?? 1;
  const max = countOf(site, 'maxContains');
  return (value, place, misses, seen) => {
    let found = 0;
    value.forEach((item, i) => {
      if (!check(item, below(place, i), new Misses(), undefined)) return;
      found++;
      seen?.itemSet.add(i);
    });
    if (found >= min && (max === undefined || found <= max)) return true;
    misses.add(
      place,
      found < min
        ? `must have at least ${min} matching item${min === 1 ? '' : 's'}`
        : `must have at most ${String(max)} matching items`,
    );
    return false;
  };
}

function unique({ schema }: Site): ListCheck | undefined {
  if (schema['uniqueItems'] !== true) return undefined;
  return (value, place, misses) => {
    const first = new Map<string, number>();
    for (const [i, item] of value.entries()) {
      const key = identityOf(item);
      const before = first.get(key);
      if (before !== undefined) {
        misses.add(below(place, i), `repeats item ${before}`);
        return false;
      }
      first.set(key, i);
    }
    return true;
  };
}

/** Runs everything else with a record of what it looked at, then judges the items left. */
export function unevaluatedItems(site: Site, others: readonly Check[]): Check | undefined {
  const rest = subschema(site, 'unevaluatedItems');
  if (!rest) return undefined;
  return withRecord(others, (value, place, misses, looked) => {
    if (!Array.isArray(value)) return true;
    let fits = true;
    for (let i = looked.items; i < value.length; i++) {
      if (looked.itemSet.has(i)) continue;
      if (!rest(value[i], below(place, i), misses, undefined)) fits = false;
    }
    looked.items = value.length;
    return fits;
  });
}
