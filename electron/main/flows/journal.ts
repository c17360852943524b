/**
 * What the editor holds and the file does not yet: written while people work, cleared by a save.
 *
 * J1. Written atomically; a kill loses at most what was typed since the last write.
 * J2. `baseHash` is the file the edits were made on, so a save after recovery still notices that somebody else saved.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from '../../../shared/spec/zod';
import { pathKey, readIfThere, writeFileAtomic } from './atomic-file';

const Entry = z.strictObject({
  path: z.string(),
  savedAt: z.number(),
  baseHash: z.string(),
  text: z.string(),
});
export type JournalEntry = z.infer<typeof Entry>;

export class Journal {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async write(entry: JournalEntry): Promise<void> {
    await writeFileAtomic(this.fileOf(entry.path), JSON.stringify(entry), {
      mode: 0o600,
    });
  }

  /** The entry of a document; a damaged one counts as none, the file itself is never touched. */
  async read(file: string): Promise<JournalEntry | undefined> {
    const text = await readIfThere(this.fileOf(file));
    return text === undefined ? undefined : parseEntry(text);
  }

  async clear(file: string): Promise<void> {
    await fs.rm(this.fileOf(file), { force: true });
  }

  /** Paths of all documents with edits that no file holds. */
  async paths(): Promise<Set<string>> {
    const names = await fs.readdir(this.folder).catch(() => [] as string[]); // no folder yet: no entries
    const entries = await Promise.all(
      names.filter((name) => name.endsWith('.json')).map((name) => readIfThere(path.join(this.folder, name))),
    );
    return new Set(entries.flatMap((text) => (text === undefined ? [] : (parseEntry(text)?.path ?? []))));
  }

  private fileOf(file: string): string {
    return path.join(this.folder, `${pathKey(file)}.json`);
  }
}

function parseEntry(text: string): JournalEntry | undefined {
  try {
    return Entry.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // half of a file from before atomic writes, or foreign: not an entry
  }
}
