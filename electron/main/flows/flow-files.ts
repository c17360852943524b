/**
 * Flow documents as files: the only place that writes them.
 *
 * F1. A save replaces the whole file or nothing, and never bytes the editor has not seen (`spec/changed-on-disk`).
 * F2. What was in the file before a first save, and after each save, is in the version history.
 * F3. Only files of the library, or files a person opened, are written or deleted.
 * F4. Operations on one file happen one after the other.
 * F5. Foreign text is read by the runtime's process, which may be killed; here it is only moved.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../shared/base/app-error';
import type { FlowFile, OpenedFlow } from '../../../shared/ipc/contract';
import type { Flow } from '../../../shared/spec/flow';
import type { ValidationReport } from '../../../shared/spec/problem';
import { FLOW_ID_PATTERN } from '../../../shared/spec/values';
import { hashOf, isMissing, writeFileAtomic } from './atomic-file';
import { fileError } from './file-errors';
import type { Journal } from './journal';
import { exists, isFlowFileName, type Library } from './library';
import type { Versions } from './versions';
import type { FileWatcher } from './watcher';

export const MAX_FLOW_BYTES = 5 * 1024 * 1024;

export interface FlowFilesOptions {
  readonly library: Library;
  readonly journal: Journal;
  readonly versions: Versions;
  readonly watcher: FileWatcher;
  now(): number;
  /** The canonical text of a document. */
  serialize(document: Flow): string;
  /** Reads foreign text; throws `spec/…` with what is wrong. */
  load(text: string): Promise<{ document: Flow; report: ValidationReport }>;
  /** Moves a file to where the person can get it back. */
  trash(file: string): Promise<void>;
}

export class FlowFiles {
  private readonly options: FlowFilesOptions;
  private readonly queues = new Map<string, Promise<unknown>>();
  /** Files opened here, with the hash of the content the editor last saw on disk. */
  private readonly opened = new Map<string, string>();

  constructor(options: FlowFilesOptions) {
    this.options = options;
  }

  async list(): Promise<FlowFile[]> {
    return this.options.library.list(await this.options.journal.paths());
  }

  open(file: string): Promise<OpenedFlow> {
    return this.alone(file, () => this.openNow(file));
  }

  /** A new file in the library; the flow's id is made its own if another flow has it. */
  async create(document: Flow): Promise<OpenedFlow> {
    return this.alone(this.options.library.folder, async () => {
      const id = freeId(String(document.id ?? 'flow'), await this.options.library.takenIds());
      const file = await this.options.library.freePath(id);
      await this.writeNew(file, this.textOf({ ...document, id }));
      return this.openNow(file);
    });
  }

  async importText(text: string, name?: string): Promise<OpenedFlow> {
    refuseTooLarge(Buffer.byteLength(text), name ?? 'The text');
    const { document } = await this.options.load(text);
    return this.create(document);
  }

  saveAs(file: string, document: Flow): Promise<OpenedFlow> {
    return this.alone(file, async () => {
      const before = await this.readOrRefuse(file);
      if (before !== undefined) await this.options.versions.add(file, before, this.options.now());
      await this.writeNew(file, this.textOf(document));
      await this.options.journal.clear(file);
      return this.openNow(file);
    });
  }

  save(file: string, document: Flow, expectedHash?: string): Promise<{ fileHash: string; savedAt: number }> {
    return this.alone(file, async () => {
      this.refuseStranger(file);
      const text = this.textOf(document);
      const before = await this.readOrRefuse(file);
      if (
        expectedHash !== undefined &&
        before !== undefined &&
        hashOf(before) !== expectedHash &&
        before !== text
      ) {
        throw new AppError(
          'spec/changed-on-disk',
          `${path.basename(file)} was changed by another program since it was opened.`,
          {
            details: { path: file },
            hint: 'Open the file again to see its version, or save this one under another name.',
          },
        );
      }
      if (before !== undefined) await this.options.versions.add(file, before, await this.modifiedAt(file));
      await this.writeNew(file, text);
      await this.options.journal.clear(file);
      const fileHash = hashOf(text);
      this.opened.set(file, fileHash);
      this.options.watcher.watch(file, fileHash);
      return { fileHash, savedAt: await this.modifiedAt(file) };
    });
  }

  journal(file: string, document: Flow): Promise<void> {
    return this.alone(file, async () => {
      this.refuseStranger(file);
      const baseHash = this.opened.get(file) ?? (await this.baseHashOf(file));
      const entry = {
        path: file,
        savedAt: this.options.now(),
        baseHash,
        text: this.textOf(document),
      };
      await this.options.journal.write(entry).catch((error: unknown) => {
        throw fileError('write', file, error);
      });
    });
  }

  discardJournal(file: string): Promise<void> {
    return this.alone(file, () => this.options.journal.clear(file));
  }

  delete(file: string): Promise<void> {
    return this.alone(file, async () => {
      this.refuseStranger(file);
      this.options.watcher.forget(file);
      if (await exists(file)) {
        await this.options.trash(file).catch((error: unknown) => {
          throw fileError('delete', file, error);
        });
      }
      await this.options.journal.clear(file);
      await this.options.library.forget(file);
      this.opened.delete(file);
    });
  }

  async versions(file: string): Promise<{ id: string; name: string; savedAt: number }[]> {
    return this.options.versions.list(file);
  }

  async version(file: string, id: string): Promise<{ document: Flow }> {
    const { document } = await this.options.load(await this.options.versions.read(file, id));
    return { document };
  }

  nameVersion(file: string, name: string, id?: string): Promise<void> {
    return this.alone(file, async () => {
      if (id !== undefined) return this.options.versions.name(file, name, id);
      const text = await this.readOrRefuse(file);
      if (text !== undefined) await this.options.versions.add(file, text, this.options.now());
      return this.options.versions.name(file, name);
    });
  }

  private async openNow(file: string): Promise<OpenedFlow> {
    if (!path.isAbsolute(file))
      throw new AppError('file/not-absolute', 'Only a full path can be opened.', { details: { path: file } });
    if (!isFlowFileName(path.basename(file))) {
      throw new AppError(
        'file/not-a-flow',
        `${path.basename(file)} is not a flow: a flow's file name ends in .json.`,
        {
          details: { path: file },
        },
      );
    }
    const text = await this.readOrRefuse(file);
    const entry = await this.options.journal.read(file);
    if (text === undefined && entry === undefined) {
      throw new AppError('file/missing', `${file} is not there any more.`, {
        details: { path: file },
      });
    }
    const recovered = entry !== undefined && entry.text !== text;
    const { document, report } = await this.options.load(recovered ? entry.text : (text as string));
    if (entry && !recovered) await this.options.journal.clear(file);
    const fileHash = recovered ? entry.baseHash : hashOf(text as string);
    if (text !== undefined) this.options.watcher.watch(file, hashOf(text));
    this.opened.set(file, fileHash);
    await this.options.library.remember(file);
    const savedAt = text === undefined ? 0 : await this.modifiedAt(file);
    return { path: file, document, fileHash, savedAt, recovered, report };
  }

  /** What the edits of a first journal entry were made on: what an older entry says, else the file as it is. */
  private async baseHashOf(file: string): Promise<string> {
    const entry = await this.options.journal.read(file);
    if (entry) return entry.baseHash;
    const text = await this.readOrRefuse(file);
    return text === undefined ? '' : hashOf(text);
  }

  private async readOrRefuse(file: string): Promise<string | undefined> {
    try {
      const stat = await fs.stat(file).catch(() => undefined); // missing: said by readIfThere below
      if (stat) refuseTooLarge(stat.size, path.basename(file));
      return await readUtf8(file);
    } catch (error) {
      throw fileError('read', file, error);
    }
  }

  private async writeNew(file: string, text: string): Promise<void> {
    try {
      await writeFileAtomic(file, text);
    } catch (error) {
      throw fileError('write', file, error);
    }
    await this.options.versions.add(file, text, this.options.now());
  }

  private textOf(document: Flow): string {
    const text = this.options.serialize(document);
    refuseTooLarge(Buffer.byteLength(text), 'This flow');
    return text;
  }

  private async modifiedAt(file: string): Promise<number> {
    return Math.round((await fs.stat(file)).mtimeMs);
  }

  private refuseStranger(file: string): void {
    const isKnown =
      this.opened.has(file) || this.options.library.isInside(file) || this.options.library.isRecent(file);
    if (!isKnown || !path.isAbsolute(file) || !isFlowFileName(path.basename(file))) {
      throw new AppError('file/not-open', 'Only a flow that was opened here can be changed.', {
        details: { path: file },
      });
    }
  }

  private alone<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.queues.get(key) ?? Promise.resolve();
    const result = before.then(task);
    const settled = result.catch(() => undefined); // whoever asked hears of it; the next in line must still run
    this.queues.set(key, settled);
    void settled.then(() => {
      if (this.queues.get(key) === settled) this.queues.delete(key);
    });
    return result;
  }
}

/** Exact text: other encodings are refused instead of being saved back with replaced letters. */
async function readUtf8(file: string): Promise<string | undefined> {
  let bytes: Buffer;
  try {
    bytes = await fs.readFile(file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new AppError(
      'spec/invalid',
      `${path.basename(file)} is not text in UTF-8. Save it in that encoding and open it again.`,
      {
        details: { path: file },
      },
    );
  }
}

function refuseTooLarge(sizeBytes: number, what: string): void {
  if (sizeBytes <= MAX_FLOW_BYTES) return;
  const mebibytes = (sizeBytes / 1024 / 1024).toFixed(1);
  throw new AppError('file/too-large', `${what} has ${mebibytes} MiB; a flow may have at most 5 MiB.`, {
    details: { sizeBytes },
  });
}

function freeId(wanted: string, taken: ReadonlySet<string>): string {
  if (FLOW_ID_PATTERN.test(wanted) && !taken.has(wanted)) return wanted;
  const stem =
    wanted
      .replaceAll(/[^A-Za-z0-9_-]/g, '-')
      .replace(/^[^A-Za-z]+/, '')
      .slice(0, 58) || 'flow';
  for (let n = 1; ; n++) {
    const id = n === 1 ? stem : `${stem}-${n}`;
    if (!taken.has(id)) return id;
  }
}
