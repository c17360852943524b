/**
 * Does a document have the shape the schemas ask for? Everything is reported at once, in the words of the problem codes.
 *
 * S1. The pointer of a missing or unknown key names the key itself.
 * S2. A fix is offered where mending is mechanical: a mistyped key or kind, a key nobody knows.
 * S3. `broken` names the innermost part that cannot be used; an unknown key alone breaks nothing, it can be left out.
 */
import { pointerTokens, toPointer, valueAt } from '../base/json-pointer';
import { Flow } from './flow';
import { capital, fieldName, placeOf, short } from './place';
import type { Problem } from './problem';
import { chooseOption, discriminated, schemaOfMember, unwrapSchema, viewSchema } from './schema-walk';
import { wordsForSchema, wordsForValue } from './shape-words';
import { badId, invalidValue, missing, unknownKey, unknownKind } from './shape-problems';
import { FlowId, Id } from './values';
import type { z } from './zod';

export interface ShapeReport {
  readonly problems: readonly Problem[];
  /** Pointers of the nodes, edges and named parts that do not have their shape, and of top-level keys. */
  readonly broken: ReadonlySet<string>;
}

/** An object with more unknown keys than this was not mistyped: guessing what was meant would only cost time. */
const MAX_GUESSES = 50;

type Issue = z.core.$ZodIssue;

/** Checks the shape of a document within limits. Never throws. */
export function checkShape(document: unknown): ShapeReport {
  const problems = new Map<string, Problem>();
  for (const problem of inspect(document, Flow, document, []))
    problems.set(`${problem.code} ${problem.pointer}`, problem);
  const broken = new Set<string>();
  for (const problem of problems.values())
    if (problem.code !== 'E102') broken.add(partOf(document, problem.pointer));
  return { problems: [...problems.values()], broken };
}

function partOf(document: unknown, pointer: string): string {
  const tokens = pointerTokens(pointer);
  return placeOf(document, tokens).part ?? toPointer(tokens.slice(0, 1));
}

/** Problems of one value against a schema; `path` leads to the value. */
function* inspect(
  document: unknown,
  schema: z.ZodType,
  value: unknown,
  path: readonly string[],
): Generator<Problem> {
  const result = schema.safeParse(value);
  if (result.success) return;
  for (const issue of result.error.issues)
    yield* explain(document, issue, [...path, ...issue.path.map(String)]);
}

function* explain(document: unknown, issue: Issue, path: readonly string[]): Generator<Problem> {
  const value = valueAt(document, path);
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(document, path);
    for (const [i, key] of issue.keys.entries()) {
      if (key === '__proto__') continue; // the limits have reported that one
      yield unknownKey(document, [...path, key], i < MAX_GUESSES ? known : []);
    }
    return;
  }
  if (issue.code === 'invalid_key') {
    yield badId(document, path);
    yield* inspect(document, schemaAt(document, path), value, path); // zod does not look at values under a bad key
    return;
  }
  if (issue.code === 'invalid_union') {
    if (value === undefined && issue.discriminator === undefined)
      yield missing(document, path, expected(document, path));
    else yield* explainUnion(document, issue, path, value);
    return;
  }
  yield explainValue(document, issue, path, value);
}

function* explainUnion(
  document: unknown,
  issue: Issue & { code: 'invalid_union' },
  path: readonly string[],
  value: unknown,
): Generator<Problem> {
  if (issue.discriminator !== undefined) {
    yield explainDiscriminator(document, path, value);
    return;
  }
  const schema = schemaAt(document, path);
  const option = chooseOption(schema, value);
  if (option && isOnlyOption(schema, option)) yield* inspect(document, option, value, path);
  else yield wrong(document, path, value);
}

/** True when no other option of the union is the same sort of value, so its own problems say more. */
function isOnlyOption(union: z.ZodType, option: z.ZodType): boolean {
  const view = viewSchema(union);
  const sort = (schema: z.ZodType) =>
    viewSchema(schema).type === 'record' ? 'object' : viewSchema(schema).type;
  return view.type === 'union' && view.options.filter((other) => sort(other) === sort(option)).length === 1;
}

function explainDiscriminator(document: unknown, path: readonly string[], value: unknown): Problem {
  const options = [...discriminated(schemaAt(document, path.slice(0, -1))).keys()];
  if (value === undefined)
    return missing(document, path, `one of ${options.map((option) => `"${option}"`).join(', ')}`);
  if (typeof value === 'string' && path.at(-1) === 'kind') return unknownKind(document, path, value, options);
  return invalidValue(document, path, value, options);
}

function explainValue(document: unknown, issue: Issue, path: readonly string[], value: unknown): Problem {
  if (value === undefined && path.length > 0) return missing(document, path, expected(document, path));
  const target = unwrapSchema(schemaAt(document, path));
  if (typeof value === 'string' && (target === Id || target === FlowId))
    return badId(document, path, issue.message);
  if (issue.code === 'invalid_value') return invalidValue(document, path, value, issue.values.map(String));
  if (issue.code === 'invalid_type') return wrong(document, path, value);
  return wrong(document, path, value, limitWords(issue) ?? issue.message);
}

function limitWords(issue: Issue): string | undefined {
  if (issue.code === 'too_small') {
    if (issue.origin === 'string')
      return issue.minimum === 1 ? 'it must not be empty' : `it has at least ${issue.minimum} characters`;
    return issue.origin === 'array'
      ? `it needs at least ${issue.minimum} entries`
      : `it is at least ${issue.minimum}`;
  }
  if (issue.code === 'too_big') {
    return issue.origin === 'string'
      ? `it has at most ${issue.maximum} characters`
      : `it is at most ${issue.maximum}`;
  }
  return undefined;
}

function wrong(document: unknown, path: readonly string[], value: unknown, because?: string): Problem {
  const place = placeOf(document, path);
  const field = place.rest.length > 0 ? `${place.name}, "${short(fieldName(place.rest))}"` : place.name;
  const found = `should be ${expected(document, path)}, but it is ${wordsForValue(value)}`;
  const message = place.rest.length > 0 ? `In ${field} ${found}` : `${capital(field)} ${found}`;
  return {
    code: 'E104',
    severity: 'error',
    pointer: toPointer(path),
    message: `${message}${because === undefined ? '' : `: ${because}`}.`,
    ...(place.node === undefined ? {} : { node: place.node }),
  };
}

function expected(document: unknown, path: readonly string[]): string {
  return wordsForSchema(schemaAt(document, path));
}

/** The schema that is responsible for a place zod has found a problem at, following what the document itself chose. */
function schemaAt(document: unknown, path: readonly string[]): z.ZodType {
  let schema: z.ZodType = Flow;
  let value: unknown = document;
  for (const key of path) {
    schema = schemaOfMember(schema, value, key) as z.ZodType; // zod went the same way, so there is one
    value = valueAt(value, [key]);
  }
  return schema;
}

/** Keys an object could have but has not; a record of failure kinds has none to offer. */
function knownKeys(document: unknown, path: readonly string[]): string[] {
  const value = valueAt(document, path);
  const view = viewSchema(chooseOption(schemaAt(document, path), value) as z.ZodType); // as above
  return view.type === 'object' ? view.keys.filter((key) => valueAt(value, [key]) === undefined) : [];
}
