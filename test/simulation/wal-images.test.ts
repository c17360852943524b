import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPure } from '../../electron/runtime/pure/create-pure';
import { replayRun } from '../../electron/runtime/replay';
import { simulateRun } from '../../electron/runtime/simulated-run';
import { openStore } from '../../electron/store/open-store';
import { seededRandom } from '../../shared/base/random';
import type { RunEvent } from '../../shared/events/event';
import type { Flow } from '../../shared/spec/flow';
import { FlowMaker } from './random-flow';

/** Flows whose every commit is tried: whole, torn in the middle of a frame, with a flipped bit. */
const FLOWS = 60;
const FRAME_HEADER = 24;
const WAL_HEADER = 32;

const pure = createPure();
let home: string;

beforeAll(() => {
  // In memory where there is such a place: what is tested is which bytes are there, not the disk under them.
  const base = fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();
  home = fs.mkdtempSync(path.join(base, 'baton-wal-'));
});
afterAll(() => {
  fs.rmSync(home, { recursive: true, force: true });
});

interface Recorded {
  readonly flow: Flow;
  readonly events: readonly RunEvent[];
  readonly ends: ReadonlySet<number>;
  readonly database: Buffer;
  readonly wal: Buffer;
}

/** Plays a flow and commits every turn to a real store; the files as they are before anything is checkpointed. */
function record(seed: number): Recorded {
  const flow = new FlowMaker(seed).make();
  const file = path.join(home, `record-${seed}.db`);
  const store = openStore(file, { mode: 'owner', clock: () => 0 });
  const ends = new Set<number>();
  let last = 0;
  const { events } = simulateRun({
    pure,
    flow,
    input: {},
    seed,
    runId: 'run',
    onTurn: (turn) => {
      store.commit([
        { runId: 'run', events: turn, ...(last === 0 ? { created: { flow, semanticHash: 'x' } } : {}) },
      ]);
      last = turn.at(-1)?.seq ?? last;
      ends.add(last);
      return true;
    },
  });
  const database = fs.readFileSync(file);
  const wal = fs.readFileSync(`${file}-wal`);
  store.close();
  return { flow, events, ends, database, wal };
}

/** Offsets behind each commit frame of a WAL. */
function commitOffsets(wal: Buffer): number[] {
  const frame = FRAME_HEADER + wal.readUInt32BE(8);
  const offsets: number[] = [];
  for (let at = WAL_HEADER; at + frame <= wal.length; at += frame) {
    if (wal.readUInt32BE(at + 4) !== 0) offsets.push(at + frame);
  }
  return offsets;
}

function damaged(wal: Buffer, offset: number, how: number, lot: () => number): Buffer {
  if (how === 0) return wal.subarray(0, offset);
  const torn = Math.min(wal.length, offset + 1 + Math.floor(lot() * 4000));
  if (how === 1) return wal.subarray(0, torn);
  const flipped = Buffer.from(wal.subarray(0, offset));
  const at = offset - 1 - Math.floor(lot() * 3000);
  flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << Math.floor(lot() * 8)), at);
  return flipped;
}

/** Opens an image and goes on from it; what is wrong, or undefined. */
function goOn(recorded: Recorded, wal: Buffer, name: string, seed: number): string | undefined {
  const file = path.join(home, 'image.db');
  fs.writeFileSync(file, recorded.database);
  fs.writeFileSync(`${file}-wal`, wal);
  fs.rmSync(`${file}-shm`, { force: true });
  const store = openStore(file, { mode: 'owner', clock: () => 0 });
  try {
    const known = store.run('run');
    const history = known ? store.events('run') : [];
    const end = history.length;
    if (end > 0 && !recorded.ends.has(end)) return `${name}: ${end} events are no whole number of commits`;
    if (JSON.stringify(history) !== JSON.stringify(recorded.events.slice(0, end)))
      return `${name}: the first ${end} events were changed`;
    if (end === 0) return undefined;
    if (!store.verifyChain('run').ok) return `${name}: the hash chain is broken`;
    const resumed = simulateRun({ pure, flow: recorded.flow, input: {}, seed, runId: 'run', history });
    const whole = [...history, ...resumed.events];
    const before = recorded.events.at(-1)?.type;
    if (whole.at(-1)?.type !== before && before?.startsWith('run.'))
      return `${name}: ended with ${whole.at(-1)?.type}, not ${before}`;
    const replay = replayRun(pure, 'run', recorded.flow, whole);
    return replay.verdict === 'identical'
      ? undefined
      : `${name}: replay differs ${JSON.stringify(replay.firstDifference)}`;
  } finally {
    store.close();
  }
}

for (let first = 1; first <= FLOWS; first += 15) {
  test(`power lost at every commit of flows ${first} to ${first + 14}: what was committed is there, the run goes on`, {
    timeout: 300_000,
  }, () => {
    const wrong: string[] = [];
    let points = 0;
    for (let seed = first; seed < first + 15; seed++) {
      const recorded = record(seed);
      const lot = seededRandom('wal', seed);
      for (const offset of commitOffsets(recorded.wal)) {
        for (let how = 0; how < 3; how++) {
          points++;
          const failure = goOn(
            recorded,
            damaged(recorded.wal, offset, how, lot),
            `seed ${seed} at ${offset} (${['cut', 'torn', 'flipped'][how]})`,
            seed,
          );
          if (failure !== undefined) wrong.push(failure);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(points).toBeGreaterThan(300);
  });
}
