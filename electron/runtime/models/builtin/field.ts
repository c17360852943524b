/** A place in an output schema that wants a value, and what is known about what it means. */
import { isJsonObject, type Json, type JsonObject } from '../../../../shared/base/json';
import type { JsonSchema } from '../../../../shared/spec/values';
import { stemsOf } from './nlp';

export interface Field {
  readonly name: string;
  readonly description: string;
  /** Stems of the name, then of the description. */
  readonly nameStems: readonly string[];
  readonly stems: readonly string[];
  readonly schema: JsonObject;
}

export type Named = Readonly<Record<string, JsonSchema>>;

/** Follows `$ref`s of the two kinds a flow may use; an unknown one allows anything. */
export function resolved(
  schema: unknown,
  root: JsonObject,
  schemas: Named,
): { schema: JsonObject; root: JsonObject } {
  let current: unknown = schema;
  let home = root;
  for (let i = 0; i < 16 && isJsonObject(current) && typeof current['$ref'] === 'string'; i++) {
    const ref: string = current['$ref'];
    const { $ref: _ref, ...beside } = current;
    const parts = ref.slice(2).split('/');
    let target: unknown = ref === '#' ? home : undefined;
    if (parts[0] === 'schemas' && parts[1]) {
      target = schemas[parts[1]];
      if (isJsonObject(target)) home = target;
    } else if (parts[0] === '$defs' && parts[1])
      target = (home['$defs'] as JsonObject | undefined)?.[parts[1]];
    current = isJsonObject(target) ? { ...target, ...beside } : beside;
  }
  return { schema: isJsonObject(current) ? current : {}, root: home };
}

export function fieldOf(name: string, schema: JsonObject): Field {
  const description = [schema['title'], schema['description']]
    .filter((text) => typeof text === 'string')
    .join('. ');
  const nameStems = stemsOf(name);
  return {
    name,
    description,
    nameStems,
    stems: [...new Set([...nameStems, ...stemsOf(description)])],
    schema,
  };
}

export function numberOf(schema: JsonObject, key: string): number | undefined {
  const value = schema[key];
  return typeof value === 'number' ? value : undefined;
}

export function typesOf(schema: JsonObject): readonly string[] {
  const type: Json | undefined = schema['type'];
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.map(String);
  if (schema['properties'] !== undefined || schema['required'] !== undefined) return ['object'];
  if (schema['items'] !== undefined || schema['prefixItems'] !== undefined) return ['array'];
  if (schema['minimum'] !== undefined || schema['maximum'] !== undefined) return ['number'];
  return ['string'];
}

/** Whether a word of the field's name is one of these. */
export function isAbout(field: Field, pattern: RegExp): boolean {
  return pattern.test(field.name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase());
}
