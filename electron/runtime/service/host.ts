/**
 * The runtime's process: opens the database, goes on with unfinished runs, answers main.
 *
 * U1. It answers also when the database cannot be opened: everything about documents works, everything about runs says why.
 * U2. Unfinished runs go on as soon as it is up, before anyone asks.
 * U3. Runs that stand still because the database could not be written (a full disk) are taken up again as soon as it can.
 * U4. A bug ends the process; main starts it again and the runs go on from their last commit.
 */
import path from 'node:path';
import { AppError, serializeError } from '../../../shared/base/app-error';
import { assertNever } from '../../../shared/base/assert-never';
import type { Settings } from '../../../shared/ipc/contract';
import type { FromService, ServiceInit, ServiceName, ToService } from '../../../shared/ipc/service';
import type { SqliteStore } from '../../store/run-store';
import type { RuntimeApi, RuntimeOptions } from '../api';
import type { AgreedTools } from '../tools/mcp/agreed-tools';
import { GrantStore } from './grants';
import { LabThread } from './lab/lab-thread';
import { readMail } from './mailbox';
import { PushOut } from './push-out';
import { createService, type ServiceHandlers, type ServiceOptions, type ServiceParts } from './service';
import { systemClock } from './system-clock';
import { readStopped, startWatchdog } from './watchdog';
import { watchedPure } from './watched-pure';

export interface Port {
  post(message: FromService): void;
  onMessage(listener: (message: ToService) => void): void;
}

/** The parts of the app the host needs; composed in one place. */
export interface HostTools
  extends Pick<ServiceOptions, 'requirements' | 'semanticHash' | 'executors' | 'pure'> {
  readonly engineVersion: string;
  openStore(file: string, durable: Settings['durable']): SqliteStore;
  createRuntime(options: RuntimeOptions): RuntimeApi;
  readonly entropy: RuntimeOptions['entropy'];
  closeExecutors(): Promise<void>;
  /** Where the executors are to keep what MCP tools were when they were allowed. */
  keepAgreedTools?(agreed: AgreedTools): void;
  /** How long to wait before the database is tried again after it could not be written. */
  readonly againMs?: number;
}

/** A rehearsal in the window is played faster than life, but slow enough to be followed. */
const REHEARSAL_SPEED = 0.4;
const MAX_REHEARSED_MS = 1200;
const MAIL_MS = 1_000;
/** What may pass by itself: no room on the disk, a lock, a medium that cannot be written. */
const PASSING: ReadonlySet<string> = new Set(['store/full', 'store/locked', 'store/read-only']);
const AGAIN_MS = 15_000;
const RETENTION_MS = 6 * 3_600_000;
const QUICK_LAB_MB = 512;
const SLOW_LAB_MB = 1_024;

/** Serves until told to close. `script` is the file threads are started from. */
export function runHost(port: Port, script: string, tools: HostTools): void {
  let host: Host | undefined;
  port.onMessage((message) => {
    if (message.type === 'init') host ??= new Host(port, script, tools, message.init);
    else host?.onMessage(message);
  });
}

class Host {
  private readonly port: Port;
  private readonly tools: HostTools;
  private readonly init: ServiceInit;
  private settings: Settings;
  private readonly labs: { readonly quick: LabThread; readonly slow: LabThread };
  private readonly handlers: ServiceHandlers;
  private readonly pushOut: PushOut;
  private parts: ServiceParts | undefined;
  private failure: unknown;
  private readonly asked = new Map<number, (value: string | null) => void>();
  private nextAsk = 1;
  private readonly watchdog: ReturnType<typeof startWatchdog>;
  private readonly timers: NodeJS.Timeout[] = [];
  /** Code of the trouble the window was told of, until something could be written again. */
  private trouble: string | undefined;
  private again: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(port: Port, script: string, tools: HostTools, init: ServiceInit) {
    this.port = port;
    this.tools = tools;
    this.init = init;
    this.settings = init.settings;
    this.labs = {
      quick: new LabThread({ script, maxMegabytes: QUICK_LAB_MB }),
      slow: new LabThread({ script, maxMegabytes: SLOW_LAB_MB }),
    };
    this.pushOut = new PushOut({
      log: {
        run: (runId) => this.opened().store.run(runId),
        tasks: (runId) => this.opened().store.tasks(runId),
      },
      send: (message) => port.post(message),
      later: (flush, delayMs) => void setTimeout(() => this.unlessClosed(flush), delayMs),
    });
    const stoppedFile = path.join(init.dataFolder, 'stopped-expressions.txt');
    this.watchdog = startWatchdog(script, stoppedFile, (trouble) => this.log('warn', trouble));
    const pure = watchedPure(tools.pure, this.watchdog.beacon);
    const grants = new GrantStore(path.join(init.dataFolder, 'grants.json'));
    tools.keepAgreedTools?.(grants.agreedTools());
    this.handlers = createService({
      ...tools,
      pure,
      parts: () => this.opened(),
      grants,
      pushOut: this.pushOut,
      quickLab: this.labs.quick,
      slowLab: this.labs.slow,
      libraryFolder: init.libraryFolder,
      secret: (name) => this.secret(name),
      settings: () => this.settings,
      user: init.user,
      now: () => Date.now(),
    });
    this.open(pure, [...readStopped(stoppedFile)]);
  }

  onMessage(message: Exclude<ToService, { type: 'init' }>): void {
    switch (message.type) {
      case 'request':
        void this.answer(message.id, message.name, message.input);
        return;
      case 'answer':
        this.asked.get(message.id)?.(message.value);
        this.asked.delete(message.id);
        return;
      case 'settings':
        this.settings = message.settings;
        this.unlessClosed(() => this.keepTidy());
        return;
      case 'ping':
        this.port.post({ type: 'pong' });
        return;
      case 'close':
        void this.close();
        return;
      default:
        assertNever(message, 'message of main');
    }
  }

  private open(pure: RuntimeOptions['pure'], stoppedExpressions: readonly string[]): void {
    try {
      const store = this.tools.openStore(path.join(this.init.dataFolder, 'runs.db'), this.settings.durable);
      this.parts = { store, runtime: this.createRuntime(store, { pure, stoppedExpressions }) };
    } catch (error) {
      this.failure = error;
      this.log('error', `the run database cannot be opened: ${serializeError(error).message}`);
    }
    this.port.post({
      type: 'ready',
      info: { engineVersion: this.tools.engineVersion, readOnly: this.whyReadOnly() },
    });
    this.goOn();
  }

  private createRuntime(
    store: SqliteStore,
    given: Pick<RuntimeOptions, 'pure' | 'stoppedExpressions'>,
  ): RuntimeApi {
    return this.tools.createRuntime({
      ...given,
      log: store,
      executors: this.tools.executors,
      clock: systemClock(),
      entropy: this.tools.entropy,
      secret: (name) => this.secret(name),
      onEvents: (events) => {
        this.trouble = undefined;
        this.pushOut.onEvents(events);
      },
      onDelta: (delta) => this.pushOut.onDelta(delta),
      onFault: (error) => this.onFault(error),
      rehearsalPace: (latencyMs) => Math.min(MAX_REHEARSED_MS, latencyMs * REHEARSAL_SPEED),
    });
  }

  private goOn(): void {
    const { parts } = this;
    if (!parts) return;
    this.pushOut.onRunsRemoved(); // tells the window how many tasks are open
    const { runtime, store } = parts;
    if (store.mode !== 'owner') return;
    this.unlessClosed(() => {
      const taken = runtime.recover();
      if (taken.length > 0) this.log('info', `went on with ${taken.length} unfinished runs`);
    });
    this.every(MAIL_MS, () => readMail(store, runtime, (trouble) => this.log('warn', trouble)));
    this.unlessClosed(() => this.keepTidy());
    this.every(RETENTION_MS, () => this.keepTidy());
  }

  private every(periodMs: number, task: () => void): void {
    const timer = setInterval(() => this.unlessClosed(task), periodMs);
    timer.unref();
    this.timers.push(timer);
  }

  /** A database that fails is trouble to be told, not the end of the process. */
  private unlessClosed(task: () => void): void {
    if (this.isClosed) return;
    try {
      task();
    } catch (error) {
      this.onFault(error);
    }
  }

  /** Removes runs older than the settings keep. 0 keeps everything. */
  private keepTidy(): void {
    const { retentionDays } = this.settings;
    if (this.parts?.store.mode !== 'owner' || retentionDays === 0) return;
    const removed = this.parts.store.retention(retentionDays);
    if (removed > 0) this.log('info', `removed ${removed} runs older than ${retentionDays} days`);
  }

  private async answer(id: number, name: ServiceName, input: unknown): Promise<void> {
    try {
      const handler = this.handlers[name] as (input: unknown) => unknown;
      const value = await handler(input);
      // Main parsed the input and gave it the name the handler answers to.
      this.port.post({ type: 'reply', id, reply: { ok: true, value: (value ?? null) as never } });
    } catch (error) {
      const shown = serializeError(error);
      if (shown.code === 'engine/bug')
        this.log(
          'error',
          `${name}: ${error instanceof Error ? (error.stack ?? error.message) : shown.message}`,
        );
      this.port.post({ type: 'reply', id, reply: { ok: false, error: shown } });
    }
  }

  private opened(): ServiceParts {
    if (this.parts) return this.parts;
    throw this.failure ?? new AppError('runtime/unavailable', 'The engine is still starting.');
  }

  private whyReadOnly(): string | null {
    if (!this.parts) return serializeError(this.failure).message;
    if (this.parts.store.mode === 'owner') return null;
    return (
      this.parts.store.notice?.message ??
      'Another Baton process runs flows with this data folder; here they can only be looked at.'
    );
  }

  private secret(name: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      const id = this.nextAsk++;
      this.asked.set(id, (value) => resolve(value ?? undefined));
      this.port.post({ type: 'ask', id, secret: name });
    });
  }

  private onFault(error: unknown): void {
    const { code, message } = serializeError(error);
    this.log('error', `${code} ${message}`);
    if (this.trouble !== code)
      this.pushOut.push({ name: 'app.notice', payload: { level: 'error', message } });
    if (!PASSING.has(code)) return;
    this.trouble = code;
    this.again ??= setTimeout(() => this.tryAgain(), this.tools.againMs ?? AGAIN_MS);
  }

  private tryAgain(): void {
    this.again = undefined;
    this.unlessClosed(() => {
      const taken = this.parts?.runtime.recover() ?? [];
      if (taken.length > 0) this.log('info', `went on with ${taken.length} runs that stood still`);
    });
  }

  private log(level: 'info' | 'warn' | 'error', message: string): void {
    this.port.post({ type: 'log', level, message });
  }

  private async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    clearTimeout(this.again);
    await Promise.allSettled([
      this.parts?.runtime.close(),
      this.labs.quick.close(),
      this.labs.slow.close(),
      this.tools.closeExecutors(),
    ]);
    this.isClosed = true;
    this.parts?.store.close();
    await this.watchdog.stop();
    this.port.post({ type: 'closed' });
  }
}
