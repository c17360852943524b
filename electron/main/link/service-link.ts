/**
 * Main's end of the runtime's process: starts it, asks it, starts it again when it ends.
 *
 * L1. Every request gets an answer: the process's, or `runtime/stopped` when it ended, or `runtime/unavailable` when it
 *     did not come up in time.
 * L2. Requests made while it starts wait for it. A question that was under way when it ended is asked once more; an order
 *     is not: it may have been carried out.
 * L3. A process that does not answer six pings in a row is killed. Pings are counted, not clocked: a laptop that slept
 *     sent none.
 */
import { AppError } from '../../../shared/base/app-error';
import { assertNever } from '../../../shared/base/assert-never';
import type { RequestName, RequestReply, Settings } from '../../../shared/ipc/contract';
import type {
  FromService,
  ServiceInfo,
  ServiceInit,
  ServiceInput,
  ServiceName,
  ServiceOutput,
  ServicePush,
  ToService,
} from '../../../shared/ipc/service';

/** A started process; Electron's UtilityProcess in the app. */
export interface ServiceProcess {
  post(message: ToService): void;
  /** Ends it at once, whatever it does. */
  kill(): void;
}

export interface ProcessEvents {
  onMessage(message: FromService): void;
  onExit(code: number): void;
}

export interface LinkOptions {
  fork(events: ProcessEvents): ServiceProcess;
  init(): ServiceInit;
  secret(name: string): string | undefined;
  onPushes(pushes: readonly ServicePush[]): void;
  onNewTask(message: Extract<FromService, { type: 'newTask' }>): void;
  onReady(info: ServiceInfo, restarts: number): void;
  onLog(level: 'info' | 'warn' | 'error', message: string): void;
  /** Calls back once; returns the cancel function. */
  after(delayMs: number, task: () => void): () => void;
}

interface Pending {
  readonly id: number;
  readonly name: ServiceName;
  readonly input: unknown;
  readonly resolve: (reply: RequestReply<RequestName>) => void;
  readonly reject: (error: AppError) => void;
  cancelTimeout?: () => void;
  isRepeated?: boolean;
}

const BACKOFF_MS = [100, 500, 2_000, 5_000, 15_000] as const;
const STABLE_MS = 60_000;
const START_LIMIT_MS = 30_000;
const READY_PATIENCE_MS = 5_000;
const PING_MS = 5_000;
const MAX_UNANSWERED = 6;
const MAX_WAITING = 500;
const CLOSE_LIMIT_MS = 4_000;

/** Requests that change nothing. */
const QUESTIONS: ReadonlySet<ServiceName> = new Set([
  'flow.validate',
  'flow.metrics',
  'file.load',
  'run.list',
  'run.get',
  'run.events',
  'run.view',
  'run.forkPreview',
  'task.list',
  'deadletter.list',
]);

type Phase = 'off' | 'starting' | 'ready' | 'waiting' | 'closing';

export class ServiceLink {
  private readonly options: LinkOptions;
  private phase: Phase = 'off';
  private child: ServiceProcess | undefined;
  private nextId = 1;
  private readonly waiting: Pending[] = [];
  private readonly sent = new Map<number, Pending>();
  private restarts = 0;
  private failuresInRow = 0;
  private unanswered = 0;
  private readonly cancels = new Map<'stable' | 'ping' | 'restart', () => void>();
  private onClosed: (() => void) | undefined;
  private readonly readyListeners: (() => void)[] = [];

  constructor(options: LinkOptions) {
    this.options = options;
  }

  start(): void {
    if (this.phase === 'closing') return;
    this.phase = 'starting';
    this.unanswered = 0;
    const events: ProcessEvents = {
      onMessage: (message) => {
        if (this.child === child) this.onMessage(message);
      },
      onExit: (code) => {
        if (this.child === child) this.onExit(code);
      },
    };
    const child = this.options.fork(events);
    this.child = child;
    child.post({ type: 'init', init: this.options.init() });
    this.ping();
  }

  async request<N extends ServiceName>(name: N, input: ServiceInput<N>): Promise<ServiceOutput<N>> {
    const reply = await this.ask(name, input);
    if (reply.ok) return reply.value as ServiceOutput<N>;
    const { code, message, details, hint } = reply.error;
    throw new AppError(code, message, {
      ...(details === undefined ? {} : { details }),
      ...(hint === undefined ? {} : { hint }),
    });
  }

  /** Resolves when the process is ready, or cannot become it soon: never rejects. */
  whenReady(): Promise<void> {
    if (this.phase === 'ready' || this.phase === 'closing') return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.options.after(READY_PATIENCE_MS, resolve);
      this.readyListeners.push(() => {
        cancel();
        resolve();
      });
    });
  }

  sendSettings(settings: Settings): void {
    if (this.phase === 'ready') this.child?.post({ type: 'settings', settings });
  }

  /** Lets it finish its commit, then ends it. Nothing is started again. */
  close(): Promise<void> {
    const child = this.child;
    this.phase = 'closing';
    for (const cancel of this.cancels.values()) cancel();
    if (!child) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.options.after(CLOSE_LIMIT_MS, () => {
        child.kill();
        resolve();
      });
      this.onClosed = () => {
        cancel();
        resolve();
      };
      child.post({ type: 'close' });
    });
  }

  private ask(name: ServiceName, input: unknown): Promise<RequestReply<RequestName>> {
    return new Promise((resolve, reject) => {
      const pending: Pending = {
        id: this.nextId++,
        name,
        input,
        resolve,
        reject,
      };
      if (this.phase === 'ready') this.send(pending);
      else if (this.phase === 'closing' || this.waiting.length >= MAX_WAITING) reject(unavailable());
      else this.hold(pending);
    });
  }

  private send(pending: Pending): void {
    this.sent.set(pending.id, pending);
    this.child?.post({
      type: 'request',
      id: pending.id,
      name: pending.name,
      input: pending.input,
    });
  }

  private hold(pending: Pending): void {
    pending.cancelTimeout = this.options.after(START_LIMIT_MS, () => {
      this.waiting.splice(this.waiting.indexOf(pending), 1);
      pending.reject(unavailable());
    });
    this.waiting.push(pending);
  }

  private onMessage(message: FromService): void {
    switch (message.type) {
      case 'ready':
        this.onReady(message.info);
        return;
      case 'reply':
        this.sent.get(message.id)?.resolve(message.reply);
        this.sent.delete(message.id);
        return;
      case 'ask':
        this.child?.post({
          type: 'answer',
          id: message.id,
          value: this.options.secret(message.secret) ?? null,
        });
        return;
      case 'pushes':
        this.options.onPushes(message.pushes);
        return;
      case 'newTask':
        this.options.onNewTask(message);
        return;
      case 'pong':
        this.unanswered = 0;
        return;
      case 'log':
        this.options.onLog(message.level, message.message);
        return;
      case 'closed':
        this.child?.kill();
        return;
      default:
        assertNever(message, 'message of the runtime');
    }
  }

  private onReady(info: ServiceInfo): void {
    if (this.phase !== 'starting') return;
    this.phase = 'ready';
    this.cancels.set(
      'stable',
      this.options.after(STABLE_MS, () => (this.failuresInRow = 0)),
    );
    this.options.onReady(info, this.restarts);
    for (const listener of this.readyListeners.splice(0)) listener();
    for (const pending of this.waiting.splice(0)) {
      pending.cancelTimeout?.();
      this.send(pending);
    }
  }

  private onExit(code: number): void {
    this.child = undefined;
    this.cancels.get('stable')?.();
    this.cancels.get('ping')?.();
    const underWay = [...this.sent.values()];
    this.sent.clear();
    for (const pending of underWay) this.repeatOrReject(pending);
    if (this.phase === 'closing') {
      for (const pending of this.waiting.splice(0)) pending.reject(unavailable());
      this.onClosed?.();
      return;
    }
    this.options.onLog('warn', `the runtime ended with code ${code} and is started again`);
    this.phase = 'waiting';
    const delayMs = BACKOFF_MS[Math.min(this.failuresInRow, BACKOFF_MS.length - 1)] ?? 15_000;
    this.failuresInRow += 1;
    this.restarts += 1;
    this.cancels.set(
      'restart',
      this.options.after(delayMs, () => this.start()),
    );
  }

  private repeatOrReject(pending: Pending): void {
    const mayRepeat = this.phase !== 'closing' && QUESTIONS.has(pending.name) && !pending.isRepeated;
    if (!mayRepeat) {
      pending.reject(stopped(pending.name));
      return;
    }
    pending.isRepeated = true;
    this.hold(pending);
  }

  private ping(): void {
    this.cancels.set(
      'ping',
      this.options.after(PING_MS, () => {
        if (this.unanswered >= MAX_UNANSWERED) {
          this.options.onLog('error', 'the runtime does not answer and is ended');
          this.child?.kill();
          return;
        }
        this.unanswered += 1;
        this.child?.post({ type: 'ping' });
        this.ping();
      }),
    );
  }
}

function stopped(name: ServiceName): AppError {
  return new AppError('runtime/stopped', 'The engine stopped while it did this and is being started again.', {
    details: { request: name },
    hint: 'Try again in a moment. Runs go on from their last recorded step.',
  });
}

function unavailable(): AppError {
  return new AppError('runtime/unavailable', 'The engine does not start.', {
    hint: 'Close Baton and open it again. If that does not help, look into the logs folder of the data folder.',
  });
}
