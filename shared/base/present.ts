/**
 * What a checked flow or a whole record promises to be there. Its absence is a bug of ours, never the user's, so it is
 * thrown as a plain Error that says what was looked for; the name is put into words only then.
 */
export function present<T>(value: T, what: string, name: string | number | null = ''): NonNullable<T> {
  if (value === undefined || value === null) throw new Error(`there is no ${what} ${name ?? ''}`.trimEnd());
  return value;
}
