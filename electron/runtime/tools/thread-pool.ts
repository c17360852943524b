/**
 * A few threads that do one job at a time and are ended when a job overruns, so that neither an endless loop nor a slow query
 * holds up the runtime.
 *
 * T1. A thread that was ended, failed or left is never used again; the next job gets a new one.
 * T2. Idle threads keep no process alive, busy ones do.
 * T3. Where the thread's file does not exist (the sources, not the bundle), jobs run in place.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

export interface PoolOptions<J, R> {
  /** Name of the thread's file without its ending; it lies beside the bundle this code is in. */
  readonly name: string;
  /** Another file, for tests. */
  readonly script?: string;
  readonly size: number;
  readonly maxMegabytes: number;
  /** Does a job in this thread. */
  inPlace(job: J): Promise<R>;
}

/** What ends a job from outside. */
export type Ended = 'stopped' | 'died';

interface Waiting<J, R> {
  readonly job: J;
  readonly signal: AbortSignal;
  readonly resolve: (reply: R | Ended) => void;
  /** Told when a thread takes the job up. */
  readonly onStart: () => void;
}

export class ThreadPool<J, R extends object> {
  private readonly options: PoolOptions<J, R>;
  private readonly script: string | undefined;
  private readonly idle: Worker[] = [];
  private readonly busy = new Set<Worker>();
  private queue: Waiting<J, R>[] = [];

  constructor(options: PoolOptions<J, R>) {
    this.options = options;
    this.script = options.script ?? scriptBeside(options.name);
  }

  /** The job's reply, or how it was ended without one. */
  async run(job: J, signal: AbortSignal, onStart: () => void): Promise<R | Ended> {
    if (this.script === undefined) {
      onStart();
      return this.options.inPlace(job);
    }
    return new Promise((resolve) => {
      this.queue.push({ job, signal, resolve, onStart });
      this.next();
    });
  }

  async close(): Promise<void> {
    for (const waiting of this.queue.splice(0)) waiting.resolve('stopped');
    await Promise.all([...this.busy, ...this.idle.splice(0)].map((worker) => worker.terminate()));
  }

  private next(): void {
    this.queue = this.queue.filter((waiting) => {
      if (waiting.signal.aborted) waiting.resolve('stopped');
      return !waiting.signal.aborted;
    });
    while (this.queue.length > 0 && this.busy.size < this.options.size) {
      const waiting = this.queue.shift();
      if (waiting) this.start(waiting, this.idle.pop() ?? this.newWorker());
    }
  }

  private newWorker(): Worker {
    const { maxMegabytes } = this.options;
    const worker = new Worker(this.script as string, {
      resourceLimits: { maxOldGenerationSizeMb: maxMegabytes },
      env: {}, // a thread needs nothing of what the process was started with
    });
    worker.on('error', () => this.forget(worker)); // 'exit' follows and tells whoever waits
    worker.on('exit', () => this.forget(worker));
    return worker;
  }

  private start(waiting: Waiting<J, R>, worker: Worker): void {
    const { signal } = waiting;
    this.busy.add(worker);
    worker.ref();
    const end = (reply: R | Ended) => {
      worker.off('message', onReply);
      worker.off('exit', onGone);
      signal.removeEventListener('abort', onAbort);
      this.busy.delete(worker);
      if (reply === 'stopped') void worker.terminate();
      else if (reply !== 'died') this.rest(worker);
      waiting.resolve(reply);
      this.next();
    };
    const onReply = (reply: R) => end(reply);
    const onGone = () => end('died');
    const onAbort = () => end('stopped');
    worker.once('message', onReply);
    worker.once('exit', onGone);
    signal.addEventListener('abort', onAbort);
    waiting.onStart();
    worker.postMessage(waiting.job);
  }

  private rest(worker: Worker): void {
    worker.unref();
    this.idle.push(worker);
  }

  private forget(worker: Worker): void {
    const at = this.idle.indexOf(worker);
    if (at >= 0) this.idle.splice(at, 1);
  }
}

/** `<name>.js` or `.mjs` beside this file, whichever this file is. */
function scriptBeside(name: string): string | undefined {
  const here = fileURLToPath(import.meta.url);
  const file = path.join(path.dirname(here), name + path.extname(here));
  return /\.m?js$/.test(file) && fs.existsSync(file) ? file : undefined;
}
