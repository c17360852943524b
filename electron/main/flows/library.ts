/** The folder of flows and the list of files used lately, as the home screen shows them. */
import fs from 'node:fs/promises';
import path from 'node:path';
import type { FlowFile } from '../../../shared/ipc/contract';
import { z } from '../../../shared/spec/zod';
import type { JsonStore } from '../state/json-store';
import { isMissing } from './atomic-file';

export const RecentFiles = z.array(z.string().min(1)).max(100);
const MAX_RECENT = 30;
/** A larger file is no flow; it is listed by name and refused when opened. */
const MAX_LISTED_BYTES = 5 * 1024 * 1024;

const Head = z.looseObject({
  id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  nodes: z.record(z.string(), z.unknown()),
});

interface Cached {
  readonly modifiedAt: number;
  readonly sizeBytes: number;
  readonly head: z.infer<typeof Head> | undefined;
}

export function isFlowFileName(name: string): boolean {
  return /\.json$/i.test(name) && !name.startsWith('.');
}

export class Library {
  readonly folder: string;
  private readonly recent: JsonStore<string[]>;
  private readonly heads = new Map<string, Cached>();

  constructor(folder: string, recent: JsonStore<string[]>) {
    this.folder = folder;
    this.recent = recent;
  }

  /** Files of the folder and files opened elsewhere, newest first. */
  async list(unsaved: ReadonlySet<string>): Promise<FlowFile[]> {
    const names = await fs.readdir(this.folder).catch(() => [] as string[]); // made with the first flow
    const own = names.filter(isFlowFileName).map((name) => path.join(this.folder, name));
    const paths = new Set([...own, ...this.recent.get(), ...unsaved]);
    const files = await Promise.all(
      [...paths].map((file) => this.describe(file, unsaved.has(file), own.includes(file))),
    );
    return files.filter((file) => file !== undefined).sort((a, b) => b.modifiedAt - a.modifiedAt);
  }

  isInside(file: string): boolean {
    return path.dirname(file) === this.folder;
  }

  isRecent(file: string): boolean {
    return this.recent.get().includes(file);
  }

  async remember(file: string): Promise<void> {
    const rest = this.recent.get().filter((other) => other !== file);
    if (this.recent.get()[0] === file) return;
    await this.recent.set([file, ...rest].slice(0, MAX_RECENT));
  }

  async forget(file: string): Promise<void> {
    this.heads.delete(file);
    await this.recent.set(this.recent.get().filter((other) => other !== file));
  }

  /** Ids of the flows in the folder, so that a new one gets its own. */
  async takenIds(): Promise<Set<string>> {
    const files = await this.list(new Set());
    return new Set(files.filter((file) => this.isInside(file.path)).map((file) => file.flowId));
  }

  /** A free name in the folder. */
  async freePath(stem: string): Promise<string> {
    for (let n = 1; ; n++) {
      const file = path.join(this.folder, `${stem}${n === 1 ? '' : `-${n}`}.baton.json`);
      if (!(await exists(file))) return file;
    }
  }

  private async describe(file: string, unsaved: boolean, isOwn: boolean): Promise<FlowFile | undefined> {
    const cached = await this.head(file);
    if (cached === undefined) {
      return { ...nameless(file), modifiedAt: 0, unsaved, missing: true };
    }
    if (!cached.head) {
      // A foreign JSON file in the folder is not a flow; one a person opened as a flow and that broke since is shown.
      return isOwn && !this.isRecent(file)
        ? undefined
        : { ...nameless(file), modifiedAt: cached.modifiedAt, unsaved };
    }
    return {
      path: file,
      name: cached.head.name,
      flowId: cached.head.id,
      description: cached.head.description ?? '',
      nodeCount: Object.keys(cached.head.nodes).length,
      modifiedAt: cached.modifiedAt,
      unsaved,
    };
  }

  private async head(file: string): Promise<Cached | undefined> {
    try {
      const stat = await fs.stat(file);
      const cached = this.heads.get(file);
      if (cached && cached.modifiedAt === Math.round(stat.mtimeMs) && cached.sizeBytes === stat.size)
        return cached;
      const head = stat.isFile() && stat.size <= MAX_LISTED_BYTES ? await readHead(file) : undefined;
      const fresh = { modifiedAt: Math.round(stat.mtimeMs), sizeBytes: stat.size, head };
      this.heads.set(file, fresh);
      return fresh;
    } catch (error) {
      if (isMissing(error)) return undefined;
      return { modifiedAt: 0, sizeBytes: 0, head: undefined }; // no permission: opening it says so
    }
  }
}

function nameless(file: string): Pick<FlowFile, 'path' | 'name' | 'flowId' | 'description' | 'nodeCount'> {
  return {
    path: file,
    name: path.basename(file).replace(/(\.baton)?\.json$/i, ''),
    flowId: '',
    description: '',
    nodeCount: 0,
  };
}

async function readHead(file: string): Promise<Cached['head']> {
  try {
    const text = await fs.readFile(file, 'utf8');
    return Head.safeParse(JSON.parse(text.replace(/^\uFEFF/, ''))).data;
  } catch {
    return undefined; // not JSON: not a flow
  }
}

export async function exists(file: string): Promise<boolean> {
  try {
    await fs.lstat(file);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
