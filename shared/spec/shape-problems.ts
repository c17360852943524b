/** The sentences and fixes of shape problems. */
import { toPointer, valueAt } from '../base/json-pointer';
import { nearMiss } from './near-miss';
import { capital, fieldName, placeOf, short } from './place';
import type { PatchOp, Problem } from './problem';
import { wordsForValue } from './shape-words';

type Path = readonly string[];

function error(
  document: unknown,
  code: string,
  path: Path,
  message: string,
  fix?: { readonly title: string; readonly patch: PatchOp[] },
): Problem {
  const { node } = placeOf(document, path);
  return {
    code,
    severity: 'error',
    pointer: toPointer(path),
    message,
    ...(node === undefined ? {} : { node }),
    ...(fix ? { fix } : {}),
  };
}

/** `In node "x"`, and below it `In "retry" of node "x"`. */
function inside(document: unknown, path: Path): string {
  const place = placeOf(document, path);
  const field = fieldName(place.rest.slice(0, -1));
  return field === '' ? `In ${place.name}` : `In "${short(field)}" of ${place.name}`;
}

export function unknownKey(document: unknown, path: Path, known: readonly string[]): Problem {
  const key = path.at(-1) as string; // the document itself is no key
  const pointer = toPointer(path);
  const guess = nearMiss(key, known);
  const intro = `${inside(document, path)} there is the unknown key "${short(key)}".`;
  if (guess === undefined) {
    const fix = { title: `Remove "${short(key)}"`, patch: [{ op: 'remove' as const, path: pointer }] };
    const advice = 'Remove it, or move it under "extensions", which is kept untouched.';
    return error(document, 'E102', path, `${intro} ${advice}`, fix);
  }
  const value = valueAt(document, path) as PatchOp['value']; // the document came from JSON
  const patch: PatchOp[] = [
    { op: 'remove', path: pointer },
    { op: 'add', path: toPointer([...path.slice(0, -1), guess]), value },
  ];
  return error(document, 'E102', path, `${intro} Did you mean "${guess}"?`, {
    title: `Rename it to "${guess}"`,
    patch,
  });
}

export function unknownKind(document: unknown, path: Path, kind: string, kinds: readonly string[]): Problem {
  const place = placeOf(document, path);
  const guess = nearMiss(kind, kinds);
  const advice = guess === undefined ? `Known kinds are ${kinds.join(', ')}.` : `Did you mean "${guess}"?`;
  const message = `${capital(place.name)} is of the unknown kind "${short(kind)}". ${advice}`;
  return error(document, 'E103', path, message, guess === undefined ? undefined : replaceFix(path, guess));
}

export function invalidValue(
  document: unknown,
  path: Path,
  value: unknown,
  options: readonly string[],
): Problem {
  const place = placeOf(document, path);
  const guess = typeof value === 'string' ? nearMiss(value, options) : undefined;
  const list = options.map((option) => `"${option}"`).join(', ');
  const wanted = options.length === 1 ? list : `one of ${list}`;
  const hint = guess === undefined ? '' : ` Did you mean "${guess}"?`;
  const message = `In ${place.name}, "${short(fieldName(place.rest))}" should be ${wanted}, but it is ${wordsForValue(value)}.${hint}`;
  return error(document, 'E104', path, message, guess === undefined ? undefined : replaceFix(path, guess));
}

function replaceFix(path: Path, value: string): { title: string; patch: PatchOp[] } {
  return { title: `Change it to "${value}"`, patch: [{ op: 'replace', path: toPointer(path), value }] };
}

/** What can be filled in without asking anybody. */
const FILLERS: Readonly<Record<string, PatchOp['value']>> = {
  '/version': '1.0.0',
  '/format': 'baton.flow/1',
};

export function missing(document: unknown, path: Path, wanted: string): Problem {
  const key = path.at(-1) as string; // the document itself is no key
  const pointer = toPointer(path);
  const message = `${inside(document, path)} the key "${short(key)}" is missing. It should be ${wanted}.`;
  const value = key === 'edges' ? [] : FILLERS[pointer];
  const fix = { title: `Add "${short(key)}"`, patch: [{ op: 'add' as const, path: pointer, value }] };
  return error(document, 'E105', path, message, value === undefined ? undefined : fix);
}

const ID_RULE = 'a name starts with a letter, has at most 64 letters, digits or _, and is no reserved word';

/** For the name of a part, and for a value that has to be a name. */
export function badId(document: unknown, path: Path, rule = ID_RULE): Problem {
  const value = valueAt(document, path);
  const place = placeOf(document, path);
  const isValue = typeof value === 'string' && place.rest.length > 0;
  const name = isValue ? value : (path.at(-1) as string);
  const where = isValue ? `In ${place.name}, "${short(fieldName(place.rest))}": ` : '';
  return error(document, 'E106', path, `${where}"${short(name)}" cannot be used as a name here: ${rule}.`);
}
