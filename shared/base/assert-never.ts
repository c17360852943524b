/** Makes a forgotten case of a union a compile error, and a corrupt value a clear bug at run time. */
export function assertNever(value: never, what: string): never {
  throw new Error(`Unhandled ${what}: ${JSON.stringify(value)}`);
}
