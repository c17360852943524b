/**
 * A thread for work on documents nobody vouches for, and for long work: checking, previews, rehearsals, exports. It may be
 * ended at any moment without any run noticing.
 */
import { Worker } from 'node:worker_threads';
import { AppError, type SerializedError } from '../../../../shared/base/app-error';
import type { LabInput, LabJob, LabOutput } from './lab-jobs';

export interface LabRequest {
  readonly id: number;
  readonly job: LabJob;
  readonly input: unknown;
}
export type LabReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: SerializedError };

export interface LabThreadOptions {
  readonly script: string;
  readonly maxMegabytes: number;
}

interface Waiting {
  readonly request: LabRequest;
  readonly limitMs: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class LabThread {
  private readonly options: LabThreadOptions;
  private worker: Worker | undefined;
  private readonly queue: Waiting[] = [];
  private running: Waiting | undefined;
  private timer: NodeJS.Timeout | undefined;
  private nextId = 1;

  constructor(options: LabThreadOptions) {
    this.options = options;
  }

  run<J extends LabJob>(job: J, input: LabInput<J>, limitMs: number): Promise<LabOutput<J>> {
    return new Promise((resolve, reject) => {
      const request = { id: this.nextId++, job, input };
      this.queue.push({ request, limitMs, resolve: resolve as (value: unknown) => void, reject });
      this.next();
    });
  }

  async close(): Promise<void> {
    this.fail(new AppError('runtime/stopped', 'The engine is being closed.'));
    for (const waiting of this.queue.splice(0))
      waiting.reject(new AppError('runtime/stopped', 'The engine is being closed.'));
    await this.worker?.terminate();
    this.worker = undefined;
  }

  private next(): void {
    if (this.running) return;
    const waiting = this.queue.shift();
    if (!waiting) return;
    this.running = waiting;
    this.worker ??= this.start();
    this.worker.postMessage(waiting.request);
    this.timer = setTimeout(() => this.onLimit(waiting), waiting.limitMs);
  }

  private start(): Worker {
    const worker = new Worker(this.options.script, {
      workerData: { role: 'lab' },
      resourceLimits: { maxOldGenerationSizeMb: this.options.maxMegabytes },
    });
    worker.unref();
    worker.on('message', (reply: LabReply) => this.onReply(worker, reply));
    worker.on('error', (error) => this.onEnd(worker, error));
    worker.on('exit', () => this.onEnd(worker, undefined));
    return worker;
  }

  private onReply(worker: Worker, reply: LabReply): void {
    const { running } = this;
    if (worker !== this.worker || running?.request.id !== reply.id) return;
    this.finish();
    if (reply.ok) running.resolve(reply.value);
    else {
      const { code, message, details, hint } = reply.error;
      running.reject(
        new AppError(code, message, {
          ...(details === undefined ? {} : { details }),
          ...(hint === undefined ? {} : { hint }),
        }),
      );
    }
    this.next();
  }

  private onLimit(waiting: Waiting): void {
    if (this.running !== waiting) return;
    this.drop(
      new AppError('expr/limit', `This took longer than ${waiting.limitMs / 1000} seconds and was stopped.`),
    );
  }

  private onEnd(worker: Worker, error: Error | undefined): void {
    if (worker !== this.worker) return;
    const outOfMemory = (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
    const message = outOfMemory
      ? 'This needed too much memory and was stopped.'
      : 'This stopped before it was done.';
    this.drop(new AppError('expr/limit', message, { cause: error }));
  }

  /** Ends the thread; the next job gets a new one. */
  private drop(error: AppError): void {
    const { worker } = this;
    this.worker = undefined;
    void worker?.terminate();
    this.fail(error);
    this.next();
  }

  private fail(error: AppError): void {
    const { running } = this;
    this.finish();
    running?.reject(error);
  }

  private finish(): void {
    clearTimeout(this.timer);
    this.running = undefined;
  }
}
