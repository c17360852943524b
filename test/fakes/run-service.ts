/** The runtime's process without a process: the real host on the real store, spoken to as main does. */
import fs from 'node:fs';
import path from 'node:path';
import { defaultSettings } from '../../electron/main/state/settings';
import { hostTools } from '../../electron/runtime/service/compose';
import { type HostTools, runHost } from '../../electron/runtime/service/host';
import type { SerializedError } from '../../shared/base/app-error';
import type { FromService, ToService } from '../../shared/ipc/service';

/** Threads check documents: here every document is right. */
const SCRIPT = `import { parentPort, workerData } from 'node:worker_threads';
parentPort.on('message', ({ id }) => {
  if (workerData.role === 'lab')
    parentPort.postMessage({ id, ok: true, value: { valid: true, problems: [], semanticHash: 'sha256:test' } });
});`;

export interface RunService {
  /** Why flows cannot be run here, null when they can. */
  readonly readOnly: string | null;
  readonly said: readonly FromService[];
  /** The answer, or the error it answered with. */
  ask(name: string, input: unknown): Promise<{ readonly value?: unknown; readonly error?: SerializedError }>;
  /** The first message from now or before that fits. */
  next(fits: (message: FromService) => boolean): Promise<FromService>;
  close(): Promise<void>;
}

/** `folder` is the data folder with `runs.db`; threads' scripts live beside it, in `scratch`. */
export async function runService(
  folder: string,
  scratch: string,
  over: Partial<HostTools> = {},
): Promise<RunService> {
  const script = path.join(scratch, 'thread.mjs');
  fs.writeFileSync(script, SCRIPT);
  const said: FromService[] = [];
  const waiting = new Set<{
    fits: (message: FromService) => boolean;
    resolve: (message: FromService) => void;
  }>();
  let deliver: (message: ToService) => void = () => undefined;
  const port = {
    post(message: FromService): void {
      said.push(message);
      for (const one of waiting) {
        if (!one.fits(message)) continue;
        waiting.delete(one);
        one.resolve(message);
      }
    },
    onMessage: (listener: (message: ToService) => void): void => {
      deliver = listener;
    },
  };
  const next: RunService['next'] = (fits) =>
    new Promise((resolve) => {
      const found = said.find(fits);
      if (found) resolve(found);
      else waiting.add({ fits, resolve });
    });
  runHost(port, script, { ...hostTools(), ...over });
  const init = { dataFolder: folder, libraryFolder: scratch, appVersion: '1', user: 'ada' };
  deliver({ type: 'init', init: { ...init, settings: defaultSettings('ada') } });
  const ready = await next(({ type }) => type === 'ready');
  let id = 0;
  return {
    readOnly: ready.type === 'ready' ? ready.info.readOnly : null,
    said,
    next,
    ask: async (name, input) => {
      const mine = ++id;
      deliver({ type: 'request', id: mine, name, input } as ToService); // tests ask for what does not exist, too
      const reply = await next((message) => message.type === 'reply' && message.id === mine);
      if (reply.type !== 'reply') return {};
      return reply.reply.ok ? { value: reply.reply.value } : { error: reply.reply.error };
    },
    close: async () => {
      deliver({ type: 'close' });
      await next(({ type }) => type === 'closed');
    },
  };
}
