/** Starts the runtime in Electron's utility process, outside the process that holds the window. */
import { utilityProcess } from 'electron';
import type { FromService } from '../../../shared/ipc/service';
import type { ProcessEvents, ServiceProcess } from './service-link';

export function forkUtility(
  script: string,
  events: ProcessEvents,
  onOutput: (text: string) => void,
): ServiceProcess {
  const child = utilityProcess.fork(script, [], {
    serviceName: 'Baton runtime',
    stdio: 'pipe',
  });
  child.on('message', (message: FromService) => events.onMessage(message));
  child.on('exit', (code) => events.onExit(code));
  child.stdout?.on('data', (chunk: Buffer) => onOutput(chunk.toString('utf8').trim()));
  child.stderr?.on('data', (chunk: Buffer) => onOutput(chunk.toString('utf8').trim()));
  return {
    post: (message) => child.postMessage(message),
    kill: () => {
      // The polite signal does not end a process that is stuck in a computation.
      if (child.pid === undefined) child.kill();
      else killNow(child.pid);
    },
  };
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended between our look and our signal; its exit event is on the way.
  }
}
