import type Database from 'better-sqlite3';

/** One step up of the database's shape. Frozen once released, uses no current type, never goes down. */
export interface Migration {
  /** `user_version` after it; the first is 1 and each is one more than the one before. */
  readonly to: number;
  readonly name: string;
  /** Runs inside the transaction of all pending migrations. */
  up(db: Database.Database): void;
}
