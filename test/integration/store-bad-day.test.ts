/**
 * A run database on a bad day, met through both doors: the command line and the app's service. Each trouble gets a sentence
 * and a code, nothing recorded is lost, nothing is written over, and when the trouble is gone the work goes on.
 */
import fs from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../../electron/store/open-store';
import { buildBaton, Place } from '../cli/baton';
import { type ChildProgram, childProgram } from '../fakes/child-program';
import { type RunService, runService } from '../fakes/run-service';
import { type SmallDisk, smallDisk } from '../fakes/small-disk';

let place: Place;
let holder: ChildProgram;
const services: RunService[] = [];
const disks: SmallDisk[] = [];

beforeAll(async () => {
  await buildBaton();
  holder = await childProgram('test/fakes/store-child.ts');
}, 120_000);
afterAll(() => holder.remove());
beforeEach(() => {
  place = new Place();
});
afterEach(async () => {
  for (const service of services.splice(0)) await service.close();
  for (const disk of disks.splice(0)) disk.remove();
  place.end();
});

const GREET = ['--input', '{"name":"Ann"}'];

/** A database with a run that has ended and one that waits for a person, as a command leaves it. */
async function recorded(folder = place.folder): Promise<string> {
  const file = path.join(folder, 'runs.db');
  const greet = place.flow('greet');
  const approve = place.flow('approve');
  const done = await place.baton('run', greet, ...GREET, '--run-id', 'done', '--db', file);
  expect(done.code).toBe(0);
  const input = ['--input', '{"amount":5}', '--trust'];
  const waits = await place.baton('run', approve, ...input, '--run-id', 'waits', '--db', file);
  expect(waits.code).toBe(3);
  return file;
}

async function service(folder: string, over: Parameters<typeof runService>[2] = {}): Promise<RunService> {
  const started = await runService(folder, place.folder, over);
  services.push(started);
  return started;
}

function startOf(flow: string, input: unknown): unknown {
  return { document: JSON.parse(fs.readFileSync(flow, 'utf8')), input, mode: 'live', grant: true };
}

interface Trouble {
  readonly code: string;
  /** Whether the runs can still be looked at. */
  readonly readable: boolean;
}

/** Checks what both doors say of a database that cannot be used, and tells what became of the file. */
async function refused(file: string, { code, readable }: Trouble): Promise<string> {
  const before = fs.readFileSync(file);
  const error = { code, message: expect.stringContaining(file), hint: expect.stringMatching(/\w/) };
  const run = await place.baton('run', place.flow('greet'), ...GREET, '--db', file, '--json');
  expect([run.code, run.json()]).toEqual([2, { error: { ...error, details: expect.anything() } }]);
  const spoken = await place.baton('run', place.flow('greet'), ...GREET, '--db', file);
  expect([spoken.code, spoken.stdout]).toEqual([2, '']);
  expect(spoken.stderr).toMatch(/^Error: .*\n\w.*\n$/);
  const runs = await place.baton('runs', '--db', file, '--json');
  const kept = { runs: [{ runId: 'waits' }, { runId: 'done' }] };
  expect(runs.json()).toMatchObject(readable ? kept : { error: { code } });

  const app = await service(path.dirname(file));
  expect(app.readOnly).toContain(file);
  const started = await app.ask('run.start', startOf(place.flow('greet'), { name: 'Ann' }));
  expect(started).toMatchObject({ error });
  const listed = await app.ask('run.list', {});
  expect(listed).toMatchObject(readable ? { value: { total: 2 } } : { error: { code } });
  return fs.readFileSync(file).equals(before) ? 'left as it was' : 'changed';
}

/** The waiting run ends well: nothing it had recorded was lost. */
async function goOn(file: string): Promise<void> {
  const decided = await place.baton('decide', 'waits', '--choice', 'approved', '--db', file);
  expect([decided.code, decided.stderr]).toEqual([0, expect.anything()]);
  const resumed = await place.baton('resume', 'waits', '--db', file, '--json');
  expect(resumed.lines().at(-1)).toMatchObject({ status: 'completed', output: { paid: 5 } });
  for (const run of ['done', 'waits']) {
    const replay = await place.baton('replay', run, '--db', file, '--json');
    expect(replay.json()).toMatchObject({ verdict: 'identical' });
  }
}

describe('a database that cannot be used', () => {
  test('of a newer version is read and left as it is', { timeout: 60_000 }, async () => {
    const file = await recorded();
    const db = new Database(file);
    const version = Number(db.pragma('user_version', { simple: true }));
    db.pragma(`user_version = ${version + 1}`);
    db.close();
    expect(await refused(file, { code: 'store/from-future', readable: true })).toBe('left as it was');
    const again = new Database(file);
    again.pragma(`user_version = ${version}`);
    again.close();
    await services.splice(0)[0]?.close();
    await goOn(file);
  });

  test('because another process owns it is read, and free again when that one dies', {
    timeout: 60_000,
  }, async () => {
    const file = await recorded();
    const owner = holder.start(['own', file]);
    expect(await owner.line()).toMatch(/^owner/);
    expect(await refused(file, { code: 'store/locked', readable: true })).toBe('left as it was');
    await services.splice(0)[0]?.close();
    await owner.kill();
    await goOn(file);
  });

  test('because it was cut off', { timeout: 60_000 }, async () => {
    const file = await recorded();
    fs.truncateSync(file, 40_000);
    expect(await refused(file, { code: 'store/corrupt', readable: false })).toBe('left as it was');
  });

  test('because it is no database', { timeout: 60_000 }, async () => {
    const file = place.write('runs.db', 'Dear diary, '.repeat(1_000));
    expect(await refused(file, { code: 'store/corrupt', readable: false })).toBe('left as it was');
  });

  test('because it is another program’s', { timeout: 60_000 }, async () => {
    const file = place.path('runs.db');
    new Database(file).exec('CREATE TABLE notes (id INTEGER PRIMARY KEY)').close();
    expect(await refused(file, { code: 'store/corrupt', readable: false })).toBe('left as it was');
  });
});

/** Calls one after the other, each with some kilobytes of its own; the answer is their number. */
function longFlow(steps: number): unknown {
  const nodes: Record<string, unknown> = {
    start: { kind: 'start' },
    done: { kind: 'end', output: { $: `steps.s${steps}.n` } },
  };
  const edges: unknown[] = [];
  for (let i = 1; i <= steps; i++) {
    nodes[`s${i}`] = { kind: 'tool', tool: 'note', args: { n: i, text: { $: "$pad('', 3000, 'x')" } } };
    edges.push({ from: i === 1 ? 'start' : `s${i - 1}`, port: 'next', to: `s${i}` });
  }
  edges.push({ from: `s${steps}`, port: 'next', to: 'done' });
  const note = { kind: 'builtin', name: 'echo', description: 'Repeats', effect: 'read', input: {} };
  return {
    format: 'baton.flow/1',
    id: 'long',
    name: 'Long',
    version: '1.0.0',
    tools: { note },
    nodes,
    edges,
  };
}

/** The process ends in the middle of the run as if the power had gone. */
async function interrupted(file: string, run: string, steps: number): Promise<void> {
  const flow = place.write('long.json', longFlow(steps));
  const faults = place.write('crash.json', {
    faults: [{ node: `s${steps - 3}`, attempt: 1, kind: 'crash' }],
  });
  const words = ['--run-id', run, '--db', file, '--faults', faults, '--trust'];
  expect((await place.baton('run', flow, ...words)).code).toBe(70);
}

/** Fills a page with the first events of the database with rubbish. */
function damage(file: string): number {
  const look = new Database(file, { readonly: true });
  const leaf = "SELECT pageno FROM dbstat WHERE name = 'events' AND pagetype = 'leaf' ORDER BY pageno";
  const page = Number(look.prepare(`${leaf} LIMIT 1 OFFSET 10`).pluck().get());
  look.close();
  const bytes = fs.readFileSync(file);
  pageOf(bytes, page).fill(0xa5);
  fs.writeFileSync(file, bytes);
  return page;
}

/** The hashes of a run's record, in order. */
function events(file: string): string[] {
  const store = openStore(file, { mode: 'reader', clock: () => 0 });
  const hashes = store.chain('long').map((entry) => entry.hash);
  store.close();
  return hashes;
}

function pageOf(bytes: Buffer, page: number): Buffer {
  return bytes.subarray((page - 1) * 4096, page * 4096);
}

describe('a record that is partly damaged', () => {
  test('a page that went bad stops only the run it belongs to, and is not written over', {
    timeout: 60_000,
  }, async () => {
    const file = place.path('runs.db');
    await interrupted(file, 'long', 60);
    await recorded();
    const page = damage(file);
    const trace = await place.baton('trace', 'long', '--db', file, '--json');
    expect([trace.code, trace.json()]).toMatchObject([2, { error: { code: 'store/corrupt' } }]);
    const resumed = await place.baton('resume', 'long', '--db', file, '--json');
    expect([resumed.code, resumed.json()]).toMatchObject([2, { error: { code: 'store/corrupt' } }]);

    const app = await service(place.folder);
    expect(app.readOnly).toBe(null);
    await app.next((said) => said.type === 'log' && said.message.startsWith('store/corrupt'));
    expect(await app.ask('run.events', { runId: 'long', afterSeq: 0 })).toMatchObject({
      error: { code: 'store/corrupt' },
    });
    await app.ask('task.decide', { runId: 'waits', task: 'approve', choice: 'approved' });
    expect(await app.ask('run.get', { runId: 'done' })).toMatchObject({
      value: { run: { status: 'completed' } },
    });
    await services.splice(0)[0]?.close();
    const resumedOther = await place.baton('resume', 'waits', '--db', file, '--json');
    expect(resumedOther.stdout).toContain('"completed"');
    expect(pageOf(fs.readFileSync(file), page).every((byte) => byte === 0xa5)).toBe(true);
  });

  test('a journal torn by a power cut loses its last commits and nothing else', {
    timeout: 60_000,
  }, async () => {
    const file = place.path('runs.db');
    await interrupted(file, 'long', 40);
    const wal = `${file}-wal`;
    const copy = place.path('copy.db');
    for (const end of ['', '-wal']) fs.copyFileSync(`${file}${end}`, `${copy}${end}`);
    fs.truncateSync(`${copy}-wal`, Math.floor(fs.statSync(wal).size * 0.6) + 13);
    const [whole, torn] = [events(file), events(copy)];
    expect(torn.length).toBeGreaterThan(1);
    expect(torn).toEqual(whole.slice(0, torn.length));
    expect(torn.length).toBeLessThan(whole.length);
    const resumed = await place.baton('resume', 'long', '--db', copy, '--json');
    expect(resumed.lines().at(-1)).toMatchObject({ status: 'completed', output: 40 });
    const replay = await place.baton('replay', 'long', '--db', copy, '--json');
    expect(replay.json()).toMatchObject({ verdict: 'identical' });
  });
});

/** Where nothing can be mounted the store's own tests are all there is: they make SQLite say the same. */
const disksHere = smallDiskIsPossible() ? ['a small one'] : [];
const FULL = {
  code: 'store/full',
  message: expect.stringContaining('runs.db'),
  hint: expect.stringMatching(/\w/),
};

describe.each(disksHere)('a disk that is full or cannot be written (%s)', () => {
  test('stops a run of the command with nothing lost; it goes on when there is room', {
    timeout: 60_000,
  }, async () => {
    const disk = diskOf(700);
    const file = path.join(disk.folder, 'runs.db');
    const flow = place.write('long.json', longFlow(200));
    const run = await place.baton('run', flow, '--run-id', 'long', '--db', file, '--trust', '--json');
    expect([run.code, run.lines().at(-1)]).toMatchObject([2, { error: FULL }]);
    disk.resize(20_000);
    const resumed = await place.baton('resume', 'long', '--db', file, '--json');
    expect(resumed.lines().at(-1)).toMatchObject({ status: 'completed', output: 200 });
    const replay = await place.baton('replay', 'long', '--db', file, '--json');
    expect(replay.json()).toMatchObject({ verdict: 'identical' });
  });

  test('stops a run of the service with nothing lost; it goes on by itself when there is room', {
    timeout: 60_000,
  }, async () => {
    const disk = diskOf(700);
    const flow = place.write('long.json', longFlow(200));
    const app = await service(disk.folder, { againMs: 20 });
    const { value } = await app.ask('run.start', startOf(flow, null));
    const { runId } = value as { runId: string };
    await app.next((said) => said.type === 'log' && said.message.startsWith('store/full'));
    expect(await app.ask('run.get', { runId })).toMatchObject({ value: { run: { status: 'running' } } });
    disk.resize(20_000);
    await app.next((said) => said.type === 'log' && said.message.includes('that stood still'));
    await app.next((said) => JSON.stringify(said).includes('"run.completed"'));
    expect(await app.ask('run.replay', { runId })).toMatchObject({ value: { verdict: 'identical' } });
  });

  test('can be looked at by both when it is read-only', { timeout: 60_000 }, async () => {
    const disk = diskOf(20_000);
    const file = await recorded(disk.folder);
    disk.protect(true);
    expect(await refused(file, { code: 'store/read-only', readable: true })).toBe('left as it was');
    disk.protect(false);
    await services.splice(0)[0]?.close();
    await goOn(file);
  });
});

function smallDiskIsPossible(): boolean {
  const disk = smallDisk(100);
  disk?.remove();
  return disk !== undefined;
}

function diskOf(kilobytes: number): SmallDisk {
  const disk = smallDisk(kilobytes);
  if (!disk) throw new Error('no disk can be mounted here');
  disks.push(disk);
  return disk;
}
