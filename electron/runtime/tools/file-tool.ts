/** Tools of kind `file`: text files in a folder a person has granted. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { isJsonObject, type Json } from '../../../shared/base/json';
import type { CallContext, ToolInvocation } from '../../../shared/ports/calls';
import type { Tool } from '../../../shared/spec/parts';
import { argsWithKey } from './args-scope';
import {
  checkNoLinks,
  checkOpened,
  codeOf,
  lstat,
  pathMissing,
  pathRefused,
  type Place,
  placeBelow,
  realFolder,
} from './file-path';
import { requirePath } from './granted';
import { type Attempt, badArguments, CallError, refuse } from './outcome';

export const MAX_TEXT_BYTES = 2 * 1024 * 1024;
const MAX_LISTED = 10_000;
const MAX_DEPTH = 32;

/** Windows has neither flag; there, links and devices are found by the checks before and after opening. */
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;

export async function fileTool(
  tool: Tool & { kind: 'file' },
  call: ToolInvocation,
  context: CallContext,
  attempt: Attempt,
): Promise<Json> {
  const { grants } = context;
  requirePath(grants, tool.folder, tool.do === 'write' ? 'write' : 'read');
  const args = argsWithKey(call);
  const root = await realFolder(grants.baseFolder, tool.folder);
  const place = placeBelow(root, textArgument(args, 'path', tool.do === 'list' ? '' : undefined));
  if (tool.do === 'list') return listFiles(place, attempt.signal);
  if (place.segments.length === 0)
    throw badArguments('Argument "path" must name a file in the folder of this tool.');
  return tool.do === 'read' ? readText(place) : writeText(place, textArgument(args, 'text'), attempt);
}

function textArgument(args: Json, name: string, missing?: string): string {
  const value = isJsonObject(args) ? args[name] : undefined;
  if (value === undefined && missing !== undefined) return missing;
  if (typeof value !== 'string') throw badArguments(`A file tool needs the argument "${name}" as a text.`);
  return value;
}

async function readText(place: Place): Promise<Json> {
  await checkNoLinks(place);
  const handle = await open(place);
  try {
    await checkOpened(place, handle);
    const info = await handle.stat();
    if (!info.isFile()) throw pathRefused(`"${place.relative}" is not a plain file.`);
    if (info.size > MAX_TEXT_BYTES) throw tooLarge(`"${place.relative}"`);
    const bytes = await readAll(handle);
    if (bytes.length > MAX_TEXT_BYTES) throw tooLarge(`"${place.relative}"`);
    return { path: place.relative, text: decode(bytes, place), sizeBytes: bytes.length };
  } finally {
    await handle.close();
  }
}

async function open(place: Place): Promise<fs.FileHandle> {
  try {
    // Without waiting: opening a pipe would otherwise last until somebody writes to it.
    return await fs.open(place.full, constants.O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw pathMissing(`There is no file "${place.relative}" in the folder of this tool.`);
    }
    if (code === 'ELOOP') throw pathRefused(`"${place.relative}" is a link, and links are not followed.`);
    throw pathMissing(`"${place.relative}" cannot be opened (${code}).`);
  }
}

/** At most one byte more than allowed: a file can grow after its size was looked at. */
async function readAll(handle: fs.FileHandle): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.alloc(Math.min(64 * 1024, MAX_TEXT_BYTES + 1 - total));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, null).catch((error: unknown) => {
      throw pathMissing(`The file cannot be read (${codeOf(error)}).`);
    });
    chunks.push(chunk.subarray(0, bytesRead));
    total += bytesRead;
    if (bytesRead === 0 || total > MAX_TEXT_BYTES) return Buffer.concat(chunks);
  }
}

function decode(bytes: Buffer, place: Place): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Anything but text: the tool's value is JSON and cannot hold it.
    throw refuse('error', 'tool/failed', `"${place.relative}" is not text in UTF-8.`);
  }
}

function tooLarge(what: string): CallError {
  return refuse(
    'error',
    'tool/too-large',
    `${what} is larger than 2 MiB, the most a file tool reads or writes.`,
  );
}

/** The text is written beside the file and then takes its place, so that nobody ever sees half of it. */
async function writeText(place: Place, text: string, attempt: Attempt): Promise<Json> {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > MAX_TEXT_BYTES) throw tooLarge('The text');
  const folder = placeBelow(place.root, place.segments.slice(0, -1).join('/'));
  await makeFolders(folder);
  const before = await lstat(place.full);
  if (before?.isSymbolicLink())
    throw pathRefused(`"${place.relative}" is a link, and links are not followed.`);
  if (before && !before.isFile()) throw pathRefused(`"${place.relative}" is not a plain file.`);
  const temporary = path.join(folder.full, `.baton-${randomUUID()}.tmp`);
  try {
    await writeNew(placeBelow(place.root, [...folder.segments, path.basename(temporary)].join('/')), bytes);
    attempt.signal.throwIfAborted();
    attempt.markSent();
    await fs.rename(temporary, place.full);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    if (error instanceof CallError) throw error;
    throw pathMissing(`"${place.relative}" cannot be written (${codeOf(error)}).`);
  }
  return { path: place.relative, sizeBytes: bytes.length };
}

async function writeNew(place: Place, bytes: Buffer): Promise<void> {
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  const handle = await fs.open(place.full, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
  try {
    await checkOpened(place, handle);
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function makeFolders(place: Place): Promise<void> {
  await checkNoLinks(place);
  try {
    await fs.mkdir(place.full, { recursive: true });
  } catch (error) {
    throw pathMissing(`The folder "${place.relative}" cannot be made (${codeOf(error)}).`);
  }
  await checkNoLinks(place);
}

/** Every plain file below a place, sorted by path. Links and devices are left out. */
async function listFiles(place: Place, signal: AbortSignal): Promise<Json> {
  await checkNoLinks(place);
  const found: { path: string; sizeBytes: number; modifiedAt: number }[] = [];
  const folders: Place[] = [place];
  for (let folder = folders.pop(); folder && !signal.aborted; folder = folders.pop()) {
    for (const entry of await entriesOf(folder)) {
      const below = [folder.relative, entry.name].filter(Boolean).join('/');
      const full = path.join(folder.full, entry.name);
      const segments = [...folder.segments, entry.name];
      if (entry.isDirectory() && segments.length - place.segments.length <= MAX_DEPTH) {
        folders.push({ root: place.root, segments, relative: below, full });
      }
      if (!entry.isFile()) continue;
      const info = await lstat(full);
      if (!info?.isFile()) continue; // gone or changed since the folder was read
      found.push({ path: below, sizeBytes: Number(info.size), modifiedAt: Math.round(Number(info.mtimeMs)) });
      if (found.length > MAX_LISTED) {
        const message = `The folder has more than ${MAX_LISTED} files. Name a smaller folder in "path".`;
        throw refuse('error', 'tool/too-large', message);
      }
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function entriesOf(folder: Place) {
  try {
    return await fs.readdir(folder.full, { withFileTypes: true });
  } catch (error) {
    const name = folder.relative || 'of this tool';
    if (codeOf(error) === 'ENOENT') throw pathMissing(`There is no folder "${name}".`);
    throw pathMissing(`The folder "${name}" cannot be read (${codeOf(error)}).`);
  }
}
