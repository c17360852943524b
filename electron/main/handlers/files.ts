/** What main writes where a person said: exports, and the files it reads for a form. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../shared/base/app-error';
import type { ExportedFile } from '../../../shared/ipc/service';
import { writeFileAtomic } from '../flows/atomic-file';
import { fileError } from '../flows/file-errors';

const MAX_READ_BYTES = 20 * 1024 * 1024;

/** A full path, without surprises in it. @throws AppError `file/not-absolute`. */
export function checkTarget(target: string): string {
  if (!path.isAbsolute(target) || target.includes('\0') || path.normalize(target) !== target) {
    throw new AppError('file/not-absolute', 'Say where to export to with a full path.', {
      details: { path: target },
    });
  }
  return target;
}

/** One file is written as the target itself; several go into a folder of that name. */
export async function writeExport(files: readonly ExportedFile[], target: string): Promise<{ path: string }> {
  const [first] = files;
  if (!first) throw new AppError('file/cannot-write', 'There is nothing to export.');
  try {
    if (files.length === 1) await writeFileAtomic(target, first.bytes);
    else await writeFolder(files, target);
  } catch (error) {
    throw fileError('write', target, error);
  }
  return { path: target };
}

async function writeFolder(files: readonly ExportedFile[], folder: string): Promise<void> {
  for (const file of files) {
    const name = path.resolve(folder, file.path);
    if (!name.startsWith(folder + path.sep))
      throw new AppError('file/cannot-write', `The export would leave its folder with ${file.path}.`);
    await writeFileAtomic(name, file.bytes);
  }
}

/** Text of a file a person chose as input. */
export async function readPicked(file: string): Promise<string> {
  try {
    const { size } = await fs.stat(file);
    if (size > MAX_READ_BYTES) {
      throw new AppError(
        'file/too-large',
        `${path.basename(file)} has more than 20 MiB; choose a smaller file.`,
        {
          details: { sizeBytes: size },
        },
      );
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(await fs.readFile(file));
  } catch (error) {
    if (error instanceof TypeError) {
      throw new AppError('file/not-text', `${path.basename(file)} is not text in UTF-8.`, {
        details: { path: file },
        cause: error,
      });
    }
    throw fileError('read', file, error);
  }
}

/** A file name made of words a person wrote. */
export function safeFileName(words: string): string {
  const name = words
    .replaceAll(/[^\p{L}\p{N}._ -]+/gu, '-')
    .replace(/^[.\s-]+/, '')
    .trim()
    .slice(0, 80);
  return name === '' ? 'flow' : name;
}
