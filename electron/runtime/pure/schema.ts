/**
 * JSON Schema 2020-12 without `$dynamicRef`, interpreted (never turned into code): schemas come from strangers' files.
 * Verdicts are those of @cfworker/json-schema, which tests compare against; formats are its own. What differs on purpose:
 *
 * S1. `pattern` runs on a linear engine.
 * S2. `$ref` knows only `#/schemas/<Name>`, `#/$defs/…` and `#` of the schema it stands in.
 * S3. A value nested deeper than 64 levels never fits.
 */
import { isJsonObject } from '../../../shared/base/json';
import type { CompiledSchema, SchemaMiss } from '../../../shared/ports/pure';
import type { JsonSchema } from '../../../shared/spec/values';
import { type Check, MAX_INSTANCE_DEPTH, Misses } from './schema-check';
import { compileKeywords } from './schema-keywords';
import { type Home, invalidSchema, type SchemaCompiler } from './schema-site';

type Named = Readonly<Record<string, JsonSchema>>;

const NO_NAMES: Named = Object.freeze({});
const FITS: readonly SchemaMiss[] = Object.freeze([]);
const cache = new WeakMap<object, WeakMap<object, CompiledSchema>>();

/** @throws AppError `spec/invalid`. Cached by the identity of both arguments. */
export function compileSchema(schema: JsonSchema, schemas: Named = NO_NAMES): CompiledSchema {
  if (typeof schema === 'boolean') return schema ? { check: checkAnything } : { check: checkNothing };
  let byNames = cache.get(schema);
  if (!byNames) cache.set(schema, (byNames = new WeakMap()));
  const known = byNames.get(schemas);
  if (known) return known;
  const made = compile(schema, schemas);
  byNames.set(schemas, made);
  return made;
}

function checkAnything(value: unknown): readonly SchemaMiss[] {
  return value === undefined ? [{ pointer: '', message: 'The value is missing' }] : FITS;
}

function checkNothing(): readonly SchemaMiss[] {
  return [{ pointer: '', message: 'The value is not allowed here' }];
}

function compile(schema: JsonSchema, schemas: Named): CompiledSchema {
  const check = new Compiler(schemas).compileRoot(schema, '');
  return {
    check(value) {
      if (value === undefined) return checkAnything(value);
      const misses = new Misses();
      return check(value, undefined, misses, undefined) ? FITS : misses.list;
    },
  };
}

class Compiler implements SchemaCompiler {
  private readonly made = new Map<object, Check>();

  constructor(private readonly schemas: Named) {}

  compileRoot(root: JsonSchema, at: string): Check {
    const check = this.compile(root, { root, at }, at);
    refuseEndless(root, { root, at }, (ref, home) => this.resolve(ref, home));
    return check;
  }

  compile(schema: unknown, home: Home, at: string): Check {
    if (schema === true) return () => true;
    if (schema === false) return refuseAll;
    if (!isJsonObject(schema)) throw invalidSchema(at, 'A schema is an object, true or false.');
    const known = this.made.get(schema);
    if (known) return known;
    const holder: { check?: Check } = {};
    // a recursive schema meets itself while it is being compiled
    this.made.set(schema, (value, place, misses, seen) =>
      (holder.check as Check)(value, place, misses, seen),
    );
    holder.check = limitDepth(compileKeywords(schema, home, at, this));
    this.made.set(schema, holder.check);
    return holder.check;
  }

  compileRef(ref: unknown, home: Home, at: string): Check {
    if (typeof ref !== 'string') throw invalidSchema(at, 'A $ref is a text.');
    const target = this.resolve(ref, home);
    if (!target) {
      throw invalidSchema(
        at,
        `The $ref "${ref}" points to nothing. It can name #/schemas/<Name> or a place in the schema's own #/$defs.`,
      );
    }
    return this.compile(target.schema, target.home, target.at);
  }

  private resolve(ref: string, home: Home): { schema: unknown; home: Home; at: string } | undefined {
    if (ref === '#') return { schema: home.root, home, at: home.at };
    const parts = ref.startsWith('#/') ? ref.slice(2).split('/').map(unescapePart) : [];
    if (parts[0] === 'schemas' && parts[1] !== undefined && Object.hasOwn(this.schemas, parts[1])) {
      const root = this.schemas[parts[1]] as JsonSchema;
      const inner = { root, at: `/schemas/${parts[1]}` };
      return locate(inner, parts.slice(2));
    }
    return parts[0] === '$defs' && parts.length > 1 ? locate(home, parts) : undefined;
  }
}

function locate(
  home: Home,
  parts: readonly string[],
): { schema: unknown; home: Home; at: string } | undefined {
  let schema: unknown = home.root;
  for (const part of parts) {
    if (typeof schema !== 'object' || schema === null || !Object.hasOwn(schema, part)) return undefined;
    schema = (schema as Record<string, unknown>)[part];
  }
  return { schema, home, at: [home.at, ...parts].join('/') };
}

function unescapePart(part: string): string {
  const plain = part.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain; // a stray % is a plain character
  }
}

const refuseAll: Check = (_value, place, misses) => {
  misses.add(place, 'is not allowed here');
  return false;
};

function limitDepth(check: Check): Check {
  return (value, place, misses, seen) => {
    if (place !== undefined && place.depth > MAX_INSTANCE_DEPTH) {
      misses.add(place, `nests deeper than ${MAX_INSTANCE_DEPTH} levels`);
      return false;
    }
    return check(value, place, misses, seen);
  };
}

const IN_PLACE_LISTS = ['allOf', 'anyOf', 'oneOf'] as const;
const IN_PLACE = ['not', 'if', 'then', 'else'] as const;
type Resolve = (ref: string, home: Home) => { schema: unknown; home: Home; at: string } | undefined;

/** A schema that leads back to itself without going into the value would never come to an end. */
function refuseEndless(root: unknown, home: Home, resolve: Resolve): void {
  const done = new Set<unknown>();
  const visitAll = (schema: unknown, from: Home, trail: ReadonlySet<unknown>): void => {
    if (!isJsonObject(schema) || done.has(schema)) return;
    if (trail.has(schema))
      throw invalidSchema(from.at, 'A schema refers to itself in a circle that never looks at the value.');
    const next = new Set(trail).add(schema);
    for (const key of IN_PLACE) visitAll(schema[key], from, next);
    for (const key of IN_PLACE_LISTS) {
      const list = schema[key];
      if (Array.isArray(list)) for (const one of list) visitAll(one, from, next);
    }
    const dependent = schema['dependentSchemas'];
    if (isJsonObject(dependent)) for (const one of Object.values(dependent)) visitAll(one, from, next);
    const target = typeof schema['$ref'] === 'string' ? resolve(schema['$ref'], from) : undefined;
    if (target) visitAll(target.schema, target.home, next);
    done.add(schema);
    for (const child of childSchemas(schema)) visitAll(child, from, new Set());
  };
  visitAll(root, home, new Set());
}

function childSchemas(schema: Readonly<Record<string, unknown>>): unknown[] {
  const children: unknown[] = [];
  for (const key of [
    'items',
    'contains',
    'additionalProperties',
    'propertyNames',
    'unevaluatedProperties',
    'unevaluatedItems',
  ]) {
    children.push(schema[key]);
  }
  for (const key of ['properties', 'patternProperties', '$defs']) {
    const map = schema[key];
    if (isJsonObject(map)) children.push(...Object.values(map));
  }
  if (Array.isArray(schema['prefixItems'])) children.push(...(schema['prefixItems'] as unknown[]));
  return children;
}
