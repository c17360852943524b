/** Ids made from what a person calls a thing. */
import { ID_PATTERN, RESERVED_IDS } from '../spec/values';

/** The id a name suggests: letters, digits and `_`, words joined by `_`. */
export function idFromName(name: string, fallback = 'node'): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '')
    .slice(0, 48)
    .replace(/_+$/, '');
  return isFreeWord(plain) ? plain : fallback;
}

/** `base`, else `base2`, `base3`, … */
export function freeId(base: string, taken: ReadonlySet<string>): string {
  let id = base;
  for (let number = 2; taken.has(id); number++) id = `${base}${number}`;
  return id;
}

export function isFreeWord(id: string): boolean {
  return ID_PATTERN.test(id) && !RESERVED_IDS.has(id);
}

/** Why a text cannot be an id, as a sentence; undefined when it can. */
export function idProblem(id: string, taken: ReadonlySet<string>): string | undefined {
  if (id === '') return 'Give it an id.';
  if (RESERVED_IDS.has(id)) return `“${id}” is a reserved word. Choose another id.`;
  if (!ID_PATTERN.test(id)) return 'An id starts with a letter and has at most 64 letters, digits or _.';
  return taken.has(id) ? `Something is already called “${id}”. Choose another id.` : undefined;
}
