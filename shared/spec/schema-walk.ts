/**
 * Reads the zod schemas as data, so that key order, near misses and the place of a problem come from the one definition
 * of the document and from nowhere else.
 */
import { z } from './zod';

export type SchemaView =
  | {
      readonly type: 'object';
      readonly shape: Readonly<Record<string, z.ZodType>>;
      readonly keys: readonly string[];
    }
  | { readonly type: 'record'; readonly key: z.ZodType; readonly value: z.ZodType }
  | { readonly type: 'array'; readonly element: z.ZodType }
  | {
      readonly type: 'union';
      readonly options: readonly z.ZodType[];
      readonly discriminator: string | undefined;
    }
  | { readonly type: 'leaf' };

const LEAF: SchemaView = { type: 'leaf' };
const views = new WeakMap<object, SchemaView>();

/** The schema behind optional and lazy wrappers. */
export function unwrapSchema(schema: z.ZodType): z.ZodType {
  let inner: unknown = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodLazy) {
    inner = inner instanceof z.ZodLazy ? inner._zod.innerType : inner.def.innerType;
  }
  return inner as z.ZodType; // zod types the inside of a wrapper by its core interface; every schema of ours is a ZodType
}

/** What a schema is made of; leaves are everything that is kept as it stands. */
export function viewSchema(schema: z.ZodType): SchemaView {
  const inner = unwrapSchema(schema);
  let view = views.get(inner);
  if (!view) {
    view = look(inner);
    views.set(inner, view);
  }
  return view;
}

function look(schema: z.ZodType): SchemaView {
  // The casts below are the same as in unwrapSchema: core interface to class.
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Readonly<Record<string, z.ZodType>>;
    return { type: 'object', shape, keys: Object.keys(shape) };
  }
  if (schema instanceof z.ZodRecord) {
    return { type: 'record', key: schema.def.keyType as z.ZodType, value: schema.def.valueType as z.ZodType };
  }
  if (schema instanceof z.ZodArray) return { type: 'array', element: schema.def.element as z.ZodType };
  if (schema instanceof z.ZodDiscriminatedUnion) {
    return {
      type: 'union',
      options: schema.def.options as z.ZodType[],
      discriminator: schema.def.discriminator,
    };
  }
  if (schema instanceof z.ZodUnion) {
    return { type: 'union', options: schema.def.options as z.ZodType[], discriminator: undefined };
  }
  return LEAF;
}

const byDiscriminator = new WeakMap<object, ReadonlyMap<string, z.ZodType>>();

/** The values a discriminator may have, each with the schema it stands for. */
export function discriminated(schema: z.ZodType): ReadonlyMap<string, z.ZodType> {
  const union = unwrapSchema(schema);
  let options = byDiscriminator.get(union);
  if (!options) {
    options = new Map(collectOptions(viewSchema(union)));
    byDiscriminator.set(union, options);
  }
  return options;
}

function* collectOptions(view: SchemaView): Generator<[string, z.ZodType]> {
  if (view.type !== 'union' || view.discriminator === undefined) return;
  for (const option of view.options) {
    // zod itself refuses options that are no objects with a literal there
    const { shape } = viewSchema(option) as SchemaView & { type: 'object' };
    yield [String((shape[view.discriminator] as z.ZodLiteral).value), option];
  }
}

/** The option of a union a value is meant to be, judged by its discriminator or by what sort of JSON it is. */
export function chooseOption(schema: z.ZodType, value: unknown): z.ZodType | undefined {
  const view = viewSchema(schema);
  if (view.type !== 'union') return schema;
  if (view.discriminator !== undefined) {
    const name: unknown =
      isRecord(value) && Object.hasOwn(value, view.discriminator) ? value[view.discriminator] : undefined;
    return typeof name === 'string' ? discriminated(schema).get(name) : undefined;
  }
  return view.options.find((option) => sortOfSchema(option) === sortOfValue(value));
}

/** The schema of a member of a value, where the document format defines one. */
export function schemaOfMember(schema: z.ZodType, value: unknown, key: string): z.ZodType | undefined {
  const option = chooseOption(schema, value);
  if (!option) return undefined;
  const view = viewSchema(option);
  switch (view.type) {
    case 'object':
      return Object.hasOwn(view.shape, key) ? view.shape[key] : undefined;
    case 'record':
      return view.value;
    case 'array':
      return view.element;
    default: // a leaf has no members, and a union inside a union is not written in our schemas
      return undefined;
  }
}

function sortOfSchema(schema: z.ZodType): string {
  const view = viewSchema(schema);
  if (view.type === 'object' || view.type === 'record') return 'object';
  return view.type === 'array' ? 'array' : 'simple';
}

function sortOfValue(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return isRecord(value) ? 'object' : 'simple';
}

/** An object that is no list; what JSON calls an object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
