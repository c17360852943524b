/** Runs the real command, built from the sources as they are, in a folder of its own. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type InputOptions, type OutputOptions, rolldown } from 'rolldown';
import { buildStamp } from '../../scripts/lib/build-stamp.mjs';
import { bundleOptions } from '../../scripts/lib/bundles.mjs';
import { withLock } from '../../scripts/lib/lock.mjs';
import { inRoot } from '../../scripts/lib/paths.mjs';

const OUT = 'dist/test-cli';
export const FLOWS = inRoot('test/fixtures/flows/cli');

/** Builds the command once per change; other test files wait for it. */
export async function buildBaton(): Promise<void> {
  const sources = ['electron', 'shared', 'package.json', 'tsconfig.base.json', 'scripts/lib/bundles.mjs'];
  const stamp = buildStamp('test-cli', sources, () => [`${OUT}/baton.mjs`]);
  if (stamp.isFresh()) return;
  await withLock(inRoot(OUT), async () => {
    if (stamp.isFresh()) return;
    const taken = stamp.take();
    stamp.forget();
    const command = bundleOptions().find((bundle) => bundle.isCommand);
    if (!command) throw new Error('the command is not among the bundles');
    const { output, ...input } = command.options;
    fs.rmSync(inRoot(OUT), { recursive: true, force: true });
    // The table of bundles is plain JavaScript: its types are wider than the bundler's.
    const bundle = await rolldown(input as InputOptions);
    await bundle.write({ ...output, dir: inRoot(OUT) } as OutputOptions);
    await bundle.close();
    taken.keep();
  });
}

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The one object on stdout. */
  json(): Record<string, unknown>;
  /** One object per line of stdout. */
  lines(): Record<string, unknown>[];
}

export interface Options {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Called with everything stdout and stderr said so far; return true to send SIGINT, once. */
  readonly interruptWhen?: (said: string) => boolean;
}

/** A folder with its own database; removed by `end`. */
export class Place {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'baton-cli-'));

  end(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  write(name: string, content: unknown): string {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    fs.mkdirSync(path.dirname(this.path(name)), { recursive: true });
    fs.writeFileSync(this.path(name), text);
    return this.path(name);
  }

  read(name: string): string {
    return fs.readFileSync(this.path(name), 'utf8');
  }

  /** A flow of the fixtures, copied here so that relative paths stay here. */
  flow(name: string, change: (flow: Record<string, unknown>) => void = () => undefined): string {
    const flow = JSON.parse(fs.readFileSync(path.join(FLOWS, `${name}.json`), 'utf8')) as Record<
      string,
      unknown
    >;
    change(flow);
    return this.write(`${name}.json`, flow);
  }

  baton(...words: string[]): Promise<Result> {
    return this.batonWith({}, ...words);
  }

  batonWith(options: Options, ...words: string[]): Promise<Result> {
    return new Promise((resolve, reject) => {
      const { PATH = '', HOME = '' } = process.env;
      const child = spawn(process.execPath, [inRoot(OUT, 'baton.mjs'), ...words], {
        cwd: this.folder,
        env: { PATH, HOME, ...options.env },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      let stdout = '';
      let stderr = '';
      let wasInterrupted = false;
      const listen = (): void => {
        if (wasInterrupted || !options.interruptWhen?.(stdout + stderr)) return;
        wasInterrupted = true;
        child.kill('SIGINT');
      };
      child.stdout.on('data', (data: Buffer) => {
        stdout += data.toString();
        listen();
      });
      child.stderr.on('data', (data: Buffer) => {
        stderr += data.toString();
        listen();
      });
      child.stdin.end(options.stdin ?? '');
      child.on('error', reject);
      child.on('close', (code) => {
        const parse = (text: string) => JSON.parse(text) as Record<string, unknown>;
        const lines = () =>
          stdout
            .split('\n')
            .filter((line) => line !== '')
            .map(parse);
        resolve({ code, stdout, stderr, json: () => parse(stdout), lines });
      });
    });
  }
}
