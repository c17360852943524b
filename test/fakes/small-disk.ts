/** A disk of its own that can be filled, enlarged and made read-only. Only a superuser may mount one. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface SmallDisk {
  readonly folder: string;
  resize(kilobytes: number): void;
  protect(readOnly: boolean): void;
  remove(): void;
}

/** Undefined where nothing can be mounted. */
export function smallDisk(kilobytes: number): SmallDisk | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'baton-disk-'));
  const mount = (...words: string[]): void => void execFileSync('mount', words, { stdio: 'ignore' });
  try {
    mount('-t', 'tmpfs', '-o', `size=${kilobytes}k,mode=0755`, 'tmpfs', folder);
  } catch {
    fs.rmdirSync(folder);
    return undefined; // a container that may not mount
  }
  return {
    folder,
    resize: (size) => mount('-o', `remount,size=${size}k`, folder),
    protect: (readOnly) => mount('-o', `remount,${readOnly ? 'ro' : 'rw'}`, folder),
    remove: () => {
      execFileSync('umount', ['-l', folder], { stdio: 'ignore' });
      fs.rmdirSync(folder);
    },
  };
}
