/**
 * Entry of the runtime's process, and of the threads it starts: the same file, told apart by where it runs and what it was
 * given. Each part is loaded only where it is needed.
 */
import { isMainThread, workerData } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import type { FromService, ToService } from '../../shared/ipc/service';
import type { Port } from './service/host';
import type { WatchdogData } from './service/watchdog';

/** What Electron puts on `process` in a utility process; named here because the runtime does not import Electron. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

const script = fileURLToPath(import.meta.url);
const role = isMainThread ? 'host' : (workerData as { role: 'lab' } | WatchdogData).role;

if (role === 'host') await host();
else if (role === 'lab') await lab();
else await watchdog();

async function host(): Promise<void> {
  const { parentPort } = process as unknown as { parentPort?: ParentPort };
  if (!parentPort)
    throw new Error('The runtime is started by the app, not by hand; on the command line use "baton".');
  const port: Port = {
    post: (message: FromService) => parentPort.postMessage(message),
    onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data as ToService)),
  };
  process.on('uncaughtException', (error) => {
    port.post({ type: 'log', level: 'error', message: `the runtime ends: ${error.stack ?? error.message}` });
    // Its state may be half of something: what is in the database is whole, so start again from there.
    setImmediate(() => process.exit(1));
  });
  const early: ToService[] = [];
  const hold = (message: ToService): void => void early.push(message);
  let deliver = hold;
  port.onMessage((message) => deliver(message));
  const [{ runHost }, { hostTools }] = await Promise.all([
    import('./service/host'),
    import('./service/compose'),
  ]);
  runHost({ post: port.post, onMessage: (listener) => void (deliver = listener) }, script, hostTools());
  for (const message of early) deliver(message);
}

async function lab(): Promise<void> {
  const [{ runLab }, { labTools }] = await Promise.all([
    import('./service/lab/lab-worker'),
    import('./service/compose'),
  ]);
  runLab(labTools());
}

async function watchdog(): Promise<void> {
  const { runWatchdog } = await import('./service/watchdog');
  runWatchdog(workerData as WatchdogData);
}
