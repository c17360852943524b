/** What every keyword is compiled from: its schema, where that stands, and how to compile the schemas inside. */
import { AppError } from '../../../shared/base/app-error';
import type { JsonObject } from '../../../shared/base/json';
import type { JsonSchema } from '../../../shared/spec/values';
import { linearRegex } from './linear-regex';
import { type Check, mergeSeen, type Misses, nothingSeen, type Seen } from './schema-check';

/** Where a schema text stands: references are resolved against the schema that holds them. */
export interface Home {
  readonly root: JsonSchema;
  /** Prefix of pointers in error messages: '' or `/schemas/<Name>`. */
  readonly at: string;
}

export interface SchemaCompiler {
  compile(schema: unknown, home: Home, at: string): Check;
  compileRef(ref: unknown, home: Home, at: string): Check;
}

export interface Site {
  readonly schema: JsonObject;
  readonly home: Home;
  readonly at: string;
  readonly compiler: SchemaCompiler;
}

export function invalidSchema(at: string, message: string, reason?: string): AppError {
  return new AppError('spec/invalid', message, {
    details: { pointer: at, ...(reason ? { reason } : {}) },
  });
}

export function subschema(site: Site, key: string): Check | undefined {
  return site.schema[key] === undefined
    ? undefined
    : site.compiler.compile(site.schema[key], site.home, `${site.at}/${key}`);
}

export function subschemas(site: Site, key: string): Check[] | undefined {
  const list = site.schema[key];
  if (list === undefined) return undefined;
  if (!Array.isArray(list)) throw invalidSchema(`${site.at}/${key}`, `${key} is a list of schemas.`);
  return list.map((one: unknown, i) => site.compiler.compile(one, site.home, `${site.at}/${key}/${i}`));
}

/** A keyword whose value is a number that may not be negative, like `minLength`. */
export function countOf(site: Site, key: string): number | undefined {
  const value = site.schema[key];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw invalidSchema(`${site.at}/${key}`, `${key} is a whole number from 0.`);
  return value;
}

export function regexOf(pattern: unknown, at: string): { occursIn(text: string): boolean } {
  if (typeof pattern !== 'string') throw invalidSchema(at, 'A pattern is a text.');
  try {
    return linearRegex(pattern);
  } catch (error) {
    if (error instanceof AppError) throw invalidSchema(at, error.message, 'regex');
    throw error;
  }
}

type Judge = (value: unknown, place: Parameters<Check>[1], misses: Misses, looked: Seen) => boolean;

export function withRecord(others: readonly Check[], judge: Judge): Check {
  return (value, place, misses, seen) => {
    const looked = nothingSeen();
    let fits = true;
    for (const check of others) if (!check(value, place, misses, looked)) fits = false;
    if (!judge(value, place, misses, looked)) fits = false;
    if (seen) mergeSeen(seen, looked);
    return fits;
  };
}
