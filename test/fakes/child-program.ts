/** Real processes for tests: a TypeScript entry is bundled once and run by the same Node. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { rolldown } from 'rolldown';

/** Tests and the soak are started in the folder of the project; this code may run from a bundle elsewhere. */
const root = process.cwd();

export interface ChildProgram {
  start(args: readonly string[], options?: { readonly uid?: number }): RunningChild;
  remove(): void;
}

export interface RunningChild {
  readonly process: ChildProcess;
  /** The next line it prints; undefined when it has ended. */
  line(): Promise<string | undefined>;
  /** Ends it as a crash would and waits until it is gone. */
  kill(): Promise<void>;
}

export async function childProgram(entry: string): Promise<ChildProgram> {
  const bundle = await rolldown({
    input: path.join(root, entry),
    platform: 'node',
    external: ['better-sqlite3'],
  });
  // Beside node_modules' packages, so that the bundle finds the installed better-sqlite3.
  const folder = fs.mkdtempSync(path.join(root, 'node_modules/.child-'));
  fs.chmodSync(folder, 0o755);
  const file = path.join(folder, 'child.mjs');
  await bundle.write({ file, format: 'esm' });
  await bundle.close();
  return {
    start: (args, options = {}) =>
      running(spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'inherit'], ...options })),
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

function running(child: ChildProcess): RunningChild {
  if (!child.stdout) throw new Error('The child has no output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  return {
    process: child,
    line: async () => {
      const next = await lines.next();
      return next.done ? undefined : next.value;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
