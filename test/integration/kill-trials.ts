/**
 * Real processes that run real flows on a real database and are ended by SIGKILL at random moments, again and again. What
 * they did in the world is counted by a server that outlives them. Used by the tests (a few kills) and by the soak (many).
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openStore } from '../../electron/store/open-store';
import { seededRandom } from '../../shared/base/random';
import { type ChildProgram, childProgram, type RunningChild } from '../fakes/child-program';
import { type EffectServer, startEffectServer } from '../fakes/effect-server';
import { RUN_FLOWS } from '../fakes/run-flows';

export const SHAPES: readonly string[] = Object.keys(RUN_FLOWS);

export interface TrialReport {
  /** How many processes were killed while they ran. */
  readonly kills: number;
  /** What is wrong; nothing when the run ended as the undisturbed one. */
  readonly failures: readonly string[];
}

interface Undisturbed {
  readonly line: string;
  readonly events: number;
}

export class KillTrials {
  readonly #undisturbed = new Map<string, Undisturbed>();

  private constructor(
    private readonly program: ChildProgram,
    private readonly server: EffectServer,
    private readonly home: string,
  ) {}

  static async open(): Promise<KillTrials> {
    const [program, server] = await Promise.all([
      childProgram('test/fakes/run-child.ts'),
      startEffectServer(),
    ]);
    return new KillTrials(program, server, fs.mkdtempSync(path.join(os.tmpdir(), 'baton-kill-')));
  }

  async close(): Promise<void> {
    this.program.remove();
    await this.server.close();
    fs.rmSync(this.home, { recursive: true, force: true });
  }

  /** The run nobody touches: what every killed one must end as. */
  async undisturbed(shape: string): Promise<Undisturbed> {
    const known = this.#undisturbed.get(shape);
    if (known) return known;
    this.server.reset();
    const file = path.join(this.home, `${shape}.db`);
    const { line } = await this.#run(shape, file, []);
    const found = { line, events: eventsOf(file) };
    this.#undisturbed.set(shape, found);
    return found;
  }

  /** One run, killed up to `kills` times; the moments are drawn from the number of the trial. */
  async trial(shape: string, trial: number, kills: number): Promise<TrialReport> {
    const whole = await this.undisturbed(shape);
    this.server.reset();
    const lot = seededRandom('kill', shape, trial);
    const moments = Array.from({ length: kills }, () => 1 + Math.floor(lot() * (whole.events - 2)));
    const file = path.join(this.home, `${shape}-${trial}.db`);
    const { line, killed } = await this.#run(
      shape,
      file,
      moments.sort((a, b) => a - b),
    );
    const failures = [
      ...(line === whole.line ? [] : [`ended as ${line} instead of ${whole.line}`]),
      ...[...this.server.once]
        .filter(([, count]) => count > 1)
        .map(([key, count]) => `the once call ${key} was made ${count} times`),
      ...[...this.server.keysOfStep]
        .filter(([, keys]) => keys.size > 1)
        .map(([step, keys]) => `step ${step} called with ${keys.size} keys`),
      ...chainFailures(file),
    ];
    for (const end of ['', '-wal', '-shm']) fs.rmSync(`${file}${end}`, { force: true });
    return { kills: killed, failures };
  }

  async #run(
    shape: string,
    file: string,
    moments: readonly number[],
  ): Promise<{ line: string; killed: number }> {
    const lot = seededRandom('moment', file);
    let killed = 0;
    for (const events of moments) {
      const child = this.program.start([shape, file, this.server.url]);
      const line = await lineOrEvents(child, events);
      if (line !== undefined) return { line, killed };
      // A commit is done; what comes after it (a call, an answer, the next commit) is met at any point.
      for (let rest = Math.floor(lot() * 40); rest > 0; rest--) await turn();
      await child.kill();
      killed++;
    }
    const child = this.program.start([shape, file, this.server.url]);
    return { line: (await lineOrEvents(child, Number.POSITIVE_INFINITY)) ?? '', killed };
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** The last line of a child that came to its end, or nothing when its record has grown so far. */
async function lineOrEvents(child: RunningChild, events: number): Promise<string | undefined> {
  for (;;) {
    const line = (await child.line()) ?? '';
    if (!line.startsWith('#')) return line;
    if (Number(line.slice(1)) >= events) return undefined;
  }
}

function eventsOf(file: string): number {
  const store = openStore(file, { mode: 'reader', clock: () => 0 });
  try {
    return store.run('run')?.lastSeq ?? 0;
  } finally {
    store.close();
  }
}

function chainFailures(file: string): string[] {
  const store = openStore(file, { mode: 'reader', clock: () => 0 });
  try {
    const chain = store.verifyChain('run');
    return chain.ok ? [] : ['the chain of hashes is broken'];
  } finally {
    store.close();
  }
}
