/** Where things are. Only Node's own modules here: `npm start` runs this before `npm ci` has. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * Downloads and native builds are kept outside node_modules: `npm ci` deletes that folder, and a fresh
 * clone on the same machine finds them here again (a minute saved each time).
 */
export const cacheDir =
  process.env.BATON_CACHE ??
  path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'baton-dev');

export function inRoot(...parts) {
  return path.join(root, ...parts);
}

export function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined; // Missing and unreadable mean the same to every caller: make it again.
  }
}

/** True when the file was started as a script, not imported. */
export function isEntry(metaUrl) {
  const started = process.argv[1];
  return started !== undefined && fs.realpathSync(started) === fileURLToPath(metaUrl);
}
