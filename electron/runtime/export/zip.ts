/**
 * Bundles are zip files. Writing gives the same bytes for the same content; reading trusts nothing.
 *
 * Z1. An entry is refused when its name is absolute, leaves the bundle, or could be two files on some system.
 * Z2. Sizes are added up from the directory before anything is unpacked, and counted again while it is.
 */
import { unzipSync, zipSync, type Zippable } from 'fflate';
import { AppError } from '../../../shared/base/app-error';
import type { ExportedFile } from './files';

export const MAX_UNPACKED_BYTES = 100 * 1024 * 1024;
const MAX_ENTRIES = 10_000;

export function writeZip(files: readonly ExportedFile[]): Uint8Array {
  const entries: Zippable = {};
  // A fixed time: the moment of packing is no part of the content.
  for (const file of files) entries[file.path] = [file.bytes, { level: 6, mtime: new Date(1980, 0, 1) }];
  return zipSync(entries);
}

/** Files of a zip by path. @throws AppError `bundle/invalid`. */
export function readZip(bytes: Uint8Array, maxBytes: number = MAX_UNPACKED_BYTES): Map<string, Uint8Array> {
  let total = 0;
  let count = 0;
  const names = new Set<string>();
  let entries: Record<string, Uint8Array>;
  try {
    entries = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        checkName(name, names);
        total += originalSize;
        count++;
        if (total > maxBytes) throw tooLarge(maxBytes);
        if (count > MAX_ENTRIES) throw refused(`it has more than ${MAX_ENTRIES} files`);
        return !name.endsWith('/');
      },
    });
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw refused('it is not a zip file, or it is damaged', error);
  }
  const files = new Map(Object.entries(entries));
  const unpacked = [...files.values()].reduce((sum, file) => sum + file.byteLength, 0);
  if (unpacked > maxBytes) throw tooLarge(maxBytes);
  return files;
}

/** First bytes of every zip file. */
export function looksLikeZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 0x03 || bytes[2] === 0x05);
}

function checkName(name: string, seen: Set<string>): void {
  const parts = name.replace(/\/$/, '').split('/');
  const isUnsafe =
    name.startsWith('/') ||
    [...name].some((char) => char === '\\' || char === ':' || char < ' ') ||
    parts.some((part) => part === '' || part === '.' || part === '..');
  if (isUnsafe) throw refused(`the name ${JSON.stringify(name.slice(0, 100))} would leave the bundle`);
  const folded = name.toLowerCase();
  if (seen.has(folded)) throw refused(`${JSON.stringify(name.slice(0, 100))} is in it twice`);
  seen.add(folded);
}

function tooLarge(maxBytes: number): AppError {
  return refused(`it unpacks to more than ${Math.round(maxBytes / 1024 / 1024)} MiB`);
}

function refused(why: string, cause?: unknown): AppError {
  return new AppError('bundle/invalid', `This bundle cannot be used: ${why}.`, { cause });
}
