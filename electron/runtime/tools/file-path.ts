/**
 * Paths of file tools.
 *
 * P1. The path an agent gives is only ever a way down from the tool's folder: no root, no "..", no device, no stream.
 * P2. Below the folder no link is followed, and what was opened must be what the checked path leads to.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { type CallError, refuse } from './outcome';

const MAX_PATH = 1024;
/** Names that Windows gives to devices, with any extension. They are refused everywhere, so that flows stay portable. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

export interface Place {
  /** The real path of the tool's folder. */
  readonly root: string;
  readonly segments: readonly string[];
  /** The path below the folder with "/" between its parts. */
  readonly relative: string;
  readonly full: string;
}

export function pathRefused(message: string): CallError {
  return refuse('denied', 'tool/path-refused', message);
}

export function pathMissing(message: string): CallError {
  return refuse('error', 'tool/path-refused', message);
}

/** The folder of a tool as it is on disk. */
export async function realFolder(baseFolder: string, folder: string): Promise<string> {
  const full = path.resolve(baseFolder, folder);
  try {
    const real = await fs.realpath(full);
    if ((await fs.stat(real)).isDirectory()) return real;
  } catch (error) {
    throw pathMissing(
      `The folder "${folder}" of this tool cannot be opened (${codeOf(error)}). It is looked for at ${full}.`,
    );
  }
  throw pathMissing(`The folder "${folder}" of this tool is not a folder.`);
}

/** A place below the folder; nothing is touched yet. */
export function placeBelow(root: string, asked: string): Place {
  if (asked.length > MAX_PATH) throw pathRefused(`A path may have at most ${MAX_PATH} characters.`);
  if (asked.startsWith('/') || asked.startsWith('\\') || /^[A-Za-z]:/.test(asked)) {
    throw pathRefused(`"${asked}" is not a path below the folder of this tool. Write it without a root.`);
  }
  const segments = asked.split(/[/\\]/).filter((segment) => segment !== '' && segment !== '.');
  for (const segment of segments) checkSegment(asked, segment);
  return { root, segments, relative: segments.join('/'), full: path.join(root, ...segments) };
}

function checkSegment(asked: string, segment: string): void {
  if (segment === '..') throw pathRefused(`"${asked}" leads out of the folder of this tool.`);
  const hasControl = [...segment].some((char) => char < ' ' || char === '\u007f');
  if (hasControl || /[:*?"<>|]/.test(segment) || /[. ]$/.test(segment) || DEVICE.test(segment)) {
    throw pathRefused(`"${asked.replace(/\p{Cc}/gu, '?')}" is not the name of a plain file.`);
  }
}

/** Refuses a way that leads over a link. Parts that do not exist yet are fine; the first of them ends the walk. */
export async function checkNoLinks(place: Place, segments = place.segments): Promise<void> {
  let at = place.root;
  for (const segment of segments) {
    at = path.join(at, segment);
    const info = await lstat(at);
    if (!info) return;
    if (info.isSymbolicLink())
      throw pathRefused(`"${place.relative}" leads over a link, and links are not followed.`);
  }
}

/** What is at a path itself, or undefined when there is nothing. */
export async function lstat(full: string): Promise<Awaited<ReturnType<typeof fs.lstat>> | undefined> {
  try {
    return await fs.lstat(full);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw pathMissing(`${path.basename(full)} cannot be looked at (${codeOf(error)}).`);
  }
}

/** The open file is the one below the folder, however the folder changed meanwhile. */
export async function checkOpened(place: Place, handle: fs.FileHandle): Promise<void> {
  const real = await fs.realpath(place.full);
  const [opened, named] = await Promise.all([handle.stat({ bigint: true }), fs.stat(real, { bigint: true })]);
  const inside = real.startsWith(place.root.endsWith(path.sep) ? place.root : place.root + path.sep);
  if (!inside || opened.ino !== named.ino || opened.dev !== named.dev) {
    throw pathRefused(`"${place.relative}" does not lead to a file in the folder of this tool.`);
  }
}

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : String(error);
}
