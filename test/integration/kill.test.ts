import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../electron/store/open-store';
import { seededRandom } from '../../shared/base/random';
import { type ChildProgram, childProgram } from '../fakes/child-program';
import { type EffectServer, startEffectServer } from '../fakes/effect-server';
import { RUN_FLOWS } from '../fakes/run-flows';

/** Trials a shape, and how often each is killed at the most. */
const TRIALS = 2;
const KILLS = 3;

let program: ChildProgram;
let server: EffectServer;
let home: string;

beforeAll(async () => {
  program = await childProgram('test/fakes/run-child.ts');
  server = await startEffectServer();
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'baton-kill-'));
});

afterAll(async () => {
  program.remove();
  await server.close();
  fs.rmSync(home, { recursive: true, force: true });
});

/** Runs a shape to its end, killed by SIGKILL after a random number of committed events, several times. */
async function runKilled(
  shape: string,
  file: string,
  kills: readonly number[],
): Promise<{ line: string; killed: number }> {
  let killed = 0;
  for (const events of kills) {
    const child = program.start([shape, file, server.url]);
    const ended = child.line();
    const reached = await Promise.race([ended.then(() => 'ended' as const), eventsInFile(file, events)]);
    if (reached === 'ended') return { line: (await ended) ?? '', killed };
    await child.kill();
    killed++;
  }
  const child = program.start([shape, file, server.url]);
  const line = await child.line();
  return { line: line ?? '', killed };
}

/** Resolves when the database holds so many events: a moment of the run, not of the clock. */
async function eventsInFile(file: string, events: number): Promise<'reached'> {
  for (;;) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    if (!fs.existsSync(file) || fs.statSync(file).size === 0) continue;
    if (eventsOf(file) >= events) return 'reached';
  }
}

function eventsOf(file: string): number {
  try {
    const store = openStore(file, { mode: 'reader', clock: () => 0 });
    const { lastSeq = 0 } = store.run('run') ?? {};
    store.close();
    return lastSeq;
  } catch {
    return 0; // the child is making the file at this moment
  }
}

describe('a process that is killed and started again', () => {
  for (const shape of Object.keys(RUN_FLOWS)) {
    test(`ends a ${shape} run as the undisturbed one, without a second effect`, {
      timeout: 120_000,
    }, async () => {
      const whole = await runKilled(shape, path.join(home, `${shape}.db`), []);
      expect(JSON.parse(whole.line)).toMatchObject({ status: 'completed', replay: 'identical' });
      const total = eventsOf(path.join(home, `${shape}.db`));
      for (let trial = 1; trial <= TRIALS; trial++) {
        server.reset();
        const lot = seededRandom('kill', shape, trial);
        const points = Array.from({ length: KILLS }, () => 1 + Math.floor(lot() * (total - 2))).sort(
          (a, b) => a - b,
        );
        const file = path.join(home, `${shape}-${trial}.db`);
        const { line } = await runKilled(shape, file, points);
        expect(JSON.parse(line)).toEqual(JSON.parse(whole.line));
        expect([...server.once.values()].filter((count) => count > 1)).toEqual([]);
        expect([...server.keysOfStep.values()].filter((keys) => keys.size > 1)).toEqual([]);
        const store = openStore(file, { mode: 'reader', clock: () => 0 });
        expect(store.verifyChain('run')).toMatchObject({ ok: true });
        store.close();
      }
    });
  }
});
