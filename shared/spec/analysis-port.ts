/** What checking a document needs from libraries. `Pure` of the ports is one of these; this layer may not import it. */
import type { JsonSchema } from './values';

export interface SpecLibraries {
  /** Reads an expression. @throws when the text is none; the message says why. */
  expression(source: string): {
    /** Static paths it reads; `*` stands for a computed part. */
    readonly paths: readonly (readonly string[])[];
  };
  /** Reads a JSON Schema. @throws when it cannot be used; the message says why. */
  schema(
    schema: JsonSchema,
    schemas?: Readonly<Record<string, JsonSchema>>,
  ): { check(value: unknown): readonly { readonly pointer: string; readonly message: string }[] };
  /** Lower-case hex of SHA-256 over UTF-8. */
  sha256(text: string): string;
}

/** The sentence of whatever a library threw. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
