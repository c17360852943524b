import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPure } from '../../electron/runtime/pure/create-pure';
import { replayRun } from '../../electron/runtime/replay';
import { type SimulationOptions, simulateRun } from '../../electron/runtime/simulated-run';
import { openStore } from '../../electron/store/open-store';
import { seededRandom } from '../../shared/base/random';
import type { RunEvent } from '../../shared/events/event';
import type { Flow } from '../../shared/spec/flow';
import { corpus } from './corpus';
import type { Entry } from './crash-walk';

const LEAST_POINTS = 350;
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

/** The files of a database, as a process that dies leaves them. */
interface Files {
  readonly database: Buffer;
  readonly wal: Buffer;
}

interface Recorded extends Files {
  readonly name: string;
  readonly flow: Flow;
  readonly events: readonly RunEvent[];
  readonly ends: ReadonlySet<number>;
  /** What is wrong with the run that goes on from so many events, each tried once. */
  readonly further: Map<number, string | undefined>;
}

/** Plays a flow and commits every turn to a real store; goes on from files where there are some. */
function record({ name, flow }: Entry, from?: Files & Pick<Recorded, 'ends'>): Recorded {
  const file = path.join(home, 'record.db');
  place(file, from);
  const store = openStore(file, { mode: 'owner', clock: () => 0 });
  const history = store.run('run') ? store.events('run') : [];
  const ends = new Set([history.length, ...(from?.ends ?? [])]); // the journal still holds the commits before
  let last = history.length;
  const { events } = simulateRun({
    ...partsOf(flow),
    history,
    onTurn: (turn) => {
      const created = last === 0 ? { created: { flow, semanticHash: 'x' } } : {};
      store.commit([{ runId: 'run', events: turn, ...created }]);
      last = turn.at(-1)?.seq ?? last;
      ends.add(last);
      return true;
    },
  });
  const database = fs.readFileSync(file);
  const wal = fs.readFileSync(`${file}-wal`);
  store.close();
  return { name, flow, events: [...history, ...events], ends, database, wal, further: new Map() };
}

function partsOf(flow: Flow): SimulationOptions {
  return { pure, flow, input: {}, seed: 1, runId: 'run' };
}

function place(file: string, files: Files | undefined): void {
  for (const end of ['', '-wal', '-shm']) fs.rmSync(`${file}${end}`, { force: true });
  if (!files) return;
  fs.writeFileSync(file, files.database);
  fs.writeFileSync(`${file}-wal`, files.wal);
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

/** Opens an image; what is wrong with what it holds, or undefined. */
function lookAt(recorded: Recorded, wal: Buffer): string | undefined {
  const file = path.join(home, 'image.db');
  place(file, { database: recorded.database, wal });
  const store = openStore(file, { mode: 'owner', clock: () => 0 });
  try {
    const history = store.run('run') ? store.events('run') : [];
    const end = history.length;
    if (end > 0 && !recorded.ends.has(end)) return `${end} events are no whole number of commits`;
    if (JSON.stringify(history) !== JSON.stringify(recorded.events.slice(0, end)))
      return `the first ${end} events were changed`;
    if (end === 0) return undefined;
    if (!store.verifyChain('run').ok) return 'the hash chain is broken';
    const { further } = recorded;
    if (!further.has(end)) further.set(end, goOn(recorded, history));
    return further.get(end);
  } finally {
    store.close();
  }
}

function goOn(recorded: Recorded, history: readonly RunEvent[]): string | undefined {
  const resumed = simulateRun({ ...partsOf(recorded.flow), history });
  const whole = [...history, ...resumed.events];
  const before = recorded.events.at(-1)?.type;
  if (whole.at(-1)?.type !== before && before?.startsWith('run.'))
    return `ended with ${whole.at(-1)?.type}, not ${before}`;
  const replay = replayRun(pure, 'run', recorded.flow, whole);
  return replay.verdict === 'identical'
    ? undefined
    : `replay differs ${JSON.stringify(replay.firstDifference)}`;
}

/** Every commit of a recording, cut off behind it, torn behind it, with a bit flipped in it. */
function tryImages(recorded: Recorded, when: string, tally: Tally): void {
  const lot = seededRandom('wal', recorded.name, when);
  for (const offset of commitOffsets(recorded.wal)) {
    for (const [how, what] of ['cut', 'torn', 'flipped'].entries()) {
      tally.points++;
      const wrong = lookAt(recorded, damaged(recorded.wal, offset, how, lot));
      if (wrong !== undefined) tally.wrong.push(`${recorded.name}, ${when}, ${what} at ${offset}: ${wrong}`);
    }
  }
}

interface Tally {
  points: number;
  readonly wrong: string[];
}

const entries = corpus();
const PARTS = 6;

test.each(Array.from({ length: PARTS }, (_none, i) => i + 1))(
  `power lost at every commit, and again after it came back: what was committed is there, the run goes on (part %i of ${PARTS})`,
  { timeout: 300_000 },
  (part) => {
    const tally: Tally = { points: 0, wrong: [] };
    for (const entry of entries.filter((_entry, i) => i % PARTS === part - 1)) {
      const first = record(entry);
      tryImages(first, 'in its run', tally);
      const offsets = commitOffsets(first.wal);
      const middle = offsets[Math.floor(offsets.length / 2)] ?? 0;
      const torn = damaged(first.wal, middle, 1, seededRandom('middle', entry.name));
      tryImages(record(entry, { ...first, wal: torn }), 'after it came back', tally);
    }
    expect(tally.wrong).toEqual([]);
    expect(tally.points).toBeGreaterThanOrEqual(LEAST_POINTS);
  },
);
