/**
 * Where the command line is put together: the only file here that names the real parts. What is large or native is loaded
 * when it is needed, so that `baton validate` starts at once and works without a database driver.
 */
import { randomInt, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/base/app-error';
import type { RunEvent } from '../../shared/events/event';
import type { Executors } from '../../shared/ports/calls';
import type { Pure } from '../../shared/ports/pure';
import { requirementsOf } from '../../shared/spec/requirements';
import type { RuntimeApi, RuntimeClock, RuntimeOptions } from '../runtime/api';
import { createPure } from '../runtime/pure/create-pure';
import { systemClock } from '../runtime/service/system-clock';
import type { RunStore } from '../store/run-store';

const DEFAULT_DB = path.join('.baton', 'runs.db');
/** The largest seed that is still a whole number for everyone who reads the record. */
const MAX_SEED = 2 ** 31;

export { requirementsOf };

let shared: Pure | undefined;

/** One set of the pure libraries: they cache what they compile. */
export function pureLibraries(): Pure {
  shared ??= createPure();
  return shared;
}

export interface RealExecutors extends Executors {
  close(): Promise<void>;
}

export async function realExecutors(): Promise<RealExecutors> {
  const { createExecutors } = await import('../runtime/executors/create-executors');
  return createExecutors({ pure: pureLibraries() });
}

/** `owner` runs flows; `reader` looks; `auto` owns the database when nobody else does. */
export interface OpenedDatabase extends RunStore {
  readonly mode: 'owner' | 'reader';
}

export async function openDatabase(
  given: string | undefined,
  cwd: string,
  mode: 'owner' | 'reader' | 'auto',
): Promise<OpenedDatabase> {
  const { openStore } = await import('../store/open-store');
  const file = path.resolve(cwd, given ?? DEFAULT_DB);
  if (given === undefined && mode === 'owner') makeFolder(path.dirname(file));
  return openStore(file, { mode, clock: () => Date.now() });
}

function makeFolder(folder: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new AppError('store/read-only', `The folder ${folder} for the run database cannot be made.`, {
      details: { folder },
      hint: 'Check the permissions of the folder it lies in, or choose a database with --db.',
      cause,
    });
  }
}

export async function memoryDatabase(): Promise<OpenedDatabase> {
  const { MemoryRunLog } = await import('../store/memory-run-log');
  return Object.assign(new MemoryRunLog({ clock: () => Date.now() }), { mode: 'owner' as const });
}

export interface EngineParts {
  readonly store: RunStore;
  readonly executors: Executors;
  readonly clock?: RuntimeClock;
  secret(name: string): string | undefined;
  onEvents?(events: readonly RunEvent[]): void;
  onFault?(error: unknown): void;
  onCrash?: RuntimeOptions['onCrash'];
}

export async function createEngine(parts: EngineParts): Promise<RuntimeApi> {
  const { createRuntime } = await import('../runtime/runtime');
  return createRuntime({
    log: parts.store,
    pure: pureLibraries(),
    executors: parts.executors,
    clock: parts.clock ?? systemClock(),
    entropy: { seed: () => randomInt(1, MAX_SEED), runId: () => randomUUID() },
    secret: async (name) => parts.secret(name),
    ...(parts.onEvents ? { onEvents: parts.onEvents } : {}),
    ...(parts.onFault ? { onFault: parts.onFault } : {}),
    ...(parts.onCrash ? { onCrash: parts.onCrash } : {}),
  });
}

/** Executors of a command that only looks: replays, forks' previews. Calling one is a bug. */
export const NO_CALLS: Executors = {
  model: () => Promise.reject(new Error('no model is called here')),
  tool: () => Promise.reject(new Error('no tool is called here')),
  code: () => Promise.reject(new Error('no code is run here')),
};
