/**
 * What a power cut can leave behind: the journal of a run of commits, cut at every frame, inside frames, and with flipped
 * bytes. Whatever is left must be the state after some commit: nothing torn, nothing out of order, projections included.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MemoryRunLog } from '../../../../electron/store/memory-run-log';
import { openStore } from '../../../../electron/store/open-store';
import type { RunStore } from '../../../../electron/store/run-store';
import { canonicalJson } from '../../../../shared/base/jcs';
import { seededRandom } from '../../../../shared/base/random';
import type { BreakerRow, RunAppend } from '../../../../shared/ports/run-log';
import { RunScript } from '../../../fakes/run-events';
import { type TemporaryFolder, temporaryFolder } from '../../../fakes/temporary-folder';

const HEADER = 32;
const FRAME = 4096 + 24;

interface Commit {
  readonly appends: readonly RunAppend[];
  readonly breakers: readonly BreakerRow[];
}

/** About sixty commits with a bit of everything: two runs at once, tasks, failures, large and repeated values, breakers. */
function program(): Commit[] {
  const commits: Commit[] = [];
  const [a, b, c] = [new RunScript('a'), new RunScript('b'), new RunScript('c')];
  const add = (...appends: readonly RunAppend[]) => commits.push({ appends, breakers: [] });
  const document = { text: 'large '.repeat(2000) };
  add(a.first());
  add(b.first({ input: document }), c.first());
  for (let i = 2; i < 20; i++) {
    const output = i % 6 === 0 ? document : { text: `${i}`.padEnd(700, '.') };
    add(a.append(a.stepStarted(`n#${i}`), a.event('attempt.started', {}, `n#${i}`, 1)));
    const writes = [{ field: 'log', version: i, value: output }];
    const done = a.append(
      a.event('attempt.completed', { result: output, latencyMs: 1 }, `n#${i}`, 1),
      a.committed(`n#${i}`, { output, writes }),
    );
    if (i % 3 === 0)
      add(
        done,
        b.append(b.stepStarted(`m#${i}`, 'human'), b.asked(`m#${i}`, `m#${i}`, { proposed: output })),
      );
    else add(done);
    if (i % 4 === 0) {
      const failed = c.append(
        c.stepFailed(`c#${i}`),
        c.event('deadletter.added', { step: `c#${i}`, kind: 'timeout' }),
      );
      commits.push({
        appends: [failed],
        breakers: [{ subject: 'host:x', state: 'open', until: i, failures: [i] }],
      });
    }
    if (i % 6 === 0) add(b.append(b.decided(`m#${i}`, `m#${i}`), b.committed(`m#${i}`)));
  }
  add(a.append(a.completed()), c.append(c.event('deadletter.closed', { action: 'dismiss', by: 'ada' })));
  return commits;
}

/** Everything the store shows, in one hash. */
function picture(store: RunStore): string {
  const runs = store.runs();
  const shown = canonicalJson({
    runs,
    events: runs.map(({ runId }) => store.events(runId)),
    heads: runs.map(({ runId }) => store.headHash(runId)),
    tasks: store.tasks(),
    deadLetters: store.deadLetters(),
    breakers: store.breakers(),
    decisions: store.decisions('support'),
  });
  return createHash('sha256').update(shown).digest('hex');
}

const commits = program();
let folder: TemporaryFolder;
let base: Buffer;
let journal: Buffer;
/** The picture after each number of commits, from a store that cannot tear. */
let pictures: Map<string, number>;

beforeAll(() => {
  folder = temporaryFolder();
  const file = folder.file('runs.db');
  openStore(file, { clock: () => 0, synchronous: 'normal' }).close();
  base = fs.readFileSync(file);
  const memory = new MemoryRunLog();
  pictures = new Map([[picture(memory), 0]]);
  const store = openStore(file, { clock: () => 0, synchronous: 'normal' });
  commits.forEach(({ appends, breakers }, i) => {
    store.commit(appends, breakers);
    memory.commit(appends, breakers);
    pictures.set(picture(memory), i + 1);
  });
  journal = fs.readFileSync(`${file}-wal`);
  store.close();
});
afterAll(() => folder.remove());

let images = 0;
/** How many commits survive in a database with this journal; undefined when what survives is no state that ever was. */
function survivors(wal: Buffer): number | undefined {
  const file = folder.file(`image-${++images}.db`);
  fs.writeFileSync(file, base);
  fs.writeFileSync(`${file}-wal`, wal);
  const store = openStore(file, { clock: () => 0, synchronous: 'normal' });
  try {
    const sound = store.runs().every(({ runId }) => store.verifyChain(runId).ok);
    return sound ? pictures.get(picture(store)) : undefined;
  } finally {
    store.close();
    for (const end of ['', '-wal', '-shm', '.lock']) fs.rmSync(file + end, { force: true });
  }
}

const frames = () => Math.floor((journal.length - HEADER) / FRAME);

test('a journal cut at any frame leaves the state after some commit, and longer journals never leave less', () => {
  const kept: (number | undefined)[] = [];
  for (let k = 0; k <= frames(); k++) kept.push(survivors(journal.subarray(0, HEADER + k * FRAME)));
  expect(kept).not.toContain(undefined);
  expect(kept).toEqual([...kept].sort((a, b) => Number(a) - Number(b)));
  expect([...new Set(kept)]).toEqual(Array.from({ length: commits.length + 1 }, (_, i) => i));
}, 60_000);

test('a journal torn inside a frame loses only the commit of that frame', () => {
  const random = seededRandom('torn');
  const kept: (number | undefined)[] = [];
  for (let k = 0; k < frames(); k++) {
    const whole = HEADER + k * FRAME;
    kept.push(survivors(journal.subarray(0, whole + 1 + Math.floor(random() * (FRAME - 1)))));
  }
  expect(kept).not.toContain(undefined);
  expect(kept).toEqual([...kept].sort((a, b) => Number(a) - Number(b)));
}, 60_000);

test('a flipped byte ends the journal at the commit before it', () => {
  const random = seededRandom('flipped');
  const kept: (number | undefined)[] = [];
  for (let k = 0; k < frames(); k++) {
    const damaged = Buffer.from(journal);
    const at = HEADER + k * FRAME + Math.floor(random() * FRAME);
    damaged[at] = (damaged[at] ?? 0) ^ (1 + Math.floor(random() * 255));
    kept.push(survivors(damaged));
  }
  expect(kept).not.toContain(undefined);
  expect(kept).toEqual([...kept].sort((a, b) => Number(a) - Number(b)));
}, 60_000);

test('a store that opened a crash image goes on and stays sound', () => {
  const file = folder.file('on.db');
  fs.writeFileSync(file, base);
  fs.writeFileSync(`${file}-wal`, journal.subarray(0, HEADER + Math.floor(frames() / 2) * FRAME + 100));
  const store = openStore(file, { clock: () => 0 });
  const done = pictures.get(picture(store)) ?? -1;
  for (const { appends, breakers } of commits.slice(done)) store.commit(appends, breakers);
  expect(pictures.get(picture(store))).toBe(commits.length);
  expect(store.integrityCheck()).toEqual([]);
  store.close();
});
