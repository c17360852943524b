/** Notices when another program changes a file that is open here. Watches folders: an atomic save replaces the file itself. */
import fs from 'node:fs';
import path from 'node:path';
import { hashOf, readIfThere } from './atomic-file';

/** More documents than these are hardly open at once; the oldest are let go. */
const MAX_FILES = 16;
const SETTLE_MS = 150;

export interface WatcherOptions {
  onChanged(file: string): void;
  onTrouble?(message: string): void;
}

export class FileWatcher {
  private readonly options: WatcherOptions;
  /** Hash of the content we know, by path, in the order they were opened. */
  private readonly known = new Map<string, string>();
  private readonly folders = new Map<string, fs.FSWatcher>();
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(options: WatcherOptions) {
    this.options = options;
  }

  /** From now on the file with this content is ours; anything else is news. */
  watch(file: string, hash: string): void {
    this.known.delete(file);
    this.known.set(file, hash);
    const oldest = this.known.keys().next().value;
    if (this.known.size > MAX_FILES && oldest !== undefined) this.forget(oldest);
    this.watchFolder(path.dirname(file));
  }

  forget(file: string): void {
    this.known.delete(file);
    clearTimeout(this.timers.get(file));
    this.timers.delete(file);
    const folder = path.dirname(file);
    if ([...this.known.keys()].some((other) => path.dirname(other) === folder)) return;
    this.folders.get(folder)?.close();
    this.folders.delete(folder);
  }

  /** Looks at every file now: after sleep, or when the window comes to the front (network drives send no news). */
  async checkAll(): Promise<void> {
    await Promise.all([...this.known.keys()].map((file) => this.check(file)));
  }

  close(): void {
    for (const file of this.known.keys()) this.forget(file);
  }

  private watchFolder(folder: string): void {
    if (this.folders.has(folder)) return;
    try {
      const watcher = fs.watch(folder, { persistent: false }, (_event, name) => {
        for (const file of this.known.keys()) {
          if (path.dirname(file) === folder && (name === null || path.basename(file) === name))
            this.soon(file);
        }
      });
      watcher.on('error', (error) => this.options.onTrouble?.(`cannot watch ${folder}: ${error.message}`));
      this.folders.set(folder, watcher);
    } catch (error) {
      // No watches left, or a file system without them: `checkAll` still finds changes.
      this.options.onTrouble?.(`cannot watch ${folder}: ${String(error)}`);
    }
  }

  /** Waits until a program that writes in several parts is done. */
  private soon(file: string): void {
    clearTimeout(this.timers.get(file));
    this.timers.set(
      file,
      setTimeout(() => void this.check(file), SETTLE_MS),
    );
  }

  private async check(file: string): Promise<void> {
    const before = this.known.get(file);
    // Unreadable counts as unchanged: the next save or open says why in full.
    const text = await readIfThere(file).catch(() => undefined);
    const current = this.known.get(file);
    if (text === undefined || current === undefined || current !== before) return;
    const hash = hashOf(text);
    if (hash === current) return;
    this.known.set(file, hash);
    this.options.onChanged(file);
  }
}
