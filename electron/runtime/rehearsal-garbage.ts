/** What a broken other side answers: something of another shape, for the engine's own check to refuse. */
import { isJsonObject, type Json } from '../../shared/base/json';
import type { Call } from '../../shared/ports/calls';
import type { JsonSchema } from '../../shared/spec/values';

const NONSENSE = 'not what was asked for';
/** One value of each type, none of which is likely to be wanted. */
const WRONG: readonly (readonly [types: readonly string[], value: Json])[] = [
  [['string'], NONSENSE],
  [['object'], { garbage: NONSENSE }],
  [['number', 'integer'], 0.5],
  [['boolean'], false],
  [['array'], [NONSENSE]],
  [['null'], null],
];

/** Undefined where nothing is declared that garbage could miss. */
export function garbageFor(call: Call): Json | undefined {
  if (call.type === 'model') return call.output === undefined ? undefined : NONSENSE;
  const types = typesOf(call.type === 'tool' ? call.tool.output : call.output, call.schemas);
  if (types.length === 0) return undefined;
  return WRONG.find(([own]) => own.every((type) => !types.includes(type)))?.[1];
}

/** The types a schema allows, as far as it says so itself or by one reference. */
function typesOf(
  schema: JsonSchema | undefined,
  schemas: Readonly<Record<string, JsonSchema>>,
): readonly string[] {
  if (!isJsonObject(schema)) return [];
  const { $ref, type } = schema;
  if (type !== undefined) return (Array.isArray(type) ? type : [type]).map(String);
  if (typeof $ref !== 'string') return [];
  const named = schemas[$ref.slice('#/schemas/'.length)];
  return isJsonObject(named) && named['$ref'] === undefined ? typesOf(named, schemas) : [];
}
