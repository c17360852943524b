/** A copy of everything a person made, in a folder of its own. Secrets stay behind: another machine could not read them. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../shared/base/app-error';
import { fileError } from '../flows/file-errors';

export interface BackupOptions {
  /** What is copied, by its name in the copy; what is not there is left out. */
  readonly sources: Readonly<Record<string, string>>;
  /** Writes a consistent copy of the run database while runs go on. */
  copyRuns(file: string): Promise<unknown>;
  now(): number;
}

/** Makes `baton-backup-<time>` in a folder; until it is complete its name says `.partial`. */
export async function backUp(
  folder: string,
  { sources, copyRuns, now }: BackupOptions,
): Promise<{ path: string }> {
  const stamp = new Date(now()).toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
  const target = path.join(folder, `baton-backup-${stamp}`);
  const partial = `${target}.partial`;
  try {
    await fs.mkdir(partial);
    for (const [name, source] of Object.entries(sources)) {
      if (isInside(folder, source))
        throw new AppError('file/cannot-write', `The folder ${folder} is part of what is copied.`, {
          hint: 'Choose a folder outside of the data folder and the flows.',
        });
      await copy(source, path.join(partial, name));
    }
    await copyRuns(path.join(partial, 'runs.db'));
    await fs.rename(partial, target);
  } catch (error) {
    await fs.rm(partial, { recursive: true, force: true });
    throw error instanceof AppError ? error : fileError('write', target, error);
  }
  return { path: target };
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}

async function copy(source: string, target: string): Promise<void> {
  try {
    await fs.cp(source, target, { recursive: true, errorOnExist: true, force: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // nothing was made yet
  }
}
