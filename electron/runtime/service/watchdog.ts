/**
 * The watchdog of the runtime's process: a thread that sees what the blocked one cannot see, and ends the process when an
 * expression runs for two seconds. It writes down which one first.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { Worker, parentPort } from 'node:worker_threads';
import type { Beacon } from './watched-pure';

const LIMIT_MS = 2_000;
const LOOK_MS = 100;

export interface WatchdogData {
  readonly role: 'watchdog';
  readonly cells: SharedArrayBuffer;
  /** List of the hashes of expressions that had to be stopped, one a line. */
  readonly stoppedFile: string;
}

interface Announcement {
  readonly index: number;
  readonly source: string;
}

/** Starts the thread; the beacon is what `watchedPure` lights. */
export function startWatchdog(
  script: string,
  stoppedFile: string,
  onTrouble: (message: string) => void,
): { beacon: Beacon; stop(): Promise<number> } {
  const cells = new SharedArrayBuffer(8);
  const data: WatchdogData = { role: 'watchdog', cells, stoppedFile };
  const worker = new Worker(script, { workerData: data });
  worker.unref();
  // Without it the counted limits still hold; ending everything because the guard stumbled would be worse.
  worker.on('error', (error) => onTrouble(`the watchdog ended: ${error.message}`));
  const beacon: Beacon = {
    cells: new Int32Array(cells),
    announce: (index, source) => worker.postMessage({ index, source } satisfies Announcement),
  };
  return { beacon, stop: () => worker.terminate() };
}

export function readStopped(stoppedFile: string): Set<string> {
  if (!fs.existsSync(stoppedFile)) return new Set();
  return new Set(fs.readFileSync(stoppedFile, 'utf8').split('\n').filter(Boolean));
}

/** Decides when it is too long: pure, so that time in tests is a number. */
export class Overrun {
  private since: number | undefined;
  private last = -1;

  /** The number of the expression that must be stopped, else 0. */
  look(current: number, evaluations: number, nowMs: number): number {
    if (current === 0 || evaluations !== this.last || this.since === undefined) {
      this.last = evaluations;
      this.since = current === 0 ? undefined : nowMs;
      return 0;
    }
    return nowMs - this.since >= LIMIT_MS ? current : 0;
  }
}

/** The thread itself. */
export function runWatchdog(data: WatchdogData): void {
  const cells = new Int32Array(data.cells);
  const sources = new Map<number, string>();
  const overrun = new Overrun();
  parentPort?.on('message', ({ index, source }: Announcement) => sources.set(index, source));
  setInterval(() => {
    const index = overrun.look(Atomics.load(cells, 0), Atomics.load(cells, 1), performance.now());
    if (index === 0) return;
    const source = sources.get(index);
    if (source !== undefined) writeStopped(data.stoppedFile, source);
    process.kill(process.pid, 'SIGKILL');
  }, LOOK_MS);
}

function writeStopped(stoppedFile: string, source: string): void {
  const hash = createHash('sha256').update(source, 'utf8').digest('hex');
  fs.writeFileSync(stoppedFile, `${hash}\n`, { flag: 'as' }); // synchronous: the process ends right after
}
