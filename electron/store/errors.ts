/** The door of the library: what SQLite reports becomes one of the store's codes, with a sentence and a way out. */
import { AppError } from '../../shared/base/app-error';

interface Meaning {
  readonly code: string;
  readonly message: (file: string) => string;
  readonly hint: string;
}

const FULL: Meaning = {
  code: 'store/full',
  message: (file) => `The disk has no room left for the run database ${file}.`,
  hint: 'Nothing recorded so far is lost. Free some space or delete old runs, then resume.',
};
const READ_ONLY: Meaning = {
  code: 'store/read-only',
  message: (file) => `The run database ${file} cannot be written.`,
  hint: 'Check the permissions of the file and its folder, or choose another database.',
};
const CORRUPT: Meaning = {
  code: 'store/corrupt',
  message: (file) => `The run database ${file} is damaged or is not a database.`,
  hint: 'It was left as it is. Copy it aside and put a backup (….backup-v…) in its place, or choose another database.',
};
const LOCKED: Meaning = {
  code: 'store/locked',
  message: (file) => `The run database ${file} is in use by another process.`,
  hint: 'Close the other window or command that uses it, or open it for reading.',
};

/** Prefixes of SQLite's extended codes, the special cases first. */
const MEANINGS: readonly (readonly [string, Meaning])[] = [
  ['SQLITE_FULL', FULL],
  ['SQLITE_IOERR_SHMSIZE', FULL],
  ['ENOSPC', FULL],
  ['EDQUOT', FULL],
  ['SQLITE_IOERR_READ', CORRUPT],
  ['SQLITE_IOERR_SHORT_READ', CORRUPT],
  ['SQLITE_IOERR_DATA', CORRUPT],
  ['SQLITE_IOERR_CORRUPTFS', CORRUPT],
  ['SQLITE_CORRUPT', CORRUPT],
  ['SQLITE_NOTADB', CORRUPT],
  ['SQLITE_BUSY', LOCKED],
  ['SQLITE_LOCKED', LOCKED],
  ['SQLITE_IOERR', READ_ONLY],
  ['SQLITE_READONLY', READ_ONLY],
  ['SQLITE_CANTOPEN', READ_ONLY],
  ['SQLITE_PERM', READ_ONLY],
  ['SQLITE_AUTH', READ_ONLY],
  ['EACCES', READ_ONLY],
  ['EPERM', READ_ONLY],
  ['EROFS', READ_ONLY],
];

/** The store's error for anything thrown inside it. What is no failure of the storage (a bug) comes back as it was. */
export function storeError(error: unknown, file: string): unknown {
  if (error instanceof AppError) return error;
  const reported = codeOf(error);
  const meaning = MEANINGS.find(([prefix]) => reported?.startsWith(prefix))?.[1];
  if (!meaning || reported === undefined) return error;
  return new AppError(meaning.code, meaning.message(file), {
    details: { file, reported, cause: error instanceof Error ? error.message : String(error) },
    hint: meaning.hint,
    cause: error,
  });
}

/** Runs `work`, with storage failures translated. */
export function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeError(error, file);
  }
}

export function corrupt(file: string, what: string, cause?: unknown): AppError {
  return new AppError('store/corrupt', `The run database ${file} is damaged: ${what}.`, {
    details: { file },
    hint: CORRUPT.hint,
    cause,
  });
}

export function locked(file: string, message: string): AppError {
  return new AppError('store/locked', message, { details: { file }, hint: LOCKED.hint });
}

export function readOnly(file: string, message: string, hint: string): AppError {
  return new AppError('store/read-only', message, { details: { file }, hint });
}

export function unknownRun(runId: string): AppError {
  return new AppError('run/unknown', `There is no run ${runId} in this database.`, {
    details: { runId },
    hint: 'List the runs to see their ids; it may have been deleted.',
  });
}

function codeOf(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return undefined;
}
