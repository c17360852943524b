/** JSON Pointers (RFC 6901): the address of a value inside a document. */

/** One token as it is written between slashes. */
export function escapePointerToken(token: string | number): string {
  const text = String(token);
  return text.includes('~') || text.includes('/') ? text.replaceAll('~', '~0').replaceAll('/', '~1') : text;
}

/** The pointer made of these keys and indexes; no keys is the document itself. */
export function toPointer(path: readonly PropertyKey[]): string {
  let pointer = '';
  for (const token of path) pointer += `/${escapePointerToken(String(token))}`;
  return pointer;
}

/** The keys a pointer is made of. */
export function pointerTokens(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value a path leads to, or undefined. Only own members count, so `__proto__` leads nowhere by itself. */
export function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = document;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
