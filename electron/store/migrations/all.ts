import { firstSchema } from './0001-first-schema';
import type { Migration } from './migration';

/** In order; the last one is the version this program writes. */
export const MIGRATIONS: readonly Migration[] = [firstSchema];
