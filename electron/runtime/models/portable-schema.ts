/** Schemas as model services take them: one document, named schemas as its own definitions. */
import { isJsonObject, type Json, type JsonObject } from '../../../shared/base/json';
import type { JsonSchema } from '../../../shared/spec/values';

type Named = Readonly<Record<string, JsonSchema>>;

/** The schema with every `#/schemas/<Name>` it needs moved into its `$defs`. */
export function portableSchema(schema: JsonSchema, schemas: Named): JsonObject {
  const root = isJsonObject(schema) ? schema : {};
  const defs: Record<string, Json> = {};
  const wanted: string[] = [];
  const body = rewrite(root, '', wanted) as JsonObject;
  for (let i = 0; i < wanted.length; i++) {
    const name = wanted[i] as string;
    if (Object.hasOwn(defs, name)) continue;
    const named = schemas[name];
    defs[name] = isJsonObject(named) ? hoisted(name, named, defs, wanted) : {};
  }
  const own = isJsonObject(body['$defs']) ? body['$defs'] : {};
  return Object.keys(defs).length === 0 ? body : { ...body, $defs: { ...own, ...defs } };
}

/** Definitions inside a named schema get its name in front, so that two of them cannot meet. */
function hoisted(name: string, schema: JsonObject, defs: Record<string, Json>, wanted: string[]): Json {
  const { $defs, ...rest } = rewrite(schema, `${name}__`, wanted) as JsonObject;
  if (isJsonObject($defs)) for (const [key, value] of Object.entries($defs)) defs[`${name}__${key}`] = value;
  return rest;
}

function rewrite(value: Json, prefix: string, wanted: string[]): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => rewrite(item, prefix, wanted));
  if (!isJsonObject(value)) return value;
  const copy: Record<string, Json> = {};
  for (const [key, member] of Object.entries(value)) {
    if (key === '$ref' && typeof member === 'string') copy[key] = moved(member, prefix, wanted);
    else
      copy[key] =
        key === 'enum' || key === 'const' || key === 'default' || key === 'examples'
          ? member
          : rewrite(member, prefix, wanted);
  }
  return copy;
}

function moved(ref: string, prefix: string, wanted: string[]): string {
  const named = /^#\/schemas\/([^/]+)(.*)$/.exec(ref);
  if (named?.[1]) {
    wanted.push(named[1]);
    return `#/$defs/${named[1]}${named[2] ?? ''}`;
  }
  if (prefix === '') return ref;
  return ref === '#' ? `#/$defs/${prefix.slice(0, -2)}` : ref.replace(/^#\/\$defs\//, `#/$defs/${prefix}`);
}
