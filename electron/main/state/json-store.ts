/**
 * A small JSON file of the app itself: settings, window size, recent files. A bad file is kept as a copy and replaced by
 * what `repair` makes of it; it never stops the app.
 */
import fs from 'node:fs/promises';
import type { z } from '../../../shared/spec/zod';
import { readIfThere, writeFileAtomic } from '../flows/atomic-file';

export interface JsonStoreOptions<T> {
  readonly file: string;
  readonly schema: z.ZodType<T>;
  readonly empty: T;
  /** Makes the best of a value that does not fit; the default is `empty`. */
  repair?(value: unknown): T;
  onTrouble?(message: string): void;
}

export class JsonStore<T> {
  private readonly options: JsonStoreOptions<T>;
  private value: T;
  private writing: Promise<void> = Promise.resolve();

  private constructor(options: JsonStoreOptions<T>, value: T) {
    this.options = options;
    this.value = value;
  }

  static async open<T>(options: JsonStoreOptions<T>): Promise<JsonStore<T>> {
    return new JsonStore(options, await load(options));
  }

  get(): T {
    return this.value;
  }

  /** In memory at once, on disk when the promise resolves; writes never overtake each other. */
  set(value: T): Promise<void> {
    this.value = value;
    const write = this.writing.then(() =>
      writeFileAtomic(this.options.file, `${JSON.stringify(value, null, 2)}\n`),
    );
    // The next write must run even if this one failed; the caller of this one still hears of it.
    this.writing = write.catch(() => undefined);
    return write;
  }

  /** Resolves when everything set so far is on disk. */
  flushed(): Promise<void> {
    return this.writing;
  }
}

async function load<T>(options: JsonStoreOptions<T>): Promise<T> {
  let text: string | undefined;
  try {
    text = await readIfThere(options.file);
  } catch (error) {
    options.onTrouble?.(`${options.file} cannot be read (${String(error)}); the defaults are used`);
    return options.empty;
  }
  if (text === undefined) return options.empty;
  const value = parse(text);
  const parsed = options.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const copy = `${options.file}.broken-${Date.now()}`;
  try {
    await fs.copyFile(options.file, copy);
    options.onTrouble?.(`${options.file} was damaged; a copy is at ${copy}`);
  } catch (error) {
    options.onTrouble?.(`${options.file} was damaged and could not be copied: ${String(error)}`);
  }
  return options.repair ? options.repair(value) : options.empty;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON: the schema refuses it like any other bad value
  }
}
