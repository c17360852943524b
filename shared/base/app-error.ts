import type { Json } from './json';

export interface SerializedError {
  readonly code: string;
  readonly message: string;
  readonly details?: Json;
  readonly hint?: string;
}

/**
 * A failure that was foreseen: it has a stable code (`area/reason`, list in the design's codes section) and a sentence
 * for the user. Codes cross processes, classes do not: away from the throw, look at `code` only.
 */
export class AppError extends Error {
  readonly code: string;
  readonly details?: Json;
  readonly hint?: string;

  constructor(code: string, message: string, extra: { details?: Json; hint?: string; cause?: unknown } = {}) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.name = 'AppError';
    this.code = code;
    if (extra.details !== undefined) this.details = extra.details;
    if (extra.hint !== undefined) this.hint = extra.hint;
  }
}

/** Turns anything thrown into what may cross a process border. A bug becomes `engine/bug` with its message. */
export function serializeError(error: unknown): SerializedError {
  if (isCoded(error)) {
    return {
      code: error.code,
      message: error.message,
      ...(error.details === undefined ? {} : { details: error.details }),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    };
  }
  return { code: 'engine/bug', message: error instanceof Error ? error.message : String(error) };
}

function isCoded(error: unknown): error is SerializedError {
  return (
    typeof error === 'object' &&
    error !== null &&
    typeof (error as { code?: unknown }).code === 'string' &&
    (error as { code: string }).code.includes('/') &&
    typeof (error as { message?: unknown }).message === 'string'
  );
}
