/** The shape of an example: what a person pastes instead of describing every field. */
import { isJsonObject, type Json, type JsonObject } from '../base/json';

const MAX_DEPTH = 16;

/** Fields of objects are required where every example has them; a list's items are described by all of them together. */
export function schemaFromExample(example: Json, depth = 0): JsonObject {
  if (depth > MAX_DEPTH || example === null) return {};
  if (Array.isArray(example))
    return { type: 'array', items: schemaOfAll(example as readonly Json[], depth + 1) };
  if (isJsonObject(example)) return objectSchema([example], depth);
  if (typeof example === 'number') return { type: Number.isInteger(example) ? 'integer' : 'number' };
  return { type: typeof example === 'boolean' ? 'boolean' : 'string' };
}

function schemaOfAll(examples: readonly Json[], depth: number): JsonObject {
  const [first] = examples;
  if (first === undefined) return {};
  if (examples.every(isJsonObject)) return objectSchema(examples, depth);
  const schemas = examples.map((example) => schemaFromExample(example, depth));
  const types = new Set(schemas.map((schema) => schema['type']));
  if (types.size === 1) return schemas[0] as JsonObject; // examples is not empty
  // Whole numbers among others are numbers; anything else that differs may be anything.
  return [...types].every((type) => type === 'integer' || type === 'number') ? { type: 'number' } : {};
}

function objectSchema(examples: readonly JsonObject[], depth: number): JsonObject {
  const keys = [...new Set(examples.flatMap((example) => Object.keys(example)))];
  const properties = Object.fromEntries(
    keys.map((key) => {
      const values = examples.flatMap((example) => {
        const value = example[key];
        return value === undefined || value === null ? [] : [value];
      });
      return [key, schemaOfAll(values, depth + 1)];
    }),
  );
  const required = keys.filter((key) =>
    examples.every((example) => example[key] !== undefined && example[key] !== null),
  );
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}) };
}
