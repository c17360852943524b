/** Small readings of JSON Schemas that need no validator. */
import { escapePointerToken } from '../base/json-pointer';
import { isRecord } from './schema-walk';

type Members = Readonly<Record<string, unknown>>;

/** Keywords whose value is data, not a schema: nothing in them is a reference or a pattern. */
const DATA = new Set(['const', 'enum', 'default', 'examples', 'required', 'type', 'title', 'description']);
/** Keywords that hold schemas by a name of the author's choosing. */
const BY_NAME = new Set(['properties', 'patternProperties', '$defs', 'dependentSchemas']);

export interface Keyword {
  readonly pointer: string;
  readonly keyword: string;
  readonly value: unknown;
}

/** Every keyword of a schema and of the schemas inside it. The document is within limits, so recursion is safe. */
export function* keywordsOf(schema: unknown, pointer: string): Generator<Keyword> {
  if (!isRecord(schema)) return;
  for (const [keyword, value] of Object.entries(schema)) {
    const at = `${pointer}/${escapePointerToken(keyword)}`;
    yield { pointer: at, keyword, value };
    if (DATA.has(keyword)) continue;
    if (BY_NAME.has(keyword) && isRecord(value)) {
      for (const [name, inner] of Object.entries(value))
        yield* keywordsOf(inner, `${at}/${escapePointerToken(name)}`);
    } else if (Array.isArray(value)) {
      for (const [i, inner] of value.entries()) yield* keywordsOf(inner, `${at}/${i}`);
    } else {
      yield* keywordsOf(value, at);
    }
  }
}

/** The name in `#/schemas/<Name>`. */
export function schemaName(ref: string): string | undefined {
  const match = /^#\/schemas\/([^/]+)$/.exec(ref);
  return match?.[1];
}

/** The schema itself, or what its `$ref` names; undefined when that cannot be told. */
export function resolveSchema(schema: unknown, named: ReadonlyMap<string, unknown>): Members | undefined {
  let current = schema;
  for (let hops = 0; hops < 16; hops++) {
    if (!isRecord(current)) return undefined;
    const ref = current['$ref'];
    if (ref === undefined) return current;
    const name = typeof ref === 'string' ? schemaName(ref) : undefined;
    if (name === undefined) return undefined;
    current = named.get(name);
  }
  return undefined;
}

/** The members a schema describes, by name; undefined when it says nothing about members. */
export function propertiesOf(schema: Members): Members | undefined {
  const properties = schema['properties'];
  return isRecord(properties) ? properties : undefined;
}

/** The names a value must have. */
export function requiredOf(schema: Members): string[] {
  const required = schema['required'];
  return Array.isArray(required) ? required.filter((name): name is string => typeof name === 'string') : [];
}

/** The JSON types a schema allows, or undefined when it does not say. `integer` also counts as `number`. */
export function typesOf(schema: Members): ReadonlySet<string> | undefined {
  const type = schema['type'];
  const list = typeof type === 'string' ? [type] : type;
  if (!Array.isArray(list)) return undefined;
  const types = new Set(list.filter((name): name is string => typeof name === 'string'));
  return types.size > 0 ? types : undefined;
}

/** True when no value can be of both. */
export function typesExclude(a: Members, b: Members): boolean {
  const left = typesOf(a);
  const right = typesOf(b);
  if (!left || !right) return false;
  const wide = (types: ReadonlySet<string>) =>
    new Set([...types].map((type) => (type === 'integer' ? 'number' : type)));
  const others = wide(right);
  return [...wide(left)].every((type) => !others.has(type));
}
