import { AppError } from '../../../shared/base/app-error';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'you have no permission for it',
  EPERM: 'you have no permission for it',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EISDIR: 'it is a folder',
  ENOENT: 'it is not there',
  EBUSY: 'another program uses it',
  EMFILE: 'too many files are open',
};

/** A sentence for a failed file operation: what, where, why. Coded errors pass through. */
export function fileError(action: 'read' | 'write' | 'delete', file: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
  const hint = code === 'ENOSPC' ? 'Free some space and try again.' : undefined;
  return new AppError(`file/cannot-${action}`, `Cannot ${action} ${file}: ${reason}.`, {
    details: { path: file, code },
    cause: error,
    ...(hint ? { hint } : {}),
  });
}
