/**
 * Steps from one format of the flow document to the next.
 *
 * V1. A step is a pure function of plain JSON, uses no current type and is never changed after its format was released.
 * V2. Steps only go up, one format at a time; each has a test with a literal before and after.
 */
type Members = Readonly<Record<string, unknown>>;

export interface SpecMigration {
  /** The format number the document has afterwards. */
  readonly to: number;
  readonly title: string;
  up(document: Members): Members;
}

/** Format 1 is the first: there is nothing to come from yet. */
export const MIGRATIONS: readonly SpecMigration[] = [];

export interface Migrated {
  readonly document: Members;
  /** Titles of the steps taken, in order. */
  readonly applied: readonly string[];
}

/** Takes a document from one format number to another; undefined when a step is missing on the way. */
export function migrate(
  document: Members,
  from: number,
  to: number,
  registry: readonly SpecMigration[] = MIGRATIONS,
): Migrated | undefined {
  let current = document;
  const applied: string[] = [];
  for (let version = from + 1; version <= to; version++) {
    const step = registry.find((candidate) => candidate.to === version);
    if (!step) return undefined;
    current = { ...step.up(current), format: `baton.flow/${version}` };
    applied.push(step.title);
  }
  return { document: current, applied };
}
