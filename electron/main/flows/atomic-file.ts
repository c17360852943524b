/**
 * Files that are whole or not there.
 *
 * A1. A reader sees the old bytes or the new ones, never a part: temporary file beside it, fsync, rename, fsync of the folder.
 * A2. A crash in between leaves the old file and at most one `.tmp`, which nobody reads.
 */
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';

/** The calls a write is made of, so that a test can die between two of them. */
export interface FileCalls {
  open: typeof fs.open;
  rename: typeof fs.rename;
  rm: typeof fs.rm;
  mkdir: typeof fs.mkdir;
}

export interface WriteOptions {
  /** Permissions of a new file. */
  readonly mode?: number;
  readonly calls?: FileCalls;
}

export async function writeFileAtomic(
  file: string,
  bytes: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  const calls = options.calls ?? fs;
  const folder = path.dirname(file);
  await calls.mkdir(folder, { recursive: true });
  const temporary = path.join(folder, `.${path.basename(file)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await calls.open(temporary, 'wx', options.mode ?? 0o644);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await calls.rename(temporary, file);
  } catch (error) {
    await calls.rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder, calls);
}

async function syncFolder(folder: string, calls: FileCalls): Promise<void> {
  if (process.platform === 'win32') return; // a folder cannot be opened there, and renames are journaled
  const handle = await calls.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The text of a file, or undefined when there is none. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await fs.readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

export function hashOf(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A short name for a path that is safe as a file name. */
export function pathKey(file: string): string {
  return hashOf(file).slice(0, 32);
}
