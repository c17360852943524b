/**
 * Every saved state of a document, kept outside it.
 *
 * H1. Saving the same bytes again adds nothing.
 * H2. The newest 50 are kept, and all that a person has named.
 * H3. The folder is the truth (`<savedAt>-<hash>.json`); `names.json` only adds names.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../shared/base/app-error';
import { z } from '../../../shared/spec/zod';
import { hashOf, isMissing, pathKey, readIfThere, writeFileAtomic } from './atomic-file';

export interface VersionInfo {
  readonly id: string;
  readonly name: string;
  readonly savedAt: number;
}

const Names = z.record(z.string(), z.string());
const ID = /^(\d{13,16})-([0-9a-f]{16})$/;
const MAX_UNNAMED = 50;

export class Versions {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async add(file: string, text: string, savedAt: number): Promise<void> {
    const folder = this.folderOf(file);
    const hash = hashOf(text).slice(0, 16);
    const ids = await idsIn(folder);
    if (ids.at(-1)?.endsWith(`-${hash}`)) return;
    // Never older than what is there, whatever the clock did in between.
    const newest = Number(ids.at(-1)?.split('-')[0] ?? 0);
    await writeFileAtomic(path.join(folder, `${Math.max(savedAt, newest + 1)}-${hash}.json`), text);
    await this.prune(folder);
  }

  /** Newest first. */
  async list(file: string): Promise<VersionInfo[]> {
    const folder = this.folderOf(file);
    const [ids, names] = await Promise.all([idsIn(folder), readNames(folder)]);
    return ids
      .map((id) => ({
        id,
        name: names[id] ?? '',
        savedAt: Number(id.split('-')[0]),
      }))
      .reverse();
  }

  async read(file: string, id: string): Promise<string> {
    const text = ID.test(id) ? await readIfThere(path.join(this.folderOf(file), `${id}.json`)) : undefined;
    if (text === undefined) {
      throw new AppError('file/no-such-version', 'This version is not in the history any more.', {
        details: { id },
      });
    }
    return text;
  }

  /** Names a version, the newest unless said. */
  async name(file: string, name: string, id?: string): Promise<void> {
    const folder = this.folderOf(file);
    const ids = await idsIn(folder);
    const named = id === undefined ? ids.at(-1) : ids.find((known) => known === id);
    if (named === undefined) {
      throw new AppError(
        'file/no-such-version',
        id === undefined
          ? 'Save the flow first: there is no version yet that could have a name.'
          : 'This version is not in the history any more.',
      );
    }
    const names = { ...(await readNames(folder)), [named]: name };
    await writeFileAtomic(path.join(folder, 'names.json'), JSON.stringify(names, null, 2));
  }

  private async prune(folder: string): Promise<void> {
    const [ids, names] = await Promise.all([idsIn(folder), readNames(folder)]);
    const unnamed = ids.filter((id) => !Object.hasOwn(names, id));
    const extra = unnamed.slice(0, Math.max(0, unnamed.length - MAX_UNNAMED));
    for (const id of extra) await fs.rm(path.join(folder, `${id}.json`), { force: true });
  }

  private folderOf(file: string): string {
    return path.join(this.folder, pathKey(file));
  }
}

/** Oldest first. */
async function idsIn(folder: string): Promise<string[]> {
  try {
    const names = await fs.readdir(folder);
    return names
      .flatMap((name) => (name.endsWith('.json') && ID.test(name.slice(0, -5)) ? [name.slice(0, -5)] : []))
      .sort((a, b) => Number(a.split('-')[0]) - Number(b.split('-')[0]));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function readNames(folder: string): Promise<Record<string, string>> {
  const text = await readIfThere(path.join(folder, 'names.json'));
  if (text === undefined) return {};
  try {
    return Names.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {}; // names are a convenience; the versions themselves are still there
  }
}
